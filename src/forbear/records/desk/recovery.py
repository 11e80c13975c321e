"""What a worker left when it died: given back where it certainly did not begin, shown where it may have."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models.functions import Now

from forbear.records import audit
from forbear.records.desk.worker import living
from forbear.records.models import Act, Contact
from forbear.records.scope import Scope, acting


@dataclass(frozen=True)
class Recovered:
    """How many contacts were given back to the queue, and how many may have left and wait for a receipt or a person."""

    given_back_count: int
    uncertain_count: int


def recover(tenant: str) -> Recovered:
    """Settle the contacts of workers that the database no longer knows. Safe to be run by many at once."""
    with acting(Scope(tenant, "recovery")):
        opened = Contact.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            tenant_id=tenant, state__in=["claimed", "started"]
        )
        # A contact that somebody outside is making has no worker of ours: its result comes from there.
        left = list(opened.exclude(worker="").order_by("id"))
        alive = living({contact.worker for contact in left})
        dead = [contact for contact in left if contact.worker not in alive]
        for contact in dead:
            _recover_one(contact)
    never_begun = sum(contact.state == "failed" for contact in dead)
    return Recovered(never_begun, len(dead) - never_begun)


def _recover_one(contact: Contact) -> None:
    begun = contact.state == "started"
    contact.state = "uncertain" if begun else "failed"
    contact.save(update_fields=["state"])
    if contact.permit is not None:
        act = Act.objects.filter(act_id=contact.permit.act_id, state="sending")
        if begun:
            act.update(state="done", reason="uncertain", changed_at=Now())
        else:
            act.update(state="queued", reason="", changed_at=Now())
    audit.record(
        audit.Entry(
            "contact.recovered",
            "contact",
            contact.contact_id,
            contact.person_id,
            {"state": contact.state, "begun": begun},
        )
    )
