"""What came of a contact that was made outside, told once by whoever made it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models.functions import Now

from forbear.kernel.clock import Clock
from forbear.kernel.errors import InputError
from forbear.records.actions.dispositions import record_disposition
from forbear.records.actions.silence import lock_person, moment
from forbear.records.models import Act, Contact, ContactPoint, Permit
from forbear.records.scope import Scope, acting

RESULTS = ("conversation", "no_answer", "busy", "voicemail", "invalid_number", "wrong_person", "met", "not_met")
IDENTIFIED_IN = ("conversation", "met")


@dataclass(frozen=True)
class Result:
    """What came of a contact. ``reason_code`` and ``attitude`` are those of the book's contacts; ``recording_digest`` is the
    SHA-256 of the recording in hex; ``next_at`` is when the person wants to be contacted again."""

    result: str
    ended_at: datetime
    is_right_party: bool = False
    attitude: str | None = None
    reason_code: str | None = None
    recording_digest: str = ""
    next_at: datetime | None = None


@dataclass(frozen=True)
class Told:
    """The contact, and whether the result was new."""

    contact_id: str
    is_new: bool


def tell_result(scope: Scope, permit_id: UUID, told: Result, clock: Clock) -> Told:
    """Write down what came of the contact for which a permit was used. The same result again changes nothing.

    A number that is dead is so from now on; one that is another's is removed at once, and never used again.

    Raises:
        InputError: ``unknown_permit``; ``not_started`` where it was not used; ``bad_result`` naming what is off;
            ``result_changed`` where another result was told before.
    """
    with acting(scope):
        permit = Permit.objects.select_related("act").filter(tenant_id=scope.tenant, permit_id=permit_id).first()
        if permit is None or permit.act.agency_id != scope.agency_id:
            raise InputError("unknown_permit", "There is no such permit.", permit=permit_id)
        lock_person(scope.tenant, permit.person_id)
        contact = Contact.objects.filter(tenant_id=scope.tenant, permit_id=permit_id).first()
        if contact is None:
            do = "Use the permit when the contact begins."
            raise InputError("not_started", "No contact began with this permit.", do=do, permit=permit_id)
        _check(told, contact, clock)
        if contact.ended_at is not None:
            return _again(contact, told)
        _write(scope, contact, permit.act, told)
        return Told(contact.contact_id, is_new=True)


def _check(told: Result, contact: Contact, clock: Clock) -> None:
    known = told.is_right_party or (told.attitude is None and told.reason_code is None)
    begun = min(contact.at, contact.started_at or contact.at)
    for holds, reason in (
        (told.result in RESULTS, f"it must be one of {', '.join(RESULTS)}"),
        (not told.is_right_party or told.result in IDENTIFIED_IN, "nobody is identified but in a conversation"),
        (known, "attitude and reason are known only of a talk with the right party"),
        (told.next_at is None or _is_agreed(told), "the next contact is agreed in a talk, and comes after it"),
        (begun <= told.ended_at <= max(clock.now(), moment()), "it ends after it began, and not later than now"),
    ):
        if not holds:
            raise InputError("bad_result", f"The result is off: {reason}.", contact=contact.contact_id)


def _is_agreed(told: Result) -> bool:
    return told.next_at is not None and told.result in IDENTIFIED_IN and told.next_at > told.ended_at


def _again(contact: Contact, told: Result) -> Told:
    before = contact.result, contact.is_right_party, contact.attitude, contact.reason_code
    if before != (told.result, told.is_right_party, told.attitude, told.reason_code):
        raise InputError(
            "result_changed", "Another result was told of this contact before.",
            do="A result stands as it was told first.", contact=contact.contact_id,
        )  # fmt: skip
    return Told(contact.contact_id, is_new=False)


def _write(scope: Scope, contact: Contact, act: Act, told: Result) -> None:
    record_disposition(scope, _Said(contact, told), next_at=told.next_at)
    Act.objects.filter(pk=act.pk).update(state="done", changed_at=Now())
    if told.result == "invalid_number":
        point = ContactPoint.objects.filter(tenant_id=contact.tenant_id, contact_point_id=contact.contact_point_id)
        point.update(state="invalid")


class _Said:
    """The result as a disposition of the contact."""

    def __init__(self, contact: Contact, told: Result) -> None:
        self.call_id = contact.contact_id
        self.started_at = contact.started_at or contact.at
        self.ended_at = told.ended_at
        self.result = told.result
        self.is_right_party = told.is_right_party
        self.reason_code = told.reason_code or ""
        self.attitude = told.attitude or ""
        self.recording_sha256 = told.recording_digest
        self.agent_id = ""
