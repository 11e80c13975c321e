"""The list behind each figure of contacts, page by page, and as a file that the law's alarm counts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from forbear.doors.console.drawing import draw, draw_problem
from forbear.doors.console.files import csv_file
from forbear.doors.console.places import DESK, Visitor, visitor_of
from forbear.doors.console.portfolio.asking import Selection, selection_of
from forbear.doors.console.portfolio.contacts import why
from forbear.doors.console.portfolio.handing import hand_out
from forbear.doors.console.reading import PAGE, asked_for, read_day
from forbear.kernel.language import code_words
from forbear.records.outcomes import LISTINGS, Narrowed, rows_behind
from forbear.records.outcomes.rows import COLUMNS, COMPLAINT, CONTACT, PAYMENT, PROMISE
from forbear.records.reveal import glimpse

ROWS_MAX = 20_000
"""As many rows has a file; a longer list is asked for by shorter periods."""


def contact_rows(request: HttpRequest, measure: str) -> HttpResponse:
    """The rows that a figure counts, as far as the reader sees them; of no such figure there is no page."""
    visitor = visitor_of(request)
    if measure not in LISTINGS:
        return draw_problem(request, 404, "no_such_page")
    chosen, by = selection_of(request, visitor), _narrowed(request, visitor)
    after = _after(request, LISTINGS[measure].at)
    rows = rows_behind(visitor.scope, measure, chosen.asked, by, PAGE + 1, after)
    here = f"{reverse('portfolio_contact_rows', kwargs={'measure': measure})}?{_query(chosen, by)}"
    onward = f"{here}&{urlencode({'after': _mark(rows[PAGE - 1])})}" if len(rows) > PAGE else None
    return draw(
        request, "portfolio/rows.html.jinja", section="portfolio", measure=measure, listing=LISTINGS[measure], chosen=chosen, by=by,
        asked=chosen.asked, rows=rows[:PAGE], names=names_of(visitor, rows[:PAGE]), onward=onward, first=here if after else None,
        query=_query(chosen, by), may_open=visitor.role != "strategist", is_limited=visitor.scope.reach != "all",
        rows_max=ROWS_MAX, what=lambda row: _what(measure, row), why=why,
    )  # fmt: skip


def contact_rows_file(request: HttpRequest, measure: str) -> HttpResponse:
    """The same rows as CSV: audited, and refused with its rules where so many of a day need a ticket."""
    visitor = visitor_of(request)
    if measure not in LISTINGS:
        return draw_problem(request, 404, "no_such_page")
    chosen, by = selection_of(request, visitor), _narrowed(request, visitor)
    rows = rows_behind(visitor.scope, measure, chosen.asked, by, ROWS_MAX)
    names = names_of(visitor, rows)
    heads = (*COLUMNS, *(("name",) if names else ()))
    cells = ((*(row[name] for name in COLUMNS), *((names.get(row["person_id"], ""),) if names else ())) for row in rows)
    made = csv_file((heads, *cells), f"{measure}-{chosen.asked.first}-{chosen.asked.last}.csv", has_mark=bool(names))
    where = {name: request.GET[name] for name in request.GET if name != "after"}
    return hand_out(request, made, measure, LISTINGS[measure].data_kind, len(rows), where)


def _what(measure: str, row: dict[str, Any]) -> str:
    """What a row says besides when and who, in words."""
    kind = LISTINGS[measure].kind
    if measure in ("accepted", "wrongful"):
        return why(row["what"])
    if kind == CONTACT:
        return code_words("result", row["what"])
    if kind == PROMISE:
        return code_words("verdict_of_promise", row["what"])
    if kind == COMPLAINT:
        return code_words("complaint kind", row["what"])
    return code_words("payment_status" if kind == PAYMENT else "consent_kind", row["what"])


def names_of(visitor: Visitor, rows: list[dict[str, Any]]) -> dict[str, str]:
    """Masked names, for who deals with people; nobody's for others."""
    return glimpse(visitor.tenant, [row["person_id"] for row in rows]) if visitor.role in DESK and rows else {}


def _narrowed(request: HttpRequest, visitor: Visitor) -> Narrowed:
    hour = asked_for(request, "hour", 2)
    return Narrowed(
        selection_of(request, visitor).currency, asked_for(request, "channel", 16),
        int(hour) if hour.isascii() and hour.isdigit() and int(hour) < 24 else None, asked_for(request, "reason", 20),
    )  # fmt: skip


def _query(chosen: Selection, by: Narrowed) -> str:
    return chosen.query(channel=by.channel, hour=by.hour, reason=by.reason)


def _mark(row: dict[str, Any]) -> str:
    return f"{row['at'].isoformat()}~{row['id']}"


def _after(request: HttpRequest, kind: str) -> tuple[datetime | date, str] | None:
    """Where the list goes on; its beginning, for what cannot be read."""
    value, _, key = asked_for(request, "after").partition("~")
    if not key:
        return None
    if kind == "date":
        day = read_day(value)
        return (day, key) if day else None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (at, key) if at.tzinfo else None
