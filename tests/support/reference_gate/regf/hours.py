"""The hours of the consumer under Regulation F."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from reference_gate.answer import Answer
from reference_gate.law import Law
from reference_gate.regf.replies import is_answered_once
from reference_gate.regf.words import TIMED

DAY = 24 * 60
Facts = Mapping[str, Any]


def hours(facts: Facts, law: Law, answer: Answer) -> None:
    """6(b)(1)(i): inconvenient times; one answer to the consumer's own message is none (comment 6(b)(1)-2)."""
    if is_answered_once(facts, law):
        return
    _known(facts, law, answer)
    # Where nothing else is known, between eight and nine at every place where he may be (comment 6(b)(1)(i)-2).
    if facts["channel"] in TIMED and not facts["is_time_convenient"] and not _is_usual(facts, law):
        answer.deny("us.regf.contacts.earliest_time")


def third_hours(facts: Facts, law: Law, answer: Answer) -> None:
    """House reading: nobody else is asked outside the usual hours either, unless a court permits it."""
    if facts["channel"] in TIMED and not facts["has_court_permission"] and not _is_usual(facts, law):
        answer.advise_against("us.regf.reading.third_hours", law.advice_is_a_bar)


def _known(facts: Facts, law: Law, answer: Answer) -> None:
    """Times that the consumer has called inconvenient; mail is read when it is read."""
    if facts["channel"] not in TIMED and not law.yields("mail_at_a_known_time"):
        return
    if facts["is_time_inconvenient"]:
        answer.deny("us.regf.contacts.inconvenient_time")
    # Hours of this day; two stretches meet where each begins before the other ends.
    if (
        facts["earliest_minute"] < facts["inconvenient_to_minute"]
        and facts["inconvenient_from_minute"] < facts["latest_minute"]
    ):
        answer.deny("us.regf.contacts.inconvenient_time")


def _is_usual(facts: Facts, law: Law) -> bool:
    opens = law.number("us.regf.contacts.earliest_time")
    closes = law.number("us.regf.contacts.latest_time")
    return bool(wanted(facts) & minutes(opens, closes, clocks(facts)))


def wanted(facts: Facts) -> frozenset[int]:
    """The minutes at which the act may begin."""
    return frozenset(range(facts["earliest_minute"], facts["latest_minute"]))


def clocks(facts: Facts) -> tuple[int, ...]:
    """By how much his main clock is ahead of each other clock that may be his, at the least and at the most."""
    return (facts["candidate_ahead_least_minutes"], facts["candidate_ahead_most_minutes"])


@lru_cache(maxsize=100_000)
def minutes(opens: int, closes: int, ahead: tuple[int, ...]) -> frozenset[int]:
    """The minutes of his day that lie in the hours by every clock."""
    return frozenset(
        minute
        for minute in range(DAY)
        if opens <= minute < closes and all(opens <= (minute - by) % DAY < closes for by in ahead)
    )
