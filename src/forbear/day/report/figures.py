"""The figures of a run, counted from its Parquet files. Nothing here knows a language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.columns.expression import Column, coalesce, count, count_distinct, literal, min_of, sum_of
from forbear.columns.relation import Relation
from forbear.compliance import REFUSED
from forbear.strategy.codes import LEAVE_ALONE

BUCKETS = ("M0", "M1", "M2", "M3", "M4", "M5", "M6", "M6+")
COMPONENTS = ("principal", "interest", "penalty", "fee")
MEMORY_GIB = 1.0


@dataclass(frozen=True)
class Age:
    """The open loans of one age bucket, and what is owed on them."""

    bucket: str
    is_overdue: bool
    loans: int
    outstanding_cents: int
    overdue_cents: int


@dataclass(frozen=True)
class Tally:
    """How many of something, by code; ``limit`` is the capacity for it, where there is one."""

    code: str
    count: int
    limit: int | None = None
    group: str = ""


@dataclass(frozen=True)
class Money:
    """An amount by code."""

    code: str
    cents: int


@dataclass(frozen=True)
class Figures:
    """Everything the report shows. ``currency`` is that of most open loans; amounts in others are in ``elsewhere``."""

    currency: str
    loans_open: int
    persons_open: int
    loans_overdue: int
    persons_overdue: int
    overdue_cents: int
    overdue_outstanding_cents: int
    loans_in_flight: int
    ages: tuple[Age, ...]
    components: tuple[Money, ...]
    elsewhere: tuple[Money, ...]
    funnel: tuple[Tally, ...]
    not_yet_due_proposed: int
    refusals: tuple[Tally, ...]
    refused_proposals: int
    without_point: int
    proposals: int
    stages: tuple[Tally, ...]
    stage_order: tuple[str, ...]
    channels: tuple[Tally, ...]
    acts: Mapping[str, int]
    unplanned: tuple[Tally, ...]
    left_alone: tuple[Tally, ...]
    rejects: tuple[Tally, ...]
    notes: int


def count_figures(folder: Path, capacity: Mapping[str, int | None]) -> Figures:
    """Count the figures of the run in ``folder``.

    Args:
        folder: holds facts, verdicts, plan and rejects as Parquet.
        capacity: acts a day by channel, as the run was given; None for no limit.
    """
    engine = DuckDBEngine(memory_gib=MEMORY_GIB)
    try:
        return _Counter(engine, folder).figures(capacity)
    finally:
        engine.close()


class _Counter:
    def __init__(self, engine: DuckDBEngine, folder: Path) -> None:
        self.engine = engine
        facts = self._open(folder, "facts")
        self.open = facts.keep(facts["is_open"].is_true())
        self.overdue = self.open.keep(self.open["days_past_due"] > 0)
        self.proposals = self._open(folder, "proposals")
        self.asked = self._open(folder, "verdicts")
        self.plan = self._open(folder, "plan")
        self.rejects = self._open(folder, "rejects")

    def _open(self, folder: Path, name: str) -> Relation:
        return self.engine.open_parquet(name, [folder / f"{name}.parquet"])

    def _rows(self, relation: Relation, *order: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.engine.fetch(relation, order or tuple(relation.schema)).to_pylist()
        return rows

    def figures(self, capacity: Mapping[str, int | None]) -> Figures:
        currencies = self._rows(_total(self.open, "currency", count=count(), cents=sum_of(self.open["overdue_cents"])))
        currencies.sort(key=lambda row: (-row["count"], row["currency"]))
        currency = currencies[0]["currency"] if currencies else "CNY"
        return Figures(
            currency=currency,
            elsewhere=tuple(Money(row["currency"], row["cents"]) for row in currencies[1:]),
            **self._loans(currency),
            ages=self._ages(currency),
            funnel=self._funnel(),
            not_yet_due_proposed=self._loans_of(self.asked.lacking(self.overdue, "loan_id")),
            **self._judged(),
            **self._planned(capacity),
            left_alone=self._tallies(self.proposals.keep(self.proposals["treatment"] == LEAVE_ALONE), "reason"),
            rejects=self._tallies(self.rejects.keep(self.rejects["disposition"] != "noted"), "rule", "table"),
            notes=self.engine.count(self.rejects.keep(self.rejects["disposition"] == "noted")),
        )

    def _loans(self, currency: str) -> dict[str, Any]:
        overdue, mine = self.overdue, self.overdue["currency"] == currency
        sums = {f"{name}_cents": _sum(overdue[f"overdue_{name}_cents"], mine) for name in COMPONENTS}
        totals = self._rows(
            overdue.group(
                loans_overdue=count(),
                persons_overdue=count_distinct(overdue["person_id"]),
                overdue_cents=_sum(overdue["overdue_cents"], mine),
                overdue_outstanding_cents=_sum(overdue["outstanding_cents"], mine),
                loans_in_flight=count(overdue["has_payment_in_flight"]),
                **sums,
            )
        )[0]
        components = tuple(Money(name, totals.pop(f"{name}_cents")) for name in COMPONENTS)
        heads = self._rows(self.open.group(loans_open=count(), persons_open=count_distinct(self.open["person_id"])))[0]
        return {**totals, **heads, "components": components}

    def _ages(self, currency: str) -> tuple[Age, ...]:
        """The buckets in order of age; a lender's own buckets as they are found."""
        mine = self.open["currency"] == currency
        totals = self.open.group(
            "bucket",
            first=min_of(self.open["days_past_due"]),
            loans=count(),
            outstanding_cents=_sum(self.open["outstanding_cents"], mine),
            overdue_cents=_sum(self.open["overdue_cents"], mine),
        )
        rows = self._rows(totals, "first")
        found = {row.pop("bucket"): row for row in rows}
        names = BUCKETS if set(found) <= set(BUCKETS) else tuple(found)
        nothing = {"first": 1, "loans": 0, "outstanding_cents": 0, "overdue_cents": 0}
        ages = [(name, found.get(name, {**nothing, "first": int(name != BUCKETS[0])})) for name in names]
        return tuple(
            Age(name, row["first"] > 0, row["loans"], row["outstanding_cents"], row["overdue_cents"])
            for name, row in ages
        )

    def _funnel(self) -> tuple[Tally, ...]:
        """Each step is a part of the step before it, in overdue loans (the first: open loans)."""
        asked = self.asked.having(self.overdue, "loan_id")
        plan = self.plan.having(self.overdue, "loan_id")
        steps = {
            "open": self.open,
            "overdue": self.overdue,
            "proposed": asked,
            "permitted": asked.keep(~asked["verdict"].isin(REFUSED)),
            "chosen": plan.keep(plan["status"].isin(["planned", "candidate"])),
            "planned": plan.keep(plan["status"] == "planned"),
        }
        return tuple(Tally(name, self._loans_of(relation)) for name, relation in steps.items())

    def _loans_of(self, relation: Relation) -> int:
        return self.engine.count(relation.distinct("loan_id"))

    def _judged(self) -> dict[str, Any]:
        asked = self.asked
        refused = asked.keep(asked["verdict"].isin(REFUSED))
        held = asked.keep(asked["verdict"].isin([*REFUSED, "REVIEW"]))
        held = held.derive(rule=coalesce(held["decided_by"], "no_rule_spoke"))
        first = self.proposals.keep((self.proposals["treatment"] != LEAVE_ALONE) & (self.proposals["preference"] == 1))
        return {
            "proposals": self.engine.count(asked),
            "refused_proposals": self.engine.count(refused),
            "without_point": self.engine.count(refused.keep(refused["contact_point_id"].is_null())),
            "refusals": self._tallies(held, "rule", "verdict"),
            "stages": self._tallies(first, "treatment", "stage"),
            "stage_order": self._stage_order(first),
        }

    def _stage_order(self, wanted: Relation) -> tuple[str, ...]:
        """The stages from the youngest debt to the oldest."""
        aged = wanted.join(self.open.select("loan_id", "days_past_due"), "loan_id")
        rows = self._rows(aged.group("stage", first=min_of(aged["days_past_due"])), "first", "stage")
        return tuple(row["stage"] for row in rows)

    def _planned(self, capacity: Mapping[str, int | None]) -> dict[str, Any]:
        planned = self.plan.keep(self.plan["status"] == "planned")
        channels = {tally.code: tally.count for tally in self._tallies(planned, "channel")}
        names = [*channels, *sorted(name for name in capacity if name not in channels)]
        passed_over = self.plan.keep(self.plan["status"] == "unplanned")
        unplanned = passed_over.keep(passed_over["act"] != "none")
        candidates = self.plan.keep(self.plan["status"] == "candidate")
        return {
            "channels": tuple(Tally(name, channels.get(name, 0), capacity.get(name)) for name in names),
            "acts": {
                "planned": self.engine.count(planned),
                "visits": self.engine.count(planned.keep(planned["act"] == "visit")),
                "candidates": self.engine.count(candidates),
            },
            "unplanned": self._tallies(unplanned, "reason"),
        }

    def _tallies(self, relation: Relation, code: str, group: str | None = None) -> tuple[Tally, ...]:
        """How many rows by code, most first; ties by code."""
        known = relation.derive(**{code: coalesce(relation[code], "none")})
        keys = [code] if group is None else [code, group]
        rows = self._rows(_total(known, *keys, count=count()))
        rows.sort(key=lambda row: (-row["count"], *(row[key] for key in keys)))
        return tuple(Tally(row[code], row["count"], group=row[group] if group else "") for row in rows)


def _total(relation: Relation, *keys: str, **aggregates: Column) -> Relation:
    return relation.group(*keys, **aggregates)


def _sum(value: Column, where: Column) -> Column:
    return coalesce(sum_of(value, where), literal(0))


def shares(counts: Sequence[int]) -> list[int]:
    """Each count as a whole percentage of the first, cut off; 0 when the first is 0."""
    first = counts[0] if counts else 0
    return [100 * each // first if first else 0 for each in counts]
