"""Disputes and complaints: opened, answered, and due by the law's own clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID, uuid5

from forbear.compliance import Gate, load_gate
from forbear.compliance.deriving import derived_values
from forbear.compliance.permit import FORBEAR
from forbear.kernel.errors import InputError, UsageError
from forbear.records import audit
from forbear.records.actions.holds import end_hold, place_hold
from forbear.records.actions.silence import fall_silent, lock_person, moment
from forbear.records.events import emit
from forbear.records.lender import lender_settings
from forbear.records.models import Complaint, Contact, Dispute, Hold, User
from forbear.records.scope import Scope, acting
from forbear.records.sealing import sealer

DISPUTE_KINDS = ("identity", "amount", "price", "paid", "contract", "credit_report", "other")
COMPLAINT_KINDS = ("conduct", "frequency", "disclosure", "visit", "amount", "service", "other")


@dataclass(frozen=True)
class Opened:
    """A dispute or a complaint, and when it must be answered; None where the law's clock cannot be told."""

    id: UUID
    due_on: date | None
    is_new: bool


def open_dispute(scope: Scope, person_id: str, kind: str, text: str, on: date, *, loan_id: str | None = None) -> Opened:
    """The person says that something about the debt is wrong: a hold stops collection until it is answered (CO6).

    Raises:
        InputError: ``unknown_person``, ``unknown_dispute_kind``.
    """
    if kind not in DISPUTE_KINDS:
        raise InputError(
            "unknown_dispute_kind", f"There is no dispute {kind!r}.", do=f"There are: {', '.join(DISPUTE_KINDS)}."
        )
    dispute_id = uuid5(FORBEAR, f"dispute:{scope.tenant}:{person_id}:{loan_id}:{kind}:{on}")
    with acting(scope):
        lock_person(scope.tenant, person_id)
        due_on = due_date(scope.tenant, "objection", on)
        hold = place_hold(scope, person_id, "dispute", on, loan_id=loan_id)
        _, is_new = Dispute.objects.get_or_create(
            tenant_id=scope.tenant,
            dispute_id=dispute_id,
            defaults={
                "person_id": person_id,
                "loan_id": loan_id,
                "kind": kind,
                "text_sealed": sealer(scope.tenant).seal("dispute", text),
                "due_on": due_on,
                "hold_id": hold.id,
            },
        )
        if is_new:
            told = {"kind": kind, "loan": loan_id, "due_on": due_on.isoformat() if due_on else None}
            audit.record(audit.Entry("dispute.opened", "dispute", str(dispute_id), person_id, told))
            emit("dispute.opened", person_id, {"dispute": str(dispute_id), **told})
            if due_on is None:
                _flag("dispute", dispute_id, person_id, on)
        return Opened(dispute_id, due_on, is_new)


def answer_dispute(scope: Scope, dispute_id: UUID, outcome: str, on: date) -> None:
    """Answer a dispute; its hold ends on the day after.

    Raises:
        InputError: ``unknown_dispute``.
    """
    with acting(scope):
        row = Dispute.objects.filter(tenant_id=scope.tenant, dispute_id=dispute_id).first()
        if row is None:
            raise InputError("unknown_dispute", "There is no such dispute.", dispute=str(dispute_id))
        lock_person(scope.tenant, row.person_id)
        row.refresh_from_db()
        if row.answered_at is None:
            row.answered_at, row.outcome = moment(), outcome
            row.save(update_fields=["answered_at", "outcome"])
            end_hold(scope, row.hold_id, on)
            audit.record(
                audit.Entry("dispute.answered", "dispute", str(dispute_id), row.person_id, {"outcome": outcome})
            )
            emit("dispute.answered", row.person_id, {"dispute": str(dispute_id), "outcome": outcome})


def open_complaint(scope: Scope, person_id: str, kind: str, text: str, on: date, *, contact_id: str = "") -> Opened:
    """Take a complaint in, tied to the contact that it is about: ordinary collection stops while it is open (CO7).

    Raises:
        InputError: ``unknown_person``, ``unknown_complaint_kind``; ``unknown_contact`` for one that is none of the person's.
    """
    if kind not in COMPLAINT_KINDS:
        do = f"There are: {', '.join(COMPLAINT_KINDS)}."
        raise InputError("unknown_complaint_kind", f"There is no complaint {kind!r}.", do=do)
    complaint_id = uuid5(FORBEAR, f"complaint:{scope.tenant}:{person_id}:{contact_id}:{kind}:{on}")
    with acting(scope):
        lock_person(scope.tenant, person_id)
        _check_contact(scope.tenant, person_id, contact_id)
        due_on = due_date(scope.tenant, "complaint", on)
        _, is_new = Complaint.objects.get_or_create(
            tenant_id=scope.tenant,
            complaint_id=complaint_id,
            defaults={
                "person_id": person_id,
                "contact_id": contact_id,
                "kind": kind,
                "text_sealed": sealer(scope.tenant).seal("complaint", text),
                "due_on": due_on,
            },
        )
        if is_new:
            place_hold(scope, person_id, "complaint", on)
            fall_silent(scope.tenant, [person_id], "complaint")
            told = {"kind": kind, "contact": contact_id, "due_on": due_on.isoformat() if due_on else None}
            audit.record(audit.Entry("complaint.opened", "complaint", str(complaint_id), person_id, told))
            emit("complaint.opened", person_id, {"complaint": str(complaint_id), **told})
            if due_on is None:
                _flag("complaint", complaint_id, person_id, on)
        return Opened(complaint_id, due_on, is_new)


