"""What the pages of compliance read from an address, and how they name what they show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse

from forbear.doors.api.rulings import Rule, rules_in_words
from forbear.doors.console.places import Visitor
from forbear.kernel.errors import InputError
from forbear.kernel.language import code_words, current
from forbear.records.conduct.figures import Period, period_of
from forbear.records.models import User

PAGE = 50
DAYS_MAX = 400


def day_in(request: HttpRequest, name: str, otherwise: date) -> date:
    """A day that the address names; another where it names none."""
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return otherwise


def posted_day(request: HttpRequest, name: str) -> date:
    """A day of a form.

    Raises:
        InputError: ``bad_day``.
    """
    try:
        return date.fromisoformat(request.POST.get(name, ""))
    except ValueError as error:
        raise InputError("bad_day", "A day is missing, or is none.", do="Give it as 2026-11-23.", field=name) from error


def maybe_day(request: HttpRequest, name: str) -> date | None:
    """A day of a form that may be left empty.

    Raises:
        InputError: ``bad_day``.
    """
    return posted_day(request, name) if request.POST.get(name, "").strip() else None


def posted_id(request: HttpRequest, name: str) -> UUID:
    """An id of a form.

    Raises:
        InputError: ``unknown_matter``.
    """
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError as error:
        raise InputError("unknown_matter", "There is no such complaint, dispute or request.") from error


def text_in(request: HttpRequest, name: str, length_max: int = 4000) -> str:
    """A text of a form, without space around it, cut to what is kept."""
    return storable(request.POST.get(name, ""))[:length_max]


def asked_for(request: HttpRequest, name: str, length_max: int = 160) -> str:
    """A text that the address names; empty where it names none."""
    return storable(request.GET.get(name, ""))[:length_max]


def storable(text: str) -> str:
    """A text without space around it, and without the one character that the database has no place for."""
    return text.replace("\x00", "").strip()


def period_in(request: HttpRequest, visitor: Visitor, days: int = 30) -> Period:
    """The period that the address names, ``first`` to ``last``; the last days up to today where it names none. At most 400 days."""
    last = day_in(request, "last", visitor.today)
    first = day_in(request, "first", last - timedelta(days=days - 1))
    first = min(last, max(first, last - timedelta(days=DAYS_MAX)))
    return period_of(first, last, visitor.lender.time_zone)


def query_of(request: HttpRequest, **changes: object) -> str:
    """The query of the address with some of it changed; what is None or empty is left out."""
    values = {**{name: request.GET[name] for name in request.GET}, **changes}
    return urlencode({name: str(value) for name, value in values.items() if value not in (None, "")})


@dataclass(frozen=True)
class Cursor:
    """Where a list goes on: behind a value and an id."""

    value: str
    id: int

    def __str__(self) -> str:
        return f"{self.value}~{self.id}"


def cursor_in(request: HttpRequest) -> Cursor | None:
    """Where the address says that the list goes on; None for its beginning, and for what cannot be read."""
    value, _, key = request.GET.get("after", "").rpartition("~")
    return Cursor(value, int(key)) if value and key.isascii() and key.isdigit() and len(key) < 19 else None


def instant_of(cursor: Cursor) -> datetime | None:
    """The value of a cursor as an instant."""
    try:
        found = datetime.fromisoformat(cursor.value)
    except ValueError:
        return None
    return found if found.tzinfo else None


def rules_of(visitor: Visitor, rules: Sequence[str], on: date) -> list[Rule]:
    """Rows of law in the reader's words; those that the law of the day does not have are left out."""
    return rules_in_words(visitor.lender.law, on, rules, current().language)


def because_of(visitor: Visitor, rules: Sequence[str], on: date) -> dict[str, str]:
    """Why each row of law is there, by its id."""
    return {each.id: each.because for each in rules_of(visitor, rules, on)}


def person_href(person_id: str) -> str:
    """The page of a person; empty where there is none."""
    try:
        return reverse("person", kwargs={"person_id": person_id})
    except NoReverseMatch:
        return ""


def colleagues(visitor: Visitor) -> list[tuple[str, str]]:
    """Who may be given a complaint: staff of the lender itself who deal with people, by name."""
    found = User.objects.filter(
        tenant_id=visitor.tenant, is_active=True, agency_id="", role__in=("compliance", "leader", "collector")
    )
    return [(each.username, each.get_full_name() or each.username) for each in found.order_by("username")[:500]]


def pairs(context: str, codes: Sequence[str]) -> list[tuple[str, str]]:
    """Codes with their words, for a field of choices."""
    return [(each, code_words(context, each)) for each in codes]


def a_file(content: bytes, name: str, kind: str) -> HttpResponse:
    """A file to be kept.

    Args:
        name: in ASCII.
        kind: its media type.
    """
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
