"""May this person be contacted so, now?"""

from __future__ import annotations

from reference_gate.answer import Answer, hold_to
from reference_gate.duties import duties
from reference_gate.hours import hours
from reference_gate.law import Law
from reference_gate.stops import Facts, debt, holds, person
from reference_gate.words import (
    ACTORS,
    CALLS,
    CHANNELS,
    COURT,
    MESSAGES,
    MESSENGERS,
    NOTHING,
    OUTSIDERS,
    PLACEMENT,
    PRESSING,
    PURPOSES,
    ROLES,
)

REFUSALS = {
    "voice_agent": "refuses_voice",
    "voice_bot": "refuses_voice",
    "sms": "refuses_sms",
    "push": "refuses_push",
    "email": "refuses_email",
    "im_official": "refuses_im",
    "im_private": "refuses_im",
    "visit": "refuses_visit",
}


def contact(facts: Facts, given: Facts, law: Law) -> Answer:
    """Whether the act may be done now, and what it still needs."""
    answer = Answer()
    # Leaving a person alone is no contact.
    if facts["channel"] == NOTHING:
        answer.permit("cn.reading.means.nothing_done")
        asks_a_contact = facts["purpose"] == "locate" and facts["recipient_role"] == "agreed_contact"
        if asks_a_contact and law.yields("leaving_a_contact_person_alone"):
            _contact_person(facts, law, answer)
            if law.with_house:
                answer.review("house.people.contact_person_decides")
        return answer
    # A channel, purpose, recipient or actor that is not known is refused.
    if (
        facts["channel"] not in CHANNELS
        or facts["purpose"] not in PURPOSES
        or facts["recipient_role"] not in ROLES
        or facts["actor_kind"] not in ACTORS
    ):
        answer.deny("cn.reading.means.known_inputs")
    # Court and placement with an agency are decisions with major effect (PIPL 24): a person decides, holds included.
    if facts["channel"] in (COURT, PLACEMENT):
        answer.review("cn.pipl.major_decision")
        debt(facts, law, answer)
        _recipient(facts, law, answer)
        if facts["recipient_role"] in OUTSIDERS:
            answer.deny("cn.reading.means.known_inputs")
        for duty in duties(facts, law):
            hold_to(answer, duty, given)
        return answer
    holds(facts, law, answer)
    debt(facts, law, answer)
    person(facts, law, answer)
    _recipient(facts, law, answer)
    _means(facts, law, answer)
    _agency(facts, law, answer)
    _counts(facts, law, answer)
    hours(facts, law, answer)
    if law.with_house:
        _house(facts, law, answer)
    for duty in duties(facts, law):
        hold_to(answer, duty, given)
    return answer


def _recipient(facts: Facts, law: Law, answer: Answer) -> None:
    """Whose contact it is."""
    role = facts["recipient_role"]
    # Civil Code and PIPL 13: the parties to the loan and to its guarantees.
    if role in ("debtor", "co_debtor", "guarantor_joint"):
        answer.permit("cn.pipl.contract_basis")
    # Civil Code 687: a general guarantor may refuse until execution has failed; the exceptions are for a person.
    if role == "guarantor_general":
        answer.permit("cn.pipl.contract_basis")
        if not facts["is_general_guarantor_callable"]:
            answer.review("cn.civil.general_guarantor")
    # Civil Code 20 to 23: the guardian acts for a debtor without full capacity; for one with it a person looks first.
    if role == "legal_representative":
        answer.permit("cn.civil.guardian_acts")
        if facts["legal_capacity"] == "full" and not facts["is_minor"]:
            answer.review("cn.reading.people.representative_of_the_able")
    # Civil Code 1064: a spouse owes only where he or she signed, or the household was served; a person judges the proof.
    if role == "spouse":
        answer.permit("cn.civil.spouse_not_liable")
        answer.review("cn.civil.spouse_not_liable")
        if not facts["spouse_is_liable"]:
            answer.deny("cn.civil.spouse_not_liable")
    # Civil Code 1161: heirs answer after a death, within what they inherited, and not if they renounce; how much may be
    # asked of one of them is for a person.
    if role == "heir":
        answer.permit("cn.civil.heirs")
        answer.review("cn.civil.heirs")
        if (
            not facts["is_deceased"]
            or facts["has_renounced_inheritance"]
            or facts["heir_demand_cents"] > facts["heir_estate_cents"]
        ):
            answer.deny("cn.civil.heirs")
    if role in OUTSIDERS:
        _outsider(facts, law, answer)


