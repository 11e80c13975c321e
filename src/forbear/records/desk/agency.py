"""Ask before acting: permits for those who contact borrowers outside of this program, an agency or the lender's own callers.

Whoever asks gets a permit that stands for minutes, or a refusal with its rules. The permit is used at the moment of acting: then
the person is locked again, the facts are read and the gate is asked anew, and the contact is written as begun. So all that is
known then counts, whoever did it, and a permit is used once. What forbids in between takes the permit back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db.models import F
from django.db.models.functions import Now

from forbear.book.schema import CHANNELS
from forbear.compliance.permit import Refusal, contact_id_of, permit_id_of
from forbear.kernel.clock import Clock
from forbear.kernel.errors import InputError
from forbear.records import audit, events
from forbear.records.actions.silence import lock_person, moment
from forbear.records.desk import writing
from forbear.records.desk.asking import Judged, judge_act
from forbear.records.lender import LenderSettings, lender_settings
from forbear.records.models import Act, Contact, Loan, Permit
from forbear.records.scope import Scope, acting

PURPOSES = ("collection", "pre_due_reminder", "service_reply")


@dataclass(frozen=True)
class Asked:
    """An act that somebody wants to do: whom and for which loan, by what, through which point, what for, and when.

    ``at`` is an instant of today; None for now.
    """

    person_id: str
    loan_id: str
    channel: str
    contact_point_id: str = ""
    purpose: str = "collection"
    at: datetime | None = None


@dataclass(frozen=True)
class Answer:
    """What was answered: with ``expires_at`` a permit, else a refusal. ``permit_id`` is None where no permit was ever given."""

    act_id: UUID
    permit_id: UUID | None
    judged: Judged
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Use:
    """A permit that was used, with the contact that began; or a refusal, and then no contact must be made."""

    permit_id: UUID
    judged: Judged
    contact_id: str = ""
    started_at: datetime | None = None


def ask(scope: Scope, asked: Asked, clock: Clock) -> Answer:
    """Ask for a permit. A refusal is an answer, and written down as one.

    Raises:
        InputError: ``unknown_person`` or ``unknown_loan``, also for one who is not placed with the agency that asks;
            ``unknown_channel``, ``unknown_purpose``; ``bad_time`` for an instant that is past or not of today.
        LawError, UsageError: the tenant's law cannot be read.
    """
    for what, given, known in (("channel", asked.channel, CHANNELS), ("purpose", asked.purpose, PURPOSES)):
        if given not in known:
            raise InputError(f"unknown_{what}", f"There is no {what} {given!r}.", do=f"There are: {', '.join(known)}.")
    with acting(scope):
        person = lock_person(scope.tenant, asked.person_id)
        _check_placed(scope, asked)
        with acting(Scope(scope.tenant, scope.actor)):  # what others did counts, whether or not the asker may see it
            now = clock.now()
            lender = lender_settings(scope.tenant, now)
            act = _new_act(scope, asked, lender, now)
            judged = judge_act(scope.tenant, act, person, lender, act.earliest_at, now)
            act.save()
            if judged.refusal is not None:
                _refuse(act, judged.refusal)
                told = {"act": str(act.act_id), "person": act.person_id, "code": judged.refusal.code}
                events.emit("permit.refused", act.person_id, told)
                return Answer(act.act_id, None, judged)
            permit = _give(act, judged, person.version)
            return Answer(act.act_id, permit.permit_id, judged, permit.expires_at)


def use(scope: Scope, permit_id: UUID, clock: Clock) -> Use:
    """Use a permit: asks the gate again at this minute and, where it still may, writes the contact as begun.

    Raises:
        InputError: ``unknown_permit``, also for another agency's.
        LawError, UsageError: the tenant's law cannot be read.
    """
    with acting(scope):
        permit = _own_permit(scope, permit_id)
        person = lock_person(scope.tenant, permit.person_id)
        with acting(Scope(scope.tenant, scope.actor)):
            permit.refresh_from_db()
            now, act = clock.now(), permit.act
            spent = _spent(permit, now)
            if spent is not None:
                return Use(permit_id, Judged(None, spent))
            judged = judge_act(scope.tenant, act, person, lender_settings(scope.tenant, now), now, now)
            if judged.refusal is not None:
                permit.revoked_at, permit.revoked_reason = moment(), judged.refusal.code
                permit.save(update_fields=["revoked_at", "revoked_reason"])
                _refuse(act, judged.refusal)
                return Use(permit_id, judged)
            return _begin(permit, act, judged)


def _refuse(act: Act, refusal: Refusal) -> None:
    """Write it down. It does not wait for a person's review, as a planned act would: nobody here is to do it."""
    writing.write_refusal(act, refusal)
    Act.objects.filter(pk=act.pk).update(state="refused")


