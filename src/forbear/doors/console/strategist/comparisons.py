"""What a change would do: two playbooks or two laws tried on the newest book, by a worker, and what came of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.http import HttpRequest, HttpResponse

from forbear.day.wiring.queue import call_for_comparison
from forbear.doors.console.drawing import draw, said
from forbear.doors.console.places import DESK, Visitor, visitor_of
from forbear.doors.console.strategist.overview import book_on
from forbear.kernel.dates import parse_date
from forbear.kernel.errors import InputError
from forbear.kernel.language import current
from forbear.kernel.language import gettext as _
from forbear.records.access.chance import fresh_request_id
from forbear.records.idempotency import once
from forbear.records.models import Comparison, Loan, PlaybookVersion
from forbear.records.playbooks.comparisons import Asked, ask_comparison, newest_book_day, side_asked
from forbear.records.reveal import glimpse
from forbear.strategy import playbook_names

SHOWN = 50
CHOICES = 40
PROFILES = ("strict", "letter")


def comparisons(request: HttpRequest) -> HttpResponse:
    """All comparisons, and the form to ask for another."""
    visitor = visitor_of(request)
    if request.method == "POST":
        return _ask(request, visitor)
    today = visitor.today
    made = Comparison.objects.filter(tenant_id=visitor.tenant).defer("record", "pages").order_by("-number")
    kept = PlaybookVersion.objects.filter(tenant_id=visitor.tenant).only("number", "name").order_by("-number")
    return draw(
        request, "strategist/comparisons.html.jinja", section="tables", part="comparisons", made=list(made[:SHOWN]),
        books=[*((str(each.number), f"{each.name} {each.number}") for each in kept[:CHOICES]),
               *((name, name) for name in playbook_names())],
        holds=book_on(visitor, today), today=today, book_day=newest_book_day(), once=fresh_request_id(), profiles=PROFILES,
        may_ask=visitor.role in ("strategist", "compliance"), after=request.GET.get("after", ""),
    )  # fmt: skip


def _ask(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    if visitor.role not in ("strategist", "compliance"):
        raise InputError("not_yours", "Only strategists and compliance compare.", do="Ask one of them.")
    subject = "law" if request.POST.get("subject") == "law" else "playbook"
    before, after = (_side(request, visitor, subject, side) for side in ("before", "after"))

    def ask() -> int:
        made = ask_comparison(visitor.scope, subject, before, after)
        call_for_comparison(visitor.tenant, made)
        return made

    asked = {"subject": subject, "before": vars(before), "after": vars(after)}
    number = once("comparison.ask", request.POST.get("once", ""), asked, ask)
    return said(request, _("Asked for. A worker compares; this page shows how far it is."), "comparison", number=number)


def _side(request: HttpRequest, visitor: Visitor, subject: str, side: str) -> Asked:
    today = visitor.today
    lender = visitor.lender
    if subject == "playbook":
        key = request.POST.get(side, "")
        return side_asked(key, lender.law, newest_book_day() or today, lender.profile, subject=subject)
    profile = request.POST.get(f"profile_{side}", lender.profile)
    if profile not in PROFILES:
        raise InputError("unknown_profile", "There is no such profile.", do="Choose one of those offered.")
    on: date = parse_date(request.POST.get(f"on_{side}", "") or today.isoformat())
    return side_asked(book_on(visitor, today).key, lender.law, on, profile, subject=subject)


def people_of(tenant: str, loan_ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """Whose each of a few loans is, of those that the records know: the person's id and their name, masked, by loan."""
    loans = Loan.objects.filter(tenant_id=tenant, loan_id__in=loan_ids).values_list("loan_id", "person_id")
    owners = dict(loans)
    names = glimpse(tenant, sorted(set(owners.values())))
    return {loan_id: (person_id, names.get(person_id, "")) for loan_id, person_id in owners.items()}


def comparison(request: HttpRequest, number: int) -> HttpResponse:
    """One comparison: how far it is, or what came of it. The part alone where a browser asks for that again."""
    visitor = visitor_of(request)
    found = Comparison.objects.filter(tenant_id=visitor.tenant, number=number).first()
    if found is None:
        raise InputError("unknown_comparison", "There is no such comparison.", comparison=number)
    told_of = (found.pages or {}).get("en") or {}
    loans = {each["loan"] for each in told_of.get("examples", ())}
    page = found.pages.get(current().language) or found.pages.get("en") if found.pages else None
    is_part = bool(request.headers.get("HX-Request")) and found.state in ("waits", "runs")
    template = "strategist/progress.html.jinja" if is_part else "strategist/comparison.html.jinja"
    response = draw(
        request, template, section="tables", part="comparisons", found=found, told=page, record=found.record,
        people=people_of(visitor.tenant, loans), may_open=visitor.role in DESK,
        currency=found.record.get("book", {}).get("currency", visitor.lender.currency),
    )  # fmt: skip
    if request.headers.get("HX-Request") and not is_part:
        response["HX-Refresh"] = "true"
    return response
