"""May this person be contacted so, now, under Regulation F?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reference_gate.answer import Answer, Duty, hold_to
from reference_gate.law import Law
from reference_gate.regf.calls import calls
from reference_gate.regf.hours import hours, third_hours
from reference_gate.regf.location import location
from reference_gate.regf.massachusetts import massachusetts
from reference_gate.regf.media import media
from reference_gate.regf.replies import is_answered_once
from reference_gate.regf.stops import cease, remedies
from reference_gate.regf.words import (
    CALLS,
    CHANNELS,
    CONSUMERS,
    COURT,
    NOTHING,
    OTHERS,
    PROFESSIONALS,
    PURPOSES,
    ROLES,
)

Facts = Mapping[str, Any]


def contact(facts: Facts, given: Facts, law: Law) -> Answer:
    """Whether the act may be done now, and what it still needs."""
    answer = Answer()
    # Leaving a person alone is no contact.
    if facts["channel"] == NOTHING:
        answer.permit("us.regf.reading.may")
        return answer
    if facts["channel"] not in CHANNELS or facts["purpose"] not in PURPOSES or facts["recipient_role"] not in ROLES:
        answer.deny("us.regf.reading.known_inputs")
    # The courts are open against the consumer; nobody else is sued.
    if facts["channel"] == COURT:
        if facts["recipient_role"] in CONSUMERS:
            answer.permit("us.regf.reading.may")
        # 14(h)(2)(i): what only confirms an opt-out is sent electronically.
        if facts["is_confirmation"]:
            answer.deny("us.regf.contacts.confirmations_max")
        return answer
    _recipient(facts, answer)
    if facts["recipient_role"] in CONSUMERS:
        cease(facts, answer)
        remedies(facts, answer)
    _consumer(facts, law, answer)
    if facts["recipient_role"] in OTHERS:
        third_hours(facts, law, answer)
    location(facts, answer)
    media(facts, law, answer)
    calls(facts, law, answer)
    # 14(a): what harasses over all media together is judged by a person.
    if facts["is_harassing"]:
        answer.review("us.regf.contacts.harassment")
    if "us.ma" in law.packs:
        massachusetts(facts, law, answer)
    for duty in _duties(facts):
        hold_to(answer, duty, given)
    return answer


def _recipient(facts: Facts, answer: Answer) -> None:
    role = facts["recipient_role"]
    # 6(a)(1), 6(d)(1): the consumer and those who count as he does, and the professionals around the debt.
    if role in CONSUMERS | PROFESSIONALS:
        answer.permit("us.regf.reading.may")
    if role not in OTHERS:
        return
    # 6(d)(2): nobody else, but to find the consumer, with his direct consent, a court's permission, or after judgment.
    if (
        facts["purpose"] == "locate"
        or facts["has_third_party_consent"]
        or facts["has_court_permission"]
        or facts["is_postjudgment"]
    ):
        answer.permit("us.regf.reading.may")
    else:
        answer.deny("us.regf.contacts.third_parties")


def _consumer(facts: Facts, law: Law, answer: Answer) -> None:
    """6(b): times, places, the attorney, the place of work."""
    if facts["recipient_role"] not in CONSUMERS:
        return
    # 6(b)(4): prior consent given directly in a lawful communication, or a court's permission, lifts them all.
    if facts["has_prior_consent"] or facts["has_court_permission"]:
        return
    hours(facts, law, answer)
    # 6(b)(1)(ii): no contact at a place known to be inconvenient, but one answer (comment 6(b)(1)-2).
    if facts["is_place_inconvenient"] and not is_answered_once(facts, law):
        answer.deny("us.regf.contacts.inconvenient_place")
    # 6(b)(2): none with a consumer who has an attorney, unless he is silent or consents, but one answer (6(b)(2)-1).
    if (
        facts["has_attorney"]
        and not facts["is_attorney_silent"]
        and not facts["attorney_consents"]
        and not is_answered_once(facts, law, through_any_medium=True)
    ):
        answer.deny("us.regf.contacts.attorney")
    # 6(b)(3): none at work where the employer is known to prohibit it.
    if facts["is_at_work"] and facts["employer_prohibits"]:
        answer.deny("us.regf.contacts.workplace")


def _duties(facts: Facts) -> Iterator[Duty]:
    channel = facts["channel"]
    # 14(g): a caller says who he is, and a visitor too (18(e)); a voicemail of limited content need not (comment 2(j)-3).
    if channel in CALLS | {"visit"} and not facts["is_limited_content"]:
        yield Duty(
            "state_identity",
            "us.regf.contacts.identity_on_calls",
            ("channel", "states_identity", "is_limited_content"),
            facts["states_identity"],
        )
    # 18(f): an assumed name is used consistently and can be traced.
    # Whoever writes or speaks, by whatever medium.
    yield Duty(
        "use_traceable_name",
        "us.regf.contacts.assumed_names",
        ("is_assumed_name_traceable",),
        facts["is_assumed_name_traceable"],
    )
