"""What channels hear, written down for the tenant whose channel heard it."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import close_old_connections

from forbear.dispatch import Receipt, Report
from forbear.dispatch.channel import Hear
from forbear.kernel.clock import Clock
from forbear.records.actions.dispositions import record_disposition
from forbear.records.actions.inbound import hear
from forbear.records.desk import RecordsDesk
from forbear.records.models import Contact, Message
from forbear.records.scope import Scope, acting

LOG = logging.getLogger("forbear.worker")


def hearer(tenant: str, channel: str, worker: str, clock: Clock) -> Hear:
    """What a channel of a tenant tells its reports to. What cannot be written down is raised: the channel then asks the provider
    to tell it again."""
    desk = RecordsDesk(tenant, worker, clock)

    def tell(report: Report) -> None:
        try:
            scope = Scope(tenant, f"channel {channel}")
            if report.disposition is not None and report.disposition.direction == "out":
                if not record_disposition(scope, report.disposition, next_at=report.disposition.next_at):
                    LOG.warning("a call came back that nobody had handed over")
            elif isinstance(report, Receipt):
                desk.settle((report.message_id, report))
            else:
                hear(scope, report)
        finally:
            close_old_connections()

    return tell


def finder(tenant: str, channel: str) -> Callable[[str], Receipt | None]:
    """Finds the message of an earlier run by what the provider calls it: a receipt may come days later."""

    def find(provider_id: str) -> Receipt | None:
        with acting(Scope(tenant, f"channel {channel}")):
            message = Message.objects.filter(tenant_id=tenant, provider_ids__contains=[provider_id]).first()
            if message is not None:
                contact = Contact.objects.get(tenant_id=tenant, contact_id=message.contact_id)
                ids, at = " ".join(message.provider_ids), contact.started_at or contact.at
                return Receipt(contact.contact_id, "accepted", at, ids, parts_count=message.parts_count)
        return None

    return find
