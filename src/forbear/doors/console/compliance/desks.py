"""The three desks, alike in their clocks: complaints, disputes, and requests about one's own data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from forbear.doors.console.places import Visitor
from forbear.doors.console.reading import PAGE, cursor_in, newest_page, read_day
from forbear.kernel.errors import InputError
from forbear.kernel.language import N_
from forbear.records.actions import redress
from forbear.records.actions.redress.matters import KINDS
from forbear.records.scope import Scope

SOON = timedelta(days=3)
NO_DAY = date(1, 1, 1)
"""What has no day by which it is due comes first: somebody must set one."""


@dataclass(frozen=True)
class Desk:
    """One desk: its words and its actions; ``asked_as`` is what the law calls a row of it."""

    kind: str
    field: str
    title: str
    one: str
    none: str
    kinds: tuple[str, ...]
    outcomes: tuple[str, ...]
    reopen: Callable[[Scope, UUID, str, date], date | None] | None
    reasons: tuple[str, ...]
    asked_as: Callable[[Any], str]

    @property
    def model(self) -> Any:
        """Its rows."""
        return KINDS[self.kind].model

    @property
    def key(self) -> str:
        """The column of their id."""
        return KINDS[self.kind].key

    @property
    def list_name(self) -> str:
        """The name of its list's place."""
        return {"complaint": "complaints", "dispute": "disputes", "request": "requests"}[self.kind]


COMPLAINTS = Desk(
    "complaint", "complaints", N_("Complaints"), N_("Complaint"), N_("No complaint is open."),
    redress.COMPLAINT_KINDS, redress.OUTCOMES, redress.reopen_complaint, redress.REOPENINGS,
    lambda row: "complaint",
)  # fmt: skip
DISPUTES = Desk(
    "dispute", "disputes", N_("Disputes"), N_("Dispute"), N_("No dispute is open."),
    redress.DISPUTE_KINDS, redress.DISPUTE_OUTCOMES, redress.reopen_dispute, redress.REOPENINGS,
    lambda row: "objection",
)  # fmt: skip
REQUESTS = Desk(
    "request", "requests", N_("Requests"), N_("Request about own data"),
    N_("No request is open."), redress.REQUEST_KINDS, redress.REQUEST_OUTCOMES, None, (),
    lambda row: str(row.kind),
)  # fmt: skip
DESKS = (COMPLAINTS, DISPUTES, REQUESTS)
FILTERS = ("open", "overdue", "soon", "without_day", "mine", "unassigned", "answered")


def row_of(desk: Desk, tenant: str, matter_id: UUID) -> Any:
    """A row of a desk, as far as the visitor sees.

    Raises:
        InputError: ``unknown_matter``.
    """
    row = KINDS[desk.kind].find(tenant, matter_id)
    if row is None:
        raise InputError("unknown_matter", "There is no such complaint, dispute or request.", id=str(matter_id))
    return row


def counts_of(desk: Desk, visitor: Visitor, today: date) -> Mapping[str, int]:
    """How many are open, by filter; of those that are answered none is counted."""
    rows = desk.model.objects.filter(tenant_id=visitor.tenant, answered_at__isnull=True)
    return dict(
        rows.aggregate(
            open=Count("pk"),
            **{name: Count("pk", filter=_narrowed(name, visitor, today)) for name in FILTERS[1:-1]},
        )
    )


def page_of(desk: Desk, request: HttpRequest, visitor: Visitor, chosen: str, today: date) -> tuple[list[Any], str]:
    """A page of a desk, what is due first on top, and where the next begins; empty where there is none."""
    rows = desk.model.objects.filter(tenant_id=visitor.tenant)
    if chosen == "answered":
        return newest_page(rows.filter(answered_at__isnull=False), request, "raised_at")
    rows = rows.filter(answered_at__isnull=True).annotate(due=Coalesce(F("due_on"), Value(NO_DAY)))
    if chosen != "open":
        rows = rows.filter(_narrowed(chosen, visitor, today))
    after = cursor_in(request)
    if after is not None:
        on = read_day(after.value) or NO_DAY
        rows = rows.filter(Q(due__gt=on) | Q(due=on, pk__gt=after.id))
    found = list(rows.order_by("due", "pk")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return found[:PAGE], f"{last.due.isoformat()}~{last.pk}" if last else ""


def _narrowed(chosen: str, visitor: Visitor, today: date) -> Q:
    return {
        "overdue": Q(due_on__lt=today),
        "soon": Q(due_on__gte=today, due_on__lte=today + SOON),
        "without_day": Q(due_on__isnull=True),
        "mine": Q(assigned_to=visitor.user.username),
        "unassigned": Q(assigned_to=""),
    }[chosen]
