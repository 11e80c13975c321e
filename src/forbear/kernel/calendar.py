"""Working days by the published calendars of a country, and deadlines that roll on them.

Holidays come from libraries that are kept for the purpose. A year whose schedule is not published is UNKNOWN, never guessed:
in China any day may become a holiday or a make-up working day, so every day of such a year is unknown, Sundays too. The
federal holidays of the United States follow a rule; they are known for the years the library states, and the Friday or Monday
on which one is observed is no working day either. The libraries are imported when they are needed, because they are large.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from forbear.kernel.errors import UsageError

if TYPE_CHECKING:
    from holidays import HolidayBase

COUNTRIES = ("CN", "US")
"""The countries with a calendar. Another country's schedule would have to be known to be published before it is added."""
_NAMES = {"CN": {"en": "en_US", "zh": "zh_CN", "zh_TW": "zh_TW"}, "US": {"en": "en_US"}}
_OWN_NAMES = {"CN": "zh_CN", "US": "en_US"}


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
        found: date | None = day
        while found is not None and (answer := self.is_workday(found)) is not True:
            found = None if answer is None else _later(found, 1)
        return found

    def business_days_after(self, day: date, count: int) -> date | None:
        """The ``count``-th working day after the day, the day itself for 0; None when a day on the way is unknown.

        Raises:
            ValueError: the count is negative.
        """
        _not_negative(count)
        for _ in range(count):
            after = _later(day, 1)
            found = self.roll_forward(after) if after else None
            if found is None:
                return None
            day = found
        return day

    def statutory_days(self, year: int, language: str = "en") -> dict[date, str]:
        """The holidays of a year with their names, in the country's own language where the library has no other; for display.

        Not to decide by: a year without a published schedule has its holidays by law here, but no make-up days.
        """
        found = _holidays(self.country, year, _NAMES[self.country].get(language))
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
    day after (Civil Code of China, articles 201 and 203). Whether another country's law moves it too is for its pack to say.

    Raises:
        ValueError: the number of days is negative.

    >>> deadline(date(2026, 9, 21), 15, WorkCalendar("CN"))
    Deadline(date=datetime.date(2026, 10, 8), rolled=True)
    """
    _not_negative(days)
    last = _later(received_on, days)
    end = calendar.roll_forward(last) if last else None
    return Deadline(end, end is not None and end != last)


def _not_negative(count: int) -> None:
    if count < 0:
        raise ValueError(f"days are counted forward only: {count}")


def _later(day: date, days: int) -> date | None:
    """So many days later; None past the last date there is, which a book may use for "never"."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


@cache
def _workdays(country: str, year: int) -> dict[date, bool | None]:
    """Every day of the year and whether it is worked; empty for a year without a published schedule."""
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    days = [date.fromordinal(number) for number in range(first, last + 1)]
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
    """By the rule of the library; empty outside the years it states, where it would call every weekday a working day."""
    found = _holidays(country, year)
    if not found.start_year <= year <= found.end_year:
        return {}
    return {day: bool(found.is_working_day(day)) for day in days}


def _holidays(country: str, year: int, names: str | None = None) -> HolidayBase:
    """The library's holidays. Their language is always said: left out, the library takes it from the machine."""
    import holidays

    return holidays.country_holidays(country, years=year, language=names or _OWN_NAMES[country])
