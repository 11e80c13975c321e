"""How often a person is called about a debt: 1006.14(b)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reference_gate.answer import Answer
from reference_gate.law import Law
from reference_gate.regf.words import CALLS, CONSUMERS, OTHERS

Facts = Mapping[str, Any]


def calls(facts: Facts, law: Law, answer: Answer) -> None:
    """The presumptions, for the consumer and for a third person each by their own calls."""
    # 14(b)(2)(i): a call that the collector places; 14(b)(3)(iii): to attorney, bureau or creditor it does not count.
    if facts["channel"] not in CALLS or facts["initiated_by"] == "counterparty":
        return
    if facts["recipient_role"] in CONSUMERS:
        who = ("calls_7_days_debt_count", "days_since_debt_conversation", "has_call_consent", "days_since_call_consent")
    elif facts["recipient_role"] in OTHERS:
        who = (
            "third_calls_7_days_count",
            "days_since_third_conversation",
            "has_third_call_consent",
            "days_since_third_call_consent",
        )
    else:
        return
    placed, since_talk, has_consent, since_consent = (facts[name] for name in who)
    # 14(b)(3)(i): calls as consented to do not count for seven days.
    is_excluded = (
        has_consent and since_consent < law.number("us.regf.calls.consent_days") and facts["is_call_as_consented"]
    )
    if not is_excluded and placed >= law.number("us.regf.calls.per_debt_max"):
        answer.presume_violation("1006.14(b)(2)(i)(A)")
    elif not is_excluded and since_talk < law.number("us.regf.calls.after_conversation_days"):
        answer.presume_violation("1006.14(b)(2)(i)(B)")
    else:
        answer.presume_compliance("1006.14(b)(2)(i)")
