"""Ask before acting: permits for contacts that are made outside of this program."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from forbear.book.schema import CHANNELS
from forbear.dispatch.disposition import ATTITUDES, REASONS
from forbear.doors.api.asking import IdempotencyKey, write
from forbear.doors.api.callers import Caller, needs
from forbear.doors.api.fields import Asked, Id, Instant, Truth
from forbear.doors.api.languages import language_of
from forbear.doors.api.rulings import Duty, Rule, duties_in_words, rules_in_words
from forbear.kernel.language import translator
from forbear.records.desk import agency
from forbear.records.desk.asking import Judged
from forbear.records.desk.result import RESULTS, Result, tell_result
from forbear.records.lender import lender_settings

router = Router(tags=["Permits"])
Channel = Literal[CHANNELS]  # type: ignore[valid-type]  # the book's own lists
Purpose = Literal[agency.PURPOSES]  # type: ignore[valid-type]
ResultCode = Literal[RESULTS]  # type: ignore[valid-type]
Attitude = Literal[ATTITUDES]  # type: ignore[valid-type]
ReasonCode = Literal[REASONS]  # type: ignore[valid-type]


class PermitAsked(Asked):
    """A contact that somebody wants to make."""

    person_id: Id = Field(examples=["P000017"])
    loan_id: Id = Field(examples=["L000000116"])
    channel: Channel = Field(examples=["voice_agent"])
    contact_point_id: Annotated[str, Field(max_length=64, pattern=r"^[^\u0000-\u001f\u007f]*$")] = Field(
        "", description="The person's own number or address; without one it counts as unknown.", examples=["CP000017"]
    )
    purpose: Purpose = Field("collection", examples=["collection"])
    at: Instant | None = Field(
        None,
        description="When, from now to the end of today; now where left out.",
        examples=["2026-11-23T14:30:00+08:00"],
    )


class Window(Schema):
    """The hours of the day in which such a contact may begin; the end excluded."""

    starts_at: datetime
    ends_at: datetime


class Ruling(Schema):
    """What the gate says, in words."""

    verdict: str | None = Field(
        description="`ALLOW`, `WARN`, `REQUIRE`, `REVIEW`, `DENY` …; null where the law was not asked."
    )
    decided_by: str | None = Field(description="The rule that decided; null where none did.")
    duties: list[Duty] = Field(description="What must be done with it.")
    rules: list[Rule] = Field(description="All rules that speak of it, the deciding one first.")
    window: Window | None = Field(description="The hours of the day; null where the day has none.")


class Granted(Ruling):
    """A permit: for this contact, used once, until it expires or is taken back."""

    outcome: Literal["granted"]
    permit_id: UUID
    expires_at: datetime


class Refused(Ruling):
    """A refusal: the contact must not be made."""

    outcome: Literal["refused"]
    permit_id: UUID | None = Field(description="The permit that was refused its use; null where none was given.")
    code: str = Field(description="`denied`, `review`, `duty_unmet`, `feed_stale`, `used`, `expired`, `withdrawn` …")
    says: str = Field(description="The refusal in words, in the language asked for.")
    changes_at: datetime | None = Field(
        description="The first instant at which only the hour will no longer stand against it; null where that is not known."
    )


class Started(Ruling):
    """A contact that may begin now, and was written down as begun."""

    outcome: Literal["started"]
    permit_id: UUID
    contact_id: str
    started_at: datetime


class ResultTold(Asked):
    """What came of the contact."""

    result: ResultCode = Field(examples=["conversation"])
    ended_at: Instant = Field(examples=["2026-11-23T14:36:10+08:00"])
    is_right_party: Truth = Field(False, description="Whether the person was identified.")
    attitude: Attitude | None = Field(None, description="What the person showed; only of the right party.")
    reason_code: ReasonCode | None = Field(None, description="Why the loan is overdue, as the person says.")
    recording_sha256: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = Field(
        "", description="Digest of the recording."
    )
    next_at: Instant | None = Field(
        None, description="When the person wants to be contacted again; nobody does so before."
    )


class Ended(Schema):
    """The contact whose result was written down."""

    contact_id: str
    is_new: bool = Field(description="False where the same was told before.")


@router.post("/permits", response={201: Granted, 200: Refused}, **needs("permits:write"), summary="Ask for a permit")
def ask(request: HttpRequest, key: IdempotencyKey, body: PermitAsked) -> Status:
    """Ask before you contact somebody. The answer counts everything that is known of the person in that moment, whoever did it:
    all loans, all channels, the lender and every agency.

    A refusal is no error: it is an answer with its rules, in the language of `Accept-Language` (`en`, `zh-Hans`, `zh-Hant`).
    Each question needs a new `Idempotency-Key`; a repeated one gets the first answer, which may be outdated.
    """

    def do(caller: Caller) -> dict[str, Any]:
        answer = agency.ask(caller.scope, agency.Asked(**body.model_dump()), caller.clock)
        found = _kept(caller, answer.judged)
        if answer.expires_at is None:
            return {"outcome": "refused", "permit_id": None, **found}
        return {"outcome": "granted", "permit_id": answer.permit_id, "expires_at": answer.expires_at, **found}

    kept = write(request, "permit.ask", key, body, do)
    return Status(201 if kept["outcome"] == "granted" else 200, _in_words(kept, language_of(request)))


@router.post(
    "/permits/{permit_id}/use", response={201: Started, 200: Refused}, **needs("permits:write"), summary="Use a permit"
)
def use(request: HttpRequest, key: IdempotencyKey, permit_id: UUID) -> Status:
    """At the moment of acting: facts and law are asked again. With 201 the contact is written down as begun: make it now. With
    200 it is refused and must not be made. A permit is used once."""

    def do(caller: Caller) -> dict[str, Any]:
        used = agency.use(caller.scope, permit_id, caller.clock)
        found = {"permit_id": used.permit_id, **_kept(caller, used.judged)}
        if used.started_at is None:
            return {"outcome": "refused", **found}
        return {"outcome": "started", "contact_id": used.contact_id, "started_at": used.started_at, **found}

    kept = write(request, "permit.use", key, None, do, permit=str(permit_id))
    return Status(201 if kept["outcome"] == "started" else 200, _in_words(kept, language_of(request)))


@router.post("/permits/{permit_id}/result", response=Ended, **needs("permits:write"), summary="Tell the result")
def result(request: HttpRequest, key: IdempotencyKey, permit_id: UUID, body: ResultTold) -> Any:
    """What came of the contact. Until it is told, the contact counts as one that may have been a conversation. A number that is
    another person's is removed at once."""

    def do(caller: Caller) -> dict[str, Any]:
        told = Result(
            body.result,
            body.ended_at,
            body.is_right_party,
            body.attitude,
            body.reason_code,
            body.recording_sha256,
            body.next_at,
        )
        ended = tell_result(caller.scope, permit_id, told, caller.clock)
        return {"contact_id": ended.contact_id, "is_new": ended.is_new}

    return write(request, "permit.result", key, body, do, permit=str(permit_id))


def _kept(caller: Caller, judged: Judged) -> dict[str, Any]:
    """What is kept of an answer: codes and instants, in no language."""
    verdict, window, refusal = judged.verdict, judged.window, judged.refusal
    lender = lender_settings(caller.tenant)
    found: dict[str, Any] = {
        "law": lender.law,
        "on": judged.law_on.isoformat() if judged.law_on else None,
        "verdict": verdict.verdict if verdict else None,
        "decided_by": verdict.decided_by if verdict else None,
        "duties": list(verdict.duties) if verdict else [],
        "rules": list(verdict.rules) if verdict else [],
        "window": {"starts_at": window.starts_at, "ends_at": window.ends_at} if window else None,
    }
    if refusal is not None:
        found |= {"code": refusal.code, "changes_at": judged.changes_at}
    return found


def _in_words(kept: dict[str, Any], language: str) -> dict[str, Any]:
    on = date.fromisoformat(kept["on"]) if kept["on"] else None
    said = {
        **kept,
        "duties": duties_in_words(kept["duties"], language),
        "rules": rules_in_words(kept["law"], on, kept["rules"], language) if on else [],
    }
    if "code" in kept:
        said["says"] = translator(language).code_words("refusal", kept["code"])
    return said
