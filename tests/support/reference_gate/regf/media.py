"""Through what the person is reached: media, numbers and addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reference_gate.answer import Answer
from reference_gate.law import Law
from reference_gate.regf.replies import is_answered_once
from reference_gate.regf.words import CONSUMERS, ELECTRONIC, OTHERS

Facts = Mapping[str, Any]
REFUSALS = {
    "voice_agent": "refuses_voice",
    "voice_bot": "refuses_voice",
    "sms": "refuses_sms",
    "push": "refuses_push",
    "email": "refuses_email",
    "social_private": "refuses_social",
    "social_public": "refuses_social",
    "letter": "refuses_letter",
    "visit": "refuses_visit",
}


def media(facts: Facts, law: Law, answer: Answer) -> None:
    """What bars a medium, a number or an address."""
    _preferences(facts, law, answer)
    _mail(facts, answer)
    # 22(f)(4): nothing on social media that others can see.
    if facts["channel"] == "social_public":
        answer.deny("us.regf.contacts.public_social")
    # 6(d)(1), comment 2(j)-2: what is knowingly sent to another person's number or address is contact with a third person.
    if facts["recipient_role"] not in OTHERS and facts["is_point_of_another"]:
        answer.deny("us.regf.contacts.point_of_another")
    # Comment 18(d)-1.i: a request to be added as a contact says that it is from a debt collector.
    if (
        facts["channel"] == "social_private"
        and facts["is_contact_request"]
        and not facts["says_from_collector"]
        and facts["recipient_role"] in CONSUMERS
    ):
        answer.deny("us.regf.message.social_request")
    # 6(d)(1), (3)(ii): what is known to have led to a disclosure is not used again.
    if facts["channel"] in ("email", "sms") and facts["led_to_disclosure"]:
        answer.deny("us.regf.contacts.email_procedures")
    # 42(b): the answer to a dispute, or the original creditor's name, goes electronically only with E-SIGN consent.
    if (
        facts["channel"] in ELECTRONIC | {"portal"}
        and facts["recipient_role"] in CONSUMERS
        and facts["answers_dispute_or_request"]
        and not facts["has_e_sign_consent"]
    ):
        answer.deny("us.regf.delivery.e_sign")
    if facts["recipient_role"] in CONSUMERS:
        _email(facts, law, answer)
        _text(facts, law, answer)


def _preferences(facts: Facts, law: Law, answer: Answer) -> None:
    """14(h): what a person asked not to be used is not used, but for one confirmation, one answer, and what law requires."""
    channel = facts["channel"]
    confirms = facts["is_confirmation"]
    # 14(h)(2)(i): an opt-out is confirmed electronically, once, and the confirmation says nothing else.
    if confirms and (
        channel not in ELECTRONIC
        or facts["confirmations_count"] >= law.number("us.regf.contacts.confirmations_max")
        or facts["confirmation_says_more"]
    ):
        answer.deny("us.regf.contacts.confirmations_max")
    if confirms or facts["is_required_by_law"] or is_answered_once(facts, law):
        return
    refusal = REFUSALS.get(channel)
    if refusal and facts[refusal]:
        answer.deny("us.regf.contacts.medium_preference")
    # Comment 14(h)(1)-2: the very number or address; a visit uses none.
    if facts["is_point_refused"] and channel != "visit":
        answer.deny("us.regf.contacts.refused_point")


def _mail(facts: Facts, answer: Answer) -> None:
    # 22(f)(1): no postcard; 22(f)(2): an envelope that shows nothing more than helps the post.
    if facts["channel"] == "postcard":
        answer.deny("us.regf.contacts.postcards")
    is_to_consumer = facts["recipient_role"] in CONSUMERS
    if facts["channel"] == "letter" and is_to_consumer and facts["envelope_shows_more"]:
        answer.deny("us.regf.contacts.envelopes")


def _email(facts: Facts, law: Law, answer: Answer) -> None:
    """6(d)(4): procedures that give a defence; without them e-mail is advised against. 22(f)(3): work addresses."""
    if facts["channel"] != "email":
        return
    basis = facts["email_basis"]
    if facts["is_work_email"] and basis not in ("consumer_used", "consumer_consented", "prior_collector"):
        answer.deny("us.regf.contacts.work_email")
    is_lacking = basis not in ("consumer_used", "consumer_consented", "creditor_notice", "prior_collector")
    if basis == "creditor_notice":
        is_lacking = not (
            facts["creditor_got_email_from_consumer"]
            and facts["creditor_used_email"]
            and facts["is_creditor_notice_complete"]
            and facts["email_opt_out_days"] >= law.number("us.regf.contacts.email_opt_out_days_min")
            and facts["is_opt_out_period_over"]
            and facts["is_email_domain_public"]
        )
    if basis == "prior_collector":
        is_lacking = (
            not (facts["prior_collector_got_email"] and facts["last_collector_used_email"]) or facts["opted_out_before"]
        )
    if is_lacking:
        answer.advise_against("us.regf.contacts.email_procedures", law.advice_is_a_bar)


def _text(facts: Facts, law: Law, answer: Answer) -> None:
    """6(d)(5): the consumer texted, or consented, and the number was refreshed or checked within sixty days."""
    if facts["channel"] != "sms":
        return
    is_lacking = facts["text_basis"] not in ("consumer_texted", "consumer_consented")
    is_old = facts["days_since_text_basis"] > law.number("us.regf.contacts.text_days_max")
    if is_lacking or is_old:
        answer.advise_against("us.regf.contacts.text_days_max", law.advice_is_a_bar)
