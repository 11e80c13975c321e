"""The loans behind each figure of the book, page by page, and as a file that the law's alarm counts."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from forbear.doors.console.drawing import draw, draw_problem
from forbear.doors.console.files import csv_file
from forbear.doors.console.places import Visitor, visitor_of
from forbear.doors.console.portfolio.asking import currency_of
from forbear.doors.console.portfolio.handing import hand_out
from forbear.doors.console.portfolio.rows import ROWS_MAX, names_of
from forbear.doors.console.reading import PAGE, asked_for
from forbear.kernel.language import gettext as _
from forbear.records.daily.behind import CLOSED, LISTED, Wanted, loans_behind
from forbear.records.daily.portfolio import PAR_DAYS, finished_runs
from forbear.records.models import Run

AT_RISK = re.compile(r"PAR(\d{1,3})")


def portfolio_loans(request: HttpRequest, bucket: str) -> HttpResponse:
    """The loans behind a figure; of no bucket or nobody's there are none, alike."""
    visitor = visitor_of(request)
    wanted = _wanted(request, visitor, bucket)
    after = asked_for(request, "after", 64)
    run, before, rows = _found(visitor, wanted, after, PAGE + 1)
    if run is None or (not rows and not after):
        return draw_problem(request, 404, "no_such_page")
    query = urlencode({"currency": wanted.currency, **({"was": wanted.was} if wanted.was else {})})
    here = f"{reverse('portfolio_loans', kwargs={'bucket': bucket})}?{query}"
    onward = f"{here}&{urlencode({'after': rows[PAGE - 1]['loan_id']})}" if len(rows) > PAGE else None
    return draw(
        request, "portfolio/loans.html.jinja", section="portfolio", run=run, before=before, bucket=bucket, wanted=wanted,
        title=_title(wanted), rows=rows[:PAGE], names=names_of(visitor, rows[:PAGE]), onward=onward, first=here if after else None,
        query=query, may_open=visitor.role != "strategist", rows_max=ROWS_MAX,
    )  # fmt: skip


def portfolio_loans_file(request: HttpRequest, bucket: str) -> HttpResponse:
    """The same loans as CSV: audited, and refused with its rules where so many of a day need a ticket."""
    visitor = visitor_of(request)
    wanted = _wanted(request, visitor, bucket)
    run, _before, rows = _found(visitor, wanted, "", ROWS_MAX)
    if run is None or not rows:
        return draw_problem(request, 404, "no_such_page")
    names = names_of(visitor, rows)
    heads = ("business_date", *LISTED, *(("name",) if names else ()))
    cells = (
        (run.business_date, *(row[name] for name in LISTED), *((names.get(row["person_id"], ""),) if names else ()))
        for row in rows
    )
    made = csv_file((heads, *cells), f"loans-{run.business_date}.csv", has_mark=bool(names))
    where = {"currency": wanted.currency, "was": wanted.was}
    return hand_out(request, made, bucket, "credit", len(rows), where)


def _wanted(request: HttpRequest, visitor: Visitor, bucket: str) -> Wanted:
    currency, at_risk = currency_of(request, visitor), AT_RISK.fullmatch(bucket)
    if at_risk and int(at_risk[1]) in PAR_DAYS:
        return Wanted(currency, past_days=int(at_risk[1]))
    return Wanted(currency, bucket[:64], was=asked_for(request, "was", 64))


def _found(
    visitor: Visitor, wanted: Wanted, after: str, limit: int
) -> tuple[Run | None, Run | None, list[dict[str, Any]]]:
    run, before = finished_runs(visitor.tenant)
    return run, before, loans_behind(visitor.scope, run, wanted, after, limit, before) if run else []


def _title(wanted: Wanted) -> str:
    if wanted.past_days is not None:
        return _("Loans more than {days} days past due").format(days=wanted.past_days)
    if wanted.was and wanted.bucket == CLOSED:
        return _("Loans that were in {then} and are closed").format(then=wanted.was)
    if wanted.was:
        return _("Loans that were in {then} and are in {now}").format(then=wanted.was, now=wanted.bucket)
    return _("Loans in {bucket}").format(bucket=wanted.bucket)
