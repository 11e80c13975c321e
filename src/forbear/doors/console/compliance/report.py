"""The scorecard of agencies and collectors, and the report that a regulator gets for a period."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse

from forbear.doors.console.compliance.agencies import lacking_of
from forbear.doors.console.compliance.reading import because_of
from forbear.doors.console.drawing import draw
from forbear.doors.console.files import csv_file
from forbear.doors.console.places import Visitor, visitor_of
from forbear.doors.console.reading import period_in, query_of
from forbear.kernel.language import code_words
from forbear.kernel.language import gettext as _
from forbear.records import audit
from forbear.records.conduct import figures
from forbear.records.models import Agency, Case


def scorecard(request: HttpRequest) -> HttpResponse:
    """How each agency and each collector treated people in a period, next to what they achieved."""
    visitor = visitor_of(request)
    period = period_in(request, visitor)
    by_staff = request.GET.get("by") == "staff"
    return draw(
        request, "compliance/scorecard.html.jinja", section="conduct", period=period, by_staff=by_staff,
        rows=figures.scores(period, by_staff=by_staff), days_seen=figures.days_looked_at(period),
        names=dict(Agency.objects.filter(tenant_id=visitor.tenant).values_list("agency_id", "name")),
        query_agency=query_of(request, by=None),
        query_staff=query_of(request, by="staff"),
    )  # fmt: skip


def report(request: HttpRequest) -> HttpResponse:
    """The report of a period: contacts, refusals, findings, complaints and requests with their clocks, agencies."""
    visitor = visitor_of(request)
    return draw(
        request, "compliance/report.html.jinja", section="conduct", query=query_of(request), **_report(request, visitor)
    )


def report_file(request: HttpRequest) -> HttpResponse:
    """The same as CSV: section, what, by what, count."""
    visitor = visitor_of(request)
    told = _report(request, visitor)
    period = told["period"]
    facts = {"first": period.first.isoformat(), "until": period.until.isoformat()}
    audit.record(audit.Entry("report.exported", "report", "conduct", payload=facts))
    rows = ([_("Section"), _("Figure"), _("By"), _("Count")], *_lines(told))
    return csv_file(rows, f"conduct-{period.first}-{period.days}d.csv", has_mark=True)


def _report(request: HttpRequest, visitor: Visitor) -> dict[str, Any]:
    period, today = period_in(request, visitor), visitor.today
    refused = figures.counts(period, "refused", "rule")
    agencies = list(Agency.objects.filter(tenant_id=visitor.tenant).order_by("agency_id"))
    scores = {each.agency_id: each for each in figures.scores(period)}
    return {
        "period": period,
        "today": today,
        "days_seen": figures.days_looked_at(period),
        "contacts": figures.counts(period, "contact", "channel"),
        "results": figures.counts(period, "contact", "rule"),
        "refused": refused,
        "because": because_of(visitor, [each[0] for each in refused], today),
        "found": figures.counts(period, "finding", "rule"),
        "opt_outs": figures.counts(period, "opt_out", "rule"),
        "matters": {kind: figures.clocked(period, kind, today) for kind in figures.MATTERS},
        "agencies": [(each, scores.get(each.agency_id), lacking_of(each, today)) for each in agencies],
        "placed": {
            each.agency_id: Case.objects.filter(
                tenant_id=visitor.tenant, agency_id=each.agency_id, closed_on__isnull=True
            )[:1_000_000].count()
            for each in agencies
        },
        "institution": visitor.lender.institution.get("name", ""),
    }


def _lines(told: dict[str, Any]) -> Iterator[tuple[object, ...]]:
    for name, words, context in (
        ("contacts", _("Contacts by channel"), "channel"), ("results", _("Contacts by result"), "result"),
        ("found", _("Findings"), "conduct"), ("opt_outs", _("Channels refused"), "channel"),
    ):  # fmt: skip
        for code, count in told[name]:
            yield words, code_words(context, code) if code else _("any"), code, count
    for rule, count in told["refused"]:
        yield _("Refusals by rule"), told["because"].get(rule, code_words("refusal", rule)), rule, count
    for kind, each in told["matters"].items():
        title = code_words("matter", kind)
        for words, count in (
            (_("Received"), each.received), (_("Answered"), each.answered), (_("Answered in time"), each.in_time),
            (_("Answered late"), each.late), (_("Open and overdue"), each.open_overdue),
            (_("Days to the answer, in the middle"), each.days_median),
        ):  # fmt: skip
            yield title, words, "", "" if count is None else count
        for column, rows in each.by.items():
            for code, count in rows:
                yield (
                    title,
                    code_words("root cause" if column == "root_cause" else f"{kind} {column}", code)
                    if code
                    else _("none yet"),
                    f"{column}={code}",
                    count,
                )
    for agency, score, lacking in told["agencies"]:
        yield _("Agencies"), agency.name, f"{agency.agency_id} contacts", score.contact_count if score else 0
        yield _("Agencies"), agency.name, f"{agency.agency_id} complaints", score.complaint_count if score else 0
        yield _("Agencies"), agency.name, f"{agency.agency_id} lacking", len(lacking)
