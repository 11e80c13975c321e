"""May this fee, penalty rate or all-in cost stand?"""

from __future__ import annotations

from reference_gate.answer import Answer
from reference_gate.law import Law
from reference_gate.stops import Facts

KINDS = {
    "interest",
    "penalty_interest",
    "compound_interest",
    "liquidated_damages",
    "collection_fee",
    "enhancement_fee",
    "consulting_fee",
    "service_fee",
    "annual_fee",
    "legal_costs",
}
DELAY = {"penalty_interest", "compound_interest", "liquidated_damages"}
"""What is charged for being late."""
PAYEES = {"lender", "enhancer", "platform", "agency", "collector", "court"}
LENDERS = {"bank", "consumer_finance", "microloan_company", "auto_finance", "other"}
LICENSED = {"bank", "consumer_finance", "auto_finance"}
SUPERVISED = LICENSED | {"microloan_company"}


def charge(facts: Facts, given: Facts, law: Law) -> Answer:
    """Whether the charge stands."""
    answer = Answer()
    kind, payee, lender = facts["charge_kind"], facts["charge_payee"], facts["lender_type"]
    # A charge, payee or lender of an unknown kind is refused.
    if kind not in KINDS or payee not in PAYEES or lender not in LENDERS:
        answer.deny("cn.reading.charge.known_codes")
    # Civil Code 676: as agreed or as the state prescribes.
    if facts["is_charge_agreed"]:
        answer.permit("cn.civil.interest_as_agreed")
    else:
        answer.deny("cn.civil.interest_as_agreed")
    # Civil Code 680, Criminal Law 293-1: usury is prohibited.
    if facts["is_debt_unlawful"]:
        answer.deny("cn.civil.no_usury")
    _penalty(facts, law, answer)
    _ceilings(facts, law, answer)
    _fees(facts, law, answer)
    # Civil Code 585, bank-card interpretation 2: an excessive total is cut at request; a person judges.
    is_cut = kind in ("penalty_interest", "liquidated_damages")
    is_card = facts["product_kind"] == "card" and law.holds("cn.bankcard2021.excessive_total")
    if facts["has_reduction_request"] and (is_cut or is_card):
        answer.review("cn.civil.damages_reducible")
    # Bank-card interpretation 2: a clause that was not pointed out does not bind.
    if (
        facts["product_kind"] == "card"
        and not facts["is_charge_highlighted"]
        and law.holds("cn.bankcard2021.unhighlighted_clause")
    ):
        answer.deny("cn.bankcard2021.unhighlighted_clause")
    return answer


def _penalty(facts: Facts, law: Law, answer: Answer) -> None:
    if facts["lender_type"] in SUPERVISED:
        _band(facts, law, answer)
    # From the overdue day until paid; damages for delay too need a delay.
    is_early = facts["charge_kind"] in DELAY and facts["days_past_due"] <= 0
    if is_early or facts["penalty_days"] > facts["days_past_due"]:
        answer.deny("cn.pbc2003.penalty_from_overdue_day")
    # Unpaid interest bears the penalty rate.
    if facts["compound_rate"] > facts["penalty_rate"]:
        answer.deny("cn.pbc2003.compound_at_penalty_rate")


def _ceilings(facts: Facts, law: Law, answer: Answer) -> None:
    lender, rate, opened = facts["lender_type"], facts["all_in_rate"], facts["loan_opened_day_number"]
    if lender in LICENSED:
        # Notice on assisted lending: loans made from its day on.
        most = law.number("cn.financing.all_in_rate_max")
        if most is not None and opened >= law.number("cn.financing.ceiling_from") and rate > most:
            answer.deny("cn.financing.all_in_rate_max")
    # Opinion 22 of 2017: above it, cut at the borrower's request; unasked, a person looks.
    most = law.number("cn.spc2017.all_in_rate_max")
    if lender in SUPERVISED and rate > most:
        if facts["has_reduction_request"]:
            answer.deny("cn.spc2017.all_in_rate_max")
        else:
            answer.review("cn.spc2017.all_in_rate_max")
    # A penalty rate above it shows that the all-in cost was not counted in full: a person looks.
    if lender in SUPERVISED and facts["penalty_rate"] > most:
        answer.review("cn.spc2017.all_in_rate_max")
    if lender == "microloan_company":
        # Guidance of December 2025: nothing undisclosed is charged.
        if not facts["is_charge_disclosed"] and law.holds("cn.microloan2025.disclosed"):
            answer.deny("cn.microloan2025.disclosed")
        most = law.number("cn.microloan2025.all_in_rate_max")
        if most is not None and opened >= law.number("cn.microloan2025.new_loans_from"):
            if rate > most:
                answer.deny("cn.microloan2025.all_in_rate_max")
            if (
                opened >= law.number("cn.microloan2025.lpr_from")
                and facts["loan_term_months"] > law.number("cn.microloan2025.short_term_months_max")
                and rate > law.number("cn.microloan2025.lpr_multiple_max") * facts["lpr_1y"]
            ):
                answer.deny("cn.microloan2025.lpr_multiple_max")
    if lender == "other" and not facts["is_local_financial_organisation"]:
        _private(facts, law, answer)
    # Enhancement fees count into the all-in cost.
    if not facts["includes_enhancement_fees"] and law.holds("cn.financing.enhancement_counts"):
        answer.deny("cn.financing.enhancement_counts")


def _private(facts: Facts, law: Law, answer: Answer) -> None:
    rate = facts["all_in_rate"]
    # Private lending: four times the LPR from 20 August 2020 on; before, the older rule.
    if facts["accrued_to_day_number"] >= law.number("cn.private_lending.lpr_from"):
        if rate > law.number("cn.private_lending.lpr_multiple_max") * facts["lpr_1y"]:
            answer.deny("cn.private_lending.lpr_multiple_max")
    elif rate > law.number("cn.private_lending.old_rate_void_above"):
        answer.deny("cn.private_lending.old_rate_void_above")
    elif rate > law.number("cn.private_lending.old_rate_supported_max"):
        answer.review("cn.private_lending.old_rate_supported_max")


def _fees(facts: Facts, law: Law, answer: Answer) -> None:
    kind, payee = facts["charge_kind"], facts["charge_payee"]
    # Pact 19, CBA guideline: no extra fee in the name of collection.
    if kind == "collection_fee" or payee in ("collector", "agency"):
        answer.deny("cn.nifa2018.no_extra_fees")
    # Notice on assisted lending: a platform charges the borrower nothing; an enhancer no advisory fee.
    if payee == "platform" and law.holds("cn.financing.platform_charges_nothing"):
        answer.deny("cn.financing.platform_charges_nothing")
    if (
        kind in ("consulting_fee", "service_fee")
        and payee == "enhancer"
        and law.holds("cn.financing.enhancer_no_advisory_fee")
    ):
        answer.deny("cn.financing.enhancer_no_advisory_fee")


def _band(facts: Facts, law: Law, answer: Answer) -> None:
    use = "misuse" if facts["is_misused"] else "penalty"
    least, most = law.number(f"cn.pbc2003.{use}_multiple_min"), law.number(f"cn.pbc2003.{use}_multiple_max")
    # Notice 251 of 2003: within the band; below it is a concession or a mistake.
    if facts["penalty_rate"] > facts["contract_rate"] * most:
        answer.deny("cn.pbc2003.penalty_multiple_max")
    if facts["penalty_rate"] < facts["contract_rate"] * least and not facts["is_penalty_concession"]:
        answer.review("cn.pbc2003.penalty_multiple_min")
