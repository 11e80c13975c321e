"""What runs: its state in figures, and the jobs."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from procrastinate.contrib.django.models import ProcrastinateJob

from forbear.doors.console.drawing import draw, said
from forbear.doors.console.places import Visitor, visitor_of
from forbear.kernel.errors import InputError
from forbear.kernel.language import gettext as _
from forbear.records.models import Contact, Import, Run
from forbear.records.scope import Scope, acting

ROWS = 50


def overview(request: HttpRequest) -> HttpResponse:
    """The state of everything in figures that lead to it."""
    visitor = visitor_of(request)
    now = visitor.clock.now()
    with acting(Scope(visitor.tenant, visitor.user.username)):
        fed = Import.objects.filter(tenant_id=visitor.tenant, ended_at__isnull=False).order_by("-fed_at").first()
        newest = Import.objects.filter(tenant_id=visitor.tenant).order_by("-id").first()
        uncertain = Contact.objects.filter(tenant_id=visitor.tenant, state="uncertain").count()
        run = Run.objects.filter(tenant_id=visitor.tenant).order_by("-business_date").first()
    hours = None if fed is None else int((now - fed.fed_at).total_seconds() // 3600)
    failed = _jobs(visitor).filter(status="failed").count()
    is_stale = hours is None or hours > visitor.lender.feed_hours_max
    return draw(
        request, "administration/overview.html.jinja", section="administration", fed=fed, hours=hours, is_stale=is_stale,
        uncertain_count=uncertain, failed_count=failed, run=run,
        broken=newest if newest is not None and newest.problem else None,
    )  # fmt: skip


def jobs(request: HttpRequest) -> HttpResponse:
    """The jobs of this lender that wait, run or failed; a failed one can be tried again."""
    visitor = visitor_of(request)
    if request.method == "POST":
        given = request.POST.get("job", "")
        job = (
            _jobs(visitor)
            .filter(pk=int(given) if given.isdecimal() and len(given) < 19 else 0, status="failed")
            .first()
        )
        if job is None:
            raise InputError("unknown_job", "There is no such failed job.", job=given)
        from forbear.day.wiring.queue import queue

        queue().job_manager.retry_job_by_id(
            job.pk, retry_at=visitor.clock.now(), queue=job.queue_name, priority=job.priority, lock=job.lock
        )
        return said(request, _("It is tried again."), "jobs")
    counts = dict(_jobs(visitor).order_by().values_list("status").annotate(count=Count("id")))
    rows = list(_jobs(visitor).filter(status__in=["todo", "doing", "failed"]).order_by("-id")[:ROWS])
    return draw(request, "administration/jobs.html.jinja", section="administration", rows=rows, counts=counts)


def _jobs(visitor: Visitor) -> Any:
    """Jobs name their lender in their arguments; those of the whole deployment are nobody's to touch here."""
    return ProcrastinateJob.objects.filter(args__tenant=visitor.tenant)
