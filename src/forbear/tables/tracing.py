"""Why a decision came out as it did: for one row, each rule and each cell, and whether it held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from forbear.columns.closure import compile_row
from forbear.columns.expression import Column
from forbear.kernel.errors import TableError
from forbear.kernel.language import gettext as _
from forbear.tables.definitions import Decision, DecisionTable, Definitions
from forbear.tables.evaluation import Facts, Outcome, decide
from forbear.tables.feel.meaning import evaluate, holds


@dataclass(frozen=True)
class CellTrace:
    """One condition on one row: what it reads, what it asks, what it met, and the answer (None: unknown)."""

    input: str
    text: str
    value: Any
    holds: bool | None


@dataclass(frozen=True)
class RuleTrace:
    """One rule on one row. It ``fired`` if every cell held, and ``decides`` if the result is (also) its own."""

    rule: str
    fired: bool
    decides: bool
    cells: tuple[CellTrace, ...]
    notes: Mapping[str, str]


@dataclass(frozen=True)
class Trace:
    """One decision on one row; iterating gives its rules."""

    decision: str
    policy: str
    value: Any
    is_conflict: bool
    rules: tuple[RuleTrace, ...]

    def __iter__(self) -> Iterator[RuleTrace]:
        return iter(self.rules)


def trace_decision(
    definitions: Definitions, name: str, row: Mapping[str, Any], names: Mapping[str, Column] | None = None
) -> Trace:
    """How a decision is made on a row. A fact that the row lacks is null, as in the closure.

    Raises:
        TableError: ``unknown_decision``.
    """
    if name not in definitions.decisions:
        known = ", ".join(definitions.decisions)
        raise TableError(
            "unknown_decision",
            _("There is no decision {name!r}.").format(name=name),
            file=definitions.path,
            do=_("There are: {known}.").format(known=known),
        )
    constants = compile_row(dict(names or {}))(row)
    given = {**constants, **row}
    outcomes = decide(definitions, given, lacking_is_null=True)
    facts = Facts(definitions, given, lacking_is_null=True)
    facts.values.update({other: outcome.value for other, outcome in outcomes.items()})
    return _trace(definitions.decisions[name], facts, outcomes[name])


def _trace(decision: Decision, facts: Facts, outcome: Outcome) -> Trace:
    table = decision.table
    if table is None:
        return Trace(decision.name, "", outcome.value, False, ())
    inputs = [None if c.expression.value is None else evaluate(c.expression.value, facts) for c in table.inputs]
    rules = tuple(_trace_rule(table, number, inputs, facts, outcome) for number in range(len(table.rules)))
    return Trace(decision.name, table.policy, outcome.value, outcome.is_conflict, rules)


def _trace_rule(table: DecisionTable, number: int, inputs: list[Any], facts: Facts, outcome: Outcome) -> RuleTrace:
    rule = table.rules[number]
    cells = tuple(
        CellTrace(clause.label, cell.text or "-", value, holds(cell.test, value, facts))
        for clause, cell, value in zip(table.inputs, rule.tests, inputs, strict=True)
    )
    fired = all(cell.holds is True for cell in cells)
    decides = rule.id in outcome.fired and not outcome.is_conflict
    notes = dict(zip(table.note_names, rule.notes, strict=False))
    return RuleTrace(rule.id, fired, decides, cells, notes)
