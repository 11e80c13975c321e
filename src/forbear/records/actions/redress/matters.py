"""What complaints, disputes and requests have alike: how one is found and given to somebody, who may deal with one, and how its
clock begins: where no day can be named, somebody is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar
from uuid import UUID

from forbear.kernel.errors import InputError
from forbear.records import audit
from forbear.records.actions.silence import lock_person, moment
from forbear.records.events import emit
from forbear.records.models import Complaint, Contact, Dispute, InformationRequest, User
from forbear.records.scope import Scope, acting

M = TypeVar("M", Complaint, Dispute, InformationRequest)


@dataclass(frozen=True)
class Kind(Generic[M]):
    """A kind of matter: its name, its rows, and the column of their id."""

    name: str
    model: type[M]
    key: str

    def find(self, tenant: str, matter_id: UUID) -> M | None:
        """A matter, where there is one."""
        return self.model._default_manager.filter(tenant_id=tenant, **{self.key: matter_id}).first()

    def access(self, tenant: str, matter_id: UUID) -> M:
        """A matter.

        Raises:
            InputError: ``unknown_complaint``, ``unknown_dispute``, ``unknown_request``.
        """
        row = self.find(tenant, matter_id)
        if row is None:
            raise _unknown(self.name, matter_id)
        return row

    def lock(self, tenant: str, matter_id: UUID) -> M:
        """A matter as it is now, with its person locked until the transaction ends.

        Raises:
            InputError: as for :meth:`access`.
        """
        row = self.access(tenant, matter_id)
        lock_person(tenant, row.person_id)
        row.refresh_from_db()
        return row


COMPLAINT = Kind("complaint", Complaint, "complaint_id")
DISPUTE = Kind("dispute", Dispute, "dispute_id")
REQUEST = Kind("request", InformationRequest, "request_id")
KINDS: Mapping[str, Kind] = {each.name: each for each in (COMPLAINT, DISPUTE, REQUEST)}


def _unknown(kind: str, matter_id: UUID) -> InputError:
    match kind:
        case "complaint":
            return InputError("unknown_complaint", "There is no such complaint.", complaint=str(matter_id))
        case "dispute":
            return InputError("unknown_dispute", "There is no such dispute.", dispute=str(matter_id))
    return InputError("unknown_request", "There is no such request.", request=str(matter_id))


@dataclass(frozen=True)
class Opened:
    """A complaint, a dispute or a request, and when it must be answered; None where the law's clock cannot be told."""

    id: UUID
    due_on: date | None
    is_new: bool


def check_code(what: str, code: str, known: tuple[str, ...]) -> None:
    """Nothing where a code is one of a closed list.

    Raises:
        InputError: ``not_in_list``.
    """
    if code not in known:
        do = f"There are: {', '.join(known)}."
        raise InputError("not_in_list", f"There is no {what} {code!r}.", do=do, field=what)


def check_worker(tenant: str, username: str) -> None:
    """Nothing where somebody of this name works for the lender itself.

    Raises:
        InputError: ``unknown_user``.
    """
    if not User.objects.filter(tenant_id=tenant, username=username, is_active=True, agency_id="").exists():
        do = "Name somebody who works for the lender itself."
        raise InputError("unknown_user", "There is no such user.", do=do, user=username)


def check_contact(tenant: str, person_id: str, contact_id: str) -> None:
    """Nothing where the contact is the person's, or none is named.

    Raises:
        InputError: ``unknown_contact``.
    """
    own = Contact.objects.filter(tenant_id=tenant, person_id=person_id, contact_id=contact_id)
    if contact_id and not own.exists():
        raise InputError("unknown_contact", "The person had no such contact.", contact=contact_id)


def check_uninvolved(tenant: str, contact_id: str, username: str) -> None:
    """Nothing where somebody did not make the contact in question.

    Raises:
        InputError: ``own_complaint``.
    """
    if not contact_id:
        return
    made_by = Contact.objects.filter(tenant_id=tenant, contact_id=contact_id).values_list("staff_id", flat=True)
    if username in made_by:
        do = "Give it to somebody else."
        raise InputError("own_complaint", "Nobody answers a complaint about their own contact.", do=do, user=username)


def assign_matter(scope: Scope, kind: str, matter_id: UUID, to: str) -> None:
    """Give a matter to somebody who works for the lender. To the same one again changes nothing.

    Args:
        kind: ``complaint``, ``dispute`` or ``request``.

    Raises:
        InputError: ``unknown_complaint``, ``unknown_dispute``, ``unknown_request``, ``unknown_user``; ``own_complaint`` for who made
            the contact that a complaint is about.
    """
    with acting(scope):
        row = KINDS[kind].lock(scope.tenant, matter_id)
        check_worker(scope.tenant, to)
        if isinstance(row, Complaint):
            check_uninvolved(scope.tenant, row.contact_id, to)
        if row.assigned_to != to:
            row.assigned_to = to
            row.save(update_fields=["assigned_to"])
            tell(kind, "assigned", matter_id, row.person_id, {"to": to})


def check_answered(kind: str, row: Complaint | Dispute, matter_id: UUID) -> None:
    """Nothing where a matter is answered, so that it can be taken up again.

    Raises:
        InputError: ``still_open``.
    """
    if row.answered_at is None:
        raise InputError("still_open", "It is not answered yet.", **{kind: str(matter_id)})


def open_anew(row: Complaint | Dispute, due_on: date | None, *also: str) -> None:
    """Write that an answered matter is open again, until another day; and columns that were set besides."""
    row.due_on, row.answered_at, row.reopened_at = due_on, None, moment()
    row.reopened_count += 1
    row.save(update_fields=["due_on", "answered_at", "reopened_at", "reopened_count", *also])


def tell_of_clock(
    what: str, deed: str, matter_id: UUID, person_id: str, told: Mapping[str, object], on: date, due_on: date | None
) -> None:
    """Tell of a matter whose clock begins on a day, by when it ends; where that cannot be told somebody has to set it."""
    told = {**told, "due_on": due_on.isoformat() if due_on else None}
    tell(what, deed, matter_id, person_id, told)
    if due_on is None:
        flag(what, matter_id, person_id, on)


def flag(what: str, matter_id: UUID, person_id: str, on: date) -> None:
    """No day was made up where the law's calendar has none: somebody has to set it, and is told."""
    told = {"received_on": on.isoformat()}
    audit.record(audit.Entry(f"{what}.without_deadline", what, str(matter_id), person_id, told))
    emit(f"{what}.without_deadline", person_id, {what: str(matter_id), **told})


def tell(what: str, deed: str, matter_id: UUID, person_id: str, told: Mapping[str, object]) -> None:
    """Write into the audit what was done with a matter, and tell those who want to know."""
    audit.record(audit.Entry(f"{what}.{deed}", what, str(matter_id), person_id, told))
    emit(f"{what}.{deed}", person_id, {what: str(matter_id), **told})
