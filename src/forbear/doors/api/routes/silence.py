"""Reasons to be silent: holds, refusals and arrangements. Each withdraws what waits, in the same transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import Field

from forbear.book.schema import CHANNELS, HOLD_KINDS
from forbear.doors.api.asking import IdempotencyKey, write
from forbear.doors.api.callers import Caller, needs
from forbear.doors.api.fields import Asked, Day, Id, Truth
from forbear.kernel.errors import InputError
from forbear.records.actions.holds import (
    ARRANGEMENT_KINDS,
    Silenced,
    breach_arrangement,
    end_arrangement,
    end_hold,
    place_hold,
    refuse_channel,
    sign_arrangement,
)
from forbear.records.models import Loan

router = Router(tags=["Silence"])
HoldKind = Literal[HOLD_KINDS]  # type: ignore[valid-type]  # the book's own list
Channel = Literal[CHANNELS]  # type: ignore[valid-type]
ArrangementKind = Literal[ARRANGEMENT_KINDS]  # type: ignore[valid-type]


class Hold(Asked):
    """A dated reason to pause, for a person or for one loan."""

    person_id: Id = Field(examples=["P000017"])
    loan_id: Id | None = Field(None, description="The one loan it is for; all of the person where left out.")
    kind: HoldKind = Field(examples=["dispute"])
    starts_on: Day = Field(examples=["2026-11-23"])
    ends_on: Day | None = Field(None, description="The day after its last day; open where left out.")
    pauses_ageing: Truth = Field(False, description="Whether its days do not count as days past due.")


class HoldEnd(Asked):
    """When a hold ends."""

    ends_on: Day = Field(description="The day after its last day.", examples=["2026-12-01"])


class Refusal(Asked):
    """A person who does not want to be contacted by a channel."""

    person_id: Id = Field(examples=["P000017"])
    channel: Channel | None = Field(None, description="All channels where left out.", examples=["sms"])


class Arrangement(Asked):
    """A plan that was agreed."""

    arrangement_id: Id = Field(examples=["ARR-000021"])
    loan_id: Id = Field(examples=["L000000116"])
    kind: ArrangementKind = Field(examples=["instalment_plan"])
    signed_on: Day = Field(examples=["2026-11-23"])
    ends_on: Day | None = None
    term_months: int | None = Field(None, strict=True, ge=0, le=1_200)
    form: Literal["written", "oral"] = "written"


class Breach(Asked):
    """When the person stopped keeping it."""

    breached_on: Day = Field(examples=["2026-12-24"])


class ArrangementEnd(Asked):
    """When an arrangement ends."""

    ends_on: Day = Field(description="The day after its last day.", examples=["2027-05-23"])


class ArrangementTold(Schema):
    """The arrangement that was written about."""

    id: str


class Silence(Schema):
    """What was written down."""

    id: str
    binds_from: datetime = Field(description="From then on no contact that it forbids begins.")
    withdrawn_count: int = Field(description="Planned contacts that it withdrew.")


class HoldEnded(Schema):
    """A hold that has an end."""

    id: str
    ends_on: str


@router.post("/holds", response=Silence, **needs("silence:write"), summary="Place a hold")
def hold(request: HttpRequest, key: IdempotencyKey, body: Hold) -> Any:
    """The same hold twice is one."""

    def do(caller: Caller) -> dict[str, Any]:
        _check_loan(caller, body.person_id, body.loan_id)
        if body.ends_on is not None and body.ends_on < body.starts_on:
            raise InputError("bad_hold", "A hold cannot end before it begins.")
        silenced = place_hold(
            caller.scope, body.person_id, body.kind, body.starts_on, loan_id=body.loan_id, ends_on=body.ends_on,
            pauses_ageing=body.pauses_ageing,
        )  # fmt: skip
        return _silence(silenced)

    return write(request, "hold.place", key, body, do)


@router.post("/holds/{hold_id}/end", response=HoldEnded, **needs("silence:write"), summary="End a hold")
def end(request: HttpRequest, key: IdempotencyKey, hold_id: Path[Id], body: HoldEnd) -> Any:
    """From that day on contact may be planned again."""

    def do(caller: Caller) -> dict[str, Any]:
        end_hold(caller.scope, hold_id, body.ends_on)
        return {"id": hold_id, "ends_on": body.ends_on.isoformat()}

    return write(request, "hold.end", key, body, do, hold=hold_id)


@router.post("/refusals", response=Silence, **needs("silence:write"), summary="Write down a refusal")
def refuse(request: HttpRequest, key: IdempotencyKey, body: Refusal) -> Any:
    """It binds until the person takes it back."""

    def do(caller: Caller) -> dict[str, Any]:
        return _silence(refuse_channel(caller.scope, body.person_id, body.channel))

    return write(request, "channel.refuse", key, body, do)


@router.post("/arrangements", response=Silence, **needs("silence:write"), summary="Write down an arrangement")
def arrange(request: HttpRequest, key: IdempotencyKey, body: Arrangement) -> Any:
    """While it is kept, collection stops."""

    def do(caller: Caller) -> dict[str, Any]:
        silenced = sign_arrangement(
            caller.scope, body.arrangement_id, body.loan_id, body.kind, body.signed_on, ends_on=body.ends_on,
            term_months=body.term_months, form=body.form,
        )  # fmt: skip
        return _silence(silenced)

    return write(request, "arrangement.sign", key, body, do)


@router.post(
    "/arrangements/{arrangement_id}/end", response=ArrangementTold, **needs("silence:write"), summary="End an arrangement"
)  # fmt: skip
def end_of_arrangement(
    request: HttpRequest, key: IdempotencyKey, arrangement_id: Path[Id], body: ArrangementEnd
) -> Any:
    """It was fulfilled, or both agreed."""

    def do(caller: Caller) -> dict[str, Any]:
        end_arrangement(caller.scope, arrangement_id, body.ends_on)
        return {"id": arrangement_id}

    return write(request, "arrangement.end", key, body, do, arrangement=arrangement_id)


@router.post(
    "/arrangements/{arrangement_id}/breach", response=ArrangementTold, **needs("silence:write"), summary="Tell a breach"
)  # fmt: skip
def breach(request: HttpRequest, key: IdempotencyKey, arrangement_id: Path[Id], body: Breach) -> Any:
    """It no longer stands in the way of collection. A second time changes nothing."""

    def do(caller: Caller) -> dict[str, Any]:
        breach_arrangement(caller.scope, arrangement_id, body.breached_on)
        return {"id": arrangement_id}

    return write(request, "arrangement.breach", key, body, do, arrangement=arrangement_id)


def _check_loan(caller: Caller, person_id: str, loan_id: str | None) -> None:
    """A loan that is named is the person's."""
    if loan_id is None:
        return
    if not Loan.objects.filter(tenant_id=caller.tenant, loan_id=loan_id, person_id=person_id).exists():
        raise InputError("unknown_loan", "There is no such loan.", do="Feed the book first.", loan=loan_id)


def _silence(each: Silenced) -> dict[str, Any]:
    return {"id": each.id, "binds_from": each.at, "withdrawn_count": each.withdrawn_count}
