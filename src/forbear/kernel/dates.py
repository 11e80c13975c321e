"""Dates, half-open periods and the borrower's own clock."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from forbear.kernel.errors import UsageError


@dataclass(frozen=True, order=True)
class Period:
    """Half-open ``[start, end)``; ``end`` after ``start``.

    >>> Period(date(2026, 1, 1), date(2026, 1, 31)).days
    30
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"a period must end after it starts: {self.start} to {self.end}")

    @property
    def days(self) -> int:
        """Length in days."""
        return (self.end - self.start).days

    def overlap_days(self, other: Period) -> int:
        """Days that lie in both."""
        return max(0, (min(self.end, other.end) - max(self.start, other.start)).days)


def union(periods: Iterable[Period]) -> list[Period]:
    """The union as disjoint periods in order; touching periods are joined.

    >>> d = lambda day: date(2026, 1, day)
    >>> union([Period(d(5), d(9)), Period(d(1), d(5)), Period(d(2), d(3))])
    [Period(start=datetime.date(2026, 1, 1), end=datetime.date(2026, 1, 9))]
    """
    merged: list[Period] = []
    for period in sorted(periods):
        if merged and period.start <= merged[-1].end:
            merged[-1] = Period(merged[-1].start, max(merged[-1].end, period.end))
        else:
            merged.append(period)
    return merged


def parse_date(text: str, *, what: str = "date") -> date:
    """An ISO ``YYYY-MM-DD`` date.

    Raises:
        UsageError: ``not_a_date`` when the text is anything else.
    """
    try:
        if len(text) != 10:
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError("not_a_date", f"{text!r} is not a date.", do=f"Give the {what} as YYYY-MM-DD.") from None


def zone(name: str) -> ZoneInfo:
    """The IANA time zone of that name.

    Raises:
        UsageError: ``unknown_time_zone``.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(
            "unknown_time_zone", f"{name!r} is not a time zone.", do="Give an IANA name, as Asia/Shanghai."
        ) from None


def local_midnight(day: date, zone_name: str) -> datetime:
    """The instant (UTC) at which ``day`` begins in the zone.

    >>> local_midnight(date(2026, 11, 23), "Asia/Shanghai").isoformat()
    '2026-11-22T16:00:00+00:00'
    """
    return datetime.combine(day, time(), tzinfo=zone(zone_name)).astimezone(UTC)


def local_day_bounds(day: date, zone_name: str, days: int = 1) -> tuple[datetime, datetime]:
    """The instants ``[start, end)`` of the ``days`` local calendar days that end with ``day``."""
    return local_midnight(day - timedelta(days=days - 1), zone_name), local_midnight(day + timedelta(days=1), zone_name)


def months_later(day: date, months: int) -> date:
    """The same day of the month so many months later; the last of a month that is shorter.

    >>> months_later(date(2026, 11, 30), 3), months_later(date(2026, 12, 5), 1)
    (datetime.date(2027, 2, 28), datetime.date(2027, 1, 5))
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
