"""What was heard of people: what they sent, and what came of calls to them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from forbear.book.schema import CHANNELS
from forbear.dispatch.channel import Inbound
from forbear.dispatch.disposition import (
    AHEAD,
    ATTITUDES,
    DURATION_SECONDS_MAX,
    REASONS,
    RESULTS,
    Disposition,
    is_storable,
    read_disposition,
)
from forbear.doors.api.asking import IdempotencyKey, write
from forbear.doors.api.callers import Caller, needs
from forbear.doors.api.fields import PLAIN, Asked, Cents, Day, Id, Instant, Truth
from forbear.kernel.errors import InputError
from forbear.records.actions.dispositions import Promised, record_disposition
from forbear.records.actions.inbound import hear

CALLS_MAX = 500
router = Router(tags=["Heard"])
Channel = Literal[CHANNELS]  # type: ignore[valid-type]  # the rooms' own lists
ResultCode = Literal[RESULTS]  # type: ignore[valid-type]
Attitude = Literal[("", *ATTITUDES)]  # type: ignore[valid-type]
ReasonCode = Literal[("", *REASONS)]  # type: ignore[valid-type]


class MessageIn(Asked):
    """Something that a borrower sent."""

    inbound_id: Annotated[str, Field(min_length=1, max_length=128, pattern=PLAIN)] = Field(
        description="The provider's own id: the same message twice is one.", examples=["mo-20261123-0004711"]
    )
    channel: Channel = Field(examples=["sms"])
    from_value: Annotated[str, Field(min_length=1, max_length=320, pattern=PLAIN)] = Field(
        description="The number or address that it came from.", examples=["+8613800138000"]
    )
    text: Annotated[str, Field(max_length=4_000)] = Field(examples=["TD"])
    at: Instant = Field(examples=["2026-11-23T12:00:04+08:00"])
    in_reply_to: Annotated[str, Field(pattern=r"^([0-9a-f]{32})?$")] = Field(
        "", description="Our message, where it is known."
    )


class MessageHeard(Schema):
    """What was made of it."""

    intent: str = Field(description="Of a closed list: `stop`, `paid`, `dispute` …")
    person_id: str = Field(description="Empty for a sender whom nobody knows.")
    is_new: bool


class Promise(Asked):
    """What was promised."""

    amount_cents: Cents = Field(description="Whole minor units.", examples=[125000])
    due_on: Day = Field(description="The day by which it is to be paid.", examples=["2026-11-30"])


class Call(Asked):
    """What came of a call that was permitted. Its note stays with the dialler."""

    call_id: Id = Field(description="The contact's id, as it was given to the dialler.")
    started_at: Instant
    duration_seconds: Annotated[int, Field(strict=True, ge=0, le=DURATION_SECONDS_MAX)]
    result: ResultCode = Field(examples=["conversation"])
    is_right_party: Truth = False
    reason_code: ReasonCode = ""
    attitude: Attitude = ""
    recording_sha256: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""
    agent_id: Annotated[str, Field(max_length=64, pattern=PLAIN)] = ""
    next_at: Instant | None = Field(
        None,
        description="When the person wants to be called again: nobody contacts them before, and a call is queued for then.",
    )
    promised: Promise | None = Field(None, description="What the person promised in the talk, on the call's loan.")


class Calls(Asked):
    """Calls, written down all or none."""

    calls: list[Call] = Field(min_length=1, max_length=CALLS_MAX)


class CallsWritten(Schema):
    """What was written down."""

    written_count: int
    unknown: list[str] = Field(description="Ids of no contact that was permitted.")


@router.post("/inbound", response=MessageHeard, **needs("heard:write"), summary="Tell what a borrower sent")
def inbound(request: HttpRequest, key: IdempotencyKey, body: MessageIn) -> Any:
    """It is acted on in the same transaction: who asks for silence has it from then on."""

    def do(caller: Caller) -> dict[str, Any]:
        if body.at > caller.clock.now() + AHEAD or not is_storable(body.text):
            raise InputError(
                "bad_message", "The message cannot be used: it is of later than now, or has control characters."
            )
        said = Inbound(body.channel, body.from_value, body.text, body.at, body.inbound_id, body.in_reply_to)
        heard = hear(caller.scope, said)
        return {"intent": heard.intent, "person_id": heard.person_id, "is_new": heard.is_new}

    return write(request, "inbound.hear", key, body, do)


@router.post("/calls", response=CallsWritten, **needs("heard:write"), summary="Tell what came of calls")
def calls(request: HttpRequest, key: IdempotencyKey, body: Calls) -> Any:
    """Of calls that a dialler made for this program. A later correction of a call is written over what was told before."""

    def do(caller: Caller) -> dict[str, Any]:
        rows = [each.model_dump(mode="json", exclude={"promised"}) for each in body.calls]
        read = [read_disposition(row, caller.clock.now(), number=number) for number, row in enumerate(rows, start=1)]
        told = zip(read, (each.promised for each in body.calls), strict=True)
        unknown = [each.call_id for each, promised in told if not _record(caller, each, promised)]
        return {"written_count": len(read) - len(unknown), "unknown": unknown}

    return write(request, "calls.tell", key, body, do)


def _record(caller: Caller, said: Disposition, promised: Promise | None) -> bool:
    given = Promised(promised.amount_cents, promised.due_on) if promised else None
    return record_disposition(caller.scope, said, next_at=said.next_at, promised=given)
