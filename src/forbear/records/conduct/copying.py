"""A copy of a person's own data, for the person: everything that is kept of them, in a form that people and machines can read."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from typing import Any

from forbear.kernel.clock import Clock
from forbear.kernel.language import code_words
from forbear.kernel.language import gettext as _
from forbear.records import audit
from forbear.records.conduct.casefile import plain, timeline
from forbear.records.models import Instalment, Loan, Person
from forbear.records.reveal import Asking, Shown, export
from forbear.records.scope import Scope, acting

OWN_FIELDS = (
    "name",
    "birth_on",
    "contact_points",
    "messages",
    "inbound",
    "complaints",
    "disputes",
    "requests",
    "answers",
)
"""What of the person's data a copy has: not what staff noted about each other."""
HIDDEN = ("act", "permit", "finding", "measure")
"""What is about the lender's own work."""
_PERSON = (
    "language",
    "time_zone",
    "region_code",
    "legal_capacity",
    "monthly_income_cents",
    "has_representative",
    "restricted_at",
)
_LOAN = (
    "loan_id", "product_code", "product_kind", "currency", "disbursed_on", "principal_cents", "annual_rate", "all_in_rate", "status",
    "closed_on", "agency_id",
)  # fmt: skip
_INSTALMENT = (
    "loan_id",
    "instalment_number",
    "due_on",
    "principal_cents",
    "interest_cents",
    "penalty_cents",
    "fee_cents",
)


@dataclass(frozen=True)
class Copy:
    """The copy as a ZIP file; empty where ``refused_by`` names the rules of law that refuse so many files without a ticket."""

    content: bytes = b""
    refused_by: tuple[str, ...] = ()


def copy_for(scope: Scope, asking: Asking, person_id: str, clock: Clock) -> Copy:
    """Put together the copy of a person, in the language in use; written down and counted as an export.

    Raises:
        InputError: as :func:`forbear.records.reveal.export`.
        LawError, UsageError: the tenant's law cannot be read.
    """
    with acting(scope):
        opened = export(scope, asking, [person_id], OWN_FIELDS, clock)
        if opened.refused_by:
            return Copy(refused_by=opened.refused_by)
        document = _document(scope.tenant, person_id, opened.people[person_id], clock)
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as box:
            box.writestr("copy.json", json.dumps(document, ensure_ascii=False, indent=1))
            box.writestr("copy.txt", _readable(document))
        audit.record(audit.Entry("person.copied", "person", person_id, person_id, {"fields": list(OWN_FIELDS)}))
        return Copy(made.getvalue())


def _document(tenant: str, person_id: str, shown: Any, clock: Clock) -> dict[str, Any]:
    person = Person.objects.filter(tenant_id=tenant, person_id=person_id).values(*_PERSON).first() or {}
    loans = list(Loan.objects.filter(tenant_id=tenant, person_id=person_id).order_by("loan_id").values(*_LOAN))
    due = Instalment.objects.filter(tenant_id=tenant, loan_id__in=[each["loan_id"] for each in loans])
    return {
        "person_id": person_id,
        "made_at": clock.now().isoformat(),
        "person": _plain(person),
        "values": [_value(each) for each in shown],
        "loans": [_plain(each) for each in loans],
        "instalments": [_plain(each) for each in due.order_by("loan_id", "instalment_number").values(*_INSTALMENT)],
        "history": [each.to_json() for each in timeline(tenant, person_id) if each.kind not in HIDDEN],
    }


def _plain(row: Any) -> dict[str, Any]:
    return {name: plain(value) for name, value in row.items()}


def _value(shown: Shown) -> dict[str, Any]:
    return {"field": shown.field, "kind": shown.kind, "id": shown.id, "text": shown.text}


def _readable(document: dict[str, Any]) -> str:
    lines = [_("A copy of your data"), f"{document['person_id']} · {document['made_at']}", ""]
    for name, title in (("values", _("Who you are, and what was said")), ("loans", _("Your loans")),
                        ("instalments", _("What falls due")), ("history", _("What happened"))):  # fmt: skip
        lines += [f"== {title}", ""]
        for row in document[name]:
            told = [
                f"{code_words('copy', key)}: {value}" for key, value in row.items() if value not in (None, "", [], {})
            ]
            lines.append("; ".join(told))
        lines.append("")
    return "\n".join(lines)
