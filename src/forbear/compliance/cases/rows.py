"""A case as one row of facts: the base facts, what happened, what is given, what is proposed, and what the clock makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from forbear.compliance.cases.naming import SHORT, SPECIAL, Vocabulary, date_of
from forbear.compliance.cases.reading import LawCase
from forbear.compliance.pack import LawPack
from forbear.kernel.dates import zone

FALLBACK_ZONE = "Asia/Shanghai"


@dataclass(frozen=True)
class CaseRow:
    """A case read by a law's vocabulary: facts given by name, the words that are no facts, and its moment."""

    case: LawCase
    given: Mapping[str, Any]
    special: Mapping[str, Any]
    zone_name: str
    at: datetime

    @property
    def local(self) -> datetime:
        """The moment on the person's own clock."""
        return self.at.astimezone(zone(self.zone_name))


def case_row(case: LawCase, packs: Sequence[LawPack], vocabulary: Vocabulary) -> CaseRow:
    """The case by the names of a law.

    Raises:
        LawError: ``bad_case``.
    """
    base = packs[0]
    if case.act not in base.acts:
        raise case.error("propose.act", f"{case.act!r} is no act of {base.name}", f"There are: {', '.join(base.acts)}.")
    given: dict[str, Any] = dict(base.acts[case.act].sets)
    special: dict[str, Any] = {}
    for raw_name, value in {**case.given, **case.propose}.items():
        name = SHORT.get(raw_name, raw_name)
        if name in SPECIAL:
            special[name] = value
        else:
            given |= vocabulary.facts_of(case, name, value, case.on)
    zones = _zones(case, special, given, base, vocabulary)
    at = case.at if case.at.tzinfo else case.at.replace(tzinfo=zone(zones[0]))
    row = CaseRow(case, given, special, zones[0], at.astimezone(UTC))
    return CaseRow(case, {**_clock_facts(row, zones, packs, vocabulary), **given}, special, zones[0], row.at)


def base_facts(vocabulary: Vocabulary) -> dict[str, Any]:
    """The documented base facts: what every case starts from."""
    return {name: need.base for name, need in vocabulary.needs.items()}


def events_of(row: CaseRow, case_id: int) -> list[dict[str, Any]]:
    """The events of a case as rows for :func:`history_facts`; a contact goes out to collect unless it says otherwise."""
    own = zone(row.zone_name)
    events = []
    for number, raw in enumerate(row.case.history):
        event = {key: value for key, value in raw.items() if key not in ("point", "debt")}
        at = _aware(raw["at"], own)
        if raw["event"] == "contact":
            event.setdefault("direction", "out")
            event.setdefault("purpose", "collection")
        if event.get("until") is not None:
            event["until"] = _aware(event["until"], own).astimezone(UTC)
        events.append(
            {
                **event,
                "case_id": case_id,
                "n": number,
                "at": at.astimezone(UTC),
                "contact_on": at.astimezone(own).date(),
                "case_at": row.at,
                "case_on": row.local.date(),
                "contact_point_id": _text(raw.get("point")),
                "mobile_point_id": _text(row.special.get("contact_point.id")) or "the debtor's point",
                "loan_id": _text(raw.get("debt")),
                "asked_loan_id": _text(row.special.get("loan.id")) or "the debt",
                "count": raw.get("count", 1),
            }
        )
    return events


def _zones(
    case: LawCase, special: Mapping[str, Any], given: Mapping[str, Any], base: LawPack, vocabulary: Vocabulary
) -> list[str]:
    """The zones where the person may be, the main one first."""
    candidates = special.get("debtor.candidate_time_zones")
    if candidates:
        listed = candidates if isinstance(candidates, list) else [candidates]
        return [str(each) for each in listed]
    default = vocabulary.needs["time_zone"].base if "time_zone" in vocabulary.needs else FALLBACK_ZONE
    name = given.get("time_zone", default)
    try:
        zone(str(name))
    except Exception:
        return [base.home_time_zones[0] if base.home_time_zones else FALLBACK_ZONE]
    return [str(name)]


def _clock_facts(
    row: CaseRow, zones: Sequence[str], packs: Sequence[LawPack], vocabulary: Vocabulary
) -> dict[str, Any]:
    """The wanted minute, how long it takes, and how far the person's clock is ahead of the others that count."""
    local, base = row.local, packs[0]
    minute = local.hour * 60 + local.minute
    facts: dict[str, Any] = {"earliest_minute": minute, "latest_minute": minute + 1}
    if len(zones) > 1 or "debtor.candidate_time_zones" in row.special:
        facts["time_zone"] = zones[0]
    ends = row.special.get("contact.ends_at")
    if ends is not None:
        at = _aware(ends if isinstance(ends, datetime) else datetime.fromisoformat(str(ends)), zone(row.zone_name))
        facts["planned_minutes"] = max(0, int((at.astimezone(UTC) - row.at).total_seconds() // 60) - 1)
    if base.home_time_zones:
        ahead = _ahead(row.at, row.zone_name, base.home_time_zones[0])
        facts["utc_offset_minutes_difference"] = ahead
    others = [_ahead(row.at, zones[0], other) for other in zones]
    facts |= {"candidate_ahead_least_minutes": min(others), "candidate_ahead_most_minutes": max(others)}
    return {name: value for name, value in facts.items() if name in vocabulary.needs}


def _ahead(at: datetime, zone_name: str, other: str) -> int:
    """Minutes by which the clocks of a zone are ahead of another's at an instant."""
    own, its = (at.astimezone(zone(name)).utcoffset() or timedelta() for name in (zone_name, other))
    return int((own - its).total_seconds() // 60)


def _aware(at: datetime, own: ZoneInfo) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=own)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


__all__ = ["CaseRow", "base_facts", "case_row", "date_of", "events_of"]
