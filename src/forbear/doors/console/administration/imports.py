"""Books taken in and the runs of the days: the rows that were not taken, why, and a feed taken in again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from django.http import HttpRequest, HttpResponse

from forbear.book.intake.rejects import NOTED, REJECTED, SET_ASIDE
from forbear.book.schema import BY_NAME
from forbear.day.wiring.queue import call_for_asked
from forbear.doors.console.administration.asking import key_in, watched
from forbear.doors.console.drawing import draw, said
from forbear.doors.console.files import csv_file
from forbear.doors.console.places import Visitor, visitor_of
from forbear.kernel.errors import InputError
from forbear.kernel.language import code_words
from forbear.kernel.language import gettext as _
from forbear.records.access.chance import fresh_form_key
from forbear.records.actions.administration.asked import FEED_AGAIN, ask_feed_again, newer_than
from forbear.records.feed.rejects import is_kept, rows_on_record
from forbear.records.models import AskedJob, Import, Run

ROWS = 50
PAGES_MAX = 400
LINES_MAX = 100_000
DISPOSITIONS = (REJECTED, SET_ASIDE, NOTED)


def imports(request: HttpRequest) -> HttpResponse:
    """Books taken in, with rows rejected, and the runs of the days."""
    visitor = visitor_of(request)
    found = list(Import.objects.filter(tenant_id=visitor.tenant).order_by("-fed_at", "-id")[:ROWS])
    rows = [{"row": each, **_totals(each.counts)} for each in found]
    runs = list(Run.objects.filter(tenant_id=visitor.tenant).order_by("-business_date")[:ROWS])
    return draw(request, "administration/imports.html.jinja", section="administration", rows=rows, runs=runs)


def one_import(request: HttpRequest, number: int) -> HttpResponse:
    """One feed: its tables, the rows on record, and the form to take it in again."""
    visitor = visitor_of(request)
    row = _row(visitor, number)
    if request.method == "POST":
        job_id = key_in(request)
        if ask_feed_again(visitor.scope, job_id, row.pk):
            call_for_asked(visitor.tenant, str(job_id))
        return said(
            request, _("Asked for. A worker takes it in; this page shows how far it is."), "import", number=number
        )
    table, kind, page = _asked(request)
    shown = list(islice(rows_on_record(row, table=table, disposition=kind), (page - 1) * ROWS, page * ROWS + 1))
    kept = AskedJob.objects.filter(tenant_id=visitor.tenant, kind=FEED_AGAIN, subject=str(row.pk))
    asked = list(kept.order_by("-id")[:5])
    response = draw(
        request, "administration/import.html.jinja", section="administration", row=row, **_totals(row.counts),
        shown=shown[:ROWS], has_more=len(shown) > ROWS, page=page, table=table, kind=kind, kinds=DISPOSITIONS,
        tables=[name for name in BY_NAME if name in row.counts], is_kept=is_kept(row), asked=asked,
        is_older=newer_than(row), once=fresh_form_key(),
    )  # fmt: skip
    return watched(request, response, asked)


def rejects_file(request: HttpRequest, number: int) -> HttpResponse:
    """The rows on record as CSV, for whoever mends them; what is personal is hidden in it too."""
    row = _row(visitor_of(request), number)
    table, kind, _page = _asked(request)
    return csv_file(_lines(row, table, kind), f"rejects-{row.pk}.csv", has_mark=True)


def _lines(row: Import, table: str, kind: str) -> Iterator[Sequence[object]]:
    yield (
        _("Table"), _("File"), _("Row"), _("Id"), _("Column"), _("Value"), _("What became of it"), _("Rule"), _("Reason"),
        _("What to do"),
    )  # fmt: skip
    found = rows_on_record(row, table=table, disposition=kind)
    for each in islice(found, LINES_MAX):
        yield (
            each.table, each.file, each.row_number or "", each.row_id, each.column, each.value,
            code_words("disposition", each.disposition), each.rule, each.reason, each.do,
        )  # fmt: skip
    if next(found, None) is not None:
        yield (_("There are more rows than a file holds; choose one table."),)


def _row(visitor: Visitor, number: int) -> Import:
    row = Import.objects.filter(tenant_id=visitor.tenant, pk=number).first() if number < 2**63 else None
    if row is None:
        raise InputError("unknown_import", "There is no such import.", number=number)
    return row


def _asked(request: HttpRequest) -> tuple[str, str, int]:
    """Which table, what became of its rows, and which page; what is none of these is left aside."""
    table, kind, page = (request.GET.get(name, "") for name in ("table", "kind", "page"))
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 6 else 1
    return (
        table if table in BY_NAME else "", kind if kind in DISPOSITIONS else "", min(max(number, 1), PAGES_MAX)
    )  # fmt: skip


def _totals(counts: dict[str, dict[str, int]]) -> dict[str, int]:
    return {
        f"{name}_count": sum(each.get(name, 0) for each in counts.values()) for name in ("in", "accepted", "rejected")
    }
