"""The gate: whether a contact is allowed, decided by the law pack of a date.

One set of expressions says it, run on columns for a whole book or as a function of one row. The lattice is
``DENY > REVIEW > REQUIRE > WARN > ALLOW``; what no row permits is denied; a missing fact counts as its unfavourable value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from forbear.columns.closure import compile_row
from forbear.columns.dtypes import TEXT, DType
from forbear.columns.expression import (
    Column,
    any_of,
    case,
    first_text,
    list_of_present,
    literal,
    null,
    when,
)
from forbear.columns.relation import Relation, Schema
from forbear.columns.sharing import derive_shared
from forbear.compliance.caps import CountWindow, count_windows, is_used_up
from forbear.compliance.explanation import Explanation, explanation_of
from forbear.compliance.pack import VERDICTS, LawPack, read_pack
from forbear.compliance.rows import LawRow, rows_of
from forbear.compliance.verdict import Verdict
from forbear.compliance.windows import hours_left
from forbear.kernel.errors import LawError, UsageError

__all__ = ["CountWindow", "Explanation", "Gate", "Verdict", "load_gate"]


@dataclass(frozen=True)
class _Decision:
    """Which rows fire, and the hours left, over some facts."""

    fires: Mapping[str, Column]
    start: Column
    end: Column


@dataclass(frozen=True)
class Gate:
    """The law pack of a date, under a profile, as a pure function of facts. Made by :func:`load_gate`."""

    pack: LawPack
    profile: str
    rows: tuple[LawRow, ...]

    @property
    def pack_version(self) -> str:
        """Pack, date, profile and digest of all its files: what a verdict rests on."""
        return f"{self.pack.name}-{self.pack.on.isoformat()}-{self.profile}-{self.pack.digest[:12]}"

    @property
    def count_windows(self) -> tuple[CountWindow, ...]:
        """What the facts engine has to count for this gate."""
        return count_windows(self.pack, self._of_kind("caps"))

    @property
    def required_facts(self) -> dict[str, tuple[DType, bool | int | str]]:
        """Every column the gate reads: its type, and the value that stands in where it is missing or null."""
        return {name: (need.dtype, need.unfavourable) for name, need in self.pack.needs.items()}

    def verdict_of(self, row: LawRow) -> str:
        """What it means for the contact when the row fires, under the profile."""
        return self.pack.profiles[self.profile][row.effect]

    def apply(self, relation: Relation) -> Relation:
        """The relation with the verdict's columns added; a column it lacks counts as unfavourable.

        Raises:
            LawError: ``wrong_fact_type``.
        """
        return derive_shared(relation, self._conclude(self._decide(relation.schema)))

    def judge(self, row: Mapping[str, Any]) -> Verdict:
        """The verdict on one row of facts and proposal, by name; missing names count as unfavourable."""
        values = self._judge_row(row)
        return Verdict(
            verdict=values["verdict"],
            decided_by=values["decided_by"],
            rules=tuple(values["rules"]),
            duties=tuple(values["duties"]),
            window_start_minute=values["window_start_minute"],
            window_end_minute=values["window_end_minute"],
            pack_version=values["pack_version"],
        )

    def facts_of(self, row: Mapping[str, Any]) -> dict[str, tuple[bool | int | str, bool]]:
        """Every fact as the gate reads it from the row, and whether the value was assumed because it was missing."""
        return {
            name: (need.unfavourable, True) if row.get(name) is None else (row[name], False)
            for name, need in self.pack.needs.items()
        }

    def fired_rows(self, row: Mapping[str, Any]) -> list[LawRow]:
        """The rows that fire on one row of facts, the deciding one first."""
        fired = self._fire_row(row)
        return [each for each in self._by_severity if fired[each.id]]

    def explain(self, row: Mapping[str, Any], language: str = "en") -> Explanation:
        """Why the verdict on one row is what it is, in ``en`` or ``zh``."""
        fired = [(each, self.verdict_of(each)) for each in self.fired_rows(row)]
        return explanation_of(self.pack, fired, self.judge(row), self.facts_of(row), language)

    def _of_kind(self, *kinds: str) -> list[LawRow]:
        return [row for row in self.rows if row.kind in kinds]

    @cached_property
    def _by_severity(self) -> list[LawRow]:
        return sorted(self.rows, key=lambda row: VERDICTS.index(self.verdict_of(row)))

    @cached_property
    def _row_decision(self) -> _Decision:
        return self._decide({name: need.dtype for name, need in self.pack.needs.items()})

    @cached_property
    def _judge_row(self) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
        return compile_row(self._conclude(self._row_decision))

    @cached_property
    def _fire_row(self) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
        return compile_row(self._row_decision.fires)

    def _decide(self, schema: Schema) -> _Decision:
        facts = {name: need.read_from(schema) for name, need in self.pack.needs.items()}
        values = self.pack.statutes.as_columns()
        hours = hours_left(self.pack, self._of_kind("windows"), facts, values)
        fires = dict(hours.refusals)
        fires |= {row.id: is_used_up(row, facts, values) for row in self._of_kind("caps")}
        plain = self._of_kind("prohibitions", "permissions", "duties")
        fires |= {row.id: row.condition(facts, values) for row in plain}
        return _Decision(fires, hours.start, hours.end)

    def _conclude(self, decision: _Decision) -> dict[str, Column]:
        any_fires = {
            verdict: any_of(*(decision.fires[row.id] for row in self.rows if self.verdict_of(row) == verdict))
            for verdict in VERDICTS
        }
        refused_or_permitted = any_of(any_fires["DENY"], any_fires["ALLOW"])
        severities = [(any_fires[verdict], verdict) for verdict in ("REVIEW", "REQUIRE", "WARN")]
        rules = list_of_present(*(when(decision.fires[row.id], row.id) for row in self._by_severity))
        duties = [(row, row.text("duty")) for row in self._of_kind("duties")]
        return {
            "verdict": case([(any_fires["DENY"] | ~any_fires["ALLOW"], "DENY"), *severities], "ALLOW"),
            "decided_by": when(refused_or_permitted, first_text(rules), null(TEXT)),
            "rules": rules,
            "duties": list_of_present(*(when(decision.fires[row.id], duty) for row, duty in duties)),
            "window_start_minute": decision.start,
            "window_end_minute": decision.end,
            "pack_version": literal(self.pack_version),
        }


def load_gate(name: str, on: date, profile: str = "strict") -> Gate:
    """The gate of a pack on a date.

    Raises:
        UsageError: ``unknown_profile``.
        LawError: ``law_not_covered`` for a date before the pack begins; ``unknown_pack``, ``bad_pack``, ``bad_statute``,
            ``bad_row``.
        TableError: a decision table of the pack is off.
    """
    pack = read_pack(name, on)
    if on < pack.covers_from:
        raise LawError(
            "law_not_covered",
            f"The law pack {name} knows the law from {pack.covers_from} on.",
            do="Choose a later date.",
            date=on,
        )
    if profile not in pack.profiles:
        raise UsageError(
            "unknown_profile", f"The pack has no profile {profile!r}.", do=f"There are: {', '.join(pack.profiles)}."
        )
    return Gate(pack, profile, tuple(rows_of(pack)))
