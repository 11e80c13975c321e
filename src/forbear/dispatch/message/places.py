"""The closed list of places that a template may name: what stands there, where it is read from, and what it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forbear.kernel.language import N_


@dataclass(frozen=True)
class Place:
    """One place.

    Args:
        says: what stands there.
        kind: ``text``, ``money`` (whole minor units), ``day`` (a date), ``count`` (a whole number), ``minute`` (an instant, shown
            as the time of day on the person's clock).
        source: ``facts`` (read anew), ``lender`` (its settings), ``person``, ``links``, ``terms`` (of the offer, promise, visit
            or reply that the message is about) or ``words`` (ours).
        reads: the name in its source.
        shows_debt: whether who reads it learns that there is a debt.
        sample: what stands there in an example.
    """

    says: str
    kind: str
    source: str
    reads: str
    shows_debt: bool = False
    sample: object = ""


def _lender(says: str, reads: str, sample: str) -> Place:
    return Place(says, "text", "lender", reads, sample=sample)


def _fact(says: str, kind: str, reads: str, sample: object) -> Place:
    return Place(says, kind, "facts", reads, True, sample)


def _term(says: str, kind: str, reads: str, sample: object, shows_debt: bool = True) -> Place:
    return Place(says, kind, "terms", reads, shows_debt, sample)


PLACES: Mapping[str, Place] = {
    "institution": _lender(N_("The lender's name."), "name", "示例消费金融"),
    "sender": Place(N_("Who writes: the lender, and the agency that acts for it where one does."), "text", "words", ""),
    "service_phone": _lender(N_("Where to ask."), "service_phone", "95000"),
    "complaint_phone": _lender(N_("Where to object and complain."), "complaint_phone", "95001"),
    "how_to_pay": _lender(N_("The lender's own ways to pay."), "how_to_pay", "App → 还款"),
    "signature": Place(N_("The lender's name below a letter, with its seal where it has one."), "text", "words", ""),
    "credit_bureau": _lender(N_("Where the lender reports loans."), "credit_bureau", "金融信用信息基础数据库"),
    "agency": Place(N_("The agency that acts for the lender."), "text", "facts", "agency_name", sample="示例服务公司"),
    "borrower_name": Place(N_("The borrower's name."), "text", "person", "name", sample="张三"),
    "confirm_person": Place(
        N_("The question whether this is the borrower, before anything is told."), "text", "words", ""
    ),
    "product": Place(N_("What the loan is called."), "text", "words", "product_kind", True),
    "amount_due": _fact(N_("What is overdue, read anew."), "money", "overdue_cents", 123_456),
    "amount_by_component": Place(N_("Principal, interest, penalty and fees of it."), "text", "words", "", True),
    "penalty_due": _fact(N_("The penalty interest in what is overdue."), "money", "overdue_penalty_cents", 3_456),
    "fee_due": _fact(N_("The fees in what is overdue."), "money", "overdue_fee_cents", 1_000),
    "outstanding": _fact(N_("What is unpaid of the whole loan."), "money", "outstanding_cents", 500_000),
    "days_past_due": _fact(N_("Days past due, read anew."), "count", "days_past_due", 12),
    "due_on": _fact(N_("The due date of the oldest unpaid instalment."), "day", "oldest_unpaid_due_on", "2026-11-06"),
    "next_amount": _fact(N_("What falls due next."), "money", "next_due_cents", 50_000),
    "next_due_on": _fact(N_("When it falls due."), "day", "next_due_on", "2026-12-06"),
    "promise_amount": _fact(N_("What the borrower promised to pay."), "money", "promise_amount_cents", 60_000),
    "promise_due_on": _fact(N_("Until when."), "day", "promise_due_on", "2026-11-20"),
    "today": Place(N_("The business date."), "day", "facts", "business_date", sample="2026-11-18"),
    "options": Place(N_("What a borrower in difficulty may ask for."), "text", "words", ""),
    "legal_basis": Place(N_("The law that the claim rests on."), "text", "words", "", True),
    "rights": Place(N_("The borrower's rights and duties."), "text", "words", "", True),
    "verify_link": Place(
        N_("Where the message can be checked."), "text", "links", "verify", sample="https://example.cn/v"
    ),
    "unsubscribe_link": Place(
        N_("Where it can be declined."), "text", "links", "unsubscribe", sample="https://example.cn/u"
    ),
    "plan_count": _term(N_("How many instalments a plan has."), "count", "plan_count", 6),
    "plan_amount": _term(N_("What each of them is."), "money", "plan_amount_cents", 20_576),
    "plan_total": _term(N_("What they come to."), "money", "plan_total_cents", 123_456),
    "plan_first_on": _term(N_("When the first is due."), "day", "plan_first_on", "2026-12-06"),
    "plan_last_on": _term(N_("When the last is due."), "day", "plan_last_on", "2027-05-06"),
    "settlement_amount": _term(N_("What settles the loan."), "money", "settlement_cents", 400_000),
    "offer_until": _term(N_("Until when an offer stands."), "day", "offer_until_on", "2026-12-01"),
    "grace_until": _term(N_("Until when nothing is asked for."), "day", "grace_until_on", "2026-12-18"),
    "paid_amount": _term(N_("What was received."), "money", "paid_amount_cents", 60_000),
    "paid_on": _term(N_("When."), "day", "paid_on", "2026-11-17"),
    "settled_on": _term(N_("When the loan was paid in full."), "day", "settled_on", "2026-11-17"),
    "visit_on": _term(N_("The day of a visit."), "day", "visit_on", "2026-11-25", False),
    "visit_from": _term(N_("Not before."), "minute", "visit_from_at", "2026-11-25T06:00:00+00:00", False),
    "visit_until": _term(N_("Not after."), "minute", "visit_until_at", "2026-11-25T08:00:00+00:00", False),
    "visit_place": _term(N_("Where."), "text", "visit_place", "您登记的住址门口", False),
    "visit_reason": _term(N_("Why."), "text", "visit_reason", "核对账户情况并商量还款安排"),
    "visitor_names": _term(N_("Who comes."), "text", "visitor_names", "李四、王五", False),
    "visitor_numbers": _term(N_("The numbers on their work cards."), "text", "visitor_numbers", "A102、A117", False),
    "reference": _term(N_("The number of a request or complaint."), "text", "reference", "C-2026-0117", False),
    "answer_words": _term(
        N_("What is answered to a complaint, a dispute or a request, in words that were looked at before."),
        "text",
        "answer_words",
        "经核实，当日的联系次数超过了约定，我们向您致歉，并已纠正。",
        False,
    ),
    "answer_by": _term(N_("Until when it is answered."), "day", "answer_by_on", "2026-12-02", False),
    "verification_code": _term(N_("A code that shows who somebody is."), "text", "verification_code", "482913", False),
    "code_minutes": _term(N_("For how many minutes it holds."), "count", "code_minutes", 5, False),
}
"""Every place that a template may name. A name that is not here is refused."""

DEBT_PLACES = frozenset(name for name, place in PLACES.items() if place.shows_debt)
AMOUNT_PLACES = frozenset(name for name, place in PLACES.items() if place.kind == "money") | {"amount_by_component"}
SILENT_PLACES = frozenset({"borrower_name", "institution", "agency", "visitor_names"}) | {
    name for name, place in PLACES.items() if place.source == "words"
}
"""Places where names or the catalog's own words stand: a name, or what a product is called, asserts nothing."""

SHOWN_BY: Mapping[str, tuple[str, ...]] = {
    "message_has_sender": ("sender", "institution"),
    "message_has_name": ("borrower_name", "confirm_person"),
    "message_has_debt": ("product",),
    "message_has_balance": ("amount_due", "next_amount", "outstanding", "settlement_amount"),
    "message_has_due": ("due_on", "next_due_on", "promise_due_on"),
    "message_has_reason": ("due_on",),
    "message_has_repay": ("how_to_pay",),
    "message_has_query": ("service_phone",),
    "message_has_issuer_contact": ("service_phone",),
    "message_has_object": ("complaint_phone",),
    "message_has_legal_basis": ("legal_basis",),
    "message_has_rights": ("rights",),
    "message_has_easy_refusal": ("unsubscribe_link",),
    "message_has_seal": ("signature",),
    "message_has_agency": ("agency", "sender"),
    "states_mandate": ("agency", "sender"),
}
"""What a text has is what it has a place for: a word in its stead shows nothing."""
