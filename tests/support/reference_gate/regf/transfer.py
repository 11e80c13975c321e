"""May this debt be sold under Regulation F?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reference_gate.answer import Answer
from reference_gate.law import Law

Facts = Mapping[str, Any]
OTHERWISE = {"to_owner", "to_previous_owner", "business_transfer", "securitization", "pledge", "data_only"}
"""30(b)(2)(i) and comment 30(b)(1)-1: back to an owner, with a business, as a security, or only its data. What is none of them
is a sale, a transfer for consideration or a placement."""
NEVER_SOLD = {"to_owner", "securitization", "pledge", "data_only"}
"""What neither sells a debt nor gives it over to be collected by another."""


def transfer(facts: Facts, given: Facts, law: Law) -> Answer:
    """Whether it may pass on so."""
    answer = Answer()
    kind = facts["transfer_kind"]
    answer.permit("us.regf.reading.may")
    is_over = facts["is_paid_or_settled"] or facts["is_discharged"]
    # 30(b)(1): not what is paid, settled or discharged; 30(b)(2)(ii): a discharged debt with a lien, when that is said.
    if kind not in OTHERWISE:
        with_lien = facts["is_sold_with_lien"] and not facts["is_paid_or_settled"]
        if is_over and not with_lien:
            answer.deny("us.regf.transfer.paid_debts")
    # 30(b)(2)(i)(B): back to the previous owner where the contract allows it.
    if kind == "to_previous_owner" and is_over and not facts["allows_contract_return"]:
        answer.deny("us.regf.transfer.paid_debts")
    # Comment 30(b)(1)-2: not what is notified as coming from identity theft.
    if facts["has_theft_notice"] and kind not in NEVER_SOLD:
        answer.deny("us.regf.transfer.identity_theft")
    return answer
