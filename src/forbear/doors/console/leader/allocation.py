"""Giving out a team's cases: first what would happen and why, then done as it was seen."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from forbear.doors.console.drawing import draw, said
from forbear.doors.console.leader.team import team_of, teams_of
from forbear.doors.console.places import Visitor, visitor_of
from forbear.kernel.errors import InputError
from forbear.kernel.language import gettext as _
from forbear.planning.allocation import Given, Rules, Work, Worker, allocate
from forbear.records.access.chance import fresh_form_key
from forbear.records.actions.oversight.allocation import (
    Colleague,
    Holding,
    Move,
    basis_of,
    carry_out,
    colleagues,
    holdings,
)
from forbear.records.models import Allocation
from forbear.records.reveal import glimpse

SHOWN = 50


def allocation(request: HttpRequest) -> HttpResponse:
    """The preview of an allocation by the lender's rules; carried out where it still rests on the same cases and people."""
    visitor = visitor_of(request)
    team = team_of(request, visitor)
    held, people = holdings(visitor.tenant, team), colleagues(visitor.tenant, team)
    rules = {
        "rotation_days": visitor.lender.allocation_rotation_days,
        "keep_steps": visitor.lender.allocation_keep_steps,
    }
    digest = basis_of(held, people, rules)
    given = _spread(held, people, rules, visitor)
    if request.method == "POST":
        return _do(request, visitor, team, digest, rules, given)
    moves = [each for each in given if each.is_move]
    earlier = Allocation.objects.filter(tenant_id=visitor.tenant, team=team).order_by("-id")[:5]
    return draw(
        request, "leader/allocation.html.jinja", section="team", team=team, teams=teams_of(visitor), people=_figures(given, people),
        moves=moves[:SHOWN], moved_count=len(moves), cases_count=len(given), reasons=Counter(each.reason for each in moves).most_common(),
        stranded_count=sum(not each.to for each in given), digest=digest, key=fresh_form_key(), rules=rules, earlier=earlier,
        names=glimpse(visitor.tenant, [each.work.id for each in moves[:SHOWN]]),
    )  # fmt: skip


def _spread(held: list[Holding], people: list[Colleague], rules: dict[str, int], visitor: Visitor) -> list[Given]:
    cases = [
        Work(each.person_id, {"stage": each.stage, "language": each.language}, each.holder, each.held_since, 1,
             each.overdue_cents, each.former)
        for each in held
    ]  # fmt: skip
    workers = [
        Worker(
            each.username,
            {kind: frozenset(values) for kind, values in each.skills.items() if values},
            each.share_percent,
        )
        for each in people
    ]
    return allocate(cases, workers, Rules(**rules, seed=visitor.tenant), visitor.today)


def _do(
    request: HttpRequest, visitor: Visitor, team: str, digest: str, rules: dict[str, int], given: list[Given]
) -> HttpResponse:
    key = _key(request)
    if Allocation.objects.filter(tenant_id=visitor.tenant, allocation_id=key).exists():
        return said(request, _("This allocation is done."), "team")
    if request.POST.get("digest") != digest:
        raise InputError("allocation_moved_on", "The cases moved on since the preview.", do="Look at a new preview.")
    moves = [Move(each.work.id, each.work.holder, each.to, each.reason) for each in given if each.is_move]
    carry_out(visitor.scope, key, team, digest, rules, moves, visitor.today)
    return said(request, _("{count} cases moved.").format(count=len(moves)), "team")


def _key(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError as error:
        raise InputError("bad_idempotency_key", "The form has lost its key.", do="Load the page anew.") from error


def _figures(given: list[Given], people: list[Colleague]) -> list[dict[str, Any]]:
    """For each collector: cases and money before and after, how many come and how many go."""
    rows: dict[str, dict[str, Any]] = {
        each.username: {
            "name": each.name,
            "share": each.share_percent,
            "before": 0,
            "after": 0,
            "cents": 0,
            "come": 0,
            "go": 0,
        }
        for each in people
    }
    for each in given:
        if each.work.holder in rows:
            rows[each.work.holder]["before"] += 1
            rows[each.work.holder]["go"] += each.is_move
        if each.to:
            rows[each.to]["after"] += 1
            rows[each.to]["cents"] += each.work.overdue_cents
            rows[each.to]["come"] += each.is_move
    return list(rows.values())
