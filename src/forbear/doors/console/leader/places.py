"""The places of team leaders."""

from __future__ import annotations

from forbear.doors.console.leader import allocation, approvals, inspections, team
from forbear.doors.console.places import Place, place

LEADER = ("leader",)
DECIDERS = ("leader", "compliance")
BOTH = ("GET", "POST")
PLACES: tuple[Place, ...] = (
    place("team", team.overview, "team", LEADER),
    place("team/cases", team.cases, "team_cases", LEADER, BOTH),
    place("team/allocation", allocation.allocation, "allocation", LEADER, BOTH),
    place("team/inspections", inspections.inspections, "inspections", DECIDERS, BOTH),
    place("team/inspections/<uuid:inspection_id>", inspections.inspection, "inspection", DECIDERS, BOTH),
    place("approvals", approvals.inbox, "approvals", DECIDERS),
    place("approvals/<uuid:approval_id>", approvals.approval, "approval", DECIDERS, BOTH),
)
