"""What came of calls and visits, written into the contacts they are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import uuid5

from django.db.models.functions import Now

from forbear.compliance.permit import FORBEAR
from forbear.kernel.errors import InputError
from forbear.records import audit
from forbear.records.actions.agreed.call_backs import agree_next
from forbear.records.actions.agreed.promises import make_promise
from forbear.records.actions.points import remove_point
from forbear.records.actions.silence import lock_person
from forbear.records.daily.work import refresh_work
from forbear.records.events import emit
from forbear.records.lender import lender_settings
from forbear.records.models import Act, AuditEntry, Contact
from forbear.records.scope import Scope, acting

FINAL: Mapping[str, str] = {"conversation": "delivered", "met": "delivered", "voicemail": "delivered"}
"""The state of a contact by its result; with any other result nobody was reached."""


class DispositionLike(Protocol):
    """What came of one call or visit."""

    @property
    def call_id(self) -> str: ...
    @property
    def started_at(self) -> datetime: ...
    @property
    def ended_at(self) -> datetime: ...
    @property
    def result(self) -> str: ...
    @property
    def is_right_party(self) -> bool: ...
    @property
    def reason_code(self) -> str: ...
    @property
    def attitude(self) -> str: ...
    @property
    def recording_sha256(self) -> str: ...
    @property
    def agent_id(self) -> str: ...


@dataclass(frozen=True)
class Promised:
    """What the person promised in the talk: an amount by a day, on the loan that the contact was about."""

    amount_cents: int
    due_on: date


def record_disposition(
    scope: Scope, said: DispositionLike, *, next_at: datetime | None = None, promised: Promised | None = None
) -> bool:
    """Write down what came of a contact that was permitted. The same twice is one; a later correction is written over it.

    Args:
        next_at: when the person wants to be contacted again: until then nobody contacts them, and then a call is queued. What is
            known of it stays where it is not given.
        promised: becomes a promise of the loan, in the same transaction.

    Returns:
        False when there is no such contact: see :func:`record_unpermitted`.

    Raises:
        InputError: ``bad_promise`` for one that cannot be, or without a talk with the right party, or about no loan.
    """
    with acting(scope):
        contact = Contact.objects.filter(tenant_id=scope.tenant, contact_id=said.call_id).first()
        if contact is None:
            return False
        lock_person(scope.tenant, contact.person_id)
        contact.refresh_from_db()
        before, before_next = _known(contact), contact.next_at
        was_put_back = contact.state == "put_back"
        if contact.worker and contact.started_at is not None:
            # It was handed over then; only now is it known when it began.
            contact.started_at = max(contact.started_at, said.started_at)
        contact.result = said.result
        contact.is_right_party = said.is_right_party
        contact.attitude = said.attitude or None
        contact.reason_code = said.reason_code or None
        contact.recording_digest = said.recording_sha256 or contact.recording_digest
        contact.staff_id = said.agent_id or contact.staff_id
        contact.state = FINAL.get(said.result, "undelivered")
        contact.ended_at = said.ended_at
        contact.next_at = next_at or contact.next_at
        if promised is not None:
            _promise(scope, contact, said, promised)
        if before == _known(contact):
            return True
        if was_put_back and contact.permit_id is not None:
            # The call took place after all: it is not made again, unless that has happened already.
            again = Act.objects.filter(tenant_id=scope.tenant, permits__permit_id=contact.permit_id, state="queued")
            again.update(state="done", reason=contact.state, changed_at=Now())
        contact.save()
        refresh_work(scope.tenant, [contact.person_id])
        told = {"result": said.result, "right_party": said.is_right_party, "reason": said.reason_code}
        audit.record(audit.Entry("contact.disposed", "contact", said.call_id, contact.person_id, told))
        _alarm_after_recall(contact, said)
        if said.result == "wrong_person" and contact.contact_point_id:
            remove_point(scope, contact.contact_point_id, "wrong_person")
        emit("contact.disposed", contact.person_id, {"contact": said.call_id, **told})
        if contact.next_at is not None and contact.next_at != before_next:
            agree_next(scope, contact)
        return True


def _alarm_after_recall(contact: Contact, said: DispositionLike) -> None:
    """It happened and counts; that it happened after it was recalled is a wrong that somebody must look at. Told once."""
    if contact.recalled_at is None or said.started_at <= contact.recalled_at:
        return
    known = AuditEntry.objects.filter(
        tenant_id=contact.tenant_id, subject_kind="contact", subject_id=contact.contact_id, action="call.after_recall"
    )
    if not known.exists():
        seconds = int((said.started_at - contact.recalled_at).total_seconds())
        told = {"contact": contact.contact_id, "seconds_after": seconds, "staff": said.agent_id}
        audit.record(audit.Entry("call.after_recall", "contact", contact.contact_id, contact.person_id, told))
        emit("call.after_recall", contact.person_id, {"person": contact.person_id, **told})


def _known(contact: Contact) -> tuple[Any, ...]:
    return (
        contact.result, contact.is_right_party, contact.attitude, contact.reason_code, contact.recording_digest,
        contact.staff_id, contact.state, contact.ended_at, contact.next_at,
    )  # fmt: skip


def _promise(scope: Scope, contact: Contact, said: DispositionLike, promised: Promised) -> None:
    if not (said.is_right_party and contact.loan_id):
        raise InputError(
            "bad_promise", "Only the right party promises, and on a loan.",
            do="Send the result without it.", contact=said.call_id,
        )  # fmt: skip
    made_on = lender_settings(scope.tenant).date_of(said.started_at)
    make_promise(scope, contact.loan_id, promised.amount_cents, promised.due_on, made_on)


def record_unpermitted(
    scope: Scope,
    person_id: str,
    channel: str,
    said: DispositionLike,
    *,
    agency_id: str = "",
    loan_id: str | None = None,
    contact_point_id: str | None = None,
) -> str:
    """Write down a contact that somebody made without asking: it counts against every cap, and is raised as wrongful.

    Returns:
        The contact's id.

    Raises:
        InputError: ``unknown_person``.
    """
    contact_id = uuid5(FORBEAR, f"unpermitted:{scope.tenant}:{agency_id}:{channel}:{said.call_id}").hex
    with acting(scope):
        lock_person(scope.tenant, person_id)
        _, is_new = Contact.objects.get_or_create(
            tenant_id=scope.tenant,
            contact_id=contact_id,
            defaults={
                "person_id": person_id,
                "loan_id": loan_id,
                "contact_point_id": contact_point_id,
                "at": said.started_at,
                "started_at": said.started_at,
                "ended_at": said.ended_at,
                "channel": channel,
                "result": said.result,
                "is_right_party": said.is_right_party,
                "attitude": said.attitude or None,
                "reason_code": said.reason_code or None,
                "actor_kind": "agency" if agency_id else "lender",
                "agency_id": agency_id,
                "staff_id": said.agent_id,
                "recording_digest": said.recording_sha256,
                "state": FINAL.get(said.result, "undelivered"),
            },
        )
        if is_new:
            refresh_work(scope.tenant, [person_id])
            told = {"channel": channel, "agency": agency_id, "result": said.result}
            audit.record(audit.Entry("contact.without_permit", "contact", contact_id, person_id, told))
            emit("contact.without_permit", person_id, {"contact": contact_id, **told})
            if said.result == "wrong_person" and contact_point_id:
                remove_point(scope, contact_point_id, "wrong_person")
        return contact_id
