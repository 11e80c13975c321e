"""Disputes and complaints: opened, given to somebody, answered. Each stops collection until it is answered."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from forbear.dispatch.disposition import is_storable
from forbear.doors.api.asking import IdempotencyKey, write
from forbear.doors.api.callers import Caller, needs
from forbear.doors.api.fields import PLAIN, Asked, Day, Id
from forbear.kernel.errors import InputError
from forbear.records.actions.redress import (
    COMPLAINT_KINDS,
    DISPUTE_KINDS,
    Opened,
    answer_complaint,
    answer_dispute,
    assign_matter,
    open_complaint,
    open_dispute,
)
from forbear.records.models import Loan

router = Router(tags=["Redress"])
DisputeKind = Literal[DISPUTE_KINDS]  # type: ignore[valid-type]  # the records' own lists
ComplaintKind = Literal[COMPLAINT_KINDS]  # type: ignore[valid-type]
Words = Annotated[str, Field(max_length=4_000)]
Code = Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[a-z_]+$")]
ContactId = Annotated[str, Field(max_length=64, pattern=PLAIN)]


class DisputeAsked(Asked):
    """What the person says is wrong about the debt."""

    person_id: Id = Field(examples=["P000017"])
    loan_id: Id | None = Field(None, description="The one loan it is about; all of the person where left out.")
    kind: DisputeKind = Field(examples=["amount"])
    text: Words = Field("", description="In the person's own words; kept sealed.")
    on: Day = Field(description="The day on which it was received.", examples=["2026-11-23"])


class ComplaintAsked(Asked):
    """What the person complains of."""

    person_id: Id = Field(examples=["P000017"])
    kind: ComplaintKind = Field(examples=["frequency"])
    text: Words = Field("", description="In the person's own words; kept sealed.")
    on: Day = Field(description="The day on which it was received.", examples=["2026-11-23"])
    contact_id: ContactId = Field("", description="The contact that it is about, where it is known.")


class MatterOpened(Schema):
    """A dispute or a complaint."""

    id: UUID
    due_on: date | None = Field(description="By when the law has it answered; null where its calendar cannot say.")
    is_new: bool = Field(description="False where the very same was opened before.")


class Assignment(Asked):
    """Who answers it."""

    to: Annotated[str, Field(min_length=1, max_length=150, pattern=PLAIN)] = Field(
        description="A user of the lender's own.", examples=["li"]
    )


class DisputeAnswer(Asked):
    """How a dispute was answered."""

    outcome: Code = Field(description="A code.", examples=["upheld"])
    on: Day = Field(examples=["2026-11-30"])


class ComplaintAnswer(DisputeAnswer):
    """How a complaint was answered, and what caused it."""

    root_cause: Code = Field(description="A code.", examples=["wrong_hour"])
    contact_id: ContactId = Field("", description="The contact that caused it, where that came out only now.")


class Matter(Schema):
    """The dispute or complaint that was dealt with."""

    id: UUID


@router.post("/disputes", response=MatterOpened, **needs("redress:write"), summary="Open a dispute")
def dispute(request: HttpRequest, key: IdempotencyKey, body: DisputeAsked) -> Any:
    """Collection stops with the same transaction, until it is answered."""

    def do(caller: Caller) -> dict[str, Any]:
        _check_text(body.text)
        own = Loan.objects.filter(tenant_id=caller.tenant, loan_id=body.loan_id, person_id=body.person_id)
        if body.loan_id is not None and not own.exists():
            raise InputError("unknown_loan", "There is no such loan.", do="Feed the book first.", loan=body.loan_id)
        return _opened(open_dispute(caller.scope, body.person_id, body.kind, body.text, body.on, loan_id=body.loan_id))

    return write(request, "dispute.open", key, body, do)


@router.post("/disputes/{dispute_id}/answer", response=Matter, **needs("redress:write"), summary="Answer a dispute")
def dispute_answer(request: HttpRequest, key: IdempotencyKey, dispute_id: UUID, body: DisputeAnswer) -> Any:
    """Its hold ends on the day that is given. A second answer changes nothing."""

    def do(caller: Caller) -> dict[str, Any]:
        answer_dispute(caller.scope, dispute_id, body.outcome, body.on)
        return {"id": dispute_id}

    return write(request, "dispute.answer", key, body, do, dispute=str(dispute_id))


@router.post("/complaints", response=MatterOpened, **needs("redress:write"), summary="Raise a complaint")
def complaint(request: HttpRequest, key: IdempotencyKey, body: ComplaintAsked) -> Any:
    """Tied to the contact that it is about; ordinary collection stops while it is open."""

    def do(caller: Caller) -> dict[str, Any]:
        _check_text(body.text)
        return _opened(
            open_complaint(caller.scope, body.person_id, body.kind, body.text, body.on, contact_id=body.contact_id)
        )

    return write(request, "complaint.open", key, body, do)


@router.post(
    "/complaints/{complaint_id}/assignment", response=Matter, **needs("redress:write"), summary="Assign a complaint"
)
def assignment(request: HttpRequest, key: IdempotencyKey, complaint_id: UUID, body: Assignment) -> Any:
    """To somebody who had no part in the contact that it is about."""

    def do(caller: Caller) -> dict[str, Any]:
        assign_matter(caller.scope, "complaint", complaint_id, body.to)
        return {"id": complaint_id}

    return write(request, "complaint.assign", key, body, do, complaint=str(complaint_id))


@router.post(
    "/complaints/{complaint_id}/answer", response=Matter, **needs("redress:write"), summary="Answer a complaint"
)
def complaint_answer(request: HttpRequest, key: IdempotencyKey, complaint_id: UUID, body: ComplaintAnswer) -> Any:
    """With what caused it. Its hold ends where it was the person's last open one. A second answer changes nothing."""

    def do(caller: Caller) -> dict[str, Any]:
        answer_complaint(caller.scope, complaint_id, body.outcome, body.root_cause, body.on, contact_id=body.contact_id)
        return {"id": complaint_id}

    return write(request, "complaint.answer", key, body, do, complaint=str(complaint_id))


def _check_text(text: str) -> None:
    if not is_storable(text):
        raise InputError("bad_message", "The message cannot be used: it has control characters.")


def _opened(each: Opened) -> dict[str, Any]:
    return {"id": each.id, "due_on": each.due_on, "is_new": each.is_new}
