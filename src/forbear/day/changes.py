"""What differs between two days on one book: wanted acts side by side, and the figures of their differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from forbear.columns.dtypes import TEXT
from forbear.columns.engines.engine import Engine
from forbear.columns.expression import (
    Column,
    all_of,
    any_of,
    case,
    coalesce,
    count,
    count_distinct,
    literal,
    max_of,
    null,
    row_number,
    sum_of,
)
from forbear.columns.relation import Relation
from forbear.compliance import REFUSED
from forbear.strategy.codes import LEAVE_ALONE, VISIT

KEYS = ("loan_id", "kind", "preference")
CHANGES = ("removed", "added", "verdict", "treatment", "reason", "duties", "hours", "rule", "plan")
"""What may differ in a wanted act, the weightiest first; each act is counted under the first that does."""
MATERIAL = ("removed", "added", "verdict", "treatment")
"""The differences that change what may be done, or what is wanted."""
WISHED = ("removed", "added", "treatment")
"""The differences in what the playbook wants."""
EXAMPLES = 20
_SIDES = ("before", "after")
_TOLD = (
    "treatment", "channel", "reason", "rule", "verdict", "decided_by", "rules", "duties", "window_start_minute", "window_end_minute",
    "planned",
)  # fmt: skip
_OF_LOAN = ("person_id", "days_past_due", "overdue_cents")
_PAIRS = tuple(f"{name}_{side}" for name in _TOLD for side in _SIDES)
CHANGE_COLUMNS = ("loan_id", "person_id", "kind", "preference", "change", *_PAIRS, "days_past_due", "overdue_cents")
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Outcome:
    """One day's end: every wanted act with its verdict, decisions to leave alone among them, and the plan."""

    wanted: Relation
    plan: Relation


def side_by_side(before: Outcome, after: Outcome, loans: Relation) -> Relation:
    """One row a wanted act of either day, of ``CHANGE_COLUMNS``; null in ``change`` where both days agree.

    ``loans`` has ``loan_id, person_id, days_past_due, overdue_cents``.
    """
    return _joined(_told(before), _told(after), KEYS, loans, CHANGES).select(*CHANGE_COLUMNS)


def _told(outcome: Outcome) -> Relation:
    """The wanted acts with the playbook's row that asked for each, and whether it is planned."""
    plan = outcome.plan
    planned = plan.keep(plan["status"] == "planned").select(
        "loan_id", "preference", kind=plan["act"], is_planned=literal(True)
    )
    rows = outcome.wanted.join(planned, KEYS)
    rule = case(
        [
            (rows["kind"] == "visit", rows["visit_rule"]),
            (rows["treatment"] == LEAVE_ALONE, rows["leave_alone_rule"]),
        ],
        rows["treatment_rule"],
    )
    told = {name: rows[name] for name in _TOLD if name not in ("rule", "planned")}
    return rows.select(*KEYS, **told, rule=rule, planned=rows["is_planned"].is_true())


def _joined(
    before: Relation, after: Relation, keys: tuple[str, ...], loans: Relation, order: tuple[str, ...]
) -> Relation:
    every = before.select(*keys).union(after.select(*keys)).distinct()
    for side, rows in zip(_SIDES, (before, after), strict=True):
        every = every.join(rows.select(*keys, **{f"{name}_{side}": rows[name] for name in _TOLD}), keys)
    every = every.join(loans.select("loan_id", *_OF_LOAN), "loan_id")
    return every.derive(change=_change(every, order))


def _change(rows: Relation, order: tuple[str, ...]) -> Column:
    """The first of ``order`` in which the two sides differ."""
    differs = {name: _differs_in(rows, name) for name in _TOLD}
    is_alone = rows["treatment_after"] == LEAVE_ALONE
    may_be = (~rows["verdict_after"].isin(REFUSED)).is_true()
    found = {
        "removed": rows["treatment_after"].is_null(),
        "added": rows["treatment_before"].is_null(),
        "verdict": differs["verdict"],
        "treatment": any_of(differs["treatment"], differs["channel"]),
        "reason": all_of(is_alone, differs["reason"]),
        "duties": all_of(may_be, differs["duties"]),
        "hours": all_of(may_be, any_of(differs["window_start_minute"], differs["window_end_minute"])),
        "rule": differs["decided_by"],
        "plan": differs["planned"],
    }
    return case([(found[name], name) for name in order], null(TEXT))


