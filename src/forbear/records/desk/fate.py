"""What became of a contact of which nobody knew whether it had left, told by a person who asked the provider."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from forbear.kernel.clock import Clock
from forbear.kernel.errors import InputError
from forbear.records import audit
from forbear.records.actions.recalls import calls_in_hand, recall_calls
from forbear.records.actions.silence import lock_person
from forbear.records.desk.settling import settle
from forbear.records.lender import LenderSettings
from forbear.records.models import Act, Contact, Permit, Person
from forbear.records.scope import Scope, acting

SOURCES = ("provider_records", "provider_staff")
"""From whom it is known: a closed list. What the borrower remembers is not enough to write to them again."""
REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/#-]{2,63}", re.ASCII)
"""What the provider calls its answer: the number of its record or of its ticket, and no words."""
LEFT = ("accepted", "delivered", "undelivered")
STAYED = ("put_back", "failed", "refused")


@dataclass(frozen=True)
class Word:
    """What a provider answered, by whom or what, under which number of its own."""

    has_left: bool
    source: str
    reference: str


@dataclass(frozen=True)
class _Known:
    """The provider's word in the place of a receipt."""

    status: str
    at: datetime
    reason: str
    detail: str
    provider_id: str = ""
    parts_count: int = 1
    proof: str = ""


def tell_fate(scope: Scope, contact_id: str, word: Word, clock: Clock, lender: LenderSettings) -> bool:
    """Settle an uncertain contact by what its provider answered. The same answer again changes nothing.

    One that did not leave is put back: its act is queued again, to be judged anew within its hours and its tries. Decision 0018
    forbids that this happens by itself, not that somebody who knows asks for it. It stays counted all the same; a call is recalled.

    Returns:
        False when that was known already.

    Raises:
        InputError: ``bad_source``; ``unknown_contact``; ``not_uncertain`` where something else is known of it, or it is in hand.
    """
    if word.source not in SOURCES or not REFERENCE.fullmatch(word.reference):
        do = f"Name one of {', '.join(SOURCES)}, and the number of the provider's record or answer."
        raise InputError("bad_source", "It is not said from whom it is known.", do=do)
    with acting(scope):
        seen = Contact.objects.filter(tenant_id=scope.tenant, contact_id=contact_id).first()
        if seen is None:
            raise InputError("unknown_contact", "There is no such contact.", contact=contact_id)
        # A receipt may come at this moment: whoever holds the person says what is known first.
        person = lock_person(scope.tenant, seen.person_id)
        contact = Contact.objects.select_for_update().get(pk=seen.pk)
        if contact.state in (LEFT if word.has_left else STAYED):
            return False
        if contact.state != "uncertain":
            do = "What is known stands; look at the contact."
            raise InputError(
                "not_uncertain", "It is not uncertain whether this contact left.", do=do, contact=contact_id
            )
        told = {"has_left": word.has_left, "source": word.source, "reference": word.reference}
        audit.record(audit.Entry("contact.fate_told", "contact", contact_id, contact.person_id, told))
        if word.has_left:
            known = _Known("accepted", clock.now(), word.source, word.reference)
            settle(scope.tenant, [(contact_id, known)], clock.now(), lender)
        else:
            _put_back(contact, person, clock.now(), lender)
        return True


def _put_back(contact: Contact, person: Person, now: datetime, lender: LenderSettings) -> None:
    recall_calls(calls_in_hand(contact.tenant_id).filter(pk=contact.pk), "put_back", now)
    Contact.objects.filter(pk=contact.pk).update(state="put_back")
    permit = Permit.objects.filter(tenant_id=contact.tenant_id, permit_id=contact.permit_id).first()
    if permit is None:
        return
    act = Act.objects.filter(act_id=permit.act_id, state="done")
    if permit.person_version != person.version:
        # A payment, a hold, a refusal came in between: what it was planned on is gone, and the next plan decides.
        act.update(reason="facts_moved", changed_at=now)
    else:
        act.filter(tries_count__lt=lender.tries_max).update(
            state="queued", reason="put_back", try_after_at=None, changed_at=now
        )
