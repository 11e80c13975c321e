"""A machine at the API's door: the real application with its whole stack, without a network between.

Imported only after :func:`records_server.running`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

from django.test import Client
from records_cast import Cast

from forbear.records.access.scopes import FOR_AGENCIES, SCOPES
from forbear.records.access.tokens import issue
from forbear.records.models import Agency
from forbear.records.scope import Scope, acting

PREFIX = "/api/v1"
BORNE = [name for name in SCOPES if name != "receipts:write"]
_numbers = count(1)


@dataclass(frozen=True)
class Answered:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True)
class Machine:
    """Somebody with a token, or without."""

    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answered:
        """A read."""
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, key: str = "", **headers: str) -> Answered:
        """A write, with a key of its own where none is given."""
        given = {"Idempotency-Key": key or f"key-{next(_numbers)}"} | headers
        return self.send("POST", path, json.dumps(body if body is not None else {}), **given)

    def send(self, method: str, path: str, body: str | bytes = "", **headers: str) -> Answered:
        """Anything at all."""
        bearer = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = named.pop("Content-Type", "application/json")
        client = Client(SERVER_NAME="localhost", raise_request_exception=False)
        said = client.generic(method, PREFIX + path, body, kind, headers=bearer | self.headers | named)
        text = said.content.decode()
        is_json = "json" in said.headers.get("Content-Type", "")
        return Answered(said.status_code, dict(said.headers), json.loads(text) if is_json and text else text)


def machine(tenant: str, *scopes: str, agency_id: str = "", **options: Any) -> Machine:
    """Somebody of the tenant with these scopes; with all that fit where none is named."""
    chosen = scopes or tuple(FOR_AGENCIES if agency_id else BORNE)
    return Machine(issue(Scope(tenant, "owner"), "machine", chosen, agency_id=agency_id, **options).secret)


def agency(tenant: str, agency_id: str) -> str:
    """An agency that may act: under contract, listed, evaluated, and the people were told."""
    with acting(Scope(tenant, "owner")):
        Agency.objects.create(
            tenant_id=tenant, agency_id=agency_id, name=agency_id, contract_starts_on=date(2026, 1, 1),
            white_list_from=date(2026, 1, 1), evaluated_on=date(2026, 6, 1), placements_told=True,
        )  # fmt: skip
    return agency_id


def call_asked(cast: Cast, who: str = "placed", **values: Any) -> dict[str, Any]:
    """The question whether a member of the cast may be called."""
    member = getattr(cast, who)
    return {
        "person_id": member.person_id, "loan_id": member.loan_id, "channel": "voice_agent",
        "contact_point_id": member.point_id,
    } | values  # fmt: skip


def payment(cast: Cast, who: str = "placed", number: int = 1, amount_cents: int = 30_000) -> dict[str, Any]:
    """A payment of a member of the cast."""
    member = getattr(cast, who)
    one = {
        "payment_id": f"pay-{who}-{number}", "loan_id": member.loan_id, "amount_cents": amount_cents,
        "effective_on": "2026-11-23",
    }  # fmt: skip
    return {"payments": [one]}
