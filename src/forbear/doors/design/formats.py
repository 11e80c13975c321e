"""How values are written on pages: money with its currency, days as ISO dates, instants on the reader's clock, ages with their bucket."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from forbear.kernel.language import gettext as _
from forbear.kernel.money import format_cents

NOTHING = "–"


def money(cents: int | None, currency: str = "CNY") -> str:
    """An amount with its currency and minor units.

    >>> money(123450), money(-5), money(None)
    ('¥1,234.50', '−¥0.05', '–')
    """
    return NOTHING if cents is None else format_cents(cents, currency or "CNY")


def whole(count: int | None) -> str:
    """A count with thousands separators.

    >>> whole(1234567), whole(None)
    ('1,234,567', '–')
    """
    return NOTHING if count is None else f"{count:,}".replace("-", "−")


def percent(part: float | None, digits: int = 1) -> str:
    """A share as percent.

    >>> percent(0.1234), percent(None)
    ('12.3%', '–')
    """
    return NOTHING if part is None else f"{part * 100:.{digits}f}%".replace("-", "−")


def day(value: date | None) -> str:
    """A day as an ISO date.

    >>> day(date(2026, 11, 8)), day(None)
    ('2026-11-08', '–')
    """
    return NOTHING if value is None else value.isoformat()[:10]


def instant(value: datetime | None, zone: ZoneInfo, *, seconds: bool = False) -> str:
    """An instant on a clock, to the minute.

    >>> from datetime import UTC
    >>> instant(datetime(2026, 11, 23, 4, 0, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))
    '2026-11-23 12:00'
    """
    if value is None:
        return NOTHING
    return value.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")


def clock_time(value: datetime | None, zone: ZoneInfo) -> str:
    """The hour and minute of an instant on a clock."""
    return NOTHING if value is None else value.astimezone(zone).strftime("%H:%M")


def end_time(value: datetime | None, zone: ZoneInfo) -> str:
    """The time of day at which hours end: midnight is the end of its day.

    >>> from datetime import UTC
    >>> end_time(datetime(2026, 11, 23, 16, 0, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))
    '24:00'
    """
    text = clock_time(value, zone)
    return "24:00" if text == "00:00" else text


def bucket(days_past_due: int | None) -> str:
    """The bucket of an age, by thirty days: M0 is not overdue, M1 is 1 to 30 days.

    >>> bucket(0), bucket(1), bucket(30), bucket(31), bucket(96)
    ('M0', 'M1', 'M1', 'M2', 'M4')
    """
    return "M0" if not days_past_due or days_past_due < 1 else f"M{(days_past_due + 29) // 30}"


def age(days_past_due: int | None) -> str:
    """An age in words with its bucket."""
    if days_past_due is None:
        return NOTHING
    if days_past_due < 1:
        return _("not overdue")
    return _("{days} days past due ({bucket})").format(days=days_past_due, bucket=bucket(days_past_due))
