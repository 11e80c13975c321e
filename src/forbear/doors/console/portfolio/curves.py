"""How cohorts fare: vintages by months on book, and how many cases are current again after how many days."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse

from forbear.day.report.charts import Line, lines
from forbear.doors.console.drawing import draw, draw_problem
from forbear.doors.console.files import csv_file
from forbear.doors.console.places import Visitor, visitor_of
from forbear.doors.console.portfolio.asking import currency_of
from forbear.doors.console.portfolio.contacts import heat_step
from forbear.doors.console.reading import asked_for
from forbear.kernel.language import gettext as _
from forbear.records.daily.curves import CURE_DAYS, PAST_DAYS, months_between
from forbear.records.daily.portfolio import figures, figures_of_months, finished_runs, within

WIDTH = 620
COHORTS_MAX = 24
SHORT_HISTORY = 6
"""With fewer months than these a vintage is a few points, and no curve."""
Points = dict[int, tuple[int, int]]


def curves(request: HttpRequest) -> HttpResponse:
    """Vintages and cures of the last finished run and of those months before it whose figures were kept."""
    visitor = visitor_of(request)
    run, before = finished_runs(visitor.tenant)
    if run is None:
        return draw(request, "portfolio/curves.html.jinja", section="portfolio", run=None)
    found, currency = figures(visitor.scope, run, before), currency_of(request, visitor)
    months = figures_of_months(visitor.tenant, run)
    past = asked_for(request, "past", 3)
    past_days = int(past) if past in [str(each) for each in PAST_DAYS] else PAST_DAYS[0]
    cohorts = {each: _cohorts(visitor, months, currency, each) for each in PAST_DAYS}
    cured = cured_by_month(found["cures"], run.business_date)
    currencies = sorted({currency, *(row["currency"] for row in found["vintages"] if row["currency"])})
    return draw(
        request, "portfolio/curves.html.jinja", section="portfolio", run=run, currency=currency, past_days=past_days,
        pasts=PAST_DAYS, months=[day for day, _figures in months], short=SHORT_HISTORY, vintages=_table(cohorts[past_days]),
        vintage_chart=lines([Line(_("{days}+ days").format(days=each), _pooled(cohorts[each])) for each in PAST_DAYS], WIDTH),
        cures=cured, cure_days=CURE_DAYS, currencies=[(each, each) for each in currencies],
        cure_chart=lines([Line(_("Current again"), _pooled_cures(cured))], WIDTH),
    )  # fmt: skip


def vintages_file(request: HttpRequest) -> HttpResponse:
    """The vintages as CSV: a line for each cohort and month on book, amounts in whole cents."""
    visitor = visitor_of(request)
    run, before = finished_runs(visitor.tenant)
    if run is None:
        return draw_problem(request, 404, "no_such_page")
    figures(visitor.scope, run, before)
    currency = currency_of(request, visitor)
    lines_of: dict[tuple[date, str], dict[str, int]] = {}
    names = ("loans", "principal_cents", *(f"past{days}_{what}" for days in PAST_DAYS for what in ("loans", "cents")))
    for day, found in figures_of_months(visitor.tenant, run):
        for row in _own(visitor, found, currency):
            into = lines_of.setdefault((day, row["originated"]), dict.fromkeys(names, 0))
            for name in names:
                into[name] += row[name]
    heads = ("as_of", "currency", "originated", "months_on_book", *names)
    rows = (
        (day, currency, originated, months_between(originated, day), *values.values())
        for (day, originated), values in sorted(lines_of.items())
    )
    return csv_file((heads, *rows), f"vintages-{run.business_date}.csv")


def cures_file(request: HttpRequest) -> HttpResponse:
    """The cures as CSV: a line for each month in which cases were opened; empty where not all were watched for so long."""
    visitor = visitor_of(request)
    run, before = finished_runs(visitor.tenant)
    if run is None:
        return draw_problem(request, 404, "no_such_page")
    rows = cured_by_month(figures(visitor.scope, run, before)["cures"], run.business_date)
    heads = ("as_of", "opened", "cases", "settled", *(f"cured_{days}_days" for days in CURE_DAYS))
    cells = (
        (run.business_date, row["opened"], row["cases"], row["settled"], *(row["cured"].get(days, "") for days in CURE_DAYS))
        for row in rows
    )  # fmt: skip
    return csv_file((heads, *cells), f"cures-{run.business_date}.csv")


def _own(visitor: Visitor, found: dict[str, Any], currency: str) -> list[dict[str, Any]]:
    return [row for row in within(found.get("vintages", ()), visitor.scope) if row["currency"] == currency]


def _cohorts(
    visitor: Visitor, months: list[tuple[date, dict[str, Any]]], currency: str, past_days: int
) -> dict[str, Points]:
    """By month of origination and months on book: the principal past due, and what was lent."""
    cohorts: dict[str, Points] = {}
    for day, found in months:
        for row in _own(visitor, found, currency):
            points, on_book = cohorts.setdefault(row["originated"], {}), months_between(row["originated"], day)
            past, lent = points.get(on_book, (0, 0))
            points[on_book] = (past + row[f"past{past_days}_cents"], lent + row["principal_cents"])
    return cohorts


def _pooled(cohorts: dict[str, Points]) -> list[tuple[int, float]]:
    """Of the newest cohorts, those that were seen at a month on book: past due ÷ lent."""
    pooled: Points = {}
    for name in sorted(cohorts, reverse=True)[:COHORTS_MAX]:
        points = cohorts[name]
        for on_book, (past, lent) in points.items():
            so_far = pooled.get(on_book, (0, 0))
            pooled[on_book] = (so_far[0] + past, so_far[1] + lent)
    return [(on_book, past / lent) for on_book, (past, lent) in sorted(pooled.items()) if lent]


def _table(cohorts: dict[str, Points]) -> dict[str, Any]:
    """The newest cohorts, with a share for each month on book at which they were seen, and how dark it is."""
    shown = sorted(cohorts, reverse=True)[:COHORTS_MAX]
    on_book = sorted({each for name in shown for each in cohorts[name]})
    shares = {name: {each: past / lent for each, (past, lent) in cohorts[name].items() if lent} for name in shown}
    largest = max((share for row in shares.values() for share in row.values()), default=0.0)
    rows = [
        {
            "originated": name, "lent": max(cohorts[name].values(), key=lambda pair: pair[1])[1],
            "cells": [(shares[name].get(each), heat_step(shares[name].get(each), largest)) for each in on_book],
        }
        for name in shown
    ]  # fmt: skip
    return {"on_book": on_book, "rows": rows, "hidden": len(cohorts) - len(shown)}


def cured_by_month(rows: list[dict[str, Any]], as_of: date) -> list[dict[str, Any]]:
    """By the month in which cases were opened; only days for which each case of the month was watched."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        into = found.setdefault(
            row["opened"], {"opened": row["opened"], "cases": 0, "settled": 0, "last_on": "", "sums": {}}
        )
        into["cases"] += row["cases"]
        into["settled"] += row["settled"]
        into["last_on"] = max(into["last_on"], row["last_on"])
        for days in CURE_DAYS:
            into["sums"][days] = into["sums"].get(days, 0) + row[f"cured{days}"]
    for each in found.values():
        watched = (as_of - date.fromisoformat(each["last_on"])).days
        each["cured"] = {days: each["sums"][days] for days in CURE_DAYS if days <= watched}
        each["shares"] = {days: count / each["cases"] for days, count in each["cured"].items()}
        each["heat"] = {days: heat_step(share, 1.0) for days, share in each["shares"].items()}
    return [found[name] for name in sorted(found, reverse=True)]


def _pooled_cures(rows: list[dict[str, Any]]) -> list[tuple[int, float]]:
    """Of the months that were watched for so long: current again ÷ cases."""
    points = []
    for days in CURE_DAYS:
        seen = [row for row in rows if days in row["cured"]]
        if seen:
            points.append((days, sum(row["cured"][days] for row in seen) / sum(row["cases"] for row in seen)))
    return [(0, 0.0), *points] if points else []
