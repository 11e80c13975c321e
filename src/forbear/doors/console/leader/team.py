"""A team at a glance: who carries how much, what today's plan asks and what is done of it, and its cases to be moved by hand."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse

from forbear.doors.console.drawing import draw, said
from forbear.doors.console.places import Visitor, visitor_of
from forbear.kernel.dates import local_day_bounds
from forbear.kernel.language import gettext as _
from forbear.records.actions.oversight.allocation import Colleague, colleagues, move_cases
from forbear.records.models import Act, Approval, Case, Contact, Run
from forbear.records.reveal import glimpse

ROWS = 50
NOBODY = "-"
DONE, STOPPED = ("done",), ("refused", "withdrawn")


def team_of(request: HttpRequest, visitor: Visitor) -> str:
    """The leader's own team; who leads all of them chooses one, and sees the first until then."""
    own = str(visitor.user.team)
    if visitor.scope.reach != "all":
        return own
    chosen = request.GET.get("team", request.POST.get("team"))
    return str(chosen)[:64] if chosen is not None else own or next(iter(teams_of(visitor)), "")


def teams_of(visitor: Visitor) -> list[str]:
    """The teams that a leader of all may choose from; at last those cases that no team has."""
    if visitor.scope.reach != "all":
        return []
    named = Case.objects.filter(tenant_id=visitor.tenant, closed_on__isnull=True, agency_id="").order_by("team")
    return sorted(named.values_list("team", flat=True).distinct(), key=lambda team: (not team, team))


def overview(request: HttpRequest) -> HttpResponse:
    """Loads, today's plan, and what waits for the leader."""
    visitor = visitor_of(request)
    team = team_of(request, visitor)
    people = colleagues(visitor.tenant, team)
    now = visitor.clock.now()
    waiting = Approval.objects.filter(tenant_id=visitor.tenant, decision="", expires_at__gt=now)
    return draw(
        request, "leader/team.html.jinja", section="team", team=team, teams=teams_of(visitor),
        loads=_loads(visitor, team, people), waiting_count=waiting.count(), day=_day(visitor),
    )  # fmt: skip


def _loads(visitor: Visitor, team: str, people: list[Colleague]) -> list[dict[str, Any]]:
    """What each collector carries and did today; a case whose collector is not at work counts as nobody's."""
    open_cases = Case.objects.filter(tenant_id=visitor.tenant, team=team, agency_id="", closed_on__isnull=True)
    held = {
        row["assigned_to"]: row
        for row in open_cases.order_by().values("assigned_to").annotate(cases=Count("id"), cents=Sum("overdue_cents"))
    }
    begins, ends = local_day_bounds(visitor.today, visitor.lender.time_zone)
    names = [each.username for each in people]
    made = Contact.objects.filter(tenant_id=visitor.tenant, staff_id__in=names, at__gte=begins, at__lt=ends)
    talked = dict(made.order_by().values_list("staff_id").annotate(count=Count("id")))
    rows = [
        {
            "username": each.username, "name": each.name, "share": each.share_percent, "skills": each.skills,
            "cases": held.get(each.username, {}).get("cases", 0), "cents": held.get(each.username, {}).get("cents") or 0,
            "contacts": talked.get(each.username, 0),
        }
        for each in people
    ]  # fmt: skip
    for name, row in sorted(held.items()):
        if name not in names:
            rows.append({"username": name or NOBODY, "name": name, "share": None, "skills": {}, "contacts": None,
                         "cases": row["cases"], "cents": row["cents"] or 0})  # fmt: skip
    return rows


def _day(visitor: Visitor) -> dict[str, Any] | None:
    """Today's acts by channel: how many the channel can carry, are planned, done, stopped, and wait."""
    today = visitor.today
    run = Run.objects.filter(tenant_id=visitor.tenant, business_date=today).first()
    if run is None:
        return None
    acts = Act.objects.filter(tenant_id=visitor.tenant, run=run)
    rows: dict[str, dict[str, Any]] = {}
    for channel, state, count in acts.order_by().values_list("channel", "state").annotate(count=Count("id")):
        row = rows.setdefault(channel, {"channel": channel, "planned": 0, "done": 0, "stopped": 0, "waits": 0})
        row["planned"] += count
        row["done"] += count if state in DONE else 0
        row["stopped"] += count if state in STOPPED else 0
        row["waits"] += count if state not in (*DONE, *STOPPED) else 0
    capacity = run.counts.get("capacity", {})
    for channel, row in rows.items():
        row["capacity"] = capacity.get(channel)
    return {"state": run.state, "rows": [rows[name] for name in sorted(rows)]}


def cases(request: HttpRequest) -> HttpResponse:
    """The cases of one collector, or of nobody; some of them given to another."""
    visitor = visitor_of(request)
    team = team_of(request, visitor)
    people = colleagues(visitor.tenant, team)
    if request.method == "POST":
        chosen = [each[:64] for each in request.POST.getlist("person")]
        moved = move_cases(visitor.scope, chosen, request.POST.get("to", "")[:150], visitor.today)
        return said(request, _("{count} cases moved.").format(count=moved), "team")
    holder, after = request.GET.get("holder", NOBODY), request.GET.get("after", "")
    rows = Case.objects.filter(
        tenant_id=visitor.tenant, team=team, agency_id="", closed_on__isnull=True, person_id__gt=after,
        assigned_to="" if holder == NOBODY else holder,
    ).order_by("person_id")[: ROWS + 1]  # fmt: skip
    found = list(rows)
    shown = found[:ROWS]
    names = glimpse(visitor.tenant, [each.person_id for each in shown])
    later = shown[-1].person_id if len(found) > ROWS else None
    return draw(
        request, "leader/cases.html.jinja", section="team", team=team, people=people, holder=holder, rows=shown, names=names,
        later=later,
    )  # fmt: skip
