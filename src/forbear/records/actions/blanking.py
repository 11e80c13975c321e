"""Personal data blanked: the row stays with its ids, dates and amounts; what says who it was, and what was said, is gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from forbear.records.models import (
    AuditEntry,
    Complaint,
    ConductFinding,
    Contact,
    ContactPoint,
    CorrectiveMeasure,
    Dispute,
    Inbound,
    InformationRequest,
    Inspection,
    Message,
    Permit,
    Person,
    ReceiptHeard,
)

Blank = Callable[[str, str, datetime], dict[str, int]]


def blank_messages(tenant: str, person_id: str, at: datetime) -> dict[str, int]:
    """The words that were sent to the person, their digest, which would let a guess be confirmed, and what providers said."""
    theirs = {"tenant_id": tenant, "contact_id__in": _contacts(tenant, person_id)}
    worded = Message.objects.filter(**theirs).filter(Q(text_sealed__isnull=False) | ~Q(digest=""))
    ReceiptHeard.objects.filter(**theirs).exclude(detail="").update(detail="")
    return {"messages": worded.update(text_sealed=None, digest="")}


def blank_inbound(tenant: str, person_id: str, at: datetime) -> dict[str, int]:
    """The words that the person sent."""
    return {"inbound": _blank_text(Inbound.objects.filter(tenant_id=tenant, person_id=person_id))}


def blank_matters(tenant: str, person_id: str, at: datetime) -> dict[str, int]:
    """The words of complaints, disputes, requests and inspections, of their answers and of what was agreed after them; that there
    were some, and how they ended, stays."""
    own = {"tenant_id": tenant, "person_id": person_id}
    ConductFinding.objects.filter(**own, note_sealed__isnull=False).update(note_sealed=None)
    return {
        "inspections": Inspection.objects.filter(**own, note_sealed__isnull=False).update(note_sealed=None),
        "complaints": _blank_matter(Complaint.objects.filter(**own)),
        "disputes": _blank_matter(Dispute.objects.filter(**own)),
        "requests": _blank_matter(InformationRequest.objects.filter(**own)),
        "measures": _blank_text(CorrectiveMeasure.objects.filter(**own)),
    }


def blank_identity(tenant: str, person_id: str, at: datetime) -> dict[str, int]:
    """Name, birth, region, income and every contact point; what permits rest on; personal data beside the audit's entries."""
    people = Person.objects.filter(tenant_id=tenant, person_id=person_id)
    points = ContactPoint.objects.filter(tenant_id=tenant, person_id=person_id)
    standing = points.filter(Q(value_sealed__isnull=False) | ~Q(value_index=""))
    counts = {
        "person": people.filter(erased_at__isnull=True).update(
            name_sealed=None, birth_on_sealed=None, region_code="", time_zone="", monthly_income_cents=None, erased_at=at
        ),
        "contact_points": standing.update(
            value_sealed=None, value_index="", removed_at=at, removed_reason="erased", state="invalid"
        ),
        "permits": Permit.objects.filter(tenant_id=tenant, person_id=person_id).exclude(facts={}).update(facts={}),
        "audit": AuditEntry.objects.filter(
            tenant_id=tenant, person_id=person_id, personal_sealed__isnull=False
        ).update(personal_sealed=None, blanked_at=at),
    }  # fmt: skip
    # A person of whom the lender's next book brings a name again is still one who was erased.
    people.filter(erased_at__isnull=False).update(name_sealed=None, birth_on_sealed=None)
    return counts


BLANKS: Mapping[str, Blank] = {
    "messages": blank_messages,
    "inbound": blank_inbound,
    "matters": blank_matters,
    "identity": blank_identity,
}
"""How each part of a file is blanked; parts that hold no personal data of their own have nothing to blank."""


def _contacts(tenant: str, person_id: str) -> Any:
    return Contact.objects.filter(tenant_id=tenant, person_id=person_id).values("contact_id")


def _blank_matter(rows: QuerySet) -> int:
    standing = rows.filter(Q(text_sealed__isnull=False) | Q(answer_sealed__isnull=False))
    return standing.update(text_sealed=None, answer_sealed=None)


def _blank_text(rows: QuerySet) -> int:
    return rows.filter(text_sealed__isnull=False).update(text_sealed=None)
