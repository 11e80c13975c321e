"""The hours: when an act may begin, so that it ends before the quiet hours."""

from __future__ import annotations

from functools import lru_cache

from reference_gate.answer import Answer
from reference_gate.law import Law
from reference_gate.stops import Facts
from reference_gate.words import CLOCKED, COLLECTING, HOME_ZONES

DAY = 24 * 60


def hours(facts: Facts, law: Law, answer: Answer) -> None:
    """Whether a minute remains of those wanted, by the law's hours and by the house's."""
    if facts["channel"] not in CLOCKED or facts["initiated_by"] == "counterparty":
        return
    has_form_clause = facts["has_boilerplate_night_consent"]
    quiet = _quiet_hours(facts, law)
    visits_end = law.number("house.time.last_visit_start") if facts["channel"] == "visit" else None
    if not quiet and visits_end is None and not (law.with_house and not facts["has_night_consent"]):
        return
    if _remains(facts, law, quiet, visits_end, house=not facts["has_night_consent"]):
        return
    # A form clause does not waive the night (Consumer Protection Law 26): a person looks at what only it would allow. No
    # visit begins late, whatever was agreed.
    if has_form_clause and (visits_end is None or _remains(facts, law, (), visits_end, house=False)):
        answer.review("cn.consumer.boilerplate_void")
        return
    answer.deny("hours")


def _quiet_hours(facts: Facts, law: Law) -> tuple[tuple[int, int], ...]:
    """The quiet hours that bind, as start and end of each."""
    if facts["purpose"] not in COLLECTING:
        return ()
    # GB/T 45251 5.3: unless agreed otherwise; CBA guideline: without the debtor's consent (choice C1: an individual one).
    if facts["has_night_consent"]:
        return ()
    places: tuple[str, ...] = ("cn.nifa2024.quiet_hours", "cn.gbt45251.quiet_hours", "cn.cba2026.time.quiet_hours")
    # The guide of 2024 knows no exception, and a form clause is none.
    if facts["has_boilerplate_night_consent"] and law.yields("form_clause_under_the_guide_of_2024"):
        places = places[1:]
    return tuple(
        (law.number(f"{place}_start"), law.number(f"{place}_end")) for place in places if law.holds(f"{place}_start")
    )


def _remains(facts: Facts, law: Law, quiet: tuple[tuple[int, int], ...], visits_end: int | None, house: bool) -> bool:
    """Whether the act may begin at one of the minutes wanted."""
    first, last = 0, DAY
    if law.with_house and house:
        first = law.number("house.time.first_start")
        if facts["channel"] != "visit":
            last = law.number("house.time.last_start")
    if visits_end is not None:
        last = min(last, visits_end)
    # Choice C3: abroad, both clocks must permit.
    ahead = 0 if facts["time_zone"] in HOME_ZONES else facts["utc_offset_minutes_difference"] % DAY
    permitted = _minutes(quiet, facts["planned_minutes"], ahead, first, last)
    return any(minute in permitted for minute in range(facts["earliest_minute"], facts["latest_minute"]))


@lru_cache(maxsize=100_000)
def _minutes(quiet: tuple[tuple[int, int], ...], planned: int, ahead: int, first: int, last: int) -> frozenset[int]:
    """The local minutes at which an act of so many minutes may begin, by his clock and by China's.

    It may begin at any moment of its minute, so that one of a minute that begins at 21:58 has ended by 22:00.
    """

    def may_begin(clock: int) -> bool:
        return first <= clock < last and all(end <= clock and clock + planned < start for start, end in quiet)

    return frozenset(minute for minute in range(DAY) if may_begin(minute) and may_begin((minute - ahead) % DAY))
