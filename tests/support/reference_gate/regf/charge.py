"""May this amount be collected, this payment be applied so, under Regulation F?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reference_gate.answer import Answer
from reference_gate.law import Law

Facts = Mapping[str, Any]


def charge(facts: Facts, given: Facts, law: Law) -> Answer:
    """Whether it may."""
    answer = Answer()
    answer.permit("us.regf.reading.may")
    # 22(b): only what the agreement expressly authorises or the law permits.
    if not facts["is_amount_authorised"]:
        answer.deny("us.regf.charges.authorised")
    # 22(c)(1): an instrument postdated by more than five days needs notice, three to ten business days before deposit.
    if facts["postdated_days"] > law.number("us.regf.charges.postdated_days_over"):
        least = law.number("us.regf.charges.notice_business_days_min")
        most = law.number("us.regf.charges.notice_business_days_max")
        if not least <= facts["deposit_notice_business_days"] <= most:
            answer.deny("1006.22(c)(1)")
    # 22(c)(2): no instrument to threaten prosecution; 22(c)(3): none deposited before its date.
    if facts["is_asked_for_prosecution"]:
        answer.deny("us.regf.charges.prosecution")
    if facts["is_deposited_early"]:
        answer.deny("us.regf.charges.early_deposit")
    # 30(c): no payment to a disputed debt, and none against the consumer's directions.
    if facts["goes_to_disputed_debt"] or not facts["follows_directions"]:
        answer.deny("us.regf.charges.disputed_debt")
    return answer
