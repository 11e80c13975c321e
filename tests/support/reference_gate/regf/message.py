"""May this message say this under Regulation F?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reference_gate.answer import Answer, Duty, hold_to
from reference_gate.law import Law
from reference_gate.regf.words import ELECTRONIC

Facts = Mapping[str, Any]
OWN_NAMES = {"debt_collector", "other_company", "unnamed"}
FALSE_NAMES = {"government", "attorney", "credit_bureau", "court"}
FALSEHOODS = (
    "crime",
    "lost_defence",
    "barred_practice",
    "innocent_purchaser",
    "legal_process",
    "no_legal_process",
    "services_or_pay",
    "credit_information",
    "official_document",
    "otherwise",
)
MISCONDUCT = ("advertises_debt", "costs_by_concealment", "unfair_means", "feigned_collector")


def message(facts: Facts, given: Facts, law: Law) -> Answer:
    """Whether it may be said, and what it still needs."""
    answer = Answer()
    answer.permit("us.regf.reading.may")
    _abuse(facts, answer)
    _threats(facts, answer)
    _sender(facts, answer)
    # 18(a)-(d): nothing false; 14(f), 22(a) and (d), 30(e): what is not done.
    if any(facts[f"falsely_says_{what}"] for what in FALSEHOODS):
        answer.deny("1006.18")
    if any(facts[f"does_{what}"] for what in MISCONDUCT):
        answer.deny("1006.14(f), 22(a), 22(d), 30(e)")
    # 6(e): no fee for opting out, and no data but the preference and the address.
    if _is_electronic(facts) and facts["opt_out_costs"]:
        answer.deny("us.regf.message.opt_out")
    # 38(b): during the validation period nothing overshadows the right to dispute.
    if facts["is_in_validation_period"] and facts["overshadows_rights"]:
        answer.deny("us.regf.disputes.no_overshadowing")
    for duty in _duties(facts):
        hold_to(answer, duty, given)
    return answer


def _is_electronic(facts: Facts) -> bool:
    return facts["is_electronic"] or facts["channel"] in ELECTRONIC


def _abuse(facts: Facts, answer: Answer) -> None:
    # 14(c) to (f): no violence, no obscenity, no publication of debtors.
    if facts["asserts_violence"] or facts["asserts_obscenity"] or facts["asserts_publication"]:
        answer.deny("us.regf.message.no_abuse")


def _threats(facts: Facts, answer: Answer) -> None:
    is_meant = facts["is_threat_lawful_and_intended"]
    # 18(b)(1)(iii) and (c)(1): nothing is threatened that is not lawful and intended; arrest, in the stricter reading, never.
    if facts["asserts_arrest"]:
        answer.deny("us.regf.message.no_false_threat")
    if (facts["asserts_seizure"] or facts["asserts_suit"] or facts["asserts_other_action"]) and not is_meant:
        answer.deny("us.regf.message.no_false_threat")
    # 18(b)(2)(i): character, amount and status of the debt are not misstated.
    if facts["asserts_false_amount"]:
        answer.deny("us.regf.message.no_false_threat")
    # 22(e): property is not taken without a present right and intention, or where it is exempt.
    if facts["asserts_repossession"] and not (is_meant and facts["has_right_to_property"]):
        answer.deny("us.regf.message.repossession")
    # 26(b): no suit is threatened on a time-barred debt.
    if facts["asserts_suit"] and facts["is_time_barred"]:
        answer.deny("us.regf.suits.time_barred")


def _sender(facts: Facts, answer: Answer) -> None:
    claimed = facts["identity_claimed"]
    if claimed not in OWN_NAMES | FALSE_NAMES:
        answer.deny("us.regf.reading.known_inputs")
    # 18(a) to (d): no link to government, attorney, bureau or court, and no other name than the business's own.
    if claimed in FALSE_NAMES or claimed == "other_company":
        answer.deny("us.regf.message.no_false_affiliation")


def _duties(facts: Facts) -> Iterator[Duty]:
    # 6(e): an electronic message says how to opt out; 14(h)(2)(i): the confirmation of an opt-out says nothing else.
    electronic = (("is_electronic", facts["is_electronic"]), ("channel", facts["channel"] in ELECTRONIC))
    for fact, is_so in electronic:
        if is_so and not facts["is_confirmation"]:
            reads = (fact, "is_confirmation", "has_opt_out_notice")
            yield Duty("state_opt_out", "us.regf.message.opt_out", reads, facts["has_opt_out_notice"])
    # 2(j): a limited-content message is no communication, and discloses nothing.
    if facts["is_limited_content"]:
        return
    is_limited = ("is_limited_content",)
    # 18(e)(1): the first communication, and the first in writing after an oral one, says that a debt is being collected.
    for which in ("is_first_communication", "is_first_writing_after_talk"):
        if facts[which]:
            yield Duty(
                "disclose_debt_collection",
                "us.regf.message.first_disclosure",
                (which, "says_collecting_debt", *is_limited),
                facts["says_collecting_debt"],
            )
    # 18(e)(2): each later one that it is from a debt collector.
    if not facts["is_first_communication"]:
        yield Duty(
            "disclose_collector",
            "us.regf.message.later_disclosure",
            ("is_first_communication", "says_from_collector", *is_limited),
            facts["says_from_collector"],
        )
    # 18(e)(4): in the language of the rest; a translation is complete and accurate.
    yield Duty(
        "disclose_in_same_language",
        "us.regf.message.later_disclosure",
        ("is_same_language", *is_limited),
        facts["is_same_language"],
    )
    yield Duty(
        "translate_disclosure_accurately",
        "us.regf.message.later_disclosure",
        ("is_disclosure_translation_accurate", *is_limited),
        facts["is_disclosure_translation_accurate"],
    )
