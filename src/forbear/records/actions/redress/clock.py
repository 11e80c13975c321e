"""By when the law has something answered, and what it says of one that is late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from forbear.compliance import Gate, load_gate
from forbear.compliance.deriving import derived_values
from forbear.kernel.errors import UsageError
from forbear.records.lender import lender_settings

STAGES: Mapping[str, Mapping[str, bool]] = {
    "complex": {"is_complex": True, "is_extension_notified": True},
    "approved": {"is_complex": True, "is_extension_notified": True, "has_senior_approval": True},
}
"""What must be so for a longer time, by the law's facts: the matter is complex and the person was told; a senior officer approved
besides."""


@dataclass(frozen=True)
class Consequence:
    """The rows of the law that stand against a lender who is late with an answer, by their ids, and how many days it leaves."""

    rules: tuple[str, ...]
    limit_days: int | None


def due_date(tenant: str, kind: str, received_on: date) -> date | None:
    """By when the law has a request of a kind answered, rolled on its calendar; None where it says nothing, or the year's
    calendar is not published: then a person must look."""
    lender = lender_settings(tenant)
    gate = _gate(lender.law, lender.profile, received_on)
    if gate is None:
        return None
    facts = {"request_kind": kind}
    found = derived_values(gate, facts, {"request.received_on": received_on}, received_on)
    due: date | None = found.get("request_due_on")
    return due


def consequence_of_delay(tenant: str, kind: str, on: date) -> Consequence:
    """What the law of a day says of a request of a kind that is answered too late; nothing where it has no clock for it."""
    lender = lender_settings(tenant)
    gate = _gate(lender.law, lender.profile, on)
    if gate is None or "request_is_late" not in gate.needs:
        return Consequence((), None)
    in_time = {name: need.base for name, need in gate.needs.items()} | {"request_kind": kind}
    late = {**in_time, "request_is_late": True}
    before = {row.id for row in gate.fired_rows(in_time)}
    rules = tuple(row.id for row in gate.fired_rows(late) if row.id not in before)
    limit = gate.values_of(in_time).get("request_limit_days")
    return Consequence(rules, None if limit is None else int(limit))


@dataclass(frozen=True)
class Longer:
    """A longer time that the law leaves for an answer: of which kind, until when, how many days in all, and by which rows."""

    stage: str
    due_on: date
    limit_days: int
    rules: tuple[str, ...]


def longer_times(tenant: str, kind: str, received_on: date) -> list[Longer]:
    """The longer times that the law of the day of receipt leaves a request of a kind, the shortest first: what makes them so is of
    :data:`STAGES`. None where it leaves no more than the first."""
    lender = lender_settings(tenant)
    gate = _gate(lender.law, lender.profile, received_on)
    if gate is None:
        return []
    plain: dict[str, Any] = {name: need.base for name, need in gate.needs.items()} | {"request_kind": kind}
    days = int(gate.values_of(plain).get("request_limit_days") or 0)
    found: list[Longer] = []
    for stage, facts in STAGES.items():
        asked = plain | {name: value for name, value in facts.items() if name in gate.needs}
        limit = int(gate.values_of(asked).get("request_limit_days") or 0)
        due = derived_values(gate, asked, {"request.received_on": received_on}, received_on).get("request_due_on")
        if limit > days and isinstance(due, date):
            days = limit
            found.append(Longer(stage, due, limit, (gate.value_rows_of(asked)["request_limit_days"],)))
    return found


@lru_cache(maxsize=4)
def _gate(law: str, profile: str, on: date) -> Gate | None:
    """The law of answering; None where the law has no clock for it."""
    try:
        return load_gate(law, on, profile, ("request",))
    except UsageError as error:
        if error.code == "unknown_question":
            return None
        raise
