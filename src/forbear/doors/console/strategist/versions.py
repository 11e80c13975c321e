"""One version: what it changes, what its check found, what it would do, and who decides that it holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse

from forbear.doors.console.drawing import draw, said
from forbear.doors.console.places import Visitor, visitor_of
from forbear.doors.console.strategist.books import Book, book_of, changes_between, figures_between
from forbear.doors.console.strategist.overview import book_on, table_rows
from forbear.kernel.dates import parse_date
from forbear.kernel.errors import InputError
from forbear.kernel.language import gettext as _
from forbear.records.access.chance import fresh_request_id
from forbear.records.models import Comparison, PlaybookRelease, PlaybookVersion
from forbear.records.playbooks import (
    check_draft,
    decide_release,
    discard_draft,
    release_on,
    submit_version,
    withdraw_release,
)
from forbear.records.playbooks.releases import earliest_day

COMPARISONS_SHOWN = 5


def playbook(request: HttpRequest, key: str) -> HttpResponse:
    """A version, or a playbook of the package, with all that can be done with it now."""
    visitor = visitor_of(request)
    book = book_of(key)
    today = visitor.today
    release = release_on(today)
    base = _base(book)
    first = max(earliest_day(visitor.tenant, today), today + timedelta(days=1))
    return draw(
        request, "strategist/playbook.html.jinja", section="tables", part="versions", book=book, rows=table_rows(book),
        base=base, changes=changes_between(base, book) if base else [], figures=figures_between(base, book) if base else [],
        findings=_findings(book.version), releases=_releases(book.version), comparisons=_comparisons(visitor, book),
        in_force=release is not None and release.version_id == getattr(book.version, "pk", None),
        holds=book_on(visitor, today), first=first, today=today, once=fresh_request_id(),
        may_write=visitor.role == "strategist", may_decide=_may_decide(visitor, book.version),
    )  # fmt: skip


def _base(book: Book) -> Book | None:
    """What a version was begun from."""
    return book_of(book.version.based_on) if book.version is not None else None


def _findings(version: PlaybookVersion | None) -> dict[str, Any]:
    """Whether a version was checked as it is now, and what was found, the errors first."""
    if version is None:
        return {"is_checked": False, "is_sound": False, "rows": []}
    order = {"error": 0, "warning": 1, "note": 2}
    rows = sorted(version.findings, key=lambda each: order.get(each["level"], 3))
    is_checked = bool(version.checked_digest) and version.checked_digest == version.digest
    return {"is_checked": is_checked, "is_sound": all(each["level"] != "error" for each in rows), "rows": rows}


def _releases(version: PlaybookVersion | None) -> list[PlaybookRelease]:
    return [] if version is None else list(version.releases.order_by("-submitted_at", "-pk"))


def _comparisons(visitor: Visitor, book: Book) -> list[Comparison]:
    made = Comparison.objects.filter(tenant_id=visitor.tenant, subject="playbook", after__playbook=book.key)
    return list(made.defer("record", "pages").order_by("-number")[:COMPARISONS_SHOWN])


def _may_decide(visitor: Visitor, version: PlaybookVersion | None) -> bool:
    return version is not None and visitor.user.username not in version.editors


def check(request: HttpRequest, number: int) -> HttpResponse:
    """Check a draft as it is now."""
    found = check_draft(visitor_of(request).scope, number)
    errors = sum(each["level"] == "error" for each in found)
    text = _("Checked: {errors} errors, {others} warnings and notes.").format(errors=errors, others=len(found) - errors)
    return said(request, text, "playbook", key=str(number))


def discard(request: HttpRequest, number: int) -> HttpResponse:
    """Put a draft away."""
    discard_draft(visitor_of(request).scope, number)
    return said(request, _("The draft is put away. It stays to be read."), "versions")


def submit(request: HttpRequest, number: int) -> HttpResponse:
    """Ask that a version hold from a day on."""
    visitor = visitor_of(request)
    book_of(str(number))
    from_on = parse_date(request.POST.get("from_on", ""))
    submit_version(visitor.scope, number, from_on, request.POST.get("why", ""), visitor.today)
    text = _("Submitted. Somebody else decides whether it holds from {day} on.").format(day=from_on.isoformat())
    return said(request, text, "playbook", key=str(number))


def decide(request: HttpRequest, release_id: int) -> HttpResponse:
    """Approve or refuse what somebody else asked for, or take back what one asked for oneself."""
    visitor = visitor_of(request)
    release = PlaybookRelease.objects.filter(tenant_id=visitor.tenant, pk=release_id).select_related("version").first()
    if release is None:
        raise InputError("unknown_release", "Nobody asked for that.", release=release_id)
    key = str(release.version.number)
    decision = request.POST.get("decision", "")
    if decision == "withdraw":
        withdraw_release(visitor.scope, release_id)
        return said(request, _("Taken back."), "playbook", key=key)
    approves = decision == "approve"
    decide_release(visitor.scope, release_id, approves=approves, note=request.POST.get("note", ""), today=visitor.today)
    day = release.from_on.isoformat()
    text = _("Approved: it holds from {day} on.").format(day=day) if approves else _("Refused.")
    return said(request, text, "playbook", key=key)
