"""The gate: whether an act is allowed, decided by the law of a date.

One set of expressions says it, run on columns for a whole book or as a function of one row. The lattice is
``DENY > PRESUMED_VIOLATION > REVIEW > REQUIRE > WARN > PRESUMED_COMPLIANCE > ALLOW``; what no row permits is denied; a missing
fact counts as its unfavourable value. A duty that is known to be unmet is a DENY; one of which nothing is known yet is a
REQUIRE. Packs laid over one another are one gate: all their rows speak, the worst verdict wins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from forbear.book.windows import CountWindow
from forbear.columns.closure import compile_row
from forbear.columns.dtypes import TEXT, DType
from forbear.columns.expression import (
    Column,
    all_of,
    any_of,
    case,
    column,
    first_text,
    list_of_present,
    literal,
    null,
    when,
)
from forbear.columns.relation import Relation, Schema
from forbear.columns.sharing import derive_shared
from forbear.compliance.caps import count_windows, is_used_up
from forbear.compliance.explanation import Explanation, FactRead, explanation_of
from forbear.compliance.law import covered_from, needs_of, read_law
from forbear.compliance.needs import FactNeed, FactValue
from forbear.compliance.pack import VERDICTS, LawPack
from forbear.compliance.rows import REMEDIES, LawRow, rows_of
from forbear.compliance.values import in_force, question_values, value_models
from forbear.compliance.verdict import Verdict
from forbear.compliance.windows import hours_left
from forbear.kernel.errors import LawError, UsageError
from forbear.statutes import StatuteValue

__all__ = ["CountWindow", "Explanation", "FactRead", "Gate", "Verdict", "gate_of", "load_gate"]


@dataclass(frozen=True)
class _Decision:
    """Which rows fire, which duties are known to be unmet, the hours left, and the values, over some facts."""

    fires: Mapping[str, Column]
    unmet: Mapping[str, Column]
    start: Column
    end: Column
    values: Mapping[str, Column]


@dataclass(frozen=True)
class Gate:
    """The law of a date under a profile, for some questions, as a pure function of facts. Made by :func:`load_gate`."""

    packs: tuple[LawPack, ...]
    profile: str
    questions: tuple[str, ...]
    rows: tuple[LawRow, ...]

    @property
    def pack(self) -> LawPack:
        """The base pack."""
        return self.packs[0]

    @property
    def on(self) -> date:
        """The date whose law it holds."""
        return self.pack.on

    @property
    def law(self) -> str:
        """The packs by name, as ``cn+house``."""
        return "+".join(pack.name for pack in self.packs)

    @property
    def pack_version(self) -> str:
        """Packs, date, profile and the digest of all their files: what a verdict rests on."""
        digests = "-".join(pack.digest[:12] for pack in self.packs)
        return f"{self.law}-{self.on.isoformat()}-{self.profile}-{digests}"

    @cached_property
    def needs(self) -> dict[str, FactNeed]:
        """Every fact that the rows of these questions read, by name."""
        declared = needs_of(self.packs)
        read = {name for row in self.rows for name in row.facts_read if name in declared}
        read |= {name for name in self._value_reads if name in declared}
        if any(row.kind == "windows" for row in self.rows):
            clocks = {clock for pack in self.packs for clock in pack.clocks}
            read |= {"earliest_minute", "latest_minute", "time_zone", *clocks}
        return {name: need for name, need in declared.items() if name in read}

    @cached_property
    def statutes(self) -> dict[str, StatuteValue]:
        """The statutes of all layers in force on the date, by id."""
        return {name: value for pack in self.packs for name, value in pack.statutes.values.items()}

    @cached_property
    def count_windows(self) -> tuple[CountWindow, ...]:
        """What the facts engine has to count for this gate."""
        return count_windows(self._of_kind("caps"), self.needs, self._constants)

    @property
    def required_facts(self) -> dict[str, tuple[DType, FactValue]]:
        """Every column the gate reads: its type, and the value that stands in where it is missing or null."""
        return {name: (need.dtype, need.unfavourable) for name, need in self.needs.items()}

    def verdict_of(self, row: LawRow) -> str:
        """What it means for the act when the row fires, under the profile; a duty that is known to be unmet is worse."""
        return self._profiles[row.pack][row.effect]

    def verdict_on(self, row: LawRow, facts: Mapping[str, Any]) -> str:
        """What the row means for the act of these facts when it fires: DENY for a duty all of whose facts are known."""
        is_unmet = row.effect == "require" and all(facts.get(name) is not None for name in row.reads)
        return "DENY" if is_unmet else self.verdict_of(row)

    def apply(self, relation: Relation) -> Relation:
        """The relation with the verdict's columns added; a column it lacks counts as unfavourable.

        Raises:
            LawError: ``wrong_fact_type``.
        """
        return derive_shared(relation, self._conclude(self._decide(relation.schema)))

    def judge(self, row: Mapping[str, Any]) -> Verdict:
        """The verdict on one row of facts and proposal, by name; missing names count as unfavourable."""
        return verdict_from(self._judge_row(row))

    def values_of(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The values of the questions on one row, by name; None where no row gives one."""
        return self._value_row(row)

    def value_rows_of(self, row: Mapping[str, Any]) -> dict[str, str]:
        """The ids of the rows that give the values of the questions on one row, by name; of a value that none gives nothing."""
        found: dict[str, str] = {}
        for pack in self.packs:
            for model in value_models(pack, self.questions):
                kept = in_force(pack, model)
                for name in kept.decisions:
                    decided = [each.rule for each in kept.trace(name, row, self._constants) if each.decides]
                    found |= {name: decided[0]} if decided else {}
        return found

    def facts_of(self, row: Mapping[str, Any]) -> dict[str, tuple[FactValue, bool]]:
        """Every fact as the gate reads it from the row, and whether the value was assumed because it was missing."""
        return {
            name: (need.unfavourable, True) if row.get(name) is None else (row[name], False)
            for name, need in self.needs.items()
        }

    def fired_rows(self, row: Mapping[str, Any]) -> list[LawRow]:
        """The rows that fire on one row of facts, the deciding one first."""
        fired = self._fire_row(row)
        found = [each for each in self.by_severity if fired[each.id]]
        return sorted(found, key=lambda each: self._place(each, self.verdict_on(each, row)))

    def explain(self, row: Mapping[str, Any], language: str = "en") -> Explanation:
        """Why the verdict on one row is what it is, in a language: ``en``, ``zh`` or ``zh_TW``."""
        fired = [(each, self.verdict_on(each, row)) for each in self.fired_rows(row)]
        return explanation_of(self.packs, fired, self.judge(row), self.facts_of(row), language)

    @cached_property
    def by_severity(self) -> list[LawRow]:
        """The rows in the order in which their reasons are shown: the worst first; of equal ones the one that stands longest,
        so that nobody works on a reason in vain; then as written."""
        return sorted(self.rows, key=lambda row: self._place(row, self.verdict_of(row)))

    def _place(self, row: LawRow, verdict: str) -> tuple[int, int, int]:
        remedy = REMEDIES.index(row.remedy) if row.remedy in REMEDIES else len(REMEDIES)
        return VERDICTS.index(verdict), remedy, self._written[row.id]

    @cached_property
    def _written(self) -> dict[str, int]:
        return {row.id: number for number, row in enumerate(self.rows)}

    def _of_kind(self, *kinds: str) -> list[LawRow]:
        return [row for row in self.rows if row.kind in kinds]

    @cached_property
    def _profiles(self) -> dict[str, Mapping[str, str]]:
        return {pack.name: pack.profiles[self.profile] for pack in self.packs}

    @cached_property
    def _constants(self) -> dict[str, Column]:
        return {name: value for pack in self.packs for name, value in pack.statutes.as_columns().items()}

    @cached_property
    def _value_reads(self) -> set[str]:
        every = (rows_of(pack, self.questions, in_force_only=False, values=True) for pack in self.packs)
        rows = [row for rows in every for row in rows]
        return {name for row in rows for name in row.reads}

    @cached_property
    def _row_decision(self) -> _Decision:
        return self._decide({name: need.dtype for name, need in self.needs.items()})

    @cached_property
    def _judge_row(self) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
        return compile_row(self._conclude(self._row_decision))

    @cached_property
    def _fire_row(self) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
        return compile_row(self._row_decision.fires)

    @cached_property
    def _value_row(self) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
        return compile_row(self._row_decision.values)

    def _decide(self, schema: Schema) -> _Decision:
        facts = {name: need.read_from(schema) for name, need in self.needs.items()}
        constants = self._constants
        values: dict[str, Column] = {}
        for pack in self.packs:
            values |= question_values(pack, self.questions, facts, constants)
        known = {**facts, **values}
        hours = hours_left(self.packs, self._of_kind("windows"), facts, constants) if self._of_kind("windows") else None
        fires = dict(hours.refusals) if hours else {}
        fires |= {row.id: is_used_up(row, facts, constants) for row in self._of_kind("caps")}
        plain = self._of_kind("prohibitions", "permissions", "duties")
        fires |= {row.id: row.condition(known, constants) for row in plain}
        start, end = (hours.start, hours.end) if hours else (literal(0), literal(0))
        duties = [row for row in plain if row.effect == "require" and set(row.reads) <= set(schema)]
        unmet = {row.id: all_of(*(column(name, schema[name]).is_known() for name in row.reads)) for row in duties}
        return _Decision(fires, unmet, start, end, values)

    def _conclude(self, decision: _Decision) -> dict[str, Column]:
        spoken = sorted(self._spoken(decision), key=lambda each: self._place(each[0], each[1]))
        any_fires = {verdict: any_of(*(fires for _, said, fires in spoken if said == verdict)) for verdict in VERDICTS}
        permitted = self._is_permitted(decision)
        severities = [(any_fires[verdict], verdict) for verdict in VERDICTS[1:-1]]
        rules = list_of_present(*(when(fires, row.id) for row, _, fires in spoken))
        duties: dict[str, list[Column]] = {}
        for row in self._of_kind("duties"):
            duties.setdefault(row.text("duty"), []).append(decision.fires[row.id])
        return {
            "verdict": case([(any_fires["DENY"] | ~permitted, "DENY"), *severities], "ALLOW"),
            "decided_by": when(any_of(any_fires["DENY"], permitted), first_text(rules), null(TEXT)),
            "rules": rules,
            "duties": list_of_present(*(when(any_of(*fires), duty) for duty, fires in duties.items())),
            "window_start_minute": decision.start,
            "window_end_minute": decision.end,
            "pack_version": literal(self.pack_version),
        }

    def _spoken(self, decision: _Decision) -> Iterator[tuple[LawRow, str, Column]]:
        """Each row with what it says and when; a duty says DENY where it is known to be unmet, and else what it asks."""
        for row in self.rows:
            fires, said = decision.fires[row.id], self.verdict_of(row)
            unmet = decision.unmet.get(row.id)
            if unmet is None:
                yield row, said, fires
            else:
                yield row, "DENY", all_of(fires, unmet)
                yield row, said, all_of(fires, ~unmet)

    def _is_permitted(self, decision: _Decision) -> Column:
        """Whether every question is permitted by every base pack: an overlay permits nothing, and need not."""
        asked = [(pack.name, name) for pack in self.packs if pack.is_base for name in self.questions]
        permits = [row for row in self.rows if row.effect == "permit"]
        return all_of(
            *(
                any_of(*(decision.fires[row.id] for row in permits if (row.pack, row.question) == place))
                for place in asked
            )
        )


