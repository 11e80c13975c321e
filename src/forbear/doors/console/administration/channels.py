"""The health of each channel, and the contacts of which nobody knows whether they left."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.http import HttpRequest, HttpResponse

from forbear.doors.console.drawing import draw, said
from forbear.doors.console.places import Visitor, visitor_of
from forbear.kernel.dates import zone
from forbear.kernel.errors import InputError
from forbear.kernel.language import gettext as _
from forbear.records.desk.fate import SOURCES, Word, tell_fate
from forbear.records.models import Act, Contact, Message

ROWS = 50
FATES = {"left": True, "stayed": False}
NOTHING = {
    "last_at": None,
    "went_count": 0,
    "wrong_count": 0,
    "refused_count": 0,
    "waiting_count": 0,
    "oldest_at": None,
}
WENT = ("accepted", "delivered", "done")
WENT_WRONG = ("failed", "undelivered", "refused")


def channels(request: HttpRequest) -> HttpResponse:
    """Each channel's day, and the uncertain contacts, oldest first, each with a form for who found out about it."""
    visitor = visitor_of(request)
    if request.method == "POST":
        fate = request.POST.get("fate", "")
        if fate not in FATES:
            raise InputError("bad_fate", "It is not said whether it left.", do="Say that it left, or that it did not.")
        word = Word(FATES[fate], request.POST.get("source", ""), request.POST.get("reference", "").strip())
        tell_fate(visitor.scope, request.POST.get("contact", ""), word, visitor.clock, visitor.lender)
        return said(request, _("What became of the contact is written down."), "channels")
    doubts = Contact.objects.filter(tenant_id=visitor.tenant, state="uncertain")
    shown = list(doubts.order_by("at", "id")[:ROWS])
    names = dict(
        Message.objects.filter(
            tenant_id=visitor.tenant, contact_id__in=[each.contact_id for each in shown]
        ).values_list("contact_id", "provider_ids")
    )
    return draw(
        request, "administration/channels.html.jinja", section="administration", rows=_health(visitor), sources=SOURCES,
        doubts=[(each, names.get(each.contact_id, [])) for each in shown], doubts_count=doubts.count(),
    )  # fmt: skip


def _health(visitor: Visitor) -> list[dict[str, Any]]:
    """What each channel did since midnight on the lender's clock, and what waits for it although its hour has come."""
    now = visitor.clock.now()
    clock = zone(visitor.lender.time_zone)
    today = now.astimezone(clock).date()
    midnight = datetime.combine(today, time(), clock)
    sent = Contact.objects.filter(
        tenant_id=visitor.tenant, direction="out", is_fed=False, at__gte=midnight, at__lte=now
    )
    acts = Act.objects.filter(tenant_id=visitor.tenant)
    found: dict[str, dict[str, Any]] = {}
    for rows in (
        sent.order_by().values("channel").annotate(
            last_at=Max("at", filter=Q(state__in=WENT)),
            went_count=Count("id", filter=Q(state__in=WENT)),
            wrong_count=Count("id", filter=Q(state__in=WENT_WRONG)),
        ),
        acts.filter(state="refused", business_date=today).order_by().values("channel").annotate(refused_count=Count("id")),
        acts.filter(state="queued", earliest_at__lte=now).order_by().values("channel").annotate(
            waiting_count=Count("id"), oldest_at=Min("earliest_at")
        ),
    ):  # fmt: skip
        for row in rows:
            found.setdefault(row["channel"], dict(NOTHING)).update(row)
    return [found[name] for name in sorted(found)]
