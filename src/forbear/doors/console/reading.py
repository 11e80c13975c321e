"""What a page reads from its address and from a form: texts, days, periods, and where a list goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from forbear.doors.console.places import Visitor
from forbear.kernel.errors import InputError
from forbear.records.conduct.figures import Period, period_of

PAGE = 50
DAYS_MAX = 400
CALENDAR = date(1900, 1, 1), date(2999, 1, 1)
"""The first and the last day that is read: with days and weeks around them there is still a calendar."""


def read_day(text: str) -> date | None:
    """A day as a browser sends it; None for what is none.

    >>> read_day("2026-11-23"), read_day("tomorrow"), read_day("0001-01-01")
    (datetime.date(2026, 11, 23), None, None)
    """
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if CALENDAR[0] <= found <= CALENDAR[1] else None


def read_instant(text: str) -> datetime | None:
    """An instant as an address holds it; None for what is none, or has no offset."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def day_in(request: HttpRequest, name: str, otherwise: date) -> date:
    """A day that the address names; another where it names none."""
    return read_day(request.GET.get(name, "")) or otherwise


def posted_day(request: HttpRequest, name: str) -> date:
    """A day of a form.

    Raises:
        InputError: ``bad_day``.
    """
    found = read_day(request.POST.get(name, ""))
    if found is None:
        raise InputError("bad_day", "A day is missing, or is none.", do="Give it as 2026-11-23.", field=name)
    return found


def maybe_day(request: HttpRequest, name: str) -> date | None:
    """A day of a form that may be left empty.

    Raises:
        InputError: ``bad_day``.
    """
    return posted_day(request, name) if request.POST.get(name, "").strip() else None


def period_in(
    request: HttpRequest, visitor: Visitor, days: int = 30, names: tuple[str, str] = ("first", "last")
) -> Period:
    """The period that the address names; the last days up to today where it names none. At most 400 days.

    Args:
        names: what the address calls its first and its last day.
    """
    last = day_in(request, names[1], visitor.today)
    first = day_in(request, names[0], last - timedelta(days=days - 1))
    first = min(last, max(first, last - timedelta(days=DAYS_MAX)))
    return period_of(first, last, visitor.lender.time_zone)


def text_in(request: HttpRequest, name: str, length_max: int = 4000) -> str:
    """A text of a form, without space around it, cut to what is kept."""
    return storable(request.POST.get(name, ""))[:length_max]


def asked_for(request: HttpRequest, name: str, length_max: int = 160) -> str:
    """A text that the address names; empty where it names none."""
    return storable(request.GET.get(name, ""))[:length_max]


def storable(text: str) -> str:
    """A text without space around it, and without the one character that the database has no place for."""
    return text.replace("\x00", "").strip()


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


def newest_page(rows: QuerySet, request: HttpRequest, column: str) -> tuple[list[Any], str]:
    """A page of rows, the newest first by a column of instants, and where the next begins; empty where there is none."""
    after = cursor_in(request)
    at = read_instant(after.value) if after else None
    if after is not None and at is not None:
        rows = rows.filter(Q(**{f"{column}__lt": at}) | Q(**{column: at}, pk__lt=after.id))
    found = list(rows.order_by(f"-{column}", "-pk")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return found[:PAGE], str(Cursor(getattr(last, column).isoformat(), last.pk)) if last else ""
