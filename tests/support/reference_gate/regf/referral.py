"""May a suit be brought or threatened under Regulation F?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reference_gate.answer import Answer
from reference_gate.law import Law

Facts = Mapping[str, Any]


def referral(facts: Facts, given: Facts, law: Law) -> Answer:
    """Whether it may."""
    answer = Answer()
    answer.permit("us.regf.reading.may")
    # 26(b): none on a time-barred debt, but a proof of claim in a bankruptcy.
    if facts["is_time_barred"] and not facts["is_proof_of_claim"]:
        answer.deny("us.regf.suits.time_barred")
    # 30(d): brought where the consumer lives or signed; for a proof of claim it knows no exception.
    if not facts["is_venue_right"] and not facts["is_threat_of_suit"]:
        answer.deny("us.regf.suits.venue")
    return answer
