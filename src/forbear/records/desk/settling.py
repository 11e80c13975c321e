"""What a provider tells of a contact, written down: once, in any order, and never backwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from django.db.models.functions import Now

from forbear.records import audit, events
from forbear.records.actions.silence import lock_people
from forbear.records.book_rows import NEVER_LEFT
from forbear.records.lender import LenderSettings
from forbear.records.models import Act, Contact, Message, ReceiptHeard
from forbear.records.rows.many_rows import add_rows, change_rows

# A later word outranks an earlier one only if it says more: a late "accepted" does not undo a "delivered".
RANKS = {
    "claimed": 0, "started": 1, "uncertain": 2, "put_back": 2, "failed": 3, "refused": 3, "accepted": 3, "undelivered": 4, "delivered": 5,
}  # fmt: skip
RESULTS = {"delivered": "delivered", "undelivered": "undelivered"}
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)


class ReceiptLike(Protocol):
    """What became of a message."""

    @property
    def status(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def provider_id(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def detail(self) -> str: ...
    @property
    def parts_count(self) -> int: ...
    @property
    def proof(self) -> str: ...


def settle(tenant: str, told: Sequence[tuple[str, ReceiptLike]], now: datetime, lender: LenderSettings) -> list[str]:
    """Write receipts down, each about one contact.

    A contact that certainly did not leave counts as no attempt, and its act is queued again, later each time, within its hours.

    Returns:
        The contacts about which something new was said: not those heard before, or of which more was known already.
    """
    latest = dict(told)
    of_people = Contact.objects.filter(tenant_id=tenant, contact_id__in=latest).values_list("person_id", flat=True)
    # People first, in the order of their keys, as everybody who tells of them: an event would else wait for a person with the
    # contacts of others in hand.
    lock_people(tenant, of_people)
    contacts = (
        Contact.objects.select_related("permit__act")
        .defer("permit__facts", "permit__rules", "permit__duties")
        .select_for_update(of=("self",))
        .filter(tenant_id=tenant, contact_id__in=latest)
        .order_by("id")
    )
    moved = [each for each in contacts if RANKS.get(each.state, 9) < RANKS[latest[each.contact_id].status]]
    if not moved:
        return []
    add_rows([_heard(tenant, each.contact_id, latest[each.contact_id]) for each in moved], may_be_there=True)
    put_back = [each for each in moved if each.state == "put_back"]
    for each in moved:
        _tell(each, latest[each.contact_id])
    change_rows(moved, ["state", "result", "ended_at", "recording_digest"])
    _name_messages(tenant, {each.contact_id: latest[each.contact_id] for each in moved})
    _move_acts([each for each in moved if each not in put_back], now, lender)
    for each in put_back:
        _rest(each)
    audit.record(*(_entry(each, latest[each.contact_id]) for each in moved))
    events.emit_all([_event(each, latest[each.contact_id]) for each in moved])
    return [each.contact_id for each in moved]


def _heard(tenant: str, contact_id: str, receipt: ReceiptLike) -> ReceiptHeard:
    return ReceiptHeard(
        tenant_id=tenant,
        contact_id=contact_id,
        status=receipt.status,
        at=receipt.at,
        reason=receipt.reason[:64],
        detail=receipt.detail[:200],
    )


def _tell(contact: Contact, receipt: ReceiptLike) -> None:
    contact.state = receipt.status
    contact.result = RESULTS.get(receipt.status, contact.result)
    if receipt.status in ("delivered", "undelivered", "refused", "failed"):
        contact.ended_at = receipt.at
    if receipt.proof:
        contact.recording_digest = receipt.proof[:64]


def _name_messages(tenant: str, receipts: Mapping[str, ReceiptLike]) -> None:
    """What the provider calls each message, and in how many parts it went."""
    named = {key: receipt for key, receipt in receipts.items() if receipt.provider_id or receipt.parts_count > 1}
    messages = list(Message.objects.filter(tenant_id=tenant, contact_id__in=named)) if named else []
    for message in messages:
        receipt = named[message.contact_id]
        message.provider_ids, message.parts_count = receipt.provider_id.split(), receipt.parts_count
    change_rows(messages, ["provider_ids", "parts_count"])


def _move_acts(contacts: Sequence[Contact], now: datetime, lender: LenderSettings) -> None:
    acts = []
    for contact in contacts:
        if contact.permit is None:
            continue
        act = contact.permit.act
        act.state, act.reason, act.changed_at = "done", "", now
        if contact.state == "failed" and act.tries_count < lender.tries_max:
            wait = min(FIRST_WAIT * 2 ** (act.tries_count - 1), LONGEST_WAIT)
            act.state, act.try_after_at = "queued", now + wait
        if contact.state in ("failed", "refused", "uncertain", "undelivered"):
            act.reason = contact.state
        acts.append(act)
    change_rows(acts, ["state", "reason", "try_after_at", "changed_at"])


def _rest(contact: Contact) -> None:
    """A contact that was put back was told of after all: its act is not done again, unless that has happened already."""
    if contact.permit is not None and contact.state not in NEVER_LEFT:
        Act.objects.filter(pk=contact.permit.act.pk, state="queued").update(
            state="done", reason=contact.state, changed_at=Now()
        )


def _entry(contact: Contact, receipt: ReceiptLike) -> audit.Entry:
    told = {"status": receipt.status, "reason": receipt.reason, "provider_id": receipt.provider_id}
    return audit.Entry("contact.settled", "contact", contact.contact_id, contact.person_id, told)


def _event(contact: Contact, receipt: ReceiptLike) -> events.Event:
    told = {
        "contact": contact.contact_id,
        "person": contact.person_id,
        "channel": contact.channel,
        "status": receipt.status,
    }
    return events.Event("contact.settled", contact.person_id, told)
