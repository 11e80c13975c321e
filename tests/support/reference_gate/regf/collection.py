"""Must collection stop under Regulation F?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reference_gate.answer import Answer
from reference_gate.law import Law
from reference_gate.regf.stops import cease, rest

Facts = Mapping[str, Any]


def collection(facts: Facts, given: Facts, law: Law) -> Answer:
    """Whether it may go on."""
    answer = Answer()
    answer.permit("us.regf.reading.may")
    # 30(b): what is paid, settled or discharged is not collected.
    if facts["is_paid_or_settled"] or facts["is_discharged"] or not facts["is_open"]:
        answer.deny("us.regf.transfer.paid_debts")
    # 6(c), in the stricter reading: a written stop ends collecting too.
    cease(facts, answer)
    # 38(b): during the validation period nothing overshadows the right to dispute.
    if facts["is_in_validation_period"] and facts["overshadows_rights"]:
        answer.deny("us.regf.disputes.no_overshadowing")
    rest(facts, law, answer)
    return answer
