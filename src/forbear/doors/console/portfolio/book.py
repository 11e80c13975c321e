"""The book: its age, what is at risk, and what rolled."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from forbear.day.report.charts import Bar, bars
from forbear.doors.console.drawing import draw, draw_problem
from forbear.doors.console.files import csv_file
from forbear.doors.console.places import visitor_of
from forbear.doors.console.portfolio.asking import currency_of
from forbear.doors.console.portfolio.contacts import heat_step
from forbear.doors.design.formats import whole
from forbear.records.daily.behind import CLOSED
from forbear.records.daily.portfolio import PAR_DAYS, figures, finished_runs, is_stale

WIDTH = 520
_AMOUNTS = (
    "loans",
    "overdue_cents",
    "outstanding_cents",
    "principal_cents",
    *(f"par{each}_cents" for each in PAR_DAYS),
)


def portfolio(request: HttpRequest) -> HttpResponse:
    """The figures of the last finished run, in one currency."""
    visitor = visitor_of(request)
    run, before = finished_runs(visitor.tenant)
    if run is None:
        return draw(request, "portfolio/portfolio.html.jinja", section="portfolio", run=None)
    found, currency = figures(visitor.scope, run, before), currency_of(request, visitor)
    ages = _summed(found["ages"], currency, ("bucket",))
    total = {name: sum(row[name] for row in ages) for name in _AMOUNTS}
    at_risk = [
        (days, total[f"par{days}_cents"], _share(total[f"par{days}_cents"], total["principal_cents"]))
        for days in PAR_DAYS
    ]
    currencies = sorted({currency, *(str(row["currency"]) for row in found["ages"] if row["currency"])})
    return draw(
        request, "portfolio/portfolio.html.jinja", section="portfolio", run=run, before=before, ages=ages, total=total,
        at_risk=at_risk, matrix=_matrix(found["rolls"], currency), currency=currency,
        chart=bars([Bar(row["bucket"], row["loans"], whole(row["loans"])) for row in ages], WIDTH),
        is_stale=is_stale(run, visitor.today), currencies=[(each, each) for each in currencies],
    )  # fmt: skip


def portfolio_file(request: HttpRequest) -> HttpResponse:
    """The age of the book as CSV: amounts in whole cents, as the figures have them."""
    visitor = visitor_of(request)
    run, before = finished_runs(visitor.tenant)
    if run is None:
        return draw_problem(request, 404, "no_such_page")
    currency = currency_of(request, visitor)
    rows = (
        (run.business_date, currency, row["bucket"], *(row[name] for name in _AMOUNTS))
        for row in _summed(figures(visitor.scope, run, before)["ages"], currency, ("bucket",))
    )
    heads = ("business_date", "currency", "bucket", *_AMOUNTS)
    return csv_file((heads, *rows), f"ageing-{run.business_date}.csv")


def portfolio_rolls_file(request: HttpRequest) -> HttpResponse:
    """The roll rates as CSV: principal in whole cents by the bucket then and now."""
    visitor = visitor_of(request)
    run, before = finished_runs(visitor.tenant)
    if run is None or before is None:
        return draw_problem(request, 404, "no_such_page")
    currency = currency_of(request, visitor)
    rows = (
        (before.business_date, run.business_date, currency, row["was"], row["bucket"], row["loans"], row["principal_cents"])
        for row in _summed(figures(visitor.scope, run, before)["rolls"], currency, ("was", "bucket"))
    )  # fmt: skip
    heads = ("then_on", "now_on", "currency", "bucket_then", "bucket_now", "loans", "principal_cents")
    return csv_file((heads, *rows), f"rolls-{run.business_date}.csv")


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
    """Of the principal of each bucket then, which share is in which bucket now, or in none since the loan is closed; and how
    dark each share is, by the square of its part of the whole row: small ones stay apart from none."""
    rows = _summed(rolls, currency, ("was", "bucket"))
    if not rows:
        return None
    names = sorted({row["was"] for row in rows}, key=lambda each: (len(each), each))
    now_in = [*sorted({row["bucket"] for row in rows} - {CLOSED}, key=lambda each: (len(each), each)), CLOSED]
    moved = {(row["was"], row["bucket"]): row for row in rows}
    whole_of = {was: sum(row["principal_cents"] for row in rows if row["was"] == was) for was in names}
    cells: dict[str, dict[str, Any]] = {was: {} for was in names}
    for was in names:
        for now in now_in:
            row = moved.get((was, now), {"loans": 0, "principal_cents": 0})
            share = _share(row["principal_cents"], whole_of[was])
            cells[was][now] = {"share": share, "loans": row["loans"], "heat": heat_step(share and share**0.5, 1.0)}
    return {"names": names, "now_in": now_in, "cells": cells, "whole": whole_of}


def _share(part: int, of: int) -> float | None:
    return part / of if of else None