def _check_placed(scope: Scope, asked: Asked) -> None:
    loan = Loan.objects.filter(tenant_id=scope.tenant, loan_id=asked.loan_id, person_id=asked.person_id).first()
    if loan is None or (scope.agency_id and loan.agency_id != scope.agency_id):
        raise InputError("unknown_loan", "There is no such loan.", do="Feed the book first.", loan=asked.loan_id)


def _new_act(scope: Scope, asked: Asked, lender: LenderSettings, now: datetime) -> Act:
    at = asked.at or now
    if at < now - timedelta(minutes=1) or at > now + timedelta(days=1):
        raise _bad_time()
    at = max(at, now)
    if lender.date_of(at) != lender.date_of(now):
        raise _bad_time()
    return Act(
        tenant_id=scope.tenant,
        act_id=uuid4(),
        person_id=asked.person_id,
        loan_id=asked.loan_id,
        business_date=lender.date_of(now),
        channel=asked.channel,
        purpose=asked.purpose,
        contact_point_id=asked.contact_point_id,
        actor_kind="agency" if scope.agency_id else "lender",
        agency_id=scope.agency_id,
        earliest_at=at,
        latest_at=at + timedelta(minutes=lender.permit_minutes_max),
        state="permitted",
    )


def _bad_time() -> InputError:
    do = "Ask about an instant from now to the end of today, or give none for now."
    return InputError("bad_time", "The time is past, or not of today.", do=do)


def _give(act: Act, judged: Judged, person_version: int) -> Permit:
    verdict, held, window = judged.verdict, judged.held, judged.window
    assert verdict is not None and held is not None
    permit = Permit.objects.create(
        tenant_id=act.tenant_id,
        permit_id=permit_id_of(act.act_id, 0),
        act=act,
        person_id=act.person_id,
        person_version=person_version,
        expires_at=min(act.latest_at, window.ends_at) if window else act.latest_at,
        **writing.judged_columns(verdict, held.facts),
    )
    told = {
        "act": str(act.act_id), "channel": act.channel, "purpose": act.purpose, "agency": act.agency_id,
        "verdict": verdict.verdict, "rules": list(verdict.rules), "duties": list(verdict.duties),
        "pack": verdict.pack_version, "expires_at": permit.expires_at.isoformat(),
    }  # fmt: skip
    audit.record(audit.Entry("permit.given", "permit", str(permit.permit_id), act.person_id, told))
    events.emit(
        "permit.given", act.person_id,
        {"permit": str(permit.permit_id), "person": act.person_id, "channel": act.channel, "agency": act.agency_id},
    )  # fmt: skip
    return permit


def _own_permit(scope: Scope, permit_id: UUID) -> Permit:
    """The permit, where it was asked for by this agency, or by the lender."""
    permit = Permit.objects.select_related("act").filter(tenant_id=scope.tenant, permit_id=permit_id).first()
    if permit is None or permit.act.agency_id != scope.agency_id:
        raise InputError("unknown_permit", "There is no such permit.", permit=permit_id)
    return permit


def _spent(permit: Permit, now: datetime) -> Refusal | None:
    if permit.consumed_at is not None:
        return Refusal("used", permit.act_id, "The permit was used.")
    if permit.revoked_at is not None:
        return Refusal("withdrawn", permit.act_id, f"The permit was taken back: {permit.revoked_reason}.")
    if now >= permit.expires_at:
        return Refusal("expired", permit.act_id, "The permit's time is over.")
    return None


def _begin(permit: Permit, act: Act, judged: Judged) -> Use:
    verdict = judged.verdict
    assert verdict is not None
    at = moment()
    permit.consumed_at = at
    permit.save(update_fields=["consumed_at"])
    contact = Contact.objects.create(
        tenant_id=act.tenant_id,
        contact_id=contact_id_of(permit.permit_id),
        person_id=act.person_id,
        loan_id=act.loan_id,
        contact_point_id=act.contact_point_id or None,
        at=judged.held.now if judged.held else at,
        channel=act.channel,
        purpose=act.purpose,
        permit=permit,
        actor_kind=act.actor_kind,
        agency_id=act.agency_id,
        state="started",
        started_at=at,
    )
    Act.objects.filter(pk=act.pk).update(state="sending", tries_count=F("tries_count") + 1, changed_at=Now())
    told = {
        "permit": str(permit.permit_id), "channel": act.channel, "agency": act.agency_id, "verdict": verdict.verdict,
        "rules": list(verdict.rules), "duties": list(verdict.duties), "pack": verdict.pack_version,
    }  # fmt: skip
    audit.record(audit.Entry("contact.started", "contact", contact.contact_id, act.person_id, told))
    events.emit(
        "contact.started", act.person_id,
        {"contact": contact.contact_id, "person": act.person_id, "channel": act.channel, "agency": act.agency_id},
    )  # fmt: skip
    return Use(permit.permit_id, judged, contact.contact_id, at)
