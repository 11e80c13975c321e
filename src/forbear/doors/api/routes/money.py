"""Money that came in, and money that went back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import Field

from forbear.doors.api.asking import IdempotencyKey, write
from forbear.doors.api.callers import Caller, needs
from forbear.doors.api.fields import Asked, Cents, Day, Id
from forbear.records.actions.payments import Accepted, PaymentIn, accept_payments, reverse_payment

PAYMENTS_MAX = 1_000
router = Router(tags=["Payments"])


class Payment(Asked):
    """A payment as the ledger tells it."""

    payment_id: Id = Field(examples=["PAY-20261123-000017"])
    loan_id: Id = Field(examples=["L000000116"])
    amount_cents: Cents = Field(description="Whole minor units.", examples=[125000])
    effective_on: Day = Field(description="Its value date.", examples=["2026-11-23"])
    status: Literal["settled", "in_flight"] = Field(
        "settled", description="`in_flight` is on its way and not yet money."
    )


class Payments(Asked):
    """Payments, taken all or none."""

    payments: list[Payment] = Field(min_length=1, max_length=PAYMENTS_MAX)


class Taken(Schema):
    """A payment that was taken."""

    payment_id: str
    person_id: str
    accepted_at: datetime = Field(description="From then on no contact about the loan begins on what was known before.")
    is_new: bool = Field(description="False where it had been taken before, unchanged.")
    withdrawn_count: int = Field(description="Planned contacts that it withdrew.")


class PaymentsTaken(Schema):
    """What was taken, in the order given."""

    payments: list[Taken]


class Reversal(Asked):
    """A payment that bounced."""

    reversed_on: Day = Field(examples=["2026-11-25"])


@router.post("/payments", response=PaymentsTaken, **needs("payments:write"), summary="Take payments")
def take_payments(request: HttpRequest, key: IdempotencyKey, body: Payments) -> Any:
    """All or none. With the same transaction, planned contacts about these loans are withdrawn and permits taken back."""

    def do(caller: Caller) -> dict[str, Any]:
        given = [PaymentIn(**each.model_dump()) for each in body.payments]
        return {"payments": [_taken(each) for each in accept_payments(caller.scope, given)]}

    return write(request, "payments.take", key, body, do)


@router.post("/payments/{payment_id}/reversal", response=Taken, **needs("payments:write"), summary="Reverse a payment")
def reverse(request: HttpRequest, key: IdempotencyKey, payment_id: Path[Id], body: Reversal) -> Any:
    """The payment stays, as reversed: what it had paid is owed again."""

    def do(caller: Caller) -> dict[str, Any]:
        return _taken(reverse_payment(caller.scope, payment_id, body.reversed_on))

    return write(request, "payment.reverse", key, body, do, payment=payment_id)


def _taken(each: Accepted) -> dict[str, Any]:
    return {
        "payment_id": each.payment_id,
        "person_id": each.person_id,
        "accepted_at": each.at,
        "is_new": each.is_new,
        "withdrawn_count": each.withdrawn_count,
    }
