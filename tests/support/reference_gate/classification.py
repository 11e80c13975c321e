"""At least which class has the asset?"""

from __future__ import annotations

from reference_gate.answer import Answer
from reference_gate.law import Law
from reference_gate.stops import Facts


def classification(facts: Facts, given: Facts, law: Law) -> Answer:
    """Whether the class asked for may stand."""
    answer = Answer()
    # Before the measures nothing says which class may stand.
    if law.holds("cn.classification.misuse"):
        answer.permit("cn.classification.misuse")
    months = law.number("cn.classification.observation_months_min")
    # Classification measures: a restructured asset is observed for a year.
    if (
        facts["is_upgrade_asked"]
        and facts["is_restructured"]
        and months is not None
        and facts["months_since_restructuring"] < months
    ):
        answer.deny("cn.classification.observation_months_min")
    return answer
