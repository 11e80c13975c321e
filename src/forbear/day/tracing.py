"""How a playbook's tables came to their answers for one loan, in words: the row that fired, and the rows that nearly did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forbear.kernel.language import Translator
from forbear.strategy import Playbook
from forbear.strategy.codes import ACT, LEAVE_ALONE
from forbear.tables import RuleTrace, Trace

NEAR_MAX = 3
"""At most so many near rows a table."""


@dataclass(frozen=True)
class Cell:
    """A condition of a row: what it reads, what it asks for, what it met."""

    input: str
    asks: str
    met: str


@dataclass(frozen=True)
class TableStep:
    """A table's answer: its question, the row that decided, why, and what the row cites. ``reads`` are its conditions' inputs."""

    table: str
    answer: str
    rule: str
    because: str
    cites: tuple[str, ...]
    conditions: tuple[Cell, ...]
    reads: tuple[str, ...]


@dataclass(frozen=True)
class NearRule:
    """A row that one condition kept from firing: with it, the table's answer could have been another."""

    table: str
    rule: str
    because: str
    missing: Cell


def trace_tables(
    playbook: Playbook, facts: Mapping[str, Any], words: Translator
) -> tuple[list[TableStep], list[NearRule]]:
    """What each table said of the loan, in order, and the rows that were one condition away."""
    traces = playbook.trace(facts)
    steps: list[TableStep] = []
    near: list[NearRule] = []
    for name, trace in _asked(traces):
        deciding = next((rule for rule in trace if rule.decides), None)
        if deciding is not None:
            steps.append(_step(name, trace, deciding, words))
        near += _near(name, trace, deciding, words)
    return steps, near


def _asked(traces: Mapping[str, Trace]) -> Iterator[tuple[str, Trace]]:
    """The tables whose answers count: whom the playbook leaves alone, it does not ask about treatment."""
    left_alone = traces[LEAVE_ALONE].value if LEAVE_ALONE in traces else ACT
    for name, trace in traces.items():
        if name != "treatment" or left_alone == ACT:
            yield name, trace


def _step(name: str, trace: Trace, rule: RuleTrace, words: Translator) -> TableStep:
    said = [cell for cell in rule.cells if cell.text != "-"]
    return TableStep(
        table=name,
        answer=_answer(trace.value, words),
        rule=rule.rule,
        because=because(rule.notes, words),
        cites=tuple(rule.notes.get("cites", "").split()),
        conditions=tuple(Cell(cell.input, cell.text, _met(cell.value, words)) for cell in said),
        reads=tuple(cell.input for cell in said),
    )


def _near(name: str, trace: Trace, deciding: RuleTrace | None, words: Translator) -> Iterator[NearRule]:
    found = 0
    for rule in trace:
        missing = [cell for cell in rule.cells if cell.holds is not True]
        if rule is deciding or len(missing) != 1 or found == NEAR_MAX:
            continue
        found += 1
        cell = missing[0]
        yield NearRule(
            name, rule.rule, because(rule.notes, words), Cell(cell.input, cell.text, _met(cell.value, words))
        )


def because(notes: Mapping[str, str], words: Translator) -> str:
    """A row's reason in the language; in English where the row has none in it."""
    return notes.get(f"because_{words.language}") or notes.get("because", "")


def _answer(value: object, words: Translator) -> str:
    if isinstance(value, Mapping):
        shown = [f"{key} {_met(part, words)}" for key, part in value.items() if part not in (None, "none")]
        return ", ".join(shown)
    return _met(value, words)


def _met(value: object, words: Translator) -> str:
    if value is None:
        return words.gettext("unknown")
    if isinstance(value, bool):
        return words.gettext("yes") if value else words.gettext("no")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(str(part) for part in value)
    return str(value)
