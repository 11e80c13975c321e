"""Trials: the arms of what holds today, how large they are meant to be, and how large the newest run found them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from forbear.doors.console.drawing import draw
from forbear.doors.console.places import visitor_of
from forbear.doors.console.strategist.figures import percent_words
from forbear.doors.console.strategist.overview import book_on
from forbear.records.models import Run
from forbear.strategy.settings.experiments import MILLION


def trials(request: HttpRequest) -> HttpResponse:
    """Every trial with its arms."""
    visitor = visitor_of(request)
    book = book_on(visitor, visitor.today)
    run = Run.objects.filter(tenant_id=visitor.tenant, state="done").order_by("-business_date").first()
    drawn = run.counts.get("arms", []) if run is not None else []
    found = [
        {
            "id": trial,
            "says": given.get("says", ""),
            "says_zh": given.get("says_zh", ""),
            "ends_in": given.get("ends_in"),
            "arms": _arms(trial, given, drawn),
        }
        for trial, given in (book.settings.get("experiments") or {}).items()
    ]
    return draw(
        request, "strategist/trials.html.jinja", section="tables", part="trials", book=book, trials=found, run=run, drawn=drawn,
        percent_words=percent_words,
    )  # fmt: skip


def _arms(trial: str, given: dict[str, Any], drawn: list[dict[str, Any]]) -> list[dict[str, Any]]:
    arms = []
    for arm, share in given["arms"].items():
        rows = [each for each in drawn if f"{trial}={arm};" in each["arm"]]
        people = sum(each["people"] for each in rows)
        arms.append({"name": arm, "share": share, "propensity": share / MILLION, "people": people,
                     "loans": sum(each["loans"] for each in rows)})  # fmt: skip
    everybody = sum(each["people"] for each in arms)
    return [{**each, "found": each["people"] / everybody if everybody else None} for each in arms]
