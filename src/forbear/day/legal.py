"""What the loaded law asks of the facts: what to count, and by which of its values to age."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from forbear.book.settings import LegalSettings
from forbear.book.windows import CountWindow
from forbear.compliance import Gate, covered_from, load_gate, read_law
from forbear.kernel.dates import zone
from forbear.kernel.errors import LawError


def gate_for(law: str, day: date, profile: str) -> Gate:
    """The gate of the law in force on the day; for a day before the pack begins, that of the first day it knows.

    ``gate.pack.on`` says whose law it is, and every record of the run repeats it.

    Raises:
        LawError: the pack is unknown or off.
        UsageError: ``unknown_profile``.
    """
    try:
        return load_gate(law, day, profile)
    except LawError as error:
        if error.code != "law_not_covered":
            raise
    return load_gate(law, covered_from(read_law(law, day)), profile)


def count_windows(gate: Gate) -> tuple[CountWindow, ...]:
    """The counts that the gate's caps need, as the facts engine takes them."""
    return gate.count_windows


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
