"""What became of a contact of which nobody knew whether it had left, told by a person who asked the provider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from forbear.kernel.clock import Clock
from forbear.kernel.errors import InputError
from forbear.records.actions.silence import lock_person
from forbear.records.desk.settling import settle
from forbear.records.lender import LenderSettings
from forbear.records.models import Contact
from forbear.records.scope import Scope, acting

SOURCES = ("provider_records", "provider_staff", "borrower_said")
"""From whom it is known: a closed list, so that nothing personal is written beside it."""
LEFT = ("accepted", "delivered", "undelivered")
STAYED = ("failed", "refused")


@dataclass(frozen=True)
class _Known:
    """A person's word in the place of a receipt."""

    status: str
    at: datetime
    reason: str
    provider_id: str = ""
    detail: str = ""
    parts_count: int = 1
    proof: str = ""


def tell_fate(
    scope: Scope, contact_id: str, source: str, clock: Clock, lender: LenderSettings, *, has_left: bool
) -> bool:
    """Settle an uncertain contact by what a person found out. The same answer again changes nothing.

    One that left stays counted. One that did not counts as no attempt, and its act is queued again, to be judged anew within its
    hours: decision 0018 forbids that this happens by itself, not that somebody who knows asks for it.

    Returns:
        False when that was known already.

    Raises:
        InputError: ``bad_source``; ``unknown_contact``; ``not_uncertain`` where something else is known of it, or it is in hand.
    """
    if source not in SOURCES:
        raise InputError("bad_source", "It is not said from whom it is known.", do=f"There are: {', '.join(SOURCES)}.")
    with acting(scope):
        seen = Contact.objects.filter(tenant_id=scope.tenant, contact_id=contact_id).first()
        if seen is None:
            raise InputError("unknown_contact", "There is no such contact.", contact=contact_id)
        # A receipt may come at this moment: whoever holds the person says what is known first.
        lock_person(scope.tenant, seen.person_id)
        contact = Contact.objects.select_for_update().get(pk=seen.pk)
        if contact.state in (LEFT if has_left else STAYED):
            return False
        if contact.state != "uncertain":
            do = "What is known stands; look at the contact."
            raise InputError(
                "not_uncertain", "It is not uncertain whether this contact left.", do=do, contact=contact_id
            )
        known = _Known("accepted" if has_left else "failed", clock.now(), source)
        settle(scope.tenant, [(contact_id, known)], clock.now(), lender)
        return True
