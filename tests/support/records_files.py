"""A person's file with something in every part of it, for what is kept, opened and erased."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

from django.db import connections
from records_cast import NOON, Life, Member, add_person

from forbear.records import audit
from forbear.records.models import Act, Complaint, Contact, Dispute, Inbound, Inspection, Message, Permit
from forbear.records.scope import Scope, acting
from forbear.records.sealing import sealer

SETTLED = {"status": "settled", "closed_on": date(2020, 6, 1), "principal_cents": 0}
LONG_AGO = NOON - timedelta(days=6 * 366)


def settled_person(
    tenant: str, person_id: str, name: str = "郑清", phone: str = "13100007777", **loan: object
) -> Member:
    """Somebody whose only loan was settled years ago."""
    life = Life(due_on=date(2019, 1, 8), disbursed_on=date(2018, 6, 8), loan=SETTLED | loan)
    return add_person(tenant, person_id, name, phone, life)


def fill(tenant: str, member: Member, at: datetime) -> None:
    """A message sent, an answer, an answered complaint and dispute, and an entry with personal data, all of one instant."""
    box, key = sealer(tenant), {"tenant_id": tenant, "person_id": member.person_id}
    words = f"{member.name}，请联系我们：{member.phone}"
    with acting(Scope(tenant, "filler")):
        act = Act.objects.create(
            **key, act_id=uuid4(), loan_id=member.loan_id, business_date=at.date(), channel="sms", purpose="collection",
            earliest_at=at, latest_at=at, state="done",
        )  # fmt: skip
        permit = Permit.objects.create(
            **key, permit_id=uuid4(), act=act, person_version=0, expires_at=at, verdict="ALLOW", pack_version="x",
            facts={"region_code": "310115"}, facts_digest="0" * 64, consumed_at=at,
        )  # fmt: skip
        contact_id = f"C-{uuid4().hex}"
        Contact.objects.create(
            **key, contact_id=contact_id, loan_id=member.loan_id, contact_point_id=member.point_id, at=at, channel="sms",
            permit=permit, state="delivered", result="delivered",
        )  # fmt: skip
        Message.objects.create(
            tenant_id=tenant, contact_id=contact_id, template="t", language="zh_CN", text_sealed=box.seal("message", words),
            digest="0" * 64, expires_at=at,
        )  # fmt: skip
        Inbound.objects.create(
            **key, channel="sms", inbound_id=uuid4().hex, intent="other", text_sealed=box.seal("inbound", words), at=at
        )
        Inspection.objects.create(
            **key, inspection_id=uuid4(), contact_id=contact_id, channel="sms", contact_on=at.date(), rule="sample",
            drawn_by="a", scored_by="a", scored_at=at, score_percent=100, note_sealed=box.seal("inspection_note", words),
        )  # fmt: skip
        Complaint.objects.create(
            **key,
            complaint_id=uuid4(),
            kind="conduct",
            text_sealed=box.seal("complaint", words),
            raised_at=at,
            answered_at=at,
        )
        Dispute.objects.create(
            **key, dispute_id=uuid4(), kind="amount", text_sealed=box.seal("dispute", words), raised_at=at, answered_at=at,
            hold_id="h",
        )  # fmt: skip
        audit.record(
            audit.Entry("complaint.raised", "complaint", "c", member.person_id, {"kind": "conduct"}, {"text": words})
        )


def everything(tenant: str) -> str:
    """All rows of a tenant in all tables, as text, as their owner reads them."""
    found = []
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns WHERE column_name = 'tenant_id' AND table_schema = 'public'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(
                f"SELECT coalesce(string_agg(to_jsonb(t)::text, E'\\n'), '') FROM {table} t WHERE tenant_id = %s",
                [tenant],
            )
            found.append(f"{table}: {cursor.fetchone()[0]}")
    return "\n".join(found)
