"""May this day be counted on?"""

from __future__ import annotations

from reference_gate.answer import Answer
from reference_gate.law import Law
from reference_gate.stops import Facts


def calendar_day(facts: Facts, given: Facts, law: Law) -> Answer:
    """Whether the working days of the year are known."""
    answer = Answer()
    # Holiday measures: a year without a published schedule is unknown.
    if facts["is_day_known"]:
        answer.permit("cn.holidays2024.published")
    else:
        answer.deny("cn.holidays2024.published")
    return answer
