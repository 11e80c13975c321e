"""Whether the tables of a folder are those of a playbook: the right answers, readable inputs, known codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from forbear.kernel.errors import PlaybookError
from forbear.kernel.language import gettext as _
from forbear.strategy.codes import ALLOWED_OUTPUTS
from forbear.strategy.inputs import input_schema, why_not
from forbear.strategy.pipeline import ANSWERS, OPTIONAL, ORDER, answer_name, names_read
from forbear.strategy.settings.experiments import Experiment
from forbear.strategy.settings.parameters import Parameter
from forbear.tables import DecisionTable, Model


def check_tables(
    models: Mapping[str, Model], parameters: Mapping[str, Parameter], experiments: Sequence[Experiment], folder: Path
) -> None:
    """Refuse a folder whose tables are not those of a playbook.

    Raises:
        PlaybookError: ``missing_table``, ``not_a_table``, ``missing_output``, ``forbidden_input``, ``unknown_code``.
    """
    for decision in ORDER:
        if decision not in models and decision not in OPTIONAL:
            raise PlaybookError(
                "missing_table", _("The playbook has no table {table}.").format(table=decision), file=folder
            )
    if experiments and "trial" not in models:
        raise PlaybookError("missing_table", _("A playbook with experiments has a table trial."), file=folder)
    known = set(input_schema())
    for decision, model in models.items():
        table = _table(model, decision)
        _check_outputs(model, decision, experiments)
        for name in sorted(names_read(model) - set(parameters)):
            _check_input(model, decision, name, known)
        _check_codes(model, decision, table)
        known |= set(answers_of(model, decision).values())
        known |= {f"{experiment.id}_arm" for experiment in experiments} if decision == "trial" else set()


def answers_of(model: Model, decision: str) -> dict[str, str]:
    """Answer name by output name (as in the table)."""
    columns = model.decisions[decision].output_columns()
    single = _table(model, decision).outputs[0].name
    return {output or single: answer_name(decision, column, output or single) for output, column in columns.items()}


def _table(model: Model, decision: str) -> DecisionTable:
    table = model.decisions[decision].table
    if table is None or table.gives_list or table.aggregation is not None:
        raise PlaybookError(
            "not_a_table",
            _("{table} must be a table in which one rule decides.").format(table=decision),
            file=model.path,
            table=decision,
        )
    return table


def _check_outputs(model: Model, decision: str, experiments: Sequence[Experiment]) -> None:
    wanted = ANSWERS[decision] or tuple(f"trial_{experiment.id}" for experiment in experiments)
    missing = sorted(set(wanted) - set(answers_of(model, decision).values()))
    if missing:
        raise PlaybookError(
            "missing_output",
            _("The table does not answer {answers}.").format(answers=", ".join(missing)),
            file=model.path,
            table=decision,
        )


def _check_input(model: Model, decision: str, name: str, known: set[str]) -> None:
    reason = why_not(name, decision)
    if reason is None and name not in known:
        reason = _(
            "{name} is neither a fact that may be read, nor a parameter, nor the answer of an earlier table."
        ).format(name=name)
    if reason is not None:
        raise PlaybookError(
            "forbidden_input", reason, do=_("See docs/reference/playbooks.md for what a table may read."),
            file=model.path, table=decision, cell=name,
        )  # fmt: skip


def _check_codes(model: Model, decision: str, table: DecisionTable) -> None:
    answers = answers_of(model, decision)
    for rule in table.rules:
        for output, cell in zip(table.outputs, rule.values, strict=True):
            allowed = ALLOWED_OUTPUTS.get(answers[output.name])
            text = cell.text.strip().strip('"')
            if allowed is not None and text not in allowed:
                raise PlaybookError(
                    "unknown_code", _("{text} is not one of {allowed}.").format(text=text, allowed=", ".join(allowed)),
                    file=model.path, table=decision, rule=rule.id, cell=output.name,
                )  # fmt: skip
