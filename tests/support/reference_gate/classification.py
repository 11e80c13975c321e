"""At least which class has the asset?"""

from __future__ import annotations

from reference_gate.answer import Answer
from reference_gate.law import Law
from reference_gate.stops import Facts


def classification(facts: Facts, given: Facts, law: Law) -> Answer:
    """Whether the class asked for may stand."""
    answer = Answer()
    answer.permit("cn.reading.means.may_be_asked")
    if not facts["is_upgrade_asked"]:
        return answer
    # Classification measures: a restructured asset is observed for a year, one restructured again anew.
    months = law.number("cn.classification.observation_months_min")
    is_observed = facts["is_restructured"] or facts["is_restructured_again"]
    if is_observed and months is not None and facts["months_since_restructuring"] < months:
        answer.deny("cn.classification.observation_months_min")
    # A non-performing asset goes up once the arrears are paid and two periods or six months, the longer, went well.
    if facts["was_non_performing"] and law.holds("cn.classification.upgrade"):
        if not facts["has_paid_arrears"]:
            answer.deny("cn.classification.upgrade")
        if facts["regular_months"] < law.number("cn.classification.upgrade_months_min"):
            answer.deny("cn.classification.upgrade_months_min")
        if facts["regular_periods"] < law.number("cn.classification.upgrade_periods_min"):
            answer.deny("cn.classification.upgrade_periods_min")
    return answer
