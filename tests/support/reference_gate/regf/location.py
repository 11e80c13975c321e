"""How a person other than the consumer is asked where he is: 1006.10."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reference_gate.answer import Answer
from reference_gate.regf.words import OTHERS, PROFESSIONALS

Facts = Mapping[str, Any]
ASKED_BEFORE = {
    "third_person": "location_contacts_count",
    "employer": "employer_location_contacts_count",
    "household_member": "household_location_contacts_count",
}


def location(facts: Facts, answer: Answer) -> None:
    """What is said, and how often."""
    role = facts["recipient_role"]
    # House reading: after a written stop, to tell of the debt while asking bureau, creditor or attorney for him is looked at.
    if role in PROFESSIONALS and facts["purpose"] == "locate" and facts["has_cease_request"] and facts["mentions_debt"]:
        answer.warn("us.regf.locate.once")
    if facts["purpose"] != "locate" or role not in OTHERS:
        return
    # 10(b)(1): the own name, that location information is confirmed or corrected, the employer only if asked.
    if not facts["states_own_name"] or not facts["states_location_purpose"]:
        answer.deny("us.regf.locate.own_name")
    if facts["names_employer_unasked"]:
        answer.deny("us.regf.locate.no_debt")
    # 10(b)(2): not that a debt is owed.
    if facts["mentions_debt"]:
        answer.deny("us.regf.locate.no_debt")
    # 10(b)(4): mail does not show that it is about debt collection.
    if facts["channel"] == "letter" and facts["mail_tells_of_collection"]:
        answer.deny("us.regf.locate.plain_mail")
    # 10(b)(5): where an attorney is known only he is asked, unless he is silent.
    if facts["has_attorney"] and not facts["is_attorney_silent"]:
        answer.deny("us.regf.locate.no_debt")
    # 10(c): once, unless the person asks, or an earlier answer is thought wrong and the right one now known.
    if facts[ASKED_BEFORE[role]] >= 1 and not facts["third_asked_again"] and not facts["earlier_answer_wrong"]:
        answer.deny("us.regf.locate.once")
    # Comment 18(d)-1.ii: a profile that seeks the consumer shows the collector's own name.
    if facts["channel"] == "social_private" and not facts["shows_own_profile_name"]:
        answer.deny("us.regf.message.social_request")
