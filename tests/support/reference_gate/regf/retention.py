"""May this record be deleted under Regulation F?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reference_gate.answer import Answer
from reference_gate.law import Law

Facts = Mapping[str, Any]


def retention(facts: Facts, given: Facts, law: Law) -> Answer:
    """Whether it may."""
    answer = Answer()
    answer.permit("us.regf.reading.may")
    # 100: three years after the last collection activity, a recording three years after its call.
    if facts["record_age_years"] < law.number("us.regf.retention.years"):
        answer.deny("us.regf.retention.years")
    return answer
