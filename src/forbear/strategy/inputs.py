"""What the tables of a playbook may read: a closed list of facts, a few answers made of them, and earlier tables.

Who a person is (language, region, birth, occupation, social ties) is not on the list, so no playbook can decide by it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from forbear.book.fact_definitions import FACTS
from forbear.columns.dtypes import BOOL, TEXT, DType
from forbear.columns.expression import Column, all_of, case, column
from forbear.columns.relation import Schema
from forbear.kernel.language import gettext as _

READABLE: tuple[str, ...] = (
    "product_kind",
    "days_past_due",
    "days_to_next_due",
    "instalments_overdue_count",
    "is_first_payment_default",
    "overdue_cents",
    "outstanding_cents",
    "paid_30_days_cents",
    "has_payment_in_flight",
    "days_since_last_payment",
    "earlier_delinquencies_count",
    "promises_made_count",
    "promises_kept_count",
    "promises_broken_count",
    "has_open_promise",
    "days_since_promise_broken",
    "attempts_count",
    "attempts_7_days_count",
    "attempts_30_days_count",
    "attempt_days_count",
    "failed_attempts_count",
    "channels_tried_count",
    "right_party_contacts_count",
    "inbound_contacts_count",
    "visits_made_count",
    "days_since_last_attempt",
    "days_since_last_visit",
    "days_since_right_party_contact",
    "days_silent",
    "last_attempt_channel",
    "is_lost_contact",
    "stalling_count",
    "refusal_count",
    "willing_count",
    "last_attitude",
    "reason_code",
    "has_shown_willingness",
    "monthly_income_cents",
    "burden_percent",
    "ability",
    "has_hardship",
    "has_hardship_signal",
    "has_representative",
    "has_active_arrangement",
    "arrangement_kind",
    "is_arrangement_breached",
    "arrangements_breached_count",
    "has_local_agency",
    "person_overdue_cents",
    "person_outstanding_cents",
    "person_days_past_due",
    "person_loans_open_count",
    "person_loans_overdue_count",
    "person_has_payment_in_flight",
)
"""The facts that any table may read, save those of :data:`RESTRICTED`."""

RESTRICTED: Mapping[str, tuple[str, ...]] = {
    "ability": ("relief", "referral"),
    "monthly_income_cents": ("relief",),
    "burden_percent": ("relief",),
    "has_local_agency": ("visit",),
}
"""Facts that only some tables may read: poverty opens the way to relief and can never press (W18, P19)."""

_HOLDS = (
    ("is_deceased", "deceased"),
    ("has_identity_theft", "identity_theft"),
    ("has_bereavement", "bereavement"),
    ("has_no_contact_order", "no_contact_order"),
    ("has_bankruptcy", "bankruptcy"),
    ("has_moratorium", "moratorium"),
    ("has_legal", "legal"),
    ("has_settled_elsewhere", "settled_elsewhere"),
    ("has_dispute", "dispute"),
    ("has_complaint", "complaint"),
    ("has_grace", "grace"),
)
HOLDS = ("none", *(name for _, name in _HOLDS))
"""The values of ``hold``: the gravest hold in force; a hardship hold is none of them, for it leads to relief."""


def _fact(name: str) -> Column:
    return column(name, FACTS[name].dtype)


def _hold() -> Column:
    return case([(_fact(flag).is_true(), name) for flag, name in _HOLDS], "none")


def _reachable(point: str, refusal: str) -> Column:
    return all_of(_fact(point).is_known(), ~_fact(refusal).is_true())


DERIVED: Mapping[str, Callable[[], Column]] = {
    "hold": _hold,
    "has_mobile": lambda: _reachable("mobile_point_id", "refuses_sms"),
    "has_app": lambda: _reachable("app_point_id", "refuses_push"),
    "has_email": lambda: _reachable("email_point_id", "refuses_email"),
    "is_placed": lambda: _fact("agency_id").is_known(),
    "is_in_arrangement": lambda: all_of(
        _fact("has_active_arrangement").is_true(), ~_fact("is_arrangement_breached").is_true()
    ),
}
"""Answers made of facts: whether a channel is known and not refused, which hold is in force, and the like."""

DERIVED_TYPES: Mapping[str, DType] = {name: TEXT if name == "hold" else BOOL for name in DERIVED}

KEPT = ("loan_id", "person_id", "product_kind", "overdue_cents", "outstanding_cents", "attempts_7_days_count")
"""Facts that the proposals themselves need, whatever the tables read."""


def input_schema() -> Schema:
    """Name and type of all that a table may read before any other table has spoken."""
    return {**{name: FACTS[name].dtype for name in READABLE}, **DERIVED_TYPES}


def why_not(name: str, decision: str) -> str | None:
    """Why the table may not read the input; None if it may."""
    if name in FACTS and name not in READABLE:
        return _("{name} is a fact that no playbook may decide by.").format(name=name)
    if name in RESTRICTED and decision not in RESTRICTED[name]:
        return _("Only these tables may read {name}: {tables}.").format(name=name, tables=", ".join(RESTRICTED[name]))
    return None
