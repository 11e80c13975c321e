"""Working days by the published calendars of a country, and deadlines that roll on them.

Holidays come from libraries that are kept for the purpose. A year whose schedule is not published is UNKNOWN, never guessed:
in China any day may become a holiday or a make-up working day, so every day of such a year is unknown, Sundays too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from forbear.kernel.errors import UsageError

COUNTRIES = ("CN", "US")
_DAY = timedelta(days=1)
_DAYS_A_YEAR_MAX = 366


@dataclass(frozen=True)
class WorkCalendar:
    """The working days of a country (ISO 3166 code).

    Raises:
        UsageError: ``unknown_calendar``.
    """

    country: str

    def __post_init__(self) -> None:
        if self.country not in COUNTRIES:
            known = ", ".join(COUNTRIES)
            raise UsageError(
                "unknown_calendar", f"There is no calendar of {self.country!r}.", do=f"There are: {known}."
            )

    def is_workday(self, day: date) -> bool | None:
        """Whether the day is a working day; None where its year has no published schedule, or the libraries disagree.

        >>> WorkCalendar("CN").is_workday(date(2026, 10, 10)), WorkCalendar("CN").is_workday(date(2027, 2, 8))
        (True, None)
        """
        return _workdays(self.country, day.year).get(day)

    def is_known(self, year: int) -> bool:
        """Whether every day of the year is known."""
        days = _workdays(self.country, year)
        return bool(days) and None not in days.values()

    def roll_forward(self, day: date) -> date | None:
        """The first working day at or after the day; None when a day on the way is unknown."""
        while (answer := self.is_workday(day)) is False:
            day += _DAY
        return day if answer else None

    def business_days_after(self, day: date, count: int) -> date | None:
        """The ``count``-th working day after the day; None when a day on the way is unknown."""
        left = count
        while left > 0:
            day += _DAY
            answer = self.is_workday(day)
            if answer is None:
                return None
            left -= answer
        return day

    def holidays(self, year: int) -> dict[date, str]:
        """The holidays of a year by date, with their names in the country's own language; for display, not to decide by."""
        import holidays

        found = holidays.country_holidays(self.country, years=year)
        return {day: str(name) for day, name in sorted(found.items())}


@dataclass(frozen=True)
class Deadline:
    """The last day of a period; ``date`` is None where the calendar on the way is unknown. ``rolled``: it lay on a rest day."""

    date: date | None
    rolled: bool

    @property
    def is_known(self) -> bool:
        """Whether the calendar says when it ends."""
        return self.date is not None


def deadline(received_on: date, days: int, calendar: WorkCalendar) -> Deadline:
    """When a period of days ends: the day of receipt does not count, and a last day on a rest day moves to the first working
    day after (Civil Code of China, articles 201 and 203; other countries' rules are alike).

    >>> deadline(date(2026, 9, 21), 15, WorkCalendar("CN"))
    Deadline(date=datetime.date(2026, 10, 8), rolled=True)
    """
    last = received_on + timedelta(days=days)
    rolled = calendar.roll_forward(last)
    return Deadline(rolled, rolled is not None and rolled != last)


@cache
def _workdays(country: str, year: int) -> dict[date, bool | None]:
    """Every day of the year and whether it is worked; empty for a year without a published schedule."""
    first = date(year, 1, 1)
    days = [first + timedelta(days=number) for number in range(_DAYS_A_YEAR_MAX)]
    days = [day for day in days if day.year == year]
    return _chinese(year, days) if country == "CN" else _by_holidays(country, year, days)


def _chinese(year: int, days: list[date]) -> dict[date, bool | None]:
    """Known where two libraries agree; one of them refuses a year without a schedule, the other would guess."""
    import chinese_calendar

    try:
        published = {day: bool(chinese_calendar.is_workday(day)) for day in days}
    except NotImplementedError:
        return {}
    other = _by_holidays("CN", year, days)
    return {day: worked if other.get(day) == worked else None for day, worked in published.items()}


def _by_holidays(country: str, year: int, days: list[date]) -> dict[date, bool | None]:
    import holidays

    found = holidays.country_holidays(country, years=year)
    return {day: bool(found.is_working_day(day)) for day in days}
