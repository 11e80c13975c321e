"""What is questionable about a playbook that loads: gaps, dead rows, rows without reasons, citations of nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from forbear.book.fact_definitions import FACTS
from forbear.columns.dtypes import TEXT
from forbear.columns.expression import Column, literal
from forbear.kernel.errors import PlaybookError
from forbear.kernel.language import gettext as _
from forbear.strategy.catalogue import behaviours
from forbear.strategy.codes import ACT
from forbear.strategy.inputs import DERIVED
from forbear.strategy.offers import WAIVED
from forbear.strategy.pipeline import TableStep, names_read
from forbear.strategy.playbook import Playbook
from forbear.strategy.refusals import answers_of
from forbear.strategy.settings.parameters import CHOICE, PRODUCT_KINDS
from forbear.tables import DecisionTable, Rule, check

_REASONS = ("relief_reason", "visit_reason", "referral_reason", "treatment_reason", "leave_alone")


@dataclass(frozen=True)
class PlaybookFinding:
    """Something to look at. ``kind``: ``gap overlap unreachable unchecked`` (of a table), ``no_because no_cites
    unknown_id unknown_reason unused_parameter``. ``level`` is ``error``, ``warning`` or ``note``."""

    kind: str
    decision: str
    rules: tuple[str, ...]
    message: str
    level: str = "error"
    example: Mapping[str, Any] = field(default_factory=dict)


def check_playbook(playbook: Playbook) -> list[PlaybookFinding]:
    """All findings, table by table; an empty list is a sound playbook."""
    findings: dict[tuple[object, ...], PlaybookFinding] = {}
    for finding in (*_of_tables(playbook), *_of_rows(playbook), *_of_parameters(playbook)):
        findings.setdefault((finding.kind, finding.decision, finding.rules, finding.message), finding)
    return list(findings.values())


def _of_tables(playbook: Playbook) -> Iterator[PlaybookFinding]:
    """Gaps and dead rows, once for every kind of product whose figures differ."""
    types = {name: value.dtype for name, value in playbook.pipeline.start.items()}
    for step in playbook.pipeline.steps:
        types |= {name: value.dtype for name, value in step.columns().items()}
    types |= {name: TEXT for name, parameter in playbook.parameters.items() if parameter.unit == CHOICE}
    tables = [step.decision for step in playbook.pipeline.steps if isinstance(step, TableStep)]
    for product_kind in _kinds_that_differ(playbook):
        names = _names_for(playbook, product_kind)
        for decision in _tables_that_differ(playbook, tables, product_kind):
            for found in check(playbook.models[decision], types, names, never_null=_never_null(types)):
                yield PlaybookFinding(
                    found.kind, decision, found.rules, found.message, found.level, dict(found.example)
                )


def _kinds_that_differ(playbook: Playbook) -> list[str | None]:
    own = {kind for parameter in playbook.parameters.values() for kind in parameter.by_product_kind}
    return [None, *(kind for kind in PRODUCT_KINDS if kind in own)]


def _tables_that_differ(playbook: Playbook, tables: Sequence[str], product_kind: str | None) -> Sequence[str]:
    """All of them for no kind of product; for one, those that name a figure of its own: the others are the same again."""
    if product_kind is None:
        return tables
    own = {name for name, parameter in playbook.parameters.items() if product_kind in parameter.by_product_kind}
    return [decision for decision in tables if own & names_read(playbook.models[decision])]


def _names_for(playbook: Playbook, product_kind: str | None) -> dict[str, Column]:
    return {
        name: literal(parameter.for_product(product_kind or ""))
        for name, parameter in playbook.parameters.items()
        if parameter.unit != CHOICE
    }


def _never_null(types: Mapping[str, object]) -> list[str]:
    known = {"days_past_due", "overdue_cents", "outstanding_cents", "paid_30_days_cents", *DERIVED}
    return [name for name in types if name in known or name not in FACTS]


def _of_rows(playbook: Playbook) -> Iterator[PlaybookFinding]:
    for decision, model in playbook.models.items():
        table = model.decisions[decision].table
        if table is None:
            continue
        for rule in table.rules:
            yield from _of_notes(playbook, decision, table, rule)
            yield from _of_reasons(playbook, decision, answers_of(model, decision), table, rule)


def _of_notes(playbook: Playbook, decision: str, table: DecisionTable, rule: Rule) -> Iterator[PlaybookFinding]:
    for note in ("because", "because_zh"):
        if not table.note(rule, note).strip():
            yield PlaybookFinding(
                "no_because", decision, (rule.id,), _("Row {rule} has no {note}.").format(rule=rule.id, note=note)
            )
    cites = table.note(rule, "cites").split()
    if not cites:
        yield PlaybookFinding("no_cites", decision, (rule.id,), _("Row {rule} cites nothing.").format(rule=rule.id))
    for cited in cites:
        if cited not in behaviours():
            yield PlaybookFinding(
                "unknown_id",
                decision,
                (rule.id,),
                _("Row {rule} cites {id}, which is no id.").format(rule=rule.id, id=cited),
            )


def _of_reasons(
    playbook: Playbook, decision: str, answers: Mapping[str, str], table: DecisionTable, rule: Rule
) -> Iterator[PlaybookFinding]:
    for output, cell in zip(table.outputs, rule.values, strict=True):
        code = cell.text.strip().strip('"')
        if answers[output.name] not in _REASONS or code == ACT:
            continue
        for language in ("en", "zh"):
            try:
                playbook.reason_text(code, language)
            except PlaybookError as error:
                yield PlaybookFinding("unknown_reason", decision, (rule.id,), error.message)


def _of_parameters(playbook: Playbook) -> Iterator[PlaybookFinding]:
    used = set().union(*(names_read(model) for model in playbook.models.values())) | {"pre_due_days", *WAIVED}
    for name in playbook.parameters:
        if name not in used:
            yield PlaybookFinding(
                "unused_parameter", "", (), _("No cell names the parameter {name}.").format(name=name), "warning"
            )
    for parameter in playbook.parameters.values():
        if parameter.source != "house" and parameter.source not in behaviours():
            yield PlaybookFinding(
                "unknown_id",
                "",
                (),
                _("The parameter {name} cites {id}, which is no id.").format(name=parameter.name, id=parameter.source),
            )
