"""Working days are those that were published, and a year without a schedule is unknown."""

from __future__ import annotations

import subprocess
import sys
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
    assert not US.is_workday(date(2026, 7, 3)), "the Friday on which a Saturday's holiday is observed"


def test_federal_holidays_are_known_for_the_years_the_library_states():
    """Beyond them it would call every weekday a working day."""
    assert US.is_known(2100) and US.is_workday(date(2101, 7, 5)) is None
    assert US.is_workday(date(1776, 7, 5)) is None


def test_a_day_on_which_the_libraries_disagree_is_unknown_and_its_year_is_not():
    """The last day of 2005: one library moves a working day there, the other does not."""
    assert CN.is_workday(date(2005, 12, 31)) is None and not CN.is_known(2005)
    assert CN.roll_forward(date(2005, 12, 31)) is None
    assert CN.is_workday(date(2005, 12, 30)) is True


def test_a_deadline_at_the_end_of_the_working_days_of_2026_is_known_and_one_day_more_is_not():
    assert deadline(date(2026, 12, 16), 15, CN).date == date(2026, 12, 31)
    assert not deadline(date(2026, 12, 17), 15, CN).is_known


@pytest.mark.parametrize("calendar", [CN, US])
def test_the_last_date_there_is_has_no_known_deadline(calendar):
    """Books write it for "never"."""
    assert calendar.is_workday(date.max) is None
    assert not deadline(date.max, 15, calendar).is_known
    assert calendar.business_days_after(date.max, 1) is None


def test_business_days_after_a_rest_day_or_across_a_long_holiday():
    assert CN.business_days_after(date(2026, 9, 30), 2) == date(2026, 10, 9)
    assert CN.business_days_after(date(2026, 10, 1), 1) == date(2026, 10, 8)
    assert CN.business_days_after(date(2026, 10, 1), 0) == date(2026, 10, 1)
    assert CN.business_days_after(date(2026, 12, 30), 2) is None


def test_statutory_days_have_names_in_the_language_asked_for_or_the_countrys_own():
    day = date(2026, 10, 1)
    assert [CN.statutory_days(2026, each)[day] for each in ("zh", "zh_TW", "en")] == [
        "国庆节",
        "國慶節",
        "National Day",
    ]
    assert US.statutory_days(2026, "zh")[date(2026, 11, 26)] == "Thanksgiving Day"
    assert date(2027, 10, 1) in CN.statutory_days(2027), "by law, while no day of that year is known"


def test_days_are_not_counted_backwards():
    with pytest.raises(ValueError):
        deadline(date(2026, 9, 21), -1, CN)
    with pytest.raises(ValueError):
        US.business_days_after(date(2026, 9, 21), -1)


def test_the_large_libraries_are_imported_only_when_they_are_needed():
    """The calendar is read by every command; the libraries by few."""
    large = "('holidays', 'chinese_calendar', 'opencc')"
    asked = (
        f"import sys, forbear.kernel.calendar, forbear.kernel.language; print([n for n in {large} if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


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


@given(st.sampled_from([CN, US]), st.dates(date(2018, 1, 1), date(2026, 9, 1)), st.integers(1, 40))
def test_between_a_day_and_the_business_days_after_it_are_that_many_working_days(calendar, day, count):
    found = calendar.business_days_after(day, count)
    passed = [day + timedelta(days=n) for n in range(1, (found - day).days + 1)]
    assert calendar.is_workday(found)
    assert sum(calendar.is_workday(each) for each in passed) == count


@given(st.dates(date(2027, 1, 1), date.max), st.integers(0, 60))
def test_no_deadline_is_ever_guessed_in_a_year_without_a_schedule(received, days):
    assert not deadline(received, days, CN).is_known
