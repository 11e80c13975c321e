"""Must collection stop?"""

from __future__ import annotations

from reference_gate.answer import Answer
from reference_gate.law import Law
from reference_gate.stops import Facts, debt, holds, person
from reference_gate.words import NOTHING, PRESSING, PURPOSES


def collection(facts: Facts, given: Facts, law: Law) -> Answer:
    """Whether collecting may go on."""
    answer = Answer()
    # Leaving a person alone is always open.
    if facts["channel"] == NOTHING:
        answer.permit("cn.reading.means.nothing_done")
    # A purpose that is not known is refused; PIPL 13: the contract is performed by demanding what is owed under it.
    if facts["purpose"] in PURPOSES:
        answer.permit("cn.pipl.contract_basis")
    person(facts, law, answer)
    holds(facts, law, answer)
    debt(facts, law, answer)
    # Public Security Administration Punishments Law 50: from how many contacts on pestering begins is not said, so a
    # person decides after a request to stop.
    if facts["has_stop_request"] and law.holds("cn.security2025.harassment"):
        answer.review("cn.security2025.harassment")
    is_answer = facts["purpose"] not in PRESSING
    if is_answer and not law.yields("answers_collect_too"):
        return answer
    # Criminal Law 293-1, in the stricter reading: an unlawful debt is not collected at all.
    if facts["is_debt_unlawful"] and law.holds("cn.criminal.illegal_debt"):
        answer.deny("cn.criminal.illegal_debt")
    # Civil Code 546: an assignment has no effect against the debtor until he is told.
    if facts["is_assigned"] and not facts["is_assignment_notified"] and law.holds("cn.civil.assignment_notice"):
        answer.deny("cn.civil.assignment_notice")
    # CBA guideline, definitions: collection follows default.
    if (
        facts["purpose"] == "collection"
        and facts["days_past_due"] <= 0
        and law.holds("cn.cba2026.people.collection_follows_default")
    ):
        answer.deny("cn.cba2026.people.collection_follows_default")
    return answer
