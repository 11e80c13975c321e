"""What the law gives besides a verdict: values such as how long a record is kept, from tables of any hit policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from forbear.columns.dtypes import BOOL, INT, TEXT
from forbear.columns.expression import Column, null
from forbear.compliance.pack import LawPack
from forbear.tables import Decision, DecisionTable, Model
from forbear.tables.model import Model as TableModel


def question_values(
    pack: LawPack, questions: Sequence[str], facts: Mapping[str, Column], statutes: Mapping[str, Column]
) -> dict[str, Column]:
    """The values of the questions on the pack's date, by name; null where no row in force gives one.

    A table with one output gives a value under its own name, one with several a value under the name of each.
    """
    found: dict[str, Column] = {}
    for model in value_models(pack, questions):
        kept = in_force(pack, model)
        compiled = kept.compile({}, {**facts, **statutes, **found}).columns if kept.decisions else {}
        for decision in model.decisions.values():
            for place, (output, name) in enumerate(decision.output_columns().items()):
                found[output or name] = compiled[name] if name in compiled else _none(decision, place)
    return found


def _none(decision: Decision, place: int) -> Column:
    """No value, of an output's declared type: where no rule is in force."""
    table = decision.table
    type_ref = table.outputs[place].type_ref if table is not None else None
    return null({"boolean": BOOL, "number": INT}.get(type_ref or "", TEXT))


def value_models(pack: LawPack, questions: Sequence[str]) -> list[Model]:
    """The tables of values of the questions, each once."""
    models = [
        model for name in questions if name in pack.questions for model in pack.questions[name].models.get("values", ())
    ]
    return list({id(model): model for model in models}.values())


def in_force(pack: LawPack, model: Model) -> Model:
    """The model with only those rules whose statute is in force on the pack's date."""
    kept = {name: _kept(pack, decision) for name, decision in model.decisions.items()}
    decisions = {name: each for name, each in kept.items() if each.table is None or each.table.rules}
    return TableModel(replace(model.definitions, decisions=decisions))


def _kept(pack: LawPack, decision: Decision) -> Decision:
    table = decision.table
    if table is None:
        return decision
    rules = tuple(rule for rule in table.rules if _holds(pack, rule.id))
    kept: DecisionTable = replace(table, rules=rules)
    return replace(decision, logic=kept)


def _holds(pack: LawPack, row_id: str) -> bool:
    statute = pack.statutes.governing(row_id)
    return statute is not None and statute.id in pack.statutes.values