def _outsider(facts: Facts, law: Law, answer: Answer) -> None:
    """A contact person or another who does not owe."""
    # GB/T 45251 5.3: a contact person who has refused, never again.
    is_contact_person = facts["recipient_role"] == "agreed_contact"
    if is_contact_person and facts["recipient_has_refused"] and law.holds("cn.gbt45251.contact_refusal_is_final"):
        answer.deny("cn.gbt45251.contact_refusal_is_final")
    # A third person who gets in touch of his own accord may be answered.
    if facts["initiated_by"] == "counterparty" and facts["purpose"] == "service_reply":
        answer.permit("cn.reading.people.third_person_asks")
        return
    # GB/T 45251 5.3, CBA guideline, pact 14: nobody else is a target; only agreed contacts, only to restore contact.
    if facts["recipient_role"] != "agreed_contact" or facts["purpose"] != "locate":
        answer.deny("cn.nifa2018.agreed_contacts_only")
        return
    _contact_person(facts, law, answer)
    answer.permit("cn.reading.people.contact_may_be_asked")


def _contact_person(facts: Facts, law: Law, answer: Answer) -> None:
    """Only where the debtor cannot be reached, has died or lacks capacity."""
    cannot_act = facts["is_deceased"] or facts["legal_capacity"] != "full"
    if not cannot_act and not _is_out_of_reach(facts, law):
        answer.deny("cn.gbt45251.contacts_only_to_locate")


def _is_out_of_reach(facts: Facts, law: Law) -> bool:
    # What the lender has on record, before the numbers of the CBA guideline.
    by_numbers = law.holds("cn.cba2026.people.unreachable_calls_min") and not law.yields("lost_contact_without_numbers")
    if facts["is_lost_contact"] and not by_numbers:
        return True
    # CBA guideline, choice C7: the number is dead, or enough failed calls on an earlier day, or enough days in a row.
    place = "cn.cba2026" if law.holds("cn.cba2026.people.unreachable_calls_min") else "cn.reading"
    return bool(
        facts["is_debtor_number_invalid"]
        or facts["failed_calls_earlier_day_count"] >= law.number(f"{place}.people.unreachable_calls_min")
        or facts["failed_days_in_a_row_count"] >= law.number(f"{place}.people.unreachable_days_min")
    )


def _means(facts: Facts, law: Law, answer: Answer) -> None:
    """The channel and the contact point."""
    source = facts["contact_point_source"]
    # PIPL 10: nothing bought; what is not proven lawful is looked at by a person.
    if source == "purchased":
        answer.deny("cn.pipl.lawful_source")
    elif source not in ("given_by_debtor", "verified_update", "none"):
        answer.review("cn.pipl.lawful_source")
    # No contact point of that kind is on file.
    if source == "none":
        answer.deny("cn.reading.means.contact_point_on_file")
    # PIPL 8: one that is known not to work may have become a stranger's.
    if facts["contact_point_state"] == "invalid":
        answer.deny("cn.pipl.accuracy")
    # A channel that the person has refused; a notice that the law prescribes is given all the same.
    refusal = REFUSALS.get(facts["channel"])
    if refusal and facts[refusal] and facts["purpose"] != "statutory_notice":
        answer.deny("cn.reading.means.channel_refusal")
    # Contacts by an internet platform are looked at by a person.
    if facts["actor_kind"] == "platform":
        answer.review("cn.reading.means.platform")
    # A reply that nobody asked for: nobody got in touch, and no dispute, complaint or request for relief awaits an answer.
    if (
        facts["purpose"] == "service_reply"
        and facts["initiated_by"] != "counterparty"
        and not (facts["has_dispute"] or facts["has_complaint"] or facts["has_hardship"])
    ):
        answer.review("cn.reading.means.unasked_reply")


