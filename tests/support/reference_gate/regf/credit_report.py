"""May this debt be reported to a bureau under Regulation F?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reference_gate.answer import Answer
from reference_gate.law import Law

Facts = Mapping[str, Any]


def credit_report(facts: Facts, given: Facts, law: Law) -> Answer:
    """Whether it may be reported."""
    answer = Answer()
    answer.permit("us.regf.reading.may")
    # 30(a)(1): after a talk, or a letter or electronic message and fourteen days in which none came back as undeliverable;
    # 30(a)(2): a nationwide bureau of check-writing history knows no wait.
    if not facts["has_spoken"] and facts["bureau_kind"] != "check_writing":
        wait = law.number("us.regf.reporting.wait_days_min")
        since = facts["days_since_written"]
        if since < wait:
            answer.deny("us.regf.reporting.wait_days_min")
        # Comment 30(a)(1)-2: what comes back after the wait does not bar.
        if facts["has_bounced"] and since - facts["days_since_bounce"] < wait:
            answer.deny("us.regf.reporting.after_contact")
    # 18(c)(2): nothing false, and a disputed debt as disputed.
    if facts["is_report_false"] or (facts["has_any_dispute"] and not facts["says_disputed"]):
        answer.deny("us.regf.reporting.disputed")
    return answer
