"""Reasons to be silent: holds, refusals, requests to stop, arrangements. Each withdraws what waits, in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid5

from forbear.book.schema import BY_NAME, CHANNELS, HOLD_KINDS
from forbear.compliance.permit import FORBEAR
from forbear.kernel.errors import InputError
from forbear.records import audit, events
from forbear.records.actions.silence import fall_silent, lock_people_of_loans, lock_person, moment
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
    pauses_ageing: bool = False,
) -> Silenced:  # fmt: skip
    """Place a hold on a person, or on one loan of theirs. The same hold twice is one.

    Raises:
        InputError: ``unknown_person``, ``unknown_hold_kind``.
    """
    if kind not in HOLD_KINDS:
        raise InputError("unknown_hold_kind", f"There is no hold {kind!r}.", do=f"There are: {', '.join(HOLD_KINDS)}.")
    hold_id = uuid5(FORBEAR, f"hold:{scope.tenant}:{person_id}:{loan_id}:{kind}:{starts_on}").hex
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
        audit.record(audit.Entry("hold.placed", "hold", hold_id, person_id, told))
        events.emit("hold.placed", person_id, {"hold": hold_id, "person": person_id, **told})
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
        audit.record(audit.Entry("hold.ended", "hold", hold_id, hold.person_id, told))
        events.emit("hold.ended", hold.person_id, {"hold": hold_id, "person": hold.person_id, **told})


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
        )
        withdrawn = fall_silent(scope.tenant, [person_id], "refused")
        told = {"channel": channel, "withdrawn": withdrawn}
        audit.record(audit.Entry("channel.refused", "consent", consent_id, person_id, told))
        events.emit("channel.refused", person_id, {"refusal": consent_id, "person": person_id, **told})
        return Silenced(consent_id, at, withdrawn)


def sign_arrangement(
    scope: Scope, arrangement_id: str, loan_id: str, kind: str, signed_on: date, *, ends_on: date | None = None,
    term_months: int | None = None, form: str = "written",
) -> Silenced:  # fmt: skip
    """Write down an agreed plan: while it is kept, collection stops.

    Raises:
        InputError: ``unknown_loan``, ``unknown_arrangement_kind``.
    """
    if kind not in ARRANGEMENT_KINDS:
        do = f"There are: {', '.join(ARRANGEMENT_KINDS)}."
        raise InputError("unknown_arrangement_kind", f"There is no arrangement {kind!r}.", do=do)
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
            },
        )
        if not is_new:
            return Silenced(arrangement_id, at, 0)
        withdrawn = fall_silent(scope.tenant, [person_id], "arrangement", loan_ids=[loan_id])
        told = {"loan": loan_id, "kind": kind, "signed_on": signed_on.isoformat(), "withdrawn": withdrawn}
        audit.record(audit.Entry("arrangement.signed", "arrangement", arrangement_id, person_id, told))
        events.emit("arrangement.signed", person_id, {"arrangement": arrangement_id, "person": person_id, **told})
        return Silenced(arrangement_id, at, withdrawn)
