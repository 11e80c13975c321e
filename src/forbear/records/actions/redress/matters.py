"""What complaints, disputes and requests have alike: who may deal with one, and that somebody is told where no day can be named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from forbear.kernel.errors import InputError
from forbear.records import audit
from forbear.records.events import emit
from forbear.records.models import Contact, User


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


def flag(what: str, matter_id: UUID, person_id: str, on: date) -> None:
    """No day was made up where the law's calendar has none: somebody has to set it, and is told."""
    told = {"received_on": on.isoformat()}
    audit.record(audit.Entry(f"{what}.without_deadline", what, str(matter_id), person_id, told))
    emit(f"{what}.without_deadline", person_id, {what: str(matter_id), **told})


def tell(what: str, deed: str, matter_id: UUID, person_id: str, told: Mapping[str, object]) -> None:
    """Write into the audit what was done with a matter, and tell those who want to know."""
    audit.record(audit.Entry(f"{what}.{deed}", what, str(matter_id), person_id, told))
    emit(f"{what}.{deed}", person_id, {what: str(matter_id), **told})
