"""Reasons to be silent: holds, refusals, requests to stop, arrangements. Each withdraws what waits, in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid5

from forbear.book.schema import BY_NAME, CHANNELS, HOLD_KINDS
from forbear.compliance.permit import FORBEAR
from forbear.kernel.errors import InputError
from forbear.records import audit, events
from forbear.records.actions.silence import fall_silent, lock_people_of_loans, lock_person, moment
from forbear.records.daily.work import refresh_work
from forbear.records.models import Arrangement, Consent, Hold
from forbear.records.scope import Scope, acting

ARRANGEMENT_KINDS = BY_NAME["arrangements"].field("kind").codes


@dataclass(frozen=True)
class Silenced:
    """What was written, from when it binds, and how many waiting acts it withdrew."""

    id: str
    at: datetime
    withdrawn_count: int


def place_hold(
    scope: Scope, person_id: str, kind: str, starts_on: date, *, loan_id: str | None = None, ends_on: date | None = None,
    pauses_ageing: bool = False, key: str = "",
) -> Silenced:  # fmt: skip
    """Place a hold on a person, or on one loan of theirs. The same hold twice is one.

    Args:
        key: tells apart two holds of one kind that begin on one day for different reasons.

    Raises:
        InputError: ``unknown_person``, ``unknown_hold_kind``.
    """
    if kind not in HOLD_KINDS:
        raise InputError("unknown_hold_kind", f"There is no hold {kind!r}.", do=f"There are: {', '.join(HOLD_KINDS)}.")
    name = f"hold:{scope.tenant}:{person_id}:{loan_id}:{kind}:{starts_on}"
    hold_id = uuid5(FORBEAR, f"{name}:{key}" if key else name).hex
    with acting(scope):
        lock_person(scope.tenant, person_id)
        at = moment()
        _, is_new = Hold.objects.get_or_create(
            tenant_id=scope.tenant,
            hold_id=hold_id,
            defaults={
                "person_id": person_id,
                "loan_id": loan_id,
                "kind": kind,
                "starts_on": starts_on,
                "ends_on": ends_on,
                "pauses_ageing": pauses_ageing,
                "recorded_at": at,
            },
        )
        if not is_new:
            return Silenced(hold_id, at, 0)
        withdrawn = fall_silent(scope.tenant, [person_id], kind, loan_ids=[loan_id] if loan_id else ())
        told = {"kind": kind, "loan": loan_id, "starts_on": starts_on.isoformat(), "withdrawn": withdrawn}
        _tell("hold.placed", hold_id, person_id, told)
        return Silenced(hold_id, at, withdrawn)


def end_hold(scope: Scope, hold_id: str, ends_on: date) -> None:
    """End a hold on a day: the day after its last.

    Raises:
        InputError: ``unknown_hold``; ``bad_hold`` for an end before its beginning.
    """
    with acting(scope):
        hold = Hold.objects.filter(tenant_id=scope.tenant, hold_id=hold_id).first()
        if hold is None:
            raise InputError("unknown_hold", "There is no such hold.", hold=hold_id)
        if ends_on < hold.starts_on:
            raise InputError("bad_hold", "A hold cannot end before it begins.", hold=hold_id)
        lock_person(scope.tenant, hold.person_id)
        hold.ends_on = ends_on
        hold.save(update_fields=["ends_on"])
        told = {"ends_on": ends_on.isoformat()}
        _tell("hold.ended", hold_id, hold.person_id, told)


def refuse_channel(
    scope: Scope, person_id: str, channel: str | None, *, purpose: str = "", said_at: datetime | None = None
) -> Silenced:
    """The person does not want to be contacted by a channel, or by any: it binds until it is taken back.

    Args:
        said_at: when the person said so; now where it is not given.

    Raises:
        InputError: ``unknown_person``, ``unknown_channel``.
    """
    if channel is not None and channel not in CHANNELS:
        raise InputError(
            "unknown_channel", f"There is no channel {channel!r}.", do=f"There are: {', '.join(CHANNELS)}."
        )
    with acting(scope):
        lock_person(scope.tenant, person_id)
        at = moment()
        standing = Consent.objects.filter(
            tenant_id=scope.tenant,
            person_id=person_id,
            kind="channel_refusal",
            channel=channel,
            revoked_at__isnull=True,
        ).first()
        if standing is not None:
            return Silenced(standing.consent_id, standing.given_at, 0)
        consent_id = uuid5(FORBEAR, f"refusal:{scope.tenant}:{person_id}:{channel}:{at.isoformat()}").hex
        Consent.objects.create(
            tenant_id=scope.tenant,
            consent_id=consent_id,
            person_id=person_id,
            kind="channel_refusal",
            channel=channel,
            purpose=purpose,
            given_at=said_at or at,
            recorded_at=at,
        )
        withdrawn = fall_silent(scope.tenant, [person_id], "refused")
        told = {"channel": channel, "withdrawn": withdrawn}
        audit.record(audit.Entry("channel.refused", "consent", consent_id, person_id, told))
        events.emit("channel.refused", person_id, {"refusal": consent_id, "person": person_id, **told})
        return Silenced(consent_id, at, withdrawn)


def check_arrangement_kind(kind: str) -> None:
    """Nothing where there are arrangements of a kind.

    Raises:
        InputError: ``unknown_arrangement_kind``.
    """
    if kind not in ARRANGEMENT_KINDS:
        do = f"There are: {', '.join(ARRANGEMENT_KINDS)}."
        raise InputError("unknown_arrangement_kind", f"There is no arrangement {kind!r}.", do=do)


def sign_arrangement(
    scope: Scope, arrangement_id: str, loan_id: str, kind: str, signed_on: date, *, ends_on: date | None = None,
    term_months: int | None = None, form: str = "written",
) -> Silenced:  # fmt: skip
    """Write down an agreed plan: while it is kept, collection stops.

    Raises:
        InputError: ``unknown_loan``, ``unknown_arrangement_kind``.
    """
    check_arrangement_kind(kind)
    with acting(scope):
        person_id = lock_people_of_loans(scope.tenant, [loan_id])[loan_id]
        at = moment()
        _, is_new = Arrangement.objects.get_or_create(
            tenant_id=scope.tenant,
            arrangement_id=arrangement_id,
            defaults={
                "loan_id": loan_id,
                "kind": kind,
                "form": form,
                "signed_on": signed_on,
                "ends_on": ends_on,
                "term_months": term_months,
                "recorded_at": at,
            },
        )
        if not is_new:
            return Silenced(arrangement_id, at, 0)
        withdrawn = fall_silent(scope.tenant, [person_id], "arrangement", loan_ids=[loan_id])
        refresh_work(scope.tenant, [person_id])
        told = {"loan": loan_id, "kind": kind, "signed_on": signed_on.isoformat(), "withdrawn": withdrawn}
        _tell("arrangement.signed", arrangement_id, person_id, told)
        return Silenced(arrangement_id, at, withdrawn)


def breach_arrangement(scope: Scope, arrangement_id: str, breached_on: date) -> None:
    """The plan was not kept: it no longer stands in the way of collection. A second time changes nothing.

    Raises:
        InputError: ``unknown_arrangement``; ``bad_arrangement`` for a breach before it was signed or after it ended.
    """
    with acting(scope):
        row, person_id = _arrangement(scope.tenant, arrangement_id)
        if row.breached_on is not None:
            return
        is_before = row.signed_on is None or breached_on < row.signed_on
        if is_before or (row.ends_on is not None and breached_on >= row.ends_on):
            raise _bad_arrangement(arrangement_id, "it can be broken only while it stands")
        row.breached_on = breached_on
        row.save(update_fields=["breached_on"])
        refresh_work(scope.tenant, [person_id])
        told = {"loan": row.loan_id, "breached_on": breached_on.isoformat()}
        _tell("arrangement.breached", arrangement_id, person_id, told)


def end_arrangement(scope: Scope, arrangement_id: str, ends_on: date) -> None:
    """The plan ends on a day, the day after its last: it was fulfilled, or both agreed. The same end again changes nothing.

    Raises:
        InputError: ``unknown_arrangement``; ``bad_arrangement`` for an end before it was signed, or of one that was broken.
    """
    with acting(scope):
        row, person_id = _arrangement(scope.tenant, arrangement_id)
        if row.ends_on == ends_on:
            return
        if row.breached_on is not None:
            raise _bad_arrangement(arrangement_id, "it was broken before")
        if row.signed_on is not None and ends_on < row.signed_on:
            raise _bad_arrangement(arrangement_id, "it cannot end before it was signed")
        row.ends_on = ends_on
        row.save(update_fields=["ends_on"])
        refresh_work(scope.tenant, [person_id])
        _tell("arrangement.ended", arrangement_id, person_id, {"loan": row.loan_id, "ends_on": ends_on.isoformat()})


def _arrangement(tenant: str, arrangement_id: str) -> tuple[Arrangement, str]:
    """The arrangement, and whose it is, locked."""
    found = Arrangement.objects.filter(tenant_id=tenant, arrangement_id=arrangement_id)
    row = found.first()
    if row is None:
        raise InputError("unknown_arrangement", "There is no such arrangement.", arrangement=arrangement_id)
    person_id = lock_people_of_loans(tenant, [row.loan_id])[row.loan_id]
    row.refresh_from_db()
    return row, person_id


def _bad_arrangement(arrangement_id: str, reason: str) -> InputError:
    return InputError("bad_arrangement", f"The arrangement is off: {reason}.", arrangement=arrangement_id)


def _tell(action: str, subject_id: str, person_id: str, told: dict[str, Any]) -> None:
    """Tell the audit and whoever listens; the kind of the subject is what the action begins with."""
    kind = action.partition(".")[0]
    audit.record(audit.Entry(action, kind, subject_id, person_id, told))
    events.emit(action, person_id, {kind: subject_id, "person": person_id, **told})
