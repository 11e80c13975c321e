"""What a borrower sends is heard at once: it suppresses outreach in the very transaction that writes it down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID, uuid5

from forbear.compliance.permit import FORBEAR
from forbear.records import audit
from forbear.records.actions.holds import place_hold, refuse_channel
from forbear.records.actions.intents import intent_of
from forbear.records.actions.points import remove_point
from forbear.records.actions.redress import open_complaint, open_dispute
from forbear.records.actions.silence import fall_silent, lock_people
from forbear.records.desk import taking
from forbear.records.events import emit
from forbear.records.feed.addresses import REGION, normal_form
from forbear.records.lender import lender_settings
from forbear.records.models import Act, Contact, ContactPoint, Inbound, Loan
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
BINDS_ALL = ("opt_out", "wrong_person")
"""What is believed of whoever has the point: a stop must not fail because two share a number."""
HOLDS = ("paid", "hardship", "dispute")
"""What places a hold of its own; after all else the day's silence is one."""
REPLY = "message_received"
"""The template of what may be answered to anybody whom we know to have a point: the same whatever was said, so that whoever is the
wrong person learns nothing from it, not even that somebody owes something."""
REPLY_WITHIN = timedelta(hours=12)
"""For how long an answer may still be sent: later it answers nothing."""
ANSWERED_IN_WORDS = ("sms", "email", "im_official", "push")


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
    """What was made of it. ``person_id`` is empty for a sender whom nobody knows: nothing is told to anybody then.

    ``reply`` is the act by which it is answered, where the law still allows it at that minute; empty where nothing may be.
    """

    intent: str
    person_id: str
    is_new: bool
    reply: str = ""


def hear(scope: Scope, said: InboundLike) -> Heard:
    """Write down what a borrower sent, and do at once what it asks: stop, wait, remove a point, open a dispute.

    Whoever it is from falls silent for the day: somebody who writes is answered, not collected from (TR8). The same message told
    twice is heard once. Where several people have the point, all of them fall silent, a stop or a wrong person binds for all, and
    what else was said is left to a person to read.
    """
    with acting(scope):
        intent, points = intent_of(said.text), _points(scope.tenant, said)
        lock_people(scope.tenant, [point.person_id for point in points])
        owner = points[0] if len(points) == 1 else None
        person_id = owner.person_id if owner else ""
        row, is_new = Inbound.objects.get_or_create(
            tenant_id=scope.tenant,
            channel=said.channel,
            inbound_id=said.inbound_id[:128],
            defaults={
                "person_id": person_id,
                "contact_point_id": owner.contact_point_id if owner else "",
                "in_reply_to": said.in_reply_to[:64],
                "intent": intent,
                "text_sealed": sealer(scope.tenant).seal("inbound", said.text),
                "at": said.at,
            },
        )
        if not is_new:
            return Heard(row.intent, row.person_id, is_new=False, reply=_reply_to(scope.tenant, said))
        told = {"channel": said.channel, "intent": intent, "known": bool(points)}
        audit.record(audit.Entry("inbound.heard", "inbound", said.inbound_id[:80], person_id, told))
        for point in points:
            _write_contact(scope.tenant, said, point, intent)
            fall_silent(scope.tenant, [point.person_id], "answered")
            is_acted_on = owner is not None or intent in BINDS_ALL
            if is_acted_on:
                _act_on(scope, intent, said, point)
            if not (is_acted_on and intent in HOLDS):
                # Binds whatever is planned or asked for after it, too; a reply to what was said is no collection.
                day = lender_settings(scope.tenant).date_of(said.at)
                place_hold(scope, point.person_id, "grace", day, ends_on=day + timedelta(days=1), key="answered")
            emit("inbound.heard", point.person_id, {"channel": said.channel, "intent": intent})
        if owner is not None and intent not in BINDS_ALL:
            _queue_reply(scope.tenant, said, owner)
        return Heard(intent, person_id, is_new=True, reply=_reply_to(scope.tenant, said))


