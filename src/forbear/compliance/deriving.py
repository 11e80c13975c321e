"""What code makes of a law's values: deadlines on the calendar, amounts in an order, and what ageing reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from forbear.book.settings import LegalSettings
from forbear.compliance.gate import Gate
from forbear.kernel.calendar import WorkCalendar, deadline
from forbear.kernel.dates import zone

COMPONENTS = ("costs", "interest", "principal")
MINUTES_A_DAY = 24 * 60


def derived_facts(gate: Gate, facts: Mapping[str, Any], special: Mapping[str, Any], on: date) -> dict[str, Any]:
    """Facts that follow from a value of the question: whether a request is late, where the law gives a limit in days.

    ``request.received_on`` and ``request.answered_on`` are dates; without an answer, it is late once the date is past the
    deadline. A deadline that falls in a year without a published calendar is not known, and counts against the act.
    """
    day = _date(special.get("day"))
    if day is not None and "is_day_known" in gate.needs:
        return {"is_day_known": _calendar(gate).is_workday(day) is not None}
    received = _date(special.get("request.received_on"))
    if received is None or "request_is_late" not in gate.needs:
        return {}
    limit = gate.values_of(facts).get("request_limit_days")
    due = _due_on(gate, received, limit)
    answered = _date(special.get("request.answered_on")) or on
    if due is None:
        return {"request_deadline_known": False, "request_is_late": True}
    return {"request_deadline_known": True, "request_is_late": answered > due}


def derived_values(gate: Gate, facts: Mapping[str, Any], special: Mapping[str, Any], on: date) -> dict[str, Any]:
    """Values that follow from others: ``request_due_on``, and what a payment extinguishes in the order of the law."""
    values = gate.values_of(facts)
    found: dict[str, Any] = {}
    received = _date(special.get("request.received_on"))
    if received is not None and "request_limit_days" in values:
        found["request_due_on"] = _due_on(gate, received, values["request_limit_days"])
    if values.get("allocation_order") and "payment_cents" in facts:
        owed = {part: int(facts[f"owed_{part}_cents"]) for part in COMPONENTS}
        paid = allocate(int(facts["payment_cents"]), owed, str(values["allocation_order"]).split())
        found |= {f"paid_{part}_cents": cents for part, cents in paid.items()}
    day = _date(special.get("day"))
    if day is not None:
        found["is_workday"] = _word(_calendar(gate).is_workday(day) if gate.pack.calendar else None)
    return found


def lawful_hours(gate: Gate, row: Mapping[str, Any], now: datetime, time_zone: str) -> tuple[datetime, datetime] | None:
    """From when to when the law leaves today for an act, on the person's clock; None where it leaves nothing.

    The gate is asked about the whole day: asked about one minute, it would say that minute.
    """
    hours = gate.judge({**row, "earliest_minute": 0, "latest_minute": MINUTES_A_DAY})
    start, end = hours.window_start_minute, min(hours.window_end_minute, MINUTES_A_DAY)
    if start >= end:
        return None
    local = now.astimezone(zone(time_zone))
    midnight = datetime.combine(local.date(), time(0), tzinfo=local.tzinfo)
    begins, ends = ((midnight + timedelta(minutes=minute)).astimezone(now.tzinfo) for minute in (start, end))
    return begins, ends


def allocate(payment_cents: int, owed_cents: Mapping[str, int], order: list[str]) -> dict[str, int]:
    """What a payment extinguishes of each part of a debt, part after part in the order given; the rest stays unspent.

    >>> allocate(100_000, {"costs": 5_000, "interest": 15_000, "principal": 500_000}, ["costs", "interest", "principal"])
    {'costs': 5000, 'interest': 15000, 'principal': 80000}
    """
    left, paid = payment_cents, dict.fromkeys(owed_cents, 0)
    for part in order:
        paid[part] = min(left, owed_cents[part])
        left -= paid[part]
    return paid


def _due_on(gate: Gate, received: date, limit: Any) -> date | None:
    if limit is None or not gate.pack.calendar:
        return None
    return deadline(received, int(limit), _calendar(gate)).date


def _calendar(gate: Gate) -> WorkCalendar:
    return WorkCalendar(gate.pack.calendar)


def _word(value: bool | None) -> str:
    return "unknown" if value is None else "true" if value else "false"


def _date(value: Any) -> date | None:
    return value if isinstance(value, date) or value is None else date.fromisoformat(str(value)[:10])


def legal_settings(gate: Gate) -> LegalSettings:
    """The law's values that ageing reads, on the gate's date; a value not in force is left unknown."""
    ageing = gate.pack.ageing
    classes = [(name, _number(gate, statute)) for name, statute in ageing.get("asset_classes", {}).items()]
    adult = _number(gate, ageing.get("adult_years"))
    zones = gate.pack.home_time_zones
    return LegalSettings(
        asset_classes=tuple((name, int(days)) for name, days in classes if days is not None),
        rate_ceiling=_number(gate, ageing.get("rate_ceiling")),
        adult_years=None if adult is None else int(adult),
        utc_offset_minutes=_offset_minutes(zones[0], gate.pack.on) if zones else None,
    )


def _number(gate: Gate, statute: str | None) -> Decimal | None:
    value = gate.pack.statutes.values.get(statute or "")
    return None if value is None or value.number is None else Decimal(value.number)


def _offset_minutes(zone_name: str, day: date) -> int:
    offset = datetime.combine(day, time(12), tzinfo=zone(zone_name)).utcoffset()
    return int((offset or timedelta()).total_seconds() // 60)