def verdict_from(values: Mapping[str, Any]) -> Verdict:
    """The verdict in the columns that :meth:`Gate.apply` adds, of one row."""
    return Verdict(
        verdict=values["verdict"],
        decided_by=values["decided_by"],
        rules=tuple(values["rules"]),
        duties=tuple(values["duties"]),
        window_start_minute=values["window_start_minute"],
        window_end_minute=values["window_end_minute"],
        pack_version=values["pack_version"],
    )


def load_gate(law: str, on: date, profile: str = "strict", questions: Sequence[str] = ("contact",)) -> Gate:
    """The gate of a law (``cn``, ``cn+house`` …) on a date, for questions of its base pack.

    Raises:
        UsageError: ``unknown_profile``, ``unknown_question``.
        LawError: ``law_not_covered`` for a date before the pack begins; ``unknown_pack``, ``bad_pack``, ``bad_layers``,
            ``bad_statute``, ``bad_row``.
        TableError: a decision table of the pack is off.
    """
    return gate_of(read_law(law, on), profile, questions)


def gate_of(
    packs: Sequence[LawPack],
    profile: str = "strict",
    questions: Sequence[str] = ("contact",),
    *,
    any_date: bool = False,
) -> Gate:
    """The gate of packs that are read already; errors as in :func:`load_gate`.

    Args:
        any_date: also for a date before the packs begin, and for an overlay alone: to look at its rows, not to decide by.
    """
    on = packs[0].on
    law = "+".join(pack.name for pack in packs)
    begins = on if any_date else covered_from(packs)
    if on < begins:
        raise LawError(
            "law_not_covered", f"The law {law} is known from {begins} on.", do="Choose a later date.", date=on
        )
    for pack in packs:
        if profile not in pack.profiles:
            known = ", ".join(pack.profiles)
            raise UsageError("unknown_profile", f"The pack has no profile {profile!r}.", do=f"There are: {known}.")
    unknown = [name for name in questions if not all(name in pack.questions for pack in packs if pack.is_base)]
    if unknown:
        known = ", ".join(packs[0].questions)
        raise UsageError(
            "unknown_question", f"The law {law} answers no question {unknown[0]!r}.", do=f"There are: {known}."
        )
    rows = tuple(row for pack in packs for row in rows_of(pack, questions))
    return Gate(tuple(packs), profile, tuple(questions), rows)
