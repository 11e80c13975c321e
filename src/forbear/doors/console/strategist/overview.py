"""What holds today, what waits for a second person, and all versions there are."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse

from forbear.doors.console.drawing import draw, said
from forbear.doors.console.places import Visitor, visitor_of
from forbear.doors.console.strategist.books import Book, behaviour_cites, book_of, question_of, sheet_of
from forbear.kernel.errors import InputError
from forbear.kernel.language import gettext as _
from forbear.records.access.chance import fresh_request_id
from forbear.records.idempotency import once
from forbear.records.models import PlaybookRelease, PlaybookVersion
from forbear.records.playbooks import begin_draft, release_on
from forbear.strategy import playbook_names

VERSIONS_MAX = 100


def book_on(visitor: Visitor, day: date) -> Book:
    """The playbook that holds on a day."""
    release = release_on(day)
    return book_of(visitor.lender.playbook if release is None else str(release.version.number))


def tables(request: HttpRequest) -> HttpResponse:
    """What holds today: its tables, and what waits for a second person."""
    visitor = visitor_of(request)
    today = visitor.today
    release, book = release_on(today), book_on(visitor, today)
    coming = PlaybookRelease.objects.filter(tenant_id=visitor.tenant, state="approved", from_on__gt=today)
    return draw(
        request, "strategist/tables.html.jinja", section="tables", part="tables", book=book, release=release, today=today,
        rows=table_rows(book), waiting=waiting(visitor), coming=list(coming.select_related("version").order_by("from_on", "pk")),
    )  # fmt: skip


def table_rows(book: Book) -> list[dict[str, Any]]:
    """The tables of a playbook: name, question, how many rows, and how one decides."""
    found = []
    for name, model in book.tables().items():
        decision = model.decisions[name]
        table = decision.table
        found.append({
            "name": name, "question": question_of(decision), "rows": len(table.rules) if table else 0,
            "policy": table.hit_policy.name if table else "",
        })  # fmt: skip
    return found


def waiting(visitor: Visitor) -> list[PlaybookRelease]:
    """What waits for a second person, the oldest first."""
    asked = PlaybookRelease.objects.filter(tenant_id=visitor.tenant, state="submitted")
    return list(asked.select_related("version").order_by("submitted_at", "pk"))


def table(request: HttpRequest, key: str, decision: str) -> HttpResponse:
    """One table, to be read."""
    visitor = visitor_of(request)
    book = book_of(key)
    sheet = sheet_in(book, decision)
    figures = [
        (figure, given)
        for figure, given in (book.settings.get("parameters") or {}).items()
        if any(figure in cell for row in sheet.rows for cell in (*row.tests, *row.values))
    ]
    part = "versions" if book.version else "tables"
    return draw(
        request, "strategist/table.html.jinja", section="tables", part=part, book=book, sheet=sheet, figures=figures,
        names=list(book.tables()), may_write=visitor.role == "strategist",
    )  # fmt: skip


def sheet_in(book: Book, name: str) -> Any:
    """A table of a playbook as a sheet.

    Raises:
        InputError: ``unknown_table_name``.
    """
    found = book.tables()
    if name not in found:
        raise InputError("unknown_table_name", "There is no such table.", table=name)
    return sheet_of(found[name], name, behaviour_cites)


def versions(request: HttpRequest) -> HttpResponse:
    """All versions, the newest first, and those of the package; a new draft is begun here."""
    visitor = visitor_of(request)
    if request.method == "POST":
        if visitor.role != "strategist":
            raise InputError("not_yours", "Only strategists write drafts.", do="Ask one.")
        asked = {"key": request.POST.get("based_on", ""), "note": request.POST.get("note", "")}
        number = once(
            "playbook.draft", request.POST.get("once", ""), asked,
            lambda: begin_draft(visitor.scope, asked["key"], asked["note"]),
        )  # fmt: skip
        return said(request, _("Draft {number} is begun.").format(number=number), "playbook", key=str(number))
    today = visitor.today
    release = release_on(today)
    kept = PlaybookVersion.objects.filter(tenant_id=visitor.tenant).defer("files", "findings").order_by("-number")
    return draw(
        request, "strategist/versions.html.jinja", section="tables", part="versions", kept=list(kept[:VERSIONS_MAX]),
        shipped=playbook_names(), in_force=release.version_id if release else None, book=book_on(visitor, today),
        once=fresh_request_id(), may_write=visitor.role == "strategist", tomorrow=today + timedelta(days=1),
    )  # fmt: skip