def _differs_in(rows: Relation, name: str) -> Column:
    """Whether the sides differ; unknown is the same as unknown, and other than anything known."""
    one, other = rows[f"{name}_before"], rows[f"{name}_after"]
    appears, vanishes = all_of(one.is_null(), other.is_known()), all_of(one.is_known(), other.is_null())
    return any_of(appears, vanishes, (one != other).is_true())


class Counter:
    """Counts the differences. ``changes`` is :func:`side_by_side`, kept on the engine."""

    def __init__(self, engine: Engine, before: Outcome, after: Outcome, changes: Relation) -> None:
        self.engine = engine
        self.outcomes = {"before": before, "after": after}
        self.changes = changes
        asked = changes.keep(changes["kind"] != "none")
        self.asked = asked
        self.both = asked.keep(asked["treatment_before"].is_known() & asked["treatment_after"].is_known())
        self.wishes = self._wishes()

    def figures(self) -> dict[str, Any]:
        """All figures, as plain values in a firm order."""
        material = self.changes.keep(self.changes["change"].isin(MATERIAL).is_true())
        verdicts = self.both.keep(self.both["change"] == "verdict")
        wishes = self.wishes.keep(self.wishes["change"].isin(WISHED).is_true())
        pairs = ("verdict_before", "verdict_after", "decided_by_before", "decided_by_after")
        acts = tuple(f"{name}_{side}" for side in _SIDES for name in ("treatment", "channel"))
        return {
            "proposals": self._either(self.asked, *KEYS),
            "loans": self._either(self.changes, "loan_id"),
            "changed": self._total(material),
            "wishes_changed": self._total(wishes),
            "replanned": self.engine.count(self.changes.keep(_differs_in(self.changes, "planned"))),
            "by_change": self._by_change(),
            "verdicts": self._grouped(self.asked, "verdict_before", "verdict_after"),
            "rules": self._grouped(verdicts, *pairs),
            "held_by": self._held_by(),
            "treatments": self._grouped(wishes, "wish", *acts),
            "treatment_rules": self._grouped(wishes, "wish", *acts, "rule_before", "rule_after"),
            "acts": self._planned("channel", "planned"),
            "waiting": self._planned("treatment", "candidate"),
            "people": self._people(),
        }

    def examples(self, subject: str) -> Rows:
        """Up to ``EXAMPLES`` loans that change: of every kind of change some, the largest amounts first."""
        rows = self.wishes if subject == "playbook" else self.changes
        changed = rows.keep(rows["change"].is_known())
        rank = case([(changed["change"] == name, place) for place, name in enumerate(CHANGES)], len(CHANGES))
        order = "wish" if subject == "playbook" else "kind"
        preference = literal(1) if subject == "playbook" else changed["preference"]
        ranked = changed.derive(rank=rank, turn=preference)
        own = [(ranked["rank"], "asc"), (ranked[order], "asc"), (ranked["turn"], "asc")]
        ranked = ranked.derive(of_loan=row_number([ranked["loan_id"]], own))
        ranked = ranked.keep(ranked["of_loan"] == 1)
        told_apart = ("treatment",) if subject == "playbook" else ("verdict", "decided_by", "treatment")
        alike = ("change", *(f"{name}_{side}" for name in told_apart for side in _SIDES))
        largest = [(ranked["overdue_cents"], "desc"), (ranked["loan_id"], "asc")]
        ranked = ranked.derive(place=row_number([ranked[name] for name in alike], largest))
        in_turn = [(ranked["place"], "asc"), (ranked["rank"], "asc")]
        largest = [(ranked["overdue_cents"], "desc"), (ranked["loan_id"], "asc")]
        ranked = ranked.derive(number=row_number([literal(0)], [*in_turn, *largest]))
        first = ranked.keep(ranked["number"] <= EXAMPLES)
        told = [name for name in CHANGE_COLUMNS if name in first.schema and name != "person_id"]
        return self._rows(first.select(*told, "number"), "number")

    def _wishes(self) -> Relation:
        """What is wanted of each loan first, and beside it a visit or a referral; both days side by side."""
        changes = self.changes
        first = changes.keep(changes["preference"] == 1)
        told = {}
        for side in _SIDES:
            treatment = first[f"treatment_{side}"]
            is_referral = all_of(first["kind"] == "none", treatment != LEAVE_ALONE)
            wish = case([(treatment == VISIT, "visit"), (is_referral, "referral")], "contact")
            mine = first.derive(wish=wish).keep(treatment.is_known())
            told[side] = mine.select("loan_id", "wish", **{name: mine[f"{name}_{side}"] for name in _TOLD})
        loans = changes.group("loan_id", **{name: max_of(changes[name]) for name in _OF_LOAN})
        joined = _joined(told["before"], told["after"], ("loan_id", "wish"), loans, (*WISHED, "verdict"))
        return self.engine.keep("wishes", joined)

    def _by_change(self) -> Rows:
        found = {
            row["change"]: row for row in self._grouped(self.changes.keep(self.changes["change"].is_known()), "change")
        }
        return [found[name] for name in CHANGES if name in found]

    def _total(self, rows: Relation) -> dict[str, int]:
        found = self._grouped(rows.derive(every=literal(0)), "every")
        nothing = {"proposals": 0, "loans": 0, "people": 0, "overdue_cents": 0}
        return {name: int(found[0][name]) if found else 0 for name in nothing}

    def _grouped(self, rows: Relation, *keys: str) -> Rows:
        """Proposals, loans, people and money by the keys, most proposals first; the money of a loan is counted once."""
        of_loan = rows.group(
            *keys, "loan_id", acts=count(), person=max_of(rows["person_id"]), cents=max_of(rows["overdue_cents"])
        )
        grouped = of_loan.group(
            *keys,
            proposals=sum_of(of_loan["acts"]),
            loans=count(),
            people=count_distinct(of_loan["person"]),
            overdue_cents=coalesce(sum_of(of_loan["cents"]), literal(0)),
        )
        found = self._rows(grouped, *keys)
        return sorted(found, key=lambda row: -row["proposals"])

    def _either(self, rows: Relation, *keys: str) -> dict[str, int]:
        """How many before, after, and in all."""
        sides = {side: rows.keep(rows[f"treatment_{side}"].is_known()) for side in _SIDES}
        return {name: self.engine.count(mine.distinct(*keys)) for name, mine in {**sides, "either": rows}.items()}

    def _held_by(self) -> Rows:
        """By rule and verdict, how many wanted acts it refuses or leaves to a person, before and after."""
        parts = []
        for side in _SIDES:
            held = self.asked.keep(self.asked[f"verdict_{side}"].isin((*REFUSED, "REVIEW")).is_true())
            rule = coalesce(held[f"decided_by_{side}"], "no_rule_spoke")
            parts.append(held.select(rule=rule, verdict=held[f"verdict_{side}"], **_ones(side)))
        return self._sides_of(parts[0].union(parts[1]), "rule", "verdict")

    def _planned(self, name: str, status: str) -> Rows:
        parts = []
        for side, outcome in self.outcomes.items():
            plan = outcome.plan.keep(outcome.plan["status"] == status)
            parts.append(plan.select(name, **_ones(side)))
        return self._sides_of(parts[0].union(parts[1]), name)

    def _sides_of(self, rows: Relation, *keys: str) -> Rows:
        sums = {side: sum_of(rows[side]) for side in _SIDES}
        return sorted(self._rows(rows.group(*keys, **sums), *keys), key=lambda row: -max(row["before"], row["after"]))

    def _people(self) -> dict[str, int]:
        """People with a planned act before and after, and those on one side only."""
        found = {}
        for side, outcome in self.outcomes.items():
            plan = outcome.plan.keep(outcome.plan["status"] == "planned")
            found[side] = self.engine.keep(f"people_{side}", plan.distinct("person_id"))
        before, after = found["before"], found["after"]
        return {
            "before": self.engine.count(before),
            "after": self.engine.count(after),
            "lost": self.engine.count(before.lacking(after, "person_id")),
            "gained": self.engine.count(after.lacking(before, "person_id")),
        }

    def _rows(self, relation: Relation, *order: str) -> Rows:
        rows: Rows = self.engine.fetch(relation, order).to_pylist()
        return rows


def _ones(side: str) -> dict[str, Column]:
    return {name: literal(int(name == side)) for name in _SIDES}
