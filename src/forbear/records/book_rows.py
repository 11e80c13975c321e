"""The rows that the records hold of some people, in the shape of the book's tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Model

from forbear.book.schema import BY_NAME
from forbear.book.windows import PENDING
from forbear.records.models import (
    Arrangement,
    Consent,
    Contact,
    ContactPoint,
    Hold,
    Instalment,
    Loan,
    Payment,
    Person,
    PromiseToPay,
)
from forbear.records.sealing import sealer

NEVER_LEFT = ("failed", "refused")
"""States of a contact that certainly did not reach anybody: they are no attempt. An uncertain one is."""
IN_HAND = ("claimed", "started", "accepted", "uncertain")
"""States of a contact of which it is not known what it will be, or was: as long as its result is unknown, it is pending."""
MIRRORS: dict[str, type[Model]] = {
    "borrowers": Person,
    "loans": Loan,
    "instalments": Instalment,
    "payments": Payment,
    "contact_points": ContactPoint,
    "contacts": Contact,
    "promises": PromiseToPay,
    "arrangements": Arrangement,
    "holds": Hold,
    "consents": Consent,
}
BY_LOAN = ("instalments", "payments", "promises", "arrangements")
SEALED = {"borrowers": ("name", "birth_on"), "contact_points": ("value",)}


def book_rows(tenant: str, person_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """The ten tables for these people, as they stand in this transaction. Of what is sealed only the date of birth is opened."""
    loan_ids = list(Loan.objects.filter(tenant_id=tenant, person_id__in=person_ids).values_list("loan_id", flat=True))
    found = {}
    for name, model in MIRRORS.items():
        key = {"loan_id__in": loan_ids} if name in BY_LOAN else {"person_id__in": list(person_ids)}
        sealed = SEALED.get(name, ())
        columns = [field.name for field in BY_NAME[name].fields if field.name not in sealed]
        rows = model._default_manager.filter(tenant_id=tenant, **key)
        if name == "contacts":
            rows = rows.exclude(state__in=NEVER_LEFT)
            columns.append("state")
        if name == "contact_points":
            rows = rows.filter(removed_at__isnull=True)
        if name == "borrowers":
            columns.append("birth_on_sealed")
        found[name] = [_as_book(row) for row in rows.values(*columns)]
    _open_births(tenant, found["borrowers"])
    for row in found["contacts"]:
        if row.pop("state") in IN_HAND and row["result"] == "unknown":
            row["result"] = PENDING
    return found


def _as_book(row: dict[str, Any]) -> dict[str, Any]:
    """Empty text is how the records say nothing; the book says null."""
    return {name: None if value == "" else value for name, value in row.items()}


def _open_births(tenant: str, people: list[dict[str, Any]]) -> None:
    from datetime import date

    box = sealer(tenant)
    for row in people:
        text = box.open("birth_on", row.pop("birth_on_sealed"))
        row["birth_on"] = None if text is None else date.fromisoformat(text)
