"""The rows that the records hold of some people, in the shape of the book's tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from django.db import connection

from forbear.book.schema import BY_NAME
from forbear.book.windows import PENDING
from forbear.records.feed.mirror import MIRRORS
from forbear.records.sealing import sealer

NEVER_LEFT = ("failed", "refused")
"""States of a contact that certainly did not reach anybody: they are no attempt. An uncertain one is."""
IN_HAND = ("claimed", "started", "accepted", "uncertain", "put_back")
"""States of a contact of which it is not known what it will be, or was: as long as its result is unknown, it is pending."""
BY_LOAN = ("instalments", "payments", "promises", "arrangements")
SEALED = {"borrowers": ("name", "birth_on"), "contact_points": ("value",)}
_ALSO = {"borrowers": ("birth_on_sealed",), "contacts": ("state",)}
_ONLY = {
    "contact_points": " AND removed_at IS NULL",
    "contacts": f" AND state NOT IN ({', '.join(repr(state) for state in NEVER_LEFT)})",
}
_OF_PEOPLE = "tenant_id = %s AND person_id = ANY(%s)"


def book_rows(tenant: str, person_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """The ten tables for these people, as they stand in this transaction. Of what is sealed only the date of birth is opened."""
    found = {}
    with connection.cursor() as cursor:
        # All in one message to the server: with a handful of people the way there is most of the time.
        cursor.execute(_all_tables(), [tenant, list(person_ids)] * len(MIRRORS))
        for name in MIRRORS:
            columns = _columns(name)
            found[name] = [_as_book(columns, row) for row in cursor.fetchall()]
            cursor.nextset()
    _open_births(tenant, found["borrowers"])
    for row in found["contacts"]:
        if row.pop("state") in IN_HAND and row["result"] == "unknown":
            row["result"] = PENDING
    return found


@cache
def _columns(name: str) -> tuple[str, ...]:
    sealed = SEALED.get(name, ())
    return (*(field.name for field in BY_NAME[name].fields if field.name not in sealed), *_ALSO.get(name, ()))


@cache
def _all_tables() -> str:
    statements = []
    for name, mirror in MIRRORS.items():
        whose = f"tenant_id = %s AND loan_id IN (SELECT loan_id FROM records_loan WHERE {_OF_PEOPLE})"
        # The tenant of the loans is the one of the rows: by the wall, there is no other.
        condition = whose.replace("tenant_id = %s AND ", "", 1) if name in BY_LOAN else _OF_PEOPLE
        statements.append(
            f"SELECT {', '.join(_columns(name))} FROM {mirror.target} WHERE {condition}{_ONLY.get(name, '')}"
        )
    return "; ".join(statements)


def _as_book(columns: Sequence[str], row: Sequence[Any]) -> dict[str, Any]:
    """Empty text is how the records say nothing; the book says null."""
    return {name: None if value == "" else value for name, value in zip(columns, row, strict=True)}


def _open_births(tenant: str, people: list[dict[str, Any]]) -> None:
    box = sealer(tenant)
    for row in people:
        text = box.open("birth_on", row.pop("birth_on_sealed"))
        row["birth_on"] = None if text is None else date.fromisoformat(text)
