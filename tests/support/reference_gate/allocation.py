"""In what order does a payment extinguish a debt?"""

from __future__ import annotations

from reference_gate.answer import Answer
from reference_gate.law import Law
from reference_gate.stops import Facts

COSTS_FIRST = "costs interest principal"
ORDERS = {COSTS_FIRST, "interest costs principal", "principal costs interest"}


def allocation(facts: Facts, given: Facts, law: Law) -> Answer:
    """Whether the payment may be booked in this order."""
    answer = Answer()
    used, agreed = facts["allocation_used"], facts["allocation_agreed"]
    # An order that is not known is refused.
    if used not in ORDERS | {"lawful"} or agreed not in ORDERS | {"none"}:
        answer.deny("cn.reading.allocation.known_orders")
    answer.permit("cn.reading.allocation.lawful_order")
    # Civil Code 560: the debtor says which debt he pays.
    if facts["has_designated_debt"] and not facts["follows_designation"]:
        answer.deny("cn.civil.allocation_between_debts")
    if used != "lawful" and used != _order(facts, law):
        answer.deny("cn.civil.allocation_in_a_debt")
    return answer


def _order(facts: Facts, law: Law) -> str:
    # Card measures 57: of an overdue card debt interest and fees first, after ninety days the principal first.
    days = facts["days_past_due"]
    if facts["product_kind"] == "card" and days > 0:
        is_late = days > law.number("cn.card2011.allocation_interest_first_days_max")
        return "principal costs interest" if is_late else COSTS_FIRST
    # Civil Code 561: as agreed, else costs, interest, principal.
    return COSTS_FIRST if facts["allocation_agreed"] == "none" else facts["allocation_agreed"]
