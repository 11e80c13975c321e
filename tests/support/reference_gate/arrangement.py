"""May this plan or settlement be signed?"""

from __future__ import annotations

from collections.abc import Iterator

from reference_gate.answer import Answer, Duty, hold_to
from reference_gate.law import Law
from reference_gate.stops import Facts

STATED = (
    "balance",
    "structure",
    "currency",
    "cycle",
    "method",
    "dates",
    "amount",
    "fee_treatment",
    "no_new_cards",
    "rights",
    "default_liability",
)
SIGNATORIES = {"debtor", "legal_representative", "heir"}


def arrangement(facts: Facts, given: Facts, law: Law) -> Answer:
    """Whether it may be signed."""
    answer = Answer()
    if facts["plan_form"] not in ("written", "oral") or facts["plan_signed_by"] not in SIGNATORIES:
        answer.deny("cn.reading.arrangement.known_codes")
    answer.permit("cn.reading.arrangement.by_agreement")
    _signatory(facts, law, answer)
    for duty in _duties(facts, law):
        hold_to(answer, duty, given)
    if facts["product_kind"] == "card" and facts["plan_term_months"] > law.number("cn.card2011.plan_months_max"):
        answer.deny("cn.card2011.plan_months_max")
    # Only terms that the lender approved; the amounts are the ledger's; it is said what becomes of the rest.
    if not facts["plan_is_authorised"]:
        answer.deny("cn.reading.arrangement.authorised")
    if not facts["plan_amount_is_ledger"] and law.holds("cn.cba2026.content.no_exaggeration"):
        answer.deny("cn.cba2026.content.no_exaggeration")
    if not facts["plan_states_effects"] and law.holds("cn.cba2026.content.no_misleading"):
        answer.deny("cn.cba2026.content.no_misleading")
    # CBA guideline, red lines: no fee, no new borrowing, no false promise.
    if facts["plan_has_extra_fee"]:
        answer.deny("cn.nifa2018.no_extra_fees")
    if facts["plan_needs_new_loan"] and law.holds("cn.cba2026.content.no_new_borrowing"):
        answer.deny("cn.cba2026.content.no_new_borrowing")
    if facts["plan_promises_record_removed"]:
        answer.deny("cn.cba2026.content.no_false_promises")
    # Civil Code 695: heavier terms do not bind a guarantor who did not consent in writing.
    if facts["has_guarantor"] and facts["plan_is_heavier"] and not facts["guarantor_consents"]:
        answer.review("cn.civil.guarantor_consent")
    return answer


def _signatory(facts: Facts, law: Law, answer: Answer) -> None:
    signed_by = facts["plan_signed_by"]
    # Civil Code 20 to 23: without full capacity the guardian signs; 1161: after a death the heirs.
    lacks_capacity = facts["is_minor"] or facts["legal_capacity"] != "full"
    if signed_by != "heir" and facts["is_deceased"]:
        answer.deny("cn.civil.heirs")
    if signed_by == "debtor" and lacks_capacity:
        answer.deny("cn.civil.guardian_acts")


def _duties(facts: Facts, law: Law) -> Iterator[Duty]:
    def of_card(fact: str, clause: str) -> Duty:
        return Duty(fact, clause, (fact, "product_kind"), facts[fact])

    is_card = facts["product_kind"] == "card"
    # Card measures 70: ability exceeded, still willing, on equal terms; what the plan states.
    if is_card:
        for fact in ("debt_exceeds_ability", "debtor_is_willing", "plan_is_negotiated"):
            yield of_card(fact, "cn.card2011.plan_conditions")
        for what in STATED:
            yield of_card(f"plan_states_{what}", "cn.card2011.plan_contents")
    # Card measures 70; CBA guideline: an oral plan is recorded, and so is the call in which any is made.
    if facts["plan_form"] == "oral":
        recorded = ("is_plan_recorded", "plan_form")
        if is_card:
            clause = "cn.card2011.oral_plan_recorded"
            yield Duty("record_plan", clause, (*recorded, "product_kind"), facts["is_plan_recorded"])
        if law.holds("cn.cba2026.evidence.calls_recorded"):
            yield Duty("record_plan", "cn.cba2026.evidence.calls_recorded", recorded, facts["is_plan_recorded"])
