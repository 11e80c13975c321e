"""What stops collection under Regulation F: a written stop, a dispute, validation information that is late."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reference_gate.answer import Answer
from reference_gate.law import Law

Facts = Mapping[str, Any]


NOTICE = "statutory_notice"
"""What the law itself asks to be sent: it collects nothing."""


def cease(facts: Facts, answer: Answer) -> None:
    """6(c): after a written stop the consumer is told only that efforts end, or of a remedy."""
    if not facts["has_cease_request"]:
        return
    says = facts["cease_notice"]
    if says not in ("terminating", "may_invoke_remedy", "intends_to_invoke_remedy", "mortgage_servicing"):
        answer.deny("us.regf.contacts.cease")


def remedies(facts: Facts, answer: Answer) -> None:
    """6(c)(2): of a remedy that is ordinarily invoked, or one that is intended."""
    if not facts["has_cease_request"]:
        return
    says = facts["cease_notice"]
    if (says == "may_invoke_remedy" and not facts["is_remedy_ordinary"]) or (
        says == "intends_to_invoke_remedy" and not facts["is_remedy_intended"]
    ):
        answer.deny("us.regf.contacts.cease_exceptions")


def rest(facts: Facts, law: Law, answer: Answer) -> None:
    """38(c)-(d): a written dispute, or request for the original creditor, stops collection until it is answered."""
    if facts["purpose"] == NOTICE:
        return
    # 38(d)(2): a duplicate may be answered as such; the part that is not disputed may be collected.
    if (
        facts["has_written_dispute"]
        and facts["is_dispute_in_period"]
        and not facts["is_duplicate_dispute"]
        and not facts["is_disputed_part_left_out"]
    ):
        answer.deny("us.regf.disputes.stop")
    # 38(c): until the name of the original creditor is sent.
    if facts["has_creditor_request"] and facts["is_creditor_request_in_period"]:
        answer.deny("us.regf.disputes.stop")
    # 34(a)(1): no collecting while validation information is overdue.
    late = facts["days_since_first_communication"] > law.number("us.regf.message.validation_within_days")
    if not facts["is_validation_sent"] and late:
        answer.deny("us.regf.message.validation_within_days")
