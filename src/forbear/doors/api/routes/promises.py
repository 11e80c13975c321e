"""Promises to pay: made, and taken back. Whether one was kept is counted from the money, never told."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import Field

from forbear.doors.api.asking import IdempotencyKey, write
from forbear.doors.api.callers import Caller, needs
from forbear.doors.api.fields import Asked, Cents, Day, Id
from forbear.records.actions.agreed.promises import cancel_promise, make_promise

router = Router(tags=["Promises"])
PromiseId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


class PromiseAsked(Asked):
    """What the person promised."""

    loan_id: Id = Field(examples=["L000000116"])
    amount_cents: Cents = Field(description="Whole minor units.", examples=[125000])
    due_on: Day = Field(description="The day by which it is to be paid.", examples=["2026-11-30"])
    made_on: Day = Field(description="The day on which it was made, on the lender's calendar.", examples=["2026-11-23"])


class PromiseMade(Schema):
    """A promise that stands."""

    promise_id: str
    person_id: str
    is_new: bool = Field(description="False where the very same was written down before.")
    withdrawn_count: int = Field(description="Planned contacts of the loan that it withdrew.")


class Withdrawal(Asked):
    """From when on it stands no more."""

    on: Day = Field(examples=["2026-11-25"])


class PromiseWithdrawn(Schema):
    """A promise that was taken back: neither kept nor broken."""

    promise_id: str
    is_new: bool = Field(description="False where it had been taken back before.")


@router.post("/promises", response=PromiseMade, **needs("promises:write"), summary="Write down a promise")
def make(request: HttpRequest, key: IdempotencyKey, body: PromiseAsked) -> Any:
    """Days of grace and the share that keeps it are the lender's settings of this moment."""

    def do(caller: Caller) -> dict[str, Any]:
        made = make_promise(caller.scope, body.loan_id, body.amount_cents, body.due_on, body.made_on)
        return {name: getattr(made, name) for name in PromiseMade.model_fields}

    return write(request, "promise.make", key, body, do)


@router.post(
    "/promises/{promise_id}/withdrawal", response=PromiseWithdrawn, **needs("promises:write"), summary="Take a promise back"
)  # fmt: skip
def withdraw(request: HttpRequest, key: IdempotencyKey, promise_id: PromiseId, body: Withdrawal) -> Any:
    """By agreement. One that was kept or broken by that day stays so."""

    def do(caller: Caller) -> dict[str, Any]:
        return {"promise_id": promise_id, "is_new": cancel_promise(caller.scope, promise_id, body.on)}

    return write(request, "promise.withdraw", key, body, do, promise=promise_id)