def _queue_reply(tenant: str, said: InboundLike, point: ContactPoint) -> None:
    """The answer goes the one way out, like everything else: the law may still refuse it."""
    if said.channel not in ANSWERED_IN_WORDS:
        return
    answered = _answered(tenant, said)
    own = Loan.objects.filter(tenant_id=tenant, person_id=point.person_id, gone_on__isnull=True).order_by("loan_id")
    loan_id = (answered.loan_id if answered else None) or own.values_list("loan_id", flat=True).first()
    if loan_id is None:
        return
    Act.objects.get_or_create(
        act_id=_reply_id(tenant, said),
        defaults={
            "tenant_id": tenant,
            "person_id": point.person_id,
            "loan_id": loan_id,
            "business_date": lender_settings(tenant).date_of(said.at),
            "channel": said.channel,
            "purpose": "service_reply",
            "treatment": taking.REPLY,
            "template": REPLY,
            "contact_point_id": point.contact_point_id,
            "earliest_at": said.at,
            "latest_at": said.at + REPLY_WITHIN,
        },
    )


def _reply_to(tenant: str, said: InboundLike) -> str:
    act_id = _reply_id(tenant, said)
    return str(act_id) if Act.objects.filter(act_id=act_id).exists() else ""


def _reply_id(tenant: str, said: InboundLike) -> UUID:
    return uuid5(FORBEAR, f"reply:{tenant}:{said.channel}:{said.inbound_id}")


def _points(tenant: str, said: InboundLike) -> list[ContactPoint]:
    """Whose it is: of the message that it answers, where the provider says so; else of everybody who has this point, one each."""
    answered = _answered(tenant, said)
    if answered is not None and answered.contact_point_id:
        return list(ContactPoint.objects.filter(tenant_id=tenant, contact_point_id=answered.contact_point_id))
    kind = KIND_OF.get(said.channel, "im")
    index = sealer(tenant).index(kind, normal_form(kind, said.from_value, REGION))
    found = ContactPoint.objects.filter(tenant_id=tenant, value_index=index, removed_at__isnull=True)
    return list(found.order_by("person_id", "contact_point_id").distinct("person_id"))


def _answered(tenant: str, said: InboundLike) -> Contact | None:
    """The contact that it answers, where the provider says which."""
    if not said.in_reply_to:
        return None
    return Contact.objects.filter(tenant_id=tenant, contact_id=said.in_reply_to).first()


def _write_contact(tenant: str, said: InboundLike, point: ContactPoint, intent: str) -> None:
    Contact.objects.create(
        tenant_id=tenant,
        contact_id=uuid5(FORBEAR, f"inbound:{tenant}:{said.channel}:{said.inbound_id}:{point.person_id}").hex,
        person_id=point.person_id,
        contact_point_id=point.contact_point_id,
        at=said.at,
        channel=said.channel,
        direction="in",
        purpose="service_reply",
        result="delivered",
        actor_kind="lender",
        # Who asks to be called is owed it from that moment on.
        next_at=said.at if intent == "call_back" else None,
    )


def _act_on(scope: Scope, intent: str, said: InboundLike, point: ContactPoint) -> None:
    person_id, day = point.person_id, lender_settings(scope.tenant).date_of(said.at)
    if intent == "opt_out":
        refuse_channel(scope, person_id, said.channel, said_at=said.at)
    elif intent == "wrong_person":
        remove_point(scope, point.contact_point_id, "wrong_person")
    elif intent == "paid":
        days = max(1, lender_settings(scope.tenant, day).paid_days)
        place_hold(scope, person_id, "grace", day, ends_on=day + timedelta(days=days), key="paid")
    elif intent == "hardship":
        place_hold(scope, person_id, "hardship", day)
    elif intent == "dispute":
        open_dispute(scope, person_id, "other", said.text, day)
    elif intent == "complaint":
        answered = _answered(scope.tenant, said)
        open_complaint(scope, person_id, "other", said.text, day, contact_id=answered.contact_id if answered else "")
