"""Why a person is on the list today, and what is planned, in words: from the figures of the case, the day's decision and the day's
act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max

from forbear.day.words import reason_words
from forbear.doors.console.collector.listing import PLAN_DAYS, Day
from forbear.doors.design.formats import day as day_words
from forbear.doors.design.formats import money
from forbear.kernel.language import current
from forbear.kernel.language import gettext as _
from forbear.records.models import Act, Contact, Decision

WORKED_BY_PEOPLE = ("voice_agent", "visit")


@dataclass(frozen=True)
class Today:
    """What stands for a person today: why they are looked at, the channels of acts that wait to be done, and of those that wait
    for a second person. What may be done is another question, which the law answers."""

    why: str
    planned: tuple[str, ...]
    needs_approval: tuple[str, ...]
    last: Contact | None


def todays(tenant: str, cases: Sequence[Mapping[str, Any]], day: Day) -> dict[str, Today]:
    """What stands today for the people of a page of cases, by person: three statements, whatever their number."""
    people = [case["person_id"] for case in cases]
    acts: dict[str, list[Act]] = {}
    for act in Act.objects.filter(tenant_id=tenant, person_id__in=people, business_date=day.today).order_by("id"):
        acts.setdefault(act.person_id, []).append(act)
    decisions: dict[str, Decision] = {}
    for decision in Decision.objects.filter(tenant_id=tenant, person_id__in=people, business_date=day.today).order_by(
        "id"
    ):
        if decision.person_id not in decisions or decision.status in ("planned", "candidate"):
            decisions[decision.person_id] = decision
    lasts = last_contacts(tenant, people)
    return {
        case["person_id"]: _today(
            case, acts.get(case["person_id"], []), decisions.get(case["person_id"]), lasts.get(case["person_id"]), day
        )
        for case in cases
    }


def last_contacts(tenant: str, people: Sequence[str]) -> dict[str, Contact]:
    """The last contact of each of a few people, either way."""
    latest = Contact.objects.filter(tenant_id=tenant, person_id__in=people).values("person_id").annotate(at=Max("at"))
    wanted = {(row["person_id"], row["at"]) for row in latest}
    if not wanted:
        return {}
    ats = [at for _person, at in wanted]
    found = Contact.objects.filter(tenant_id=tenant, person_id__in=people, at__in=ats).order_by("id")
    return {each.person_id: each for each in found if (each.person_id, each.at) in wanted}


def _today(
    case: Mapping[str, Any], acts: Sequence[Act], decision: Decision | None, last: Contact | None, day: Day
) -> Today:
    waiting = [act for act in acts if act.state in ("queued", "permitted") and act.latest_at > day.now]
    approvals = tuple(dict.fromkeys(act.channel for act in acts if act.state == "waits"))
    planned = tuple(dict.fromkeys(act.channel for act in waiting))
    return Today(why_today(case, decision, day), planned, approvals, last)


def why_today(case: Mapping[str, Any], decision: Decision | None, day: Day) -> str:
    """Why somebody is to look at the case today, in one sentence: what is urgent, else what the day decided."""
    today, callback = day.today, case["callback_at"]
    if callback is not None and callback < day.values()["tomorrow_at"]:
        return _("asked to be called back")
    if case["promise_broken_on"]:
        return _("promise broken ({day})").format(day=day_words(case["promise_broken_on"]))
    if case["promise_due_on"] and case["promise_due_on"] <= today:
        named = {"amount": money(case["promise_cents"]), "day": day_words(case["promise_due_on"])}
        return _("promise due: {amount} by {day}").format(**named)
    if case["plan_due_on"] and _is_near(case["plan_due_on"], today):
        return _("instalment of the plan due {day} is not covered").format(day=day_words(case["plan_due_on"]))
    if decision is not None and decision.reason:
        return reason_words(current(), decision.reason)
    if case["opened_on"] == today:
        return _("new today")
    return _("never reached") if case["reached_at"] is None else _("overdue")


def _is_near(due_on: date, today: date) -> bool:
    return (due_on - today).days <= PLAN_DAYS
