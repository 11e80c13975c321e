"""The file of one person: everything that happened, in order, by ids, codes, dates and amounts; no name, number or word of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from forbear.records.models import (
    Act,
    Arrangement,
    AuditEntry,
    Complaint,
    ConductFinding,
    Consent,
    Contact,
    CorrectiveMeasure,
    Dispute,
    Hold,
    Inbound,
    InformationRequest,
    Loan,
    Message,
    Payment,
    Permit,
    PromiseToPay,
    ReceiptHeard,
)

BY_PERSON: Mapping[str, tuple[Any, str, tuple[str, ...]]] = {
    "contact": (Contact, "at", (
        "contact_id", "loan_id", "contact_point_id", "channel", "direction", "purpose", "result", "is_right_party", "permit_id",
        "actor_kind", "agency_id", "staff_id", "state", "started_at", "ended_at", "recording_digest", "recorded_at", "is_fed",
    )),
    "act": (Act, "created_at", (
        "act_id", "loan_id", "business_date", "channel", "purpose", "treatment", "template", "actor_kind", "agency_id",
        "earliest_at", "latest_at", "state", "reason", "reason_rule",
    )),
    "permit": (Permit, "issued_at", (
        "permit_id", "act_id", "expires_at", "verdict", "rules", "duties", "pack_version", "facts_digest", "consumed_at",
        "revoked_at", "revoked_reason",
    )),
    "inbound": (Inbound, "at", ("channel", "inbound_id", "in_reply_to", "intent", "heard_at")),
    "hold": (Hold, "recorded_at", ("hold_id", "loan_id", "kind", "starts_on", "ends_on", "pauses_ageing", "is_fed")),
    "consent": (Consent, "given_at", (
        "consent_id", "kind", "channel", "purpose", "form", "expires_at", "revoked_at", "recorded_at", "is_fed",
    )),
    "dispute": (Dispute, "raised_at", (
        "dispute_id", "loan_id", "kind", "due_on", "assigned_to", "answered_at", "answered_by", "outcome", "reopened_count",
    )),
    "complaint": (Complaint, "raised_at", (
        "complaint_id", "contact_id", "kind", "due_on", "assigned_to", "root_cause", "answered_at", "answered_by", "outcome",
        "reopened_count",
    )),
    "request": (InformationRequest, "raised_at", (
        "request_id", "kind", "received_on", "due_on", "carried_at", "carried_by", "found", "answered_at", "answered_by", "outcome",
    )),
    "measure": (CorrectiveMeasure, "agreed_at", (
        "measure_id", "matter_kind", "matter_id", "kind", "owner", "due_on", "agreed_by", "done_at", "done_by",
    )),
    "finding": (ConductFinding, "at", (
        "kind", "contact_id", "channel", "agency_id", "staff_id", "reason", "found_at", "closed_at", "closed_by", "closed_reason",
    )),
}  # fmt: skip
BY_LOAN: Mapping[str, tuple[Any, str, tuple[str, ...]]] = {
    "payment": (Payment, "effective_on", (
        "payment_id", "loan_id", "amount_cents", "status", "recorded_at", "accepted_at", "reversed_on", "is_fed",
    )),
    "promise": (PromiseToPay, "made_on", (
        "promise_id", "loan_id", "due_on", "amount_cents", "verdict", "paid_cents", "cancelled_on", "judged_at", "is_fed",
    )),
    "arrangement": (Arrangement, "signed_on", (
        "arrangement_id", "loan_id", "kind", "form", "ends_on", "breached_on", "term_months", "recorded_at", "is_fed",
    )),
}  # fmt: skip
AUDITED = ("lane", "number", "actor", "action", "subject_kind", "subject_id", "payload", "previous", "digest")


@dataclass(frozen=True)
class Happened:
    """One thing that happened; ``at`` is None where only that it did is known."""

    kind: str
    at: datetime | None
    id: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "event": self.kind,
            "at": plain(self.at),
            "id": self.id,
            **{k: plain(v) for k, v in self.values.items()},
        }


def timeline(tenant: str, person_id: str) -> list[Happened]:
    """Everything about a person that the scope of this transaction shows, the oldest first."""
    found = [*_of_person(tenant, person_id), *_of_loans(tenant, person_id), *_messages(tenant, person_id)]
    return sorted(
        found, key=lambda each: (each.at is not None, each.at or datetime.min.replace(tzinfo=UTC), each.kind, each.id)
    )


def audit_of(tenant: str, person_id: str) -> list[dict[str, Any]]:
    """The audit's entries about a person, in the order in which they were written; what is sealed beside them is not opened."""
    rows = AuditEntry.objects.filter(tenant_id=tenant, person_id=person_id).order_by("id").values("at", *AUDITED)
    return [{name: plain(value) for name, value in row.items()} for row in rows.iterator(chunk_size=2_000)]


def rules_of(happened: list[Happened]) -> tuple[str, ...]:
    """Every row of law that is named in a timeline, each once."""
    found: dict[str, None] = {}
    for each in happened:
        found |= dict.fromkeys(each.values.get("rules") or ())
        if each.values.get("reason_rule"):
            found[each.values["reason_rule"]] = None
        for part in (each.values.get("found") or {}).get("kept", {}).values():
            found |= dict.fromkeys(part["rules"])
    return tuple(found)


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | Decimal) else value


def _of_person(tenant: str, person_id: str) -> Iterator[Happened]:
    for kind, (model, at, columns) in BY_PERSON.items():
        for row in model.objects.filter(tenant_id=tenant, person_id=person_id).values(at, *columns):
            yield _row(kind, row, at, columns)


def _of_loans(tenant: str, person_id: str) -> Iterator[Happened]:
    loans = list(Loan.objects.filter(tenant_id=tenant, person_id=person_id).values_list("loan_id", flat=True))
    for kind, (model, at, columns) in BY_LOAN.items():
        for row in model.objects.filter(tenant_id=tenant, loan_id__in=loans).values(at, *columns):
            yield _row(kind, row, at, columns)


def _messages(tenant: str, person_id: str) -> Iterator[Happened]:
    began = dict(Contact.objects.filter(tenant_id=tenant, person_id=person_id).values_list("contact_id", "at"))
    columns = ("contact_id", "template", "template_version", "language", "digest", "parts_count")
    for row in Message.objects.filter(tenant_id=tenant, contact_id__in=began).values(*columns):
        yield Happened("message", began[row["contact_id"]], row["contact_id"], row)
    heard = ReceiptHeard.objects.filter(tenant_id=tenant, contact_id__in=began)
    for row in heard.values("contact_id", "status", "at", "reason"):
        yield Happened("receipt", row["at"], f"{row['contact_id']}/{row['status']}", row)


def _row(kind: str, row: Mapping[str, Any], at: str, columns: tuple[str, ...]) -> Happened:
    when = row[at]
    if isinstance(when, date) and not isinstance(when, datetime):
        when = datetime.combine(when, time(), tzinfo=UTC)
    return Happened(kind, when, str(row[columns[0]]), {name: row[name] for name in columns})
