"""May this case be referred to a court or reported?"""

from __future__ import annotations

from reference_gate.answer import Answer
from reference_gate.law import Law
from reference_gate.stops import Facts

KINDS = {"criminal_report", "civil_suit", "arbitration", "payment_order", "reminder"}
SUITS = {"civil_suit", "arbitration", "payment_order"}


def referral(facts: Facts, given: Facts, law: Law) -> Answer:
    """Whether the referral may be made."""
    answer = Answer()
    kind = facts["referral_kind"]
    if kind not in KINDS:
        answer.deny("cn.reading.means.known_inputs")
        return answer
    answer.permit("cn.reading.means.may_be_asked")
    if kind == "criminal_report":
        _crime(facts, law, answer)
    # Court is decided by a person (PIPL 24).
    if kind != "reminder" and not facts["referral_has_human_decision"]:
        answer.review("cn.reading.means.court")
    is_over = facts["years_since_last_due"] >= law.number("cn.civil.limitation_years")
    is_long_over = facts["years_since_injury"] >= law.number("cn.civil.limitation_years_longest")
    # Civil Code 546: an assignment has no effect against the debtor until he is told.
    if kind != "criminal_report" and facts["is_assigned"] and not facts["is_assignment_notified"]:
        answer.deny("cn.civil.assignment_notice")
    # Civil Code 188, 189, 192: after the time the debtor may refuse.
    if kind in SUITS and is_over:
        answer.review("cn.civil.limitation_years")
    # Civil Code 188: after twenty years no court protects.
    if kind in SUITS and is_long_over:
        answer.deny("cn.civil.limitation_years_longest")
    if (is_over or is_long_over) and facts["asserts_enforceable"]:
        answer.deny("cn.civil.time_barred")
    return answer


def _crime(facts: Facts, law: Law, answer: Answer) -> None:
    """Malicious overdraft of a card: interpretation of 2018, articles 6 to 8."""
    if facts["product_kind"] != "card":
        answer.deny("cn.cardcrime2018.demands_min")
    if facts["effective_demands_count"] < law.number("cn.cardcrime2018.demands_min"):
        answer.deny("cn.cardcrime2018.demands_min")
    if facts["demand_interval_days"] < law.number("cn.cardcrime2018.demand_interval_days_min"):
        answer.deny("cn.cardcrime2018.demand_interval_days_min")
    if not facts["are_demands_lawful"] or not facts["are_demands_received"]:
        answer.deny("cn.cardcrime2018.effective_demand")
    months = law.number("cn.cardcrime2018.unpaid_months_over")
    unpaid = facts["months_unpaid_since_demand"]
    if unpaid < months or (unpaid == months and not facts["is_beyond_unpaid_months"]):
        answer.deny("cn.cardcrime2018.unpaid_months_over")
    if facts["principal_cents"] < law.number("cn.cardcrime2018.principal_min_cents"):
        answer.deny("cn.cardcrime2018.principal_min_cents")
    if not facts["has_intent_evidence"]:
        answer.deny("cn.cardcrime2018.intent")
