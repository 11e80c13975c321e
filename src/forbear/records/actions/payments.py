"""Money that came in, and money that went back: both change what may be asked for, at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from forbear.kernel.errors import InputError
from forbear.records import audit, events
from forbear.records.actions.silence import fall_silent, lock_people_of_loans, moment
from forbear.records.models import Payment
from forbear.records.scope import Scope, acting

STATUSES = ("settled", "in_flight")


@dataclass(frozen=True)
class PaymentIn:
    """A payment as the lender's ledger tells it. ``in_flight`` is on its way and not yet money."""

    payment_id: str
    loan_id: str
    amount_cents: int
    effective_on: date
    status: str = "settled"


@dataclass(frozen=True)
class Accepted:
    """A payment that was taken: from ``at`` on no contact about its loan begins on what was known before."""

    payment_id: str
    person_id: str
    at: datetime
    is_new: bool
    withdrawn_count: int


def accept_payments(scope: Scope, payments: Sequence[PaymentIn]) -> list[Accepted]:
    """Take payments, all or none. One that was taken before, unchanged, is taken once; in flight, then settled, is the same one.

    Raises:
        InputError: ``unknown_loan``; ``bad_payment`` naming the payment and what is off; ``payment_changed``.
    """
    for each in payments:
        _check(each)
    with acting(scope):
        whose = lock_people_of_loans(scope.tenant, [each.loan_id for each in payments])
        return [_accept(scope.tenant, each, whose[each.loan_id]) for each in payments]


def reverse_payment(scope: Scope, payment_id: str, reversed_on: date) -> Accepted:
    """Take a payment back: it bounced. What is overdue is overdue again from the next look on.

    Raises:
        InputError: ``unknown_payment``; ``bad_payment`` when it was reversed before its value date.
    """
    with acting(scope):
        payment = Payment.objects.filter(tenant_id=scope.tenant, payment_id=payment_id).first()
        if payment is None:
            raise InputError("unknown_payment", "There is no such payment.", payment=payment_id)
        if reversed_on < payment.effective_on:
            raise _bad(payment_id, "it cannot be reversed before its value date")
        person_id = lock_people_of_loans(scope.tenant, [payment.loan_id])[payment.loan_id]
        at = moment()
        is_new = payment.status != "reversed"
        if is_new:
            payment.status, payment.reversed_on, payment.reversal_recorded_at = "reversed", reversed_on, at
            payment.save()
            told = {"loan": payment.loan_id, "reversed_on": reversed_on.isoformat()}
            audit.record(audit.Entry("payment.reversed", "payment", payment_id, person_id, told))
            events.emit("payment.reversed", person_id, {"payment": payment_id, "person": person_id, **told})
        return Accepted(payment_id, person_id, at, is_new, 0)


def _accept(tenant: str, given: PaymentIn, person_id: str) -> Accepted:
    at = moment()
    known = Payment.objects.filter(tenant_id=tenant, payment_id=given.payment_id).first()
    if known is not None:
        same = (known.loan_id, known.amount_cents, known.effective_on)
        if same != (given.loan_id, given.amount_cents, given.effective_on):
            raise InputError(
                "payment_changed", "A payment of this id was taken with another loan, amount or date.",
                do="Reverse it and send the right one under its own id.", payment=given.payment_id,
            )  # fmt: skip
        if known.status != "in_flight" or given.status != "settled":
            return Accepted(given.payment_id, person_id, known.accepted_at, is_new=False, withdrawn_count=0)
        known.status, known.accepted_at = "settled", at
        known.save()
    else:
        Payment.objects.create(
            tenant_id=tenant,
            payment_id=given.payment_id,
            loan_id=given.loan_id,
            amount_cents=given.amount_cents,
            effective_on=given.effective_on,
            status=given.status,
            recorded_at=at,
            accepted_at=at,
        )
    withdrawn = fall_silent(tenant, [person_id], "payment", loan_ids=[given.loan_id])
    told = {"loan": given.loan_id, "amount_cents": given.amount_cents, "status": given.status, "withdrawn": withdrawn}
    audit.record(audit.Entry("payment.accepted", "payment", given.payment_id, person_id, told))
    events.emit("payment.accepted", person_id, {"payment": given.payment_id, "person": person_id, **told})
    return Accepted(given.payment_id, person_id, at, is_new=True, withdrawn_count=withdrawn)


def _check(given: PaymentIn) -> None:
    if given.amount_cents <= 0:
        raise _bad(given.payment_id, "its amount must be more than nothing")
    if given.status not in STATUSES:
        raise _bad(given.payment_id, f"its status must be one of {', '.join(STATUSES)}")


def _bad(payment_id: str, reason: str) -> InputError:
    return InputError("bad_payment", f"The payment is off: {reason}.", payment=payment_id)
