"""Quality: contacts drawn by rule, scored by the same criteria, and what came of it for each collector."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db.models import Avg, Count, Q
from django.http import HttpRequest, HttpResponse

from forbear.doors.console.drawing import draw, said
from forbear.doors.console.places import Visitor, visitor_of
from forbear.doors.console.reading import read_day
from forbear.kernel.errors import InputError
from forbear.kernel.language import gettext as _
from forbear.records.actions.oversight.inspection import ANSWERS, criteria, draw_sample, score_contact
from forbear.records.models import Contact, Inspection
from forbear.records.reveal import Asking, glimpse, reveal

ROWS = 100
RESULT_DAYS = 30


def inspections(request: HttpRequest) -> HttpResponse:
    """The contacts of a day that are to be looked at, and the results of thirty days by collector."""
    visitor = visitor_of(request)
    day = read_day(request.POST.get("day") or request.GET.get("day", "")) or visitor.today - timedelta(days=1)
    if request.method == "POST":
        drawn = draw_sample(visitor.scope, day)
        return said(request, _("{count} contacts drawn.").format(count=sum(drawn.values())), "inspections")
    rows = list(Inspection.objects.filter(tenant_id=visitor.tenant, contact_on=day).order_by("id")[:ROWS])
    waiting = (
        Inspection.objects.filter(tenant_id=visitor.tenant, scored_by="")
        .exclude(contact_on=day)
        .order_by("contact_on", "id")
    )
    since = visitor.today - timedelta(days=RESULT_DAYS)
    results = (
        Inspection.objects.filter(tenant_id=visitor.tenant, contact_on__gte=since)
        .exclude(scored_by="")
        .order_by("staff_id")
        .values("staff_id")
        .annotate(count=Count("id"), percent=Avg("score_percent"), failed_count=Count("id", filter=~Q(failed=[])))
    )
    shown = [*rows, *waiting[:ROWS]]
    return draw(
        request, "leader/inspections.html.jinja", section="team", rows=shown, chosen=day, results=list(results),
        percent_drawn=visitor.lender.inspection_percent, names=glimpse(visitor.tenant, [each.person_id for each in shown]),
    )  # fmt: skip


def inspection(request: HttpRequest, inspection_id: UUID) -> HttpResponse:
    """One contact: what is recorded of it, its words as the reader's role may see them, and the form to score it."""
    visitor = visitor_of(request)
    row = Inspection.objects.filter(tenant_id=visitor.tenant, inspection_id=inspection_id).first()
    if row is None:
        raise InputError("unknown_inspection", "There is no such inspection.", inspection=inspection_id)
    if request.method == "POST":
        answers = {each.id: request.POST.get(each.id, "") for each in criteria()}
        note = request.POST.get("note", "")
        score = score_contact(visitor.scope, inspection_id, answers, note, visitor.clock.now())
        return said(request, _("Scored: {percent}%.").format(percent=score.percent), "inspections")
    contact = Contact.objects.filter(tenant_id=visitor.tenant, contact_id=row.contact_id).first()
    return draw(
        request, "leader/inspection.html.jinja", section="team", row=row, contact=contact, criteria=criteria(),
        answers=tuple(ANSWERS), words_said=_words_said(visitor, row), is_own=row.staff_id == visitor.user.username,
        name=glimpse(visitor.tenant, [row.person_id]).get(row.person_id, ""),
    )  # fmt: skip


def _words_said(visitor: Visitor, row: Inspection) -> list[str]:
    asking = Asking(visitor.role, "inspection")
    shown = reveal(visitor.scope, asking, row.person_id, ["messages"], visitor.clock)
    return [each.text for each in shown if each.id == row.contact_id]
