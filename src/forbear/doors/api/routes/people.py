"""People, their contacts and their cases: as far as the token sees, and masked."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from forbear.doors.api.asking import reading
from forbear.doors.api.callers import caller_of, needs
from forbear.doors.api.fields import Id
from forbear.doors.api.paging import LIMIT_DEFAULT, Cursor, Limit, Page, page
from forbear.kernel.errors import InputError
from forbear.records.models import Case, Contact, Person
from forbear.records.reveal import FIELDS, PURPOSES, Asking, glimpse, reveal

router = Router(tags=["People"])
FieldName = Literal[FIELDS]  # type: ignore[valid-type]  # the records' own lists
Purpose = Literal[PURPOSES]  # type: ignore[valid-type]
ROLE_OF_LENDER, ROLE_OF_AGENCY = "system", "collector"
"""As whom a token sees personal data: an agency's sees what a caller needs."""


class PersonShown(Schema):
    """A person who owes."""

    person_id: str
    name_masked: str = Field(description="The first character, the rest hidden.", examples=["张*"])
    language: str
    time_zone: str = Field(description="IANA zone; empty where the lender's own counts.")
    legal_capacity: str
    is_deceased: bool
    has_representative: bool
    is_restricted: bool = Field(description="Whether the data may be stored but not used.")
    is_erased: bool


class ContactShown(Schema):
    """A contact or an attempt, whoever made it."""

    contact_id: str
    loan_id: str | None
    contact_point_id: str | None
    at: datetime
    channel: str
    direction: str
    purpose: str
    state: str
    result: str
    is_right_party: bool
    actor_kind: str
    agency_id: str
    started_at: datetime | None
    ended_at: datetime | None


class CaseShown(Schema):
    """What is worked: one open case a person."""

    case_id: int
    person_id: str
    name_masked: str
    opened_on: date
    closed_on: date | None
    closed_reason: str
    stage: str
    team: str
    agency_id: str
    assigned_to: str
    overdue_cents: int
    days_past_due: int


class Value(Schema):
    """A value of a person's, whole or masked by what the token may see."""

    field: str
    kind: str
    id: str = Field(description="Of the contact point, contact or matter that it is of.")
    text: str
    is_masked: bool


class PersonalData(Schema):
    """Personal data of one person."""

    person_id: str
    values: list[Value]


@router.get("/people", response=Page[PersonShown], **needs("people:read"), summary="List people")
def people(request: HttpRequest, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT) -> Any:
    """In the order in which they came into the records. An agency's token sees those who are placed with it."""
    with reading(request) as caller:
        found = page(Person.objects.filter(tenant_id=caller.tenant), cursor, limit, _row, of="people")
        names = glimpse(caller.tenant, [each.person_id for each in found["items"]])
        return {**found, "items": [_person(each, names) for each in found["items"]]}


@router.get("/people/{person_id}", response=PersonShown, **needs("people:read"), summary="Read a person")
def person(request: HttpRequest, person_id: Path[Id]) -> Any:
    """Masked."""
    with reading(request) as caller:
        found = _seen(caller.tenant, person_id)
        return _person(found, glimpse(caller.tenant, [person_id]))


@router.get(
    "/people/{person_id}/contacts", response=Page[ContactShown], **needs("people:read"), summary="List contacts"
)
def contacts(request: HttpRequest, person_id: Path[Id], cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT) -> Any:
    """Of a person, the newest first. What was said is not here."""
    with reading(request) as caller:
        _seen(caller.tenant, person_id)
        rows = Contact.objects.filter(tenant_id=caller.tenant, person_id=person_id)
        return page(rows, cursor, limit, _row, of=f"contacts {person_id}", newest_first=True)


@router.get(
    "/people/{person_id}/personal-data", response=PersonalData, **needs("people:reveal"), summary="Open personal data"
)
def personal_data(
    request: HttpRequest, person_id: Path[Id], purpose: Purpose,
    fields: Annotated[list[FieldName], Query(min_length=1, max_length=len(FIELDS))],
) -> Any:  # fmt: skip
    """What the token may see whole is opened, the rest masked. Each opening is written in the audit and counted, and many on one
    day raise an alarm."""
    caller = caller_of(request)
    role = ROLE_OF_AGENCY if caller.scope.agency_id else ROLE_OF_LENDER
    shown = reveal(caller.scope, Asking(role, purpose), person_id, fields, caller.clock)
    return {"person_id": person_id, "values": shown}


@router.get("/cases", response=Page[CaseShown], **needs("people:read"), summary="List cases")
def cases(
    request: HttpRequest, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT,
    is_open: Annotated[bool | None, Query(description="Only open ones, or only closed ones.")] = None,
) -> Any:  # fmt: skip
    """In the order in which they were opened."""
    with reading(request) as caller:
        rows = Case.objects.filter(tenant_id=caller.tenant)
        if is_open is not None:
            rows = rows.filter(closed_on__isnull=is_open)
        found = page(rows, cursor, limit, _row, of="cases")
        names = glimpse(caller.tenant, [each.person_id for each in found["items"]])
        return {**found, "items": [_case(each, names) for each in found["items"]]}


def _row(row: Any) -> Any:
    return row


def _seen(tenant: str, person_id: str) -> Person:
    found = Person.objects.filter(tenant_id=tenant, person_id=person_id).first()
    if found is None:
        raise InputError("unknown_person", "There is no such person.", do="Feed the book first.", person=person_id)
    return found


def _person(each: Person, names: dict[str, str]) -> dict[str, Any]:
    plain = ("person_id", "language", "time_zone", "legal_capacity", "is_deceased", "has_representative")
    return {
        **{name: getattr(each, name) for name in plain},
        "name_masked": names.get(each.person_id, ""),
        "is_restricted": each.restricted_at is not None,
        "is_erased": each.erased_at is not None,
    }


def _case(each: Case, names: dict[str, str]) -> dict[str, Any]:
    own = {name: getattr(each, name) for name in CaseShown.model_fields if name not in ("case_id", "name_masked")}
    return {**own, "case_id": each.pk, "name_masked": names.get(each.person_id, "")}
