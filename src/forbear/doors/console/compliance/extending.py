"""More time for a complaint, as its page offers it: by which rule, until when, and only together with a notice to the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from forbear.doors.api.rulings import Rule
from forbear.doors.console.compliance.desks import COMPLAINTS, Desk
from forbear.doors.console.compliance.reading import rules_of
from forbear.doors.console.drawing import said
from forbear.doors.console.places import Visitor, visitor_of
from forbear.doors.console.reading import text_in
from forbear.kernel.language import code_words
from forbear.kernel.language import gettext as _
from forbear.records.actions import redress
from forbear.records.actions.redress.extending import APPROVED, NOTICE, received_on
from forbear.records.actions.redress.sending import CHANNEL_OF
from forbear.records.actions.templates import usable_template
from forbear.records.models import ContactPoint, Person


@dataclass(frozen=True)
class LongerTime:
    """A longer time that can be taken: by the rule that gives it; ``needs_approval`` of a senior officer."""

    stage: str
    due_on: date
    limit_days: int
    rules: list[Rule]
    needs_approval: bool


def longer_of(visitor: Visitor, desk: Desk, row: Any) -> list[LongerTime]:
    """The longer times that the law leaves for a matter now; for complaints only."""
    if desk is not COMPLAINTS:
        return []
    on = received_on(row)
    return [
        LongerTime(each.stage, each.due_on, each.limit_days, rules_of(visitor, each.rules, on), each.stage == APPROVED)
        for each in redress.times_left(row, visitor.today)
    ]


def notice_points(visitor: Visitor, row: Any, person: Person | None) -> list[tuple[str, str]]:
    """By which of the person's points the notice can go: those of a channel with an approved text, without what they are."""
    language = person.language if person and person.language in ("zh_CN", "zh_TW", "en") else "zh_CN"
    standing = ContactPoint.objects.filter(
        tenant_id=visitor.tenant, person_id=row.person_id, removed_at__isnull=True, kind__in=CHANNEL_OF
    )
    return [
        (
            each.contact_point_id,
            f"{code_words('channel', CHANNEL_OF[each.kind])} · {code_words('point state', each.state)}",
        )
        for each in standing.order_by("kind", "contact_point_id")
        if usable_template(visitor.tenant, NOTICE, CHANNEL_OF[each.kind], language) is not None
    ]


def extend(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Take the longer time, and have the person told."""
    visitor = visitor_of(request)
    asked = redress.Extension(
        text_in(request, "stage", 12), text_in(request, "reason", 24), text_in(request, "point", 64),
        text_in(request, "approval", 200),
    )  # fmt: skip
    due = redress.extend_complaint(visitor.scope, matter_id, asked, visitor.clock)
    text = _("It is to be answered by {day} now; the person is told.").format(day=due.isoformat())
    return said(request, text, "complaint", matter_id=matter_id)
