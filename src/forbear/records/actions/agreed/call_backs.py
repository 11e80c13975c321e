"""A person who asked to be contacted at another time: left alone until then, and contacted then."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import uuid5

from forbear.compliance.permit import FORBEAR
from forbear.records import audit, events
from forbear.records.actions.holds import end_hold, place_hold
from forbear.records.actions.silence import fall_silent
from forbear.records.lender import lender_settings
from forbear.records.models import Act, Contact, Hold
from forbear.records.scope import Scope

WINDOW = timedelta(hours=1)
"""For how long after the agreed instant a call-back may still begin: later it is another call than the one that was agreed."""
TEMPLATE = "call_to_find_a_solution"
"""What a call-back opens with, where the contact in which it was agreed had no text of its own."""
BY_TELEPHONE = ("voice_agent", "voice_bot")


def agree_next(scope: Scope, contact: Contact) -> int:
    """Keep what was agreed in a contact: silence until ``next_at``, on every channel, and a call then. The caller holds the person.

    A contact of an agency is called back by the agency, which asks for its permit then.

    Returns:
        How many waiting acts were withdrawn.
    """
    until = contact.next_at
    assert until is not None
    withdrawn = fall_silent(scope.tenant, [contact.person_id], "call_back")
    _hold_until(scope, contact, until)
    if contact.channel in BY_TELEPHONE and contact.loan_id and not contact.agency_id:
        _queue(scope.tenant, contact, until)
    told = {"contact": contact.contact_id, "next_at": until.isoformat(), "withdrawn": withdrawn}
    audit.record(audit.Entry("contact.call_back", "contact", contact.contact_id, contact.person_id, told))
    events.emit("contact.call_back", contact.person_id, {"person": contact.person_id, **told})
    return withdrawn


def waiting_until(tenant: str, person_ids: Collection[str], now: datetime) -> dict[str, datetime]:
    """Until when people asked to be left alone, of those for whom that is still to come; what was agreed last stands."""
    agreed = (
        Contact.objects.filter(tenant_id=tenant, person_id__in=person_ids, next_at__isnull=False)
        .order_by("person_id", "-at", "-id")
        .distinct("person_id")
        .values_list("person_id", "next_at")
    )
    return {person_id: until for person_id, until in agreed if until > now}


def _hold_until(scope: Scope, contact: Contact, until: datetime) -> None:
    """The whole days before it are a pause that was negotiated: nothing is planned for them."""
    lender = lender_settings(scope.tenant)
    first, last = lender.date_of(contact.ended_at or contact.at), lender.date_of(until)
    key = f"call_back:{contact.contact_id}"
    if last > first:
        placed = place_hold(scope, contact.person_id, "grace", first, ends_on=last, key=key)
        if Hold.objects.get(tenant_id=scope.tenant, hold_id=placed.id).ends_on != last:
            end_hold(scope, placed.id, last)  # agreed anew


def _queue(tenant: str, contact: Contact, until: datetime) -> None:
    planned = contact.permit.act if contact.permit is not None else None
    Act.objects.get_or_create(
        act_id=uuid5(FORBEAR, f"call_back:{tenant}:{contact.contact_id}:{until.isoformat()}"),
        defaults={
            "tenant_id": tenant,
            "person_id": contact.person_id,
            "loan_id": contact.loan_id,
            "business_date": lender_settings(tenant).date_of(until),
            "channel": contact.channel,
            "purpose": contact.purpose,
            "treatment": planned.treatment if planned else "",
            "template": (planned.template if planned else "") or TEMPLATE,
            "contact_point_id": contact.contact_point_id or "",
            "earliest_at": until,
            "latest_at": until + WINDOW,
        },
    )
