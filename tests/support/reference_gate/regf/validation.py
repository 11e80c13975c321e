"""Is the validation information right and in time under Regulation F?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reference_gate.answer import Answer, Duty, hold_to
from reference_gate.law import Law

Facts = Mapping[str, Any]
FIELDS = (
    "collector",
    "consumer",
    "creditor",
    "account",
    "itemisation",
    "current_amount",
    "period_end",
    "rights",
    "response",
)


def validation(facts: Facts, given: Facts, law: Law) -> Answer:
    """Whether it may go out so."""
    answer = Answer()
    answer.permit("us.regf.reading.may")
    # 34(a)(1): in the first communication or within five days; late is better than never.
    late = facts["days_since_first_communication"] > law.number("us.regf.message.validation_within_days")
    if not facts["is_validation_sent"] and late:
        answer.warn("us.regf.message.validation_within_days")
    # 34(b)(5): thirty days from receipt, which is assumed no earlier than five business days after sending.
    if facts["assumed_receipt_business_days"] < law.number("us.regf.validation.assumed_receipt_days"):
        answer.deny("us.regf.validation.assumed_receipt_days")
    if facts["validation_period_days"] < law.number("us.regf.validation.period_days"):
        answer.deny("us.regf.validation.period_days")
    # 34(b)(3): one reference date throughout.
    if facts["mixes_reference_dates"]:
        answer.deny("us.regf.validation.one_reference_date")
    _delivery(facts, answer)
    for duty in _duties(facts):
        hold_to(answer, duty, given)
    return answer


def _delivery(facts: Facts, answer: Answer) -> None:
    # A form that is not known may be any.
    form = facts["validation_form"]
    may_be_electronic, may_be_oral = form not in ("paper", "oral"), form not in ("paper", "electronic")
    # 42(a)(1): actual notice is to be expected; what came back was not sent; nothing to an address opted out of.
    if not facts["is_reasonably_delivered"]:
        answer.deny("us.regf.delivery.actual_notice")
    if facts["has_come_back"] and form != "oral":
        answer.deny("us.regf.delivery.came_back")
    if may_be_electronic and facts["is_point_refused"]:
        answer.deny("us.regf.delivery.opted_out")
    # 42(b): outside the first communication electronically only with consent as the E-SIGN Act asks.
    if may_be_electronic and not facts["is_in_first_communication"] and not facts["has_e_sign_consent"]:
        answer.deny("us.regf.delivery.e_sign")
    # 34(a)(1)(ii): orally only in the first communication.
    if may_be_oral and not facts["is_in_first_communication"]:
        answer.deny("us.regf.validation.oral")
    # 34(e): a translation is complete and accurate, with an English notice.
    if facts["is_other_language"] and not (facts["has_english_notice"] and facts["is_translation_accurate"]):
        answer.deny("us.regf.validation.translated")
    # Comment 34(a)(1)-1: after a death to a named person who may act for the estate.
    if facts["is_deceased"] and not facts["is_to_representative"]:
        answer.deny("us.regf.validation.deceased")


def _duties(facts: Facts) -> Iterator[Duty]:
    # 34(c): what the information holds.
    for field in FIELDS:
        fact = f"has_{field}_field"
        yield Duty(f"state_{field}", "us.regf.validation.fields", (fact,), facts[fact])
    yield Duty(
        "state_collector_disclosure",
        "us.regf.validation.more_fields",
        ("states_collector_disclosure",),
        facts["states_collector_disclosure"],
    )
    # For a consumer financial product the creditor on the itemization date and the bureau's site.
    if facts["is_financial_product"]:
        for name, fact in (
            ("state_creditor_on_itemization_date", "states_creditor_then"),
            ("state_bureau_site", "states_bureau_site"),
        ):
            yield Duty(
                name,
                "us.regf.validation.more_fields",
                (fact, "is_financial_product"),
                facts[fact],
            )
    # Sent electronically, how to answer electronically.
    if facts["validation_form"] not in ("paper", "oral"):
        yield Duty(
            "state_electronic_answer",
            "us.regf.validation.more_fields",
            ("states_electronic_answer", "validation_form"),
            facts["states_electronic_answer"],
        )
