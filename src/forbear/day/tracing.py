"""How a playbook's tables came to their answers for one loan, in words: the row that fired, and the rows that nearly did."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from forbear.columns.closure import compile_row
from forbear.day.words import Texts, fact_words, reason_words, value_words
from forbear.kernel.language import Translator, in_language
from forbear.strategy import Playbook
from forbear.strategy.codes import ACT, LEAVE_ALONE
from forbear.tables import CellTrace, RuleTrace, Trace

NEAR_MAX = 2
"""At most so many near rows a table."""
UNTOLD = ("template", "purpose")
NOT_NEAR = ("stage", "trial", "remote_exhausted")
"""Tables that only prepare the answers of others: their near rows would be noise."""


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
    figures = {name: parameter.column() for name, parameter in playbook.parameters.items()}
    teller = _Teller(words, compile_row(figures)(facts), facts["currency"], playbook.own_reasons)
    steps: list[TableStep] = []
    near: list[NearRule] = []
    for name, trace in _asked(playbook.trace(facts)):
        deciding = next((rule for rule in trace if rule.decides), None)
        if deciding is not None:
            steps.append(teller.step(name, trace, deciding))
        if name not in NOT_NEAR:
            near += teller.near(name, trace, deciding)
    return steps, near


def _asked(traces: Mapping[str, Trace]) -> Iterator[tuple[str, Trace]]:
    """The tables whose answers count: whom the playbook leaves alone, it does not ask about treatment."""
    left_alone = traces[LEAVE_ALONE].value if LEAVE_ALONE in traces else ACT
    for name, trace in traces.items():
        if name != "treatment" or left_alone == ACT:
            yield name, trace


class _Teller:
    def __init__(self, words: Translator, figures: Mapping[str, Any], currency: str, own_reasons: Texts) -> None:
        self.words, self.figures, self.currency, self.own_reasons = words, figures, currency, own_reasons

    def step(self, name: str, trace: Trace, rule: RuleTrace) -> TableStep:
        said = [cell for cell in rule.cells if cell.text != "-"]
        return TableStep(
            table=name,
            answer=self._answer(name, trace.value),
            rule=rule.rule,
            because=self._because(rule.notes),
            cites=tuple(rule.notes.get("cites", "").split()),
            conditions=tuple(self._cell(cell) for cell in said),
            reads=tuple(cell.input for cell in said),
        )

    def near(self, name: str, trace: Trace, deciding: RuleTrace | None) -> Iterator[NearRule]:
        found = 0
        for rule in trace:
            missing = [cell for cell in rule.cells if cell.holds is not True]
            if rule is not deciding and len(missing) == 1 and found < NEAR_MAX:
                found += 1
                yield NearRule(name, rule.rule, self._because(rule.notes), self._cell(missing[0]))

    def _cell(self, cell: CellTrace) -> Cell:
        """The condition, with the figures of the playbook beside their names."""
        asks = re.sub(r"[A-Za-z_]\w*", lambda found: self._figure(found[0]), cell.text)
        met = value_words(self.words, cell.input, cell.value, self.currency)
        return Cell(fact_words(self.words, cell.input), asks, met)

    def _figure(self, name: str) -> str:
        if name not in self.figures:
            return name
        return f"{name} ({value_words(self.words, _as_amount(name), self.figures[name], self.currency)})"

    def _because(self, notes: Mapping[str, str]) -> str:
        texts = {"en": notes.get("because", ""), "zh": notes.get("because_zh", "")}
        return in_language({name: text for name, text in texts.items() if text}, self.words.language)

    def _answer(self, table: str, value: object) -> str:
        """The outputs in words: what, the channels in order, why. Templates and purposes are left to the plan."""
        if not isinstance(value, Mapping):
            return self._part(table, value)
        said = {key: part for key, part in value.items() if part not in (None, "none", False)}
        channels = [self._part(key, part) for key, part in said.items() if key.startswith("channel")]
        others = [self._part(key, part) for key, part in said.items() if not key.startswith(("channel", *UNTOLD))]
        parts = [*others[:-1], " → ".join(channels), *others[-1:]]
        return self.words.gettext("; ").join(part for part in parts if part) or self.words.gettext("no")

    def _part(self, key: str, part: object) -> str:
        if not isinstance(part, str):
            return value_words(self.words, key, part, self.currency)
        if key == "reason":
            return reason_words(self.words, part, self.own_reasons).rstrip(".。")
        return self.words.code_words(key.rstrip("_0123456789"), part)


def _as_amount(figure: str) -> str:
    """The name that says whether a figure is money: ``visit_overdue_cents_min`` is."""
    return figure.removesuffix("_min").removesuffix("_max")