def _agency(facts: Facts, law: Law, answer: Answer) -> None:
    """What an agency must have before it acts."""
    if facts["actor_kind"] != "agency":
        return
    # CBA guideline, chapter 4: a published list.
    if not facts["is_agency_on_white_list"] and law.holds("cn.cba2026.agency.white_list"):
        answer.deny("cn.cba2026.agency.white_list")
    # GB/T 45251 5.4: evaluated at least once a year.
    months = law.number("cn.gbt45251.agency_evaluation_months_max")
    if months is not None and facts["agency_months_since_evaluation"] > months:
        answer.deny("cn.gbt45251.agency_evaluation_months_max")
    # PIPL 21: a mandate, and nothing passed on.
    if not facts["has_agency_mandate"] or facts["is_agency_sub_delegated"]:
        answer.deny("cn.pipl.entrustment")
    # Consumer protection measures 41: the debtor was told before.
    if not facts["is_debtor_told_of_agency"] and law.holds("cn.cp2022.outsourcing_notice"):
        answer.deny("cn.cp2022.outsourcing_notice")
    # CBA guideline, red lines: no private telephones or accounts without the lender's consent; push and e-mail need neither.
    if (
        (facts["device"] != "official" or facts["channel"] == "im_private")
        and facts["channel"] in CALLS | MESSENGERS | {"sms"}
        and not facts["has_lender_device_consent"]
        and law.holds("cn.cba2026.agency.private_devices")
    ):
        answer.deny("cn.cba2026.agency.private_devices")


def _counts(facts: Facts, law: Law, answer: Answer) -> None:
    """How often today."""
    if facts["channel"] not in CALLS or facts["initiated_by"] == "counterparty":
        return
    # GB/T 45251 5.3: effective calls with a single debtor.
    calls = law.number("cn.gbt45251.effective_calls_per_day_max")
    if calls is not None and facts["effective_calls_today_count"] >= calls:
        answer.deny("cn.gbt45251.effective_calls_per_day_max")
    # CBA guideline: attempts on one contact point, unless agreed otherwise; advice, not a bar.
    attempts = law.number("cn.cba2026.frequency.unanswered_attempts_per_day_max")
    if attempts is not None:
        agreed = facts["agreed_attempts_max"]
        if facts["unanswered_attempts_today_count"] >= (agreed if agreed >= 0 else attempts):
            (answer.deny if law.advice_is_a_bar else answer.warn)(
                "cn.cba2026.frequency.unanswered_attempts_per_day_max"
            )


def _house(facts: Facts, law: Law, answer: Answer) -> None:
    """What the house asks besides."""
    channel = facts["channel"]
    # Nobody collects from a private messaging account without the lender's consent.
    if channel == "im_private" and not facts["has_lender_device_consent"]:
        answer.deny("house.means.private_messaging")
    # No visit without approval: a person with authority gives it.
    if channel == "visit" and not facts["has_visit_approval"]:
        answer.review("house.visit.approval")
    # Messages to one person a day, answers and notices that the law prescribes apart.
    messages = law.number("house.frequency.messages_per_day_max")
    is_answer = facts["purpose"] not in PRESSING or facts["initiated_by"] == "counterparty"
    if channel in MESSAGES and facts["messages_today_count"] >= messages and not is_answer:
        answer.deny("house.frequency.messages_per_day_max")
    # A member of staff decides before a contact person is asked.
    if facts["recipient_role"] in OUTSIDERS and facts["purpose"] == "locate":
        answer.review("house.people.contact_person_decides")
