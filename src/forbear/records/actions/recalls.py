"""Calls that were handed to a dialler and must not be made any more: taken off the list, and told to whoever has it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from forbear.records import audit, events
from forbear.records.models import Contact
from forbear.records.scope import Scope, acting

BY_HAND = ("voice_agent", "voice_bot")
"""Channels by which somebody else acts after we handed over: until they have, it can be taken back."""
IN_HAND = ("started", "accepted", "uncertain")


def calls_in_hand(tenant: str) -> QuerySet[Contact]:
    """Calls that were handed over, of which nothing was heard yet, and that nobody recalled."""
    return Contact.objects.filter(
        tenant_id=tenant, channel__in=BY_HAND, direction="out", state__in=IN_HAND, result="unknown", recalled_at__isnull=True
    ).exclude(worker="")  # fmt: skip


def recall_calls(calls: QuerySet[Contact], reason: str, at: datetime) -> int:
    """Recall calls from an instant on, in the transaction that forbids them: it holds their people.

    Returns:
        How many were recalled.
    """
    found = list(calls.select_for_update(of=("self",)).order_by("id"))
    if not found:
        return 0
    Contact.objects.filter(pk__in=[each.pk for each in found]).update(recalled_at=at)
    told = [(each, {"contact": each.contact_id, "person": each.person_id, "reason": reason}) for each in found]
    audit.record(
        *(audit.Entry("call.recalled", "contact", each.contact_id, each.person_id, body) for each, body in told)
    )
    events.emit_all([events.Event("call.recalled", each.person_id, body) for each, body in told])
    return len(found)


def untold_recalls(scope: Scope, channel: str) -> list[str]:
    """The calls of a channel whose recall was not told to the dialler yet, in the order in which they were handed over."""
    with acting(scope):
        untold = Contact.objects.filter(
            tenant_id=scope.tenant, channel=channel, recalled_at__isnull=False, recall_told_at__isnull=True
        )
        return list(untold.order_by("id").values_list("contact_id", flat=True))


def note_told(scope: Scope, contact_ids: Sequence[str], at: datetime) -> None:
    """The dialler was told of these recalls."""
    with acting(scope):
        Contact.objects.filter(tenant_id=scope.tenant, contact_id__in=contact_ids).update(recall_told_at=at)
