"""The law's values that ageing reads."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from forbear.book.settings import LegalSettings
from forbear.compliance.gate import Gate
from forbear.kernel.dates import zone


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
