"""Working days are those that were published, and a year without a schedule is unknown."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forbear.kernel.calendar import WorkCalendar, deadline
from forbear.kernel.errors import UsageError

CN, US = WorkCalendar("CN"), WorkCalendar("US")
HOLIDAYS_2026 = (
    "01-01 01-02 02-16 02-17 02-18 02-19 02-20 02-23 04-06 05-01 05-04 05-05 06-19 09-25 10-01 10-02 10-05 10-06 10-07"
)
MADE_UP_2026 = "01-04 02-14 02-28 05-09 09-20 10-10"


def days_of(year):
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)


def named(text):
    return {date.fromisoformat(f"2026-{each}") for each in text.split()}


def test_the_chinese_schedule_of_2026_is_the_published_one():
    off = {day for day in days_of(2026) if day.weekday() < 5 and not CN.is_workday(day)}
    on = {day for day in days_of(2026) if day.weekday() >= 5 and CN.is_workday(day)}
    assert (off, on) == (named(HOLIDAYS_2026), named(MADE_UP_2026))


@pytest.mark.parametrize("year", range(2018, 2027))
def test_every_day_of_a_published_year_is_known(year):
    """Two libraries agree on each."""
    assert CN.is_known(year)


@pytest.mark.parametrize("day", [date(2027, 2, 8), date(2027, 6, 9), date(2027, 6, 13)])
def test_a_year_without_a_schedule_is_unknown_on_every_day(day):
    """An ordinary Wednesday and a Sunday as well: either may be moved."""
    assert CN.is_workday(day) is None
    assert CN.roll_forward(day) is None and not CN.is_known(2027)


def test_a_deadline_on_a_rest_day_moves_to_the_first_working_day_after():
    """Fifteen days from 21 September end on 6 October, in the holiday of the National Day."""
    assert deadline(date(2026, 9, 21), 15, CN).date == date(2026, 10, 8)
    assert deadline(date(2026, 9, 15), 15, CN).date == date(2026, 9, 30)
    assert deadline(date(2026, 9, 25), 15, CN).date == date(2026, 10, 10)


def test_a_deadline_in_an_unpublished_year_is_not_known():
    found = deadline(date(2026, 12, 20), 20, CN)
    assert (found.date, found.is_known) == (None, False)


def test_federal_holidays_are_no_business_days():
    assert not US.is_workday(date(2026, 11, 26)) and US.is_workday(date(2026, 11, 27))
    assert US.business_days_after(date(2026, 11, 25), 5) == date(2026, 12, 3)
    assert date(2026, 11, 26) in US.holidays(2026)


def test_an_unknown_country_is_an_error():
    with pytest.raises(UsageError) as caught:
        WorkCalendar("AQ")
    assert caught.value.code == "unknown_calendar"


@given(st.dates(date(2018, 1, 1), date(2026, 11, 1)), st.integers(0, 40))
def test_a_deadline_is_a_working_day_and_never_early(received, days):
    """Between the nominal last day and the deadline there is no working day."""
    found = deadline(received, days, CN).date
    last = received + timedelta(days=days)
    assert found >= last and CN.is_workday(found)
    between = [last + timedelta(days=n) for n in range((found - last).days)]
    assert not any(CN.is_workday(day) for day in between)