def assign_complaint(scope: Scope, complaint_id: UUID, to: str) -> None:
    """Give a complaint to somebody who works for the lender. To the same one again changes nothing.

    Raises:
        InputError: ``unknown_complaint``, ``unknown_user``; ``own_complaint`` for who made the contact that it is about.
    """
    with acting(scope):
        row = _complaint(scope.tenant, complaint_id)
        lock_person(scope.tenant, row.person_id)
        if not User.objects.filter(tenant_id=scope.tenant, username=to, is_active=True, agency_id="").exists():
            do = "Name somebody who works for the lender itself."
            raise InputError("unknown_user", "There is no such user.", do=do, user=to)
        by = Contact.objects.filter(tenant_id=scope.tenant, contact_id=row.contact_id).values_list(
            "staff_id", flat=True
        )
        if row.contact_id and to in by:
            do = "Give it to somebody else."
            raise InputError("own_complaint", "Nobody answers a complaint about their own contact.", do=do, user=to)
        if row.assigned_to != to:
            row.assigned_to = to
            row.save(update_fields=["assigned_to"])
            told = {"to": to}
            audit.record(audit.Entry("complaint.assigned", "complaint", str(complaint_id), row.person_id, told))
            emit("complaint.assigned", row.person_id, {"complaint": str(complaint_id), **told})


def answer_complaint(
    scope: Scope, complaint_id: UUID, outcome: str, root_cause: str, on: date, *, contact_id: str = ""
) -> None:
    """Answer a complaint with what caused it; its hold ends when it was the last. A second answer changes nothing.

    Args:
        contact_id: the contact that caused it, where that came out only now.

    Raises:
        InputError: ``unknown_complaint``; ``unknown_contact`` for one that is none of the person's.
    """
    with acting(scope):
        row = _complaint(scope.tenant, complaint_id)
        lock_person(scope.tenant, row.person_id)
        row.refresh_from_db()
        if row.answered_at is not None:
            return
        _check_contact(scope.tenant, row.person_id, contact_id)
        row.contact_id = contact_id or row.contact_id
        row.answered_at, row.outcome, row.root_cause = moment(), outcome, root_cause
        row.save(update_fields=["answered_at", "outcome", "root_cause", "contact_id"])
        _end_holds(scope, row.person_id, on)
        told = {"outcome": outcome, "root_cause": root_cause, "contact": row.contact_id}
        audit.record(audit.Entry("complaint.answered", "complaint", str(complaint_id), row.person_id, told))
        emit("complaint.answered", row.person_id, {"complaint": str(complaint_id), **told})


def _end_holds(scope: Scope, person_id: str, on: date) -> None:
    own = {"tenant_id": scope.tenant, "person_id": person_id}
    if not Complaint.objects.filter(**own, answered_at__isnull=True).exists():
        for hold in Hold.objects.filter(**own, kind="complaint", ends_on__isnull=True):
            end_hold(scope, hold.hold_id, max(on, hold.starts_on))


def _complaint(tenant: str, complaint_id: UUID) -> Complaint:
    row = Complaint.objects.filter(tenant_id=tenant, complaint_id=complaint_id).first()
    if row is None:
        raise InputError("unknown_complaint", "There is no such complaint.", complaint=str(complaint_id))
    return row


def _check_contact(tenant: str, person_id: str, contact_id: str) -> None:
    own = Contact.objects.filter(tenant_id=tenant, person_id=person_id, contact_id=contact_id)
    if contact_id and not own.exists():
        raise InputError("unknown_contact", "The person had no such contact.", contact=contact_id)


def _flag(what: str, matter_id: UUID, person_id: str, on: date) -> None:
    """No day was made up where the law's calendar has none: somebody has to set it, and is told."""
    told = {"received_on": on.isoformat()}
    audit.record(audit.Entry(f"{what}.without_deadline", what, str(matter_id), person_id, told))
    emit(f"{what}.without_deadline", person_id, {what: str(matter_id), **told})


def due_date(tenant: str, kind: str, received_on: date) -> date | None:
    """By when the law has a request of a kind answered, rolled on its calendar; None where it says nothing, or the year's
    calendar is not published: then a person must look."""
    lender = lender_settings(tenant)
    gate = _gate(lender.law, lender.profile, received_on)
    if gate is None:
        return None
    facts = {"request_kind": kind}
    found = derived_values(gate, facts, {"request.received_on": received_on}, received_on)
    due: date | None = found.get("request_due_on")
    return due


@lru_cache(maxsize=4)
def _gate(law: str, profile: str, on: date) -> Gate | None:
    """The law of answering; None where the law has no clock for it."""
    try:
        return load_gate(law, on, profile, ("request",))
    except UsageError as error:
        if error.code == "unknown_question":
            return None
        raise
