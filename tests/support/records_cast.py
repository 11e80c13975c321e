"""A small cast in the records of a tenant, and the builders that put more people there.

Everybody owes one instalment loan of 3 × 100.00 that fell due on 8 November 2026; the business date is the 23rd. Imported
only after :func:`records_server.running`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connections

from forbear.records.feed.addresses import normal_form
from forbear.records.models import Case, ContactPoint, Import, Instalment, Loan, Person, Tenant
from forbear.records.scope import Scope, acting
from forbear.records.sealing import sealer

TODAY = date(2026, 11, 23)  # a Monday
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # in Shanghai
DUE_ON = date(2026, 11, 8)


@dataclass(frozen=True)
class Member:
    """Somebody of the cast, and what the records must never show to whom it does not belong."""

    person_id: str
    loan_id: str
    point_id: str
    name: str
    phone: str


@dataclass(frozen=True)
class Cast:
    """Who is there, and by whom each is worked.

    ``north`` is worked by team north, ``south`` by team south, ``placed`` by agency ``agency-1``, ``mine`` by the collector
    ``wang``; each by nobody else.
    """

    tenant: str
    north: Member
    south: Member
    placed: Member
    mine: Member

    @property
    def all(self) -> tuple[Member, ...]:
        """All four."""
        return self.north, self.south, self.placed, self.mine


@dataclass(frozen=True)
class Life:
    """How a person differs from the others."""

    team: str = ""
    agency_id: str = ""
    assigned_to: str = ""
    language: str = "zh_CN"
    time_zone: str = ""
    region_code: str = "310115"
    due_on: date = DUE_ON
    disbursed_on: date = date(2026, 5, 8)
    kind: str = "mobile"
    loan: dict[str, Any] = field(default_factory=dict)


def open_tenant(code: str, **settings: Any) -> str:
    """A tenant, opened by the owner of the tables, with what a lender must say of itself, and a feed of just now."""
    institution = {
        "name": "示例消费金融", "service_phone": "95000", "complaint_phone": "95001", "address": "上海市浦东新区",
        "how_to_pay": "App → 还款", "portal": "https://pay.example.cn",
    }  # fmt: skip
    chosen = {"attests_lawful_debt": True, "institution": institution} | settings
    Tenant.objects.using("owner").create(code=code, name=f"Lender {code}", settings=chosen)
    feed(code, NOON - timedelta(hours=4))
    return code


def feed(tenant: str, fed_at: datetime) -> None:
    """Note that a book was taken in at an instant."""
    with acting(Scope(tenant, "feeder")):
        Import.objects.create(
            tenant_id=tenant, kind="full", digest="0" * 64, as_of=fed_at.date(), fed_at=fed_at, ended_at=fed_at
        )


def add_person(tenant: str, person_id: str, name: str, phone: str, life: Life | None = None) -> Member:
    """A person with a loan, an open case and one number of their own, verified."""
    life = life or Life()
    member = Member(person_id, f"L-{person_id}", f"P-{person_id}", name, phone)
    box, key = sealer(tenant), {"tenant_id": tenant, "person_id": person_id}
    with acting(Scope(tenant, "feeder")):
        Person.objects.create(
            **key,
            name_sealed=box.seal("name", name),
            birth_on_sealed=box.seal("birth_on", "1990-05-01"),
            language=life.language,
            time_zone=life.time_zone,
            region_code=life.region_code,
        )
        loan = {
            "product_code": "cash", "lender_type": "consumer_finance", "currency": "CNY", "disbursed_on": life.disbursed_on,
            "principal_cents": 30_000, "annual_rate": "0.12", "all_in_rate": "0.12",
            "agency_id": life.agency_id or None, "team": life.team or None,
        } | life.loan  # fmt: skip
        Loan.objects.create(**key, loan_id=member.loan_id, **loan)
        for number in range(3):
            Instalment.objects.create(
                tenant_id=tenant,
                loan_id=member.loan_id,
                instalment_number=number + 1,
                due_on=life.due_on + timedelta(days=30 * number),
                principal_cents=10_000,
            )
        ContactPoint.objects.create(
            **key,
            contact_point_id=member.point_id,
            kind=life.kind,
            value_sealed=box.seal("value", phone),
            value_index=box.index(life.kind, normal_form(life.kind, phone, "CN")),
            source="given_by_debtor",
            state="valid",
            verified_on=date(2026, 10, 1),
        )
        Case.objects.create(
            **key, opened_on=DUE_ON, team=life.team, agency_id=life.agency_id, assigned_to=life.assigned_to
        )
    return member


def enter(tenant: str) -> Cast:
    """The cast."""
    return Cast(
        tenant,
        add_person(tenant, "north", "张晓北", "13800001234", Life(team="north")),
        add_person(tenant, "south", "李晓南", "13900005678", Life(team="south")),
        add_person(tenant, "placed", "王托", "13700009999", Life(agency_id="agency-1")),
        add_person(tenant, "mine", "赵小我", "13600004321", Life(assigned_to="wang")),
    )


def ask(scope: Scope | None, statement: str, *values: Any, role: str = "default") -> list[tuple[Any, ...]]:
    """What a statement says in a scope, or in nobody's name; ``role`` ``owner`` is who owns the tables."""
    if scope is not None:
        with acting(scope), connections["default"].cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []
    with connections[role].cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []
