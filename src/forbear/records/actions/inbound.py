"""What a borrower sends is heard at once: it suppresses outreach in the very transaction that writes it down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import uuid5

from forbear.compliance.permit import FORBEAR
from forbear.kernel.dates import zone
from forbear.records import audit
from forbear.records.actions.holds import place_hold, refuse_channel
from forbear.records.actions.intents import intent_of
from forbear.records.actions.redress import open_complaint, open_dispute
from forbear.records.actions.silence import fall_silent, lock_person, moment
from forbear.records.desk.taking import REGION
from forbear.records.events import emit
from forbear.records.feed.addresses import normal_form
from forbear.records.lender import lender_settings
from forbear.records.models import Contact, ContactPoint, Inbound
from forbear.records.scope import Scope, acting
from forbear.records.sealing import sealer

KIND_OF = {
    "sms": "mobile",
    "voice_agent": "mobile",
    "voice_bot": "mobile",
    "push": "app",
    "email": "email",
    "letter": "address",
}
"""Which kind of point a channel's answers come from; any other channel's come from an ``im``."""
PAID_DAYS = 3
"""For how many days a borrower's word that it was paid is taken: by then the feed shows it, or it does not."""


class InboundLike(Protocol):
    """Something that a borrower sent."""

    @property
    def channel(self) -> str: ...
    @property
    def from_value(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def inbound_id(self) -> str: ...
    @property
    def in_reply_to(self) -> str: ...


@dataclass(frozen=True)
class Heard:
    """What was made of it. ``person_id`` is empty for a sender whom nobody knows: nothing is told to anybody then."""

    intent: str
    person_id: str
    is_new: bool


def hear(scope: Scope, said: InboundLike) -> Heard:
    """Write down what a borrower sent, and do at once what it asks: stop, wait, remove a point, open a dispute.

    Whoever it is from falls silent for the day: somebody who writes is answered, not collected from (TR8). The same message told
    twice is heard once.
    """
    with acting(scope):
        point = _point(scope.tenant, said)
        person_id = point.person_id if point else ""
        if person_id:
            lock_person(scope.tenant, person_id)
        intent = intent_of(said.text)
        row, is_new = Inbound.objects.get_or_create(
            tenant_id=scope.tenant,
            channel=said.channel,
            inbound_id=said.inbound_id[:128],
            defaults={
                "person_id": person_id,
                "contact_point_id": point.contact_point_id if point else "",
                "in_reply_to": said.in_reply_to[:64],
                "intent": intent,
                "text_sealed": sealer(scope.tenant).seal("inbound", said.text),
                "at": said.at,
            },
        )
        if not is_new:
            return Heard(row.intent, row.person_id, is_new=False)
        told = {"channel": said.channel, "intent": intent, "known": bool(person_id)}
        audit.record(audit.Entry("inbound.heard", "inbound", said.inbound_id[:80], person_id, told))
        if point is not None:
            _write_contact(scope.tenant, said, point)
            fall_silent(scope.tenant, [person_id], "answered")
            _act_on(scope, intent, said, point)
            emit("inbound.heard", person_id, {"channel": said.channel, "intent": intent})
        return Heard(intent, person_id, is_new=True)


def remove_point(scope: Scope, contact_point_id: str, reason: str) -> bool:
    """Remove a contact point that is not the debtor's, in one step: nothing is ever sent to it again, and no feed brings it back.

    Returns:
        False when it was removed before, or there is none.
    """
    with acting(scope):
        point = ContactPoint.objects.filter(tenant_id=scope.tenant, contact_point_id=contact_point_id).first()
        if point is None or point.removed_at is not None:
            return False
        lock_person(scope.tenant, point.person_id)
        point.removed_at, point.removed_reason, point.state = moment(), reason, "invalid"
        point.save(update_fields=["removed_at", "removed_reason", "state"])
        told = {"reason": reason, "kind": point.kind}
        audit.record(audit.Entry("contact_point.removed", "contact_point", contact_point_id, point.person_id, told))
        emit("contact_point.removed", point.person_id, {"contact_point": contact_point_id, "reason": reason})
        return True


def _point(tenant: str, said: InboundLike) -> ContactPoint | None:
    """Whose it is: of the message that it answers, where the provider says so; else of the one person who has this point."""
    if said.in_reply_to:
        answered = Contact.objects.filter(tenant_id=tenant, contact_id=said.in_reply_to).first()
        if answered is not None and answered.contact_point_id:
            return ContactPoint.objects.filter(tenant_id=tenant, contact_point_id=answered.contact_point_id).first()
    kind = KIND_OF.get(said.channel, "im")
    index = sealer(tenant).index(kind, normal_form(kind, said.from_value, REGION))
    found = list(ContactPoint.objects.filter(tenant_id=tenant, value_index=index, removed_at__isnull=True)[:2])
    return found[0] if len(found) == 1 else None


def _write_contact(tenant: str, said: InboundLike, point: ContactPoint) -> None:
    Contact.objects.create(
        tenant_id=tenant,
        contact_id=uuid5(FORBEAR, f"inbound:{tenant}:{said.channel}:{said.inbound_id}").hex,
        person_id=point.person_id,
        contact_point_id=point.contact_point_id,
        at=said.at,
        channel=said.channel,
        direction="in",
        purpose="service_reply",
        result="delivered",
        actor_kind="lender",
    )


def _act_on(scope: Scope, intent: str, said: InboundLike, point: ContactPoint) -> None:
    person_id, day = point.person_id, _day(scope.tenant, said.at)
    if intent == "opt_out":
        refuse_channel(scope, person_id, said.channel, said_at=said.at)
    elif intent == "wrong_person":
        remove_point(scope, point.contact_point_id, "wrong_person")
    elif intent == "paid":
        place_hold(scope, person_id, "grace", day, ends_on=day + timedelta(days=PAID_DAYS))
    elif intent == "hardship":
        place_hold(scope, person_id, "hardship", day)
    elif intent == "dispute":
        open_dispute(scope, person_id, "other", said.text, day)
    elif intent == "complaint":
        open_complaint(scope, person_id, "other", said.text, day, contact_id=said.in_reply_to)


def _day(tenant: str, at: datetime) -> date:
    return at.astimezone(zone(lender_settings(tenant).time_zone)).date()
