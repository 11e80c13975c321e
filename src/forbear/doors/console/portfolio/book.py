"""The book: its age, what is at risk, what rolled, and the loans behind each figure."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from forbear.day.report.charts import Bar, bars
from forbear.doors.console.drawing import draw, draw_problem
from forbear.doors.console.files import csv_file
from forbear.doors.console.places import visitor_of
from forbear.doors.design.formats import whole
from forbear.records.daily.portfolio import CLOSED, PAR_DAYS, figures, finished_runs, is_stale, loans_behind

PAGE = 50
WIDTH = 520
_AMOUNTS = (
    "loans",
    "overdue_cents",
    "outstanding_cents",
    "principal_cents",
    *(f"par{each}_cents" for each in PAR_DAYS),
)


def portfolio(request: HttpRequest) -> HttpResponse:
    """The figures of the last finished run, in the lender's currency."""
    visitor = visitor_of(request)
    run, before = finished_runs(visitor.tenant)
    if run is None:
        return draw(request, "portfolio/portfolio.html.jinja", section="portfolio", run=None)
    found = figures(visitor.scope, run, before)
    ages = _summed(found["ages"], visitor.lender.currency, ("bucket",))
    total = {name: sum(row[name] for row in ages) for name in _AMOUNTS}
    at_risk = [
        (days, total[f"par{days}_cents"], _share(total[f"par{days}_cents"], total["principal_cents"]))
        for days in PAR_DAYS
    ]
    return draw(
        request, "portfolio/portfolio.html.jinja", section="portfolio", run=run, before=before, ages=ages, total=total,
        at_risk=at_risk, matrix=_matrix(found["rolls"], visitor.lender.currency), currency=visitor.lender.currency,
        chart=bars([Bar(row["bucket"], row["loans"], whole(row["loans"])) for row in ages], WIDTH),
        is_stale=is_stale(run, visitor.today), elsewhere=_elsewhere(found["ages"], visitor.lender.currency),
    )  # fmt: skip


def portfolio_file(request: HttpRequest) -> HttpResponse:
    """The age of the book as CSV: amounts in whole cents, as the figures have them."""
    visitor = visitor_of(request)
    run, before = finished_runs(visitor.tenant)
    if run is None:
        return draw_problem(request, 404, "no_such_page")
    currency = visitor.lender.currency
    rows = (
        (run.business_date, currency, row["bucket"], *(row[name] for name in _AMOUNTS))
        for row in _summed(figures(visitor.scope, run, before)["ages"], currency, ("bucket",))
    )
    heads = ("business_date", "currency", "bucket", *_AMOUNTS)
    return csv_file((heads, *rows), f"ageing-{run.business_date}.csv")


def portfolio_loans(request: HttpRequest, bucket: str) -> HttpResponse:
    """The loans behind a figure, page by page; of no bucket or nobody's there are none, alike."""
    visitor = visitor_of(request)
    run, _before = finished_runs(visitor.tenant)
    after = request.GET.get("after", "")[:64]
    rows = loans_behind(visitor.scope, run, bucket, after, PAGE + 1) if run else []
    if not rows and not after:
        return draw_problem(request, 404, "no_such_page")
    here = reverse("portfolio_loans", kwargs={"bucket": bucket})
    onward = f"{here}?after={rows[PAGE - 1]['loan_id']}" if len(rows) > PAGE else None
    return draw(
        request, "portfolio/loans.html.jinja", section="portfolio", run=run, bucket=bucket, rows=rows[:PAGE], onward=onward,
        first=here if after else None, may_open=visitor.role != "strategist",
    )  # fmt: skip


def _summed(rows: list[dict[str, Any]], currency: str, by: tuple[str, ...]) -> list[dict[str, Any]]:
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in rows:
        if row["currency"] == currency:
            key = tuple(str(row[name]) for name in by)
            into = found.setdefault(key, dict(zip(by, key, strict=True)))
            for name in _AMOUNTS:
                if name in row:
                    into[name] = into.get(name, 0) + row[name]
    return [found[key] for key in sorted(found, key=lambda key: tuple((len(each), each) for each in key))]


def _matrix(rolls: list[dict[str, Any]], currency: str) -> dict[str, Any] | None:
    """Of the principal of each bucket then, which share is in which bucket now, or in none since the loan is closed."""
    rows = _summed(rolls, currency, ("was", "bucket"))
    if not rows:
        return None
    names = sorted({row["was"] for row in rows}, key=lambda each: (len(each), each))
    now_in = [*sorted({row["bucket"] for row in rows} - {CLOSED}, key=lambda each: (len(each), each)), CLOSED]
    moved = {(row["was"], row["bucket"]): row["principal_cents"] for row in rows}
    whole_of = {was: sum(moved.get((was, now), 0) for now in now_in) for was in names}
    cells = {was: {now: _share(moved.get((was, now), 0), whole_of[was]) for now in now_in} for was in names}
    return {"names": names, "now_in": now_in, "cells": cells, "whole": whole_of}


def _share(part: int, of: int) -> float | None:
    return part / of if of else None


def _elsewhere(rows: list[dict[str, Any]], currency: str) -> int:
    return sum(row["loans"] for row in rows if row["currency"] != currency)
