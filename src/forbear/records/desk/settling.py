"""What a provider tells of a contact, written down: once, in any order, and never backwards."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from django.db.models.functions import Now

from forbear.records import audit
from forbear.records.lender import LenderSettings
from forbear.records.models import Act, Contact, Message, ReceiptHeard

# A later word outranks an earlier one only if it says more: a late "accepted" does not undo a "delivered".
RANKS = {
    "claimed": 0, "started": 1, "uncertain": 2, "failed": 3, "refused": 3, "accepted": 3, "undelivered": 4, "delivered": 5,
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


def settle(tenant: str, contact_id: str, receipt: ReceiptLike, now: datetime, lender: LenderSettings) -> bool:
    """Write a receipt down; False when it was heard before, is about no contact of the tenant, or says nothing new.

    A contact that certainly did not leave counts as no attempt, and its act is queued again, later each time, within its hours.
    """
    contact = (
        Contact.objects.select_related("permit__act")
        .select_for_update(of=("self",))
        .filter(tenant_id=tenant, contact_id=contact_id)
        .first()
    )
    if contact is None or RANKS.get(contact.state, 9) >= RANKS[receipt.status]:
        return False
    heard = ReceiptHeard(
        tenant_id=tenant,
        contact_id=contact_id,
        status=receipt.status,
        at=receipt.at,
        reason=receipt.reason[:64],
        detail=receipt.detail[:200],
    )
    ReceiptHeard.objects.bulk_create([heard], ignore_conflicts=True)
    contact.state = receipt.status
    contact.result = RESULTS.get(receipt.status, contact.result)
    if receipt.status in ("delivered", "undelivered", "refused", "failed"):
        contact.ended_at = receipt.at
    if receipt.proof:
        contact.recording_digest = receipt.proof[:64]
    contact.save(update_fields=["state", "result", "ended_at", "recording_digest"])
    if receipt.provider_id or receipt.parts_count > 1:
        Message.objects.filter(tenant_id=tenant, contact_id=contact_id).update(
            provider_ids=receipt.provider_id.split(), parts_count=receipt.parts_count
        )
    _move_act(contact, receipt.status, now, lender)
    told = {"status": receipt.status, "reason": receipt.reason, "provider_id": receipt.provider_id}
    audit.record(audit.Entry("contact.settled", "contact", contact_id, contact.person_id, told))
    return True


def _move_act(contact: Contact, status: str, now: datetime, lender: LenderSettings) -> None:
    if contact.permit is None:
        return
    act = contact.permit.act
    if status != "failed":
        state, reason = "done", status if status in ("refused", "uncertain", "undelivered") else ""
        Act.objects.filter(pk=act.pk).update(state=state, reason=reason, changed_at=Now())
    elif act.tries_count >= lender.tries_max:
        Act.objects.filter(pk=act.pk).update(state="done", reason="failed", changed_at=Now())
    else:
        wait = min(FIRST_WAIT * 2 ** (act.tries_count - 1), LONGEST_WAIT)
        Act.objects.filter(pk=act.pk).update(state="queued", reason="failed", try_after_at=now + wait, changed_at=Now())
