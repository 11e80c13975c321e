"""How long files are kept: what the law orders, what is past its term, and its blanking by a worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse

from forbear.compliance.explanation import badge, citation_of
from forbear.day.wiring.queue import call_for_asked
from forbear.doors.console.administration.asking import key_in, watched
from forbear.doors.console.drawing import draw, said
from forbear.doors.console.places import Visitor, visitor_of
from forbear.doors.console.reading import text_in
from forbear.kernel.errors import InputError
from forbear.kernel.language import current
from forbear.kernel.language import gettext as _
from forbear.records.access.chance import fresh_form_key
from forbear.records.actions.administration.asked import (
    BLANK_EXPIRED,
    COUNT_EXPIRED,
    REASON_LENGTH_MAX,
    RUNNING,
    ask_blanking,
    ask_count_of_expired,
    counted_on,
)
from forbear.records.lender import LenderSettings
from forbear.records.models import AskedJob
from forbear.records.retention import retention_gate
from forbear.statutes.statute import StatuteValue

SHOWN = 20
DEEDS = ("count", "blank")


@dataclass(frozen=True)
class Order:
    """A statute about keeping or deleting: its id and title, its term in months where it has one, its source, and how it was read."""

    id: str
    title: str
    months: str
    source: str
    quote: str
    how: str
    state: str


def retention(request: HttpRequest) -> HttpResponse:
    """What the law orders, the last count, the form to blank what is past its term, and the runs before."""
    visitor = visitor_of(request)
    if request.method == "POST":
        return _ask(request, visitor)
    today = visitor.today
    kept = AskedJob.objects.filter(tenant_id=visitor.tenant, kind__in=[COUNT_EXPIRED, BLANK_EXPIRED])
    asked = list(kept.order_by("-id")[:SHOWN])
    busy = next((each for each in asked if each.state in RUNNING), None)
    response = draw(
        request, "administration/retention.html.jinja", section="administration", orders=orders_of(visitor.lender, today),
        today=today, law=visitor.lender.law, counted=counted_on(visitor.tenant, today), asked=asked, busy=busy,
        once=fresh_form_key(), reason_length_max=REASON_LENGTH_MAX,
    )  # fmt: skip
    return watched(request, response, asked)


def _ask(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    deed, job_id = request.POST.get("deed", ""), key_in(request)
    if deed not in DEEDS:
        raise InputError("bad_deed", "It is not said what to do.", do="Count, or blank.")
    if deed == "count":
        is_new = ask_count_of_expired(visitor.scope, job_id, visitor.today)
    else:
        is_new = ask_blanking(visitor.scope, job_id, visitor.today, text_in(request, "reason"))
    if is_new:
        call_for_asked(visitor.tenant, str(job_id))
    return said(request, _("Asked for. A worker does it; this page shows how far it is."), "retention")


def orders_of(lender: LenderSettings, day: date) -> list[Order]:
    """What the law of a day says about keeping and deleting, terms first, each statute once."""
    gate = retention_gate(lender.law, lender.profile, day)
    cited = dict.fromkeys(name for row in gate.rows for name in row.cites if name in gate.statutes)
    found = [_order(gate.statutes[name]) for name in cited]
    return sorted(found, key=lambda each: (not each.months, each.state == "plain"))


def _order(value: StatuteValue) -> Order:
    words, is_house = current(), value.statute.is_house_policy
    cited = citation_of(value, words.language)
    return Order(
        id=cited.id,
        title=cited.title,
        months=cited.value if value.statute.unit == "months" else "",
        source="" if is_house else f"{cited.instrument} {cited.article}".strip(),
        quote=cited.quote,
        how=badge(value, words),
        state="plain" if is_house else "success" if cited.verified else "attention",
    )
