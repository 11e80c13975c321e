"""The job queue: what is done again and again, by whichever worker is free.

One job drains one channel of one tenant. What is planned is not in the jobs: it is in the acts, so that a job that is lost or
runs twice changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from django.db import close_old_connections
from django.db.models import Q
from django.db.models.functions import Now
from procrastinate import App, Blueprint
from procrastinate.contrib.django import app as django_app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from forbear.day.wiring.asked_jobs import ASKED, asked_job
from forbear.day.wiring.asked_jobs import jobs as asked_jobs
from forbear.day.wiring.comparisons import COMPARE, compare_on_book
from forbear.day.wiring.comparisons import jobs as comparison_jobs
from forbear.dispatch import Channel, Composer, send
from forbear.kernel.clock import Clock
from forbear.records.desk import RecordsDesk, WorkerIdentity, recover
from forbear.records.models import Act, Tenant
from forbear.records.scope import Scope, acting

LOG = logging.getLogger("forbear.worker")
SEND, CARE = "send", "care"
QUEUES = (SEND, CARE, COMPARE, ASKED)
BATCH = 50
SILENT = timedelta(minutes=1)
"""A worker of which nothing was heard for so long has died: it tells every ten seconds that it lives."""

jobs = Blueprint()


@dataclass(frozen=True)
class Work:
    """What the jobs of this process work with.

    Args:
        channels: by tenant and name.
        composer_of: makes the composer of a tenant.
        care_of: what else is looked after once a minute for a tenant, by name: events out, old keys.
        hourly_care_of: the same once an hour: promises due, old notes.
        lanes: how many jobs may drain one channel at once.
    """

    channels: Mapping[str, Mapping[str, Channel]]
    composer_of: Callable[[str], Composer]
    identity: WorkerIdentity
    clock: Clock
    lanes: int = 2
    care_of: Sequence[tuple[str, Callable[[str, Clock], object]]] = ()
    hourly_care_of: Sequence[tuple[str, Callable[[str, Clock], object]]] = ()
    stop: Callable[[], None] = lambda: None


class _Place:
    """Where the jobs find it: they are called by name, with plain values."""

    work: Work | None = None


def work_off(work: Work, *, concurrency: int, wait: bool = True) -> None:
    """Work the queue off in this process, until it is told to stop; with ``wait`` false, until nothing is left.

    Jobs run in threads; a polite kill lets those that run come to their end.
    """
    _Place.work = work
    with queue().replace_connector(queue().connector.get_worker_connector()) as app:
        app.run_worker(
            queues=list(QUEUES),
            concurrency=concurrency,
            wait=wait,
            delete_jobs="successful",
            name=f"forbear-{work.identity.name[:8]}",
        )


@cache
def queue() -> App:
    """The queue in the database, with the jobs that it knows."""
    app: App = django_app
    app.add_tasks_from(jobs, namespace="forbear")
    app.add_tasks_from(comparison_jobs, namespace="forbear")
    app.add_tasks_from(asked_jobs, namespace="forbear")
    return app


@jobs.task(name="send_due", queue=SEND)
def send_due(tenant: str, channel: str, lane: int) -> int:
    """Do all that is due on a channel, batch by batch.

    Returns:
        How many acts were done or refused.
    """
    work = _work()
    done = 0
    try:
        desk = RecordsDesk(tenant, work.identity.name, work.clock)
        while work.identity.is_alive():
            outcomes = list(send(desk, work.channels[tenant][channel], work.composer_of(tenant), BATCH))
            done += len(outcomes)
            if not outcomes:
                return done
        # The database was restarted and knows this worker no more: what it holds was given back, so it must begin anew.
        work.stop()
        return done
    finally:
        close_old_connections()


@jobs.periodic(cron="* * * * *")
@jobs.task(name="tick", queue=CARE, queueing_lock="tick", pass_context=False)
def tick(timestamp: int) -> None:
    """Once a minute: give back what dead workers left, look after each tenant, and have what is due done."""
    work = _work()
    try:
        for tenant in Tenant.objects.order_by("code").values_list("code", flat=True):
            recovered = recover(tenant)
            if recovered.given_back_count or recovered.uncertain_count:
                LOG.warning(
                    "a worker died: %s contacts given back, %s uncertain",
                    recovered.given_back_count, recovered.uncertain_count,
                )  # fmt: skip
            _look_after(tenant, work.care_of, work.clock)
            call_for(tenant, work)
        take_up_stalled(work.clock)
    finally:
        close_old_connections()


@jobs.periodic(cron="7 * * * *")
@jobs.task(name="by_the_hour", queue=CARE, queueing_lock="by_the_hour", pass_context=False)
def by_the_hour(timestamp: int) -> None:
    """Once an hour: what is due at a change of day, at whichever hour a tenant has it."""
    work = _work()
    try:
        for tenant in Tenant.objects.order_by("code").values_list("code", flat=True):
            _look_after(tenant, work.hourly_care_of, work.clock)
    finally:
        close_old_connections()


def _look_after(tenant: str, cares: Sequence[tuple[str, Callable[[str, Clock], object]]], clock: Clock) -> None:
    for name, care in cares:
        try:
            care(tenant, clock)
        except Exception:
            LOG.exception("%s failed for a tenant; it is tried again next time", name)


def call_for(tenant: str, work: Work) -> int:
    """Queue a job for every channel of a tenant on which something is due; one that waits already is not queued again.

    Returns:
        How many jobs were queued.
    """
    queue()
    with acting(Scope(tenant, "queue")):
        now = work.clock.now()
        waiting = Act.objects.filter(tenant_id=tenant, state="queued", earliest_at__lte=now)
        due = set(waiting.values_list("channel", flat=True).distinct())
    queued = 0
    for channel in sorted(due & set(work.channels.get(tenant, {}))):
        for lane in range(work.lanes):
            try:
                send_due.configure(queueing_lock=f"{tenant}/{channel}/{lane}").defer(
                    tenant=tenant, channel=channel, lane=lane
                )
                queued += 1
            except AlreadyEnqueued:
                continue
    return queued


def call_for_comparison(tenant: str, number: int) -> None:
    """Queue a comparison, in the caller's transaction: it is asked for and queued together, or neither."""
    queue()
    compare_on_book.defer(tenant=tenant, number=number)


def call_for_asked(tenant: str, job_id: str) -> None:
    """Queue what an administrator asked for, in the caller's transaction; of one lender one after another."""
    queue()
    asked_job.configure(lock=f"asked/{tenant}").defer(tenant=tenant, job_id=job_id)


def take_up_stalled(clock: Clock) -> int:
    """Queue again what a worker that died was at, of what staff asked for: begun anew, it goes on where it was cut.

    Returns:
        How many.
    """
    silent = Q(worker__isnull=True) | Q(worker__last_heartbeat__lt=Now() - SILENT)
    stalled = ProcrastinateJob.objects.filter(silent, status="doing", queue_name__in=[ASKED, COMPARE])
    found = list(stalled.order_by("id"))
    for job in found:
        queue().job_manager.retry_job_by_id(
            job.pk, retry_at=clock.now(), queue=job.queue_name, priority=job.priority, lock=job.lock
        )
    return len(found)


def _work() -> Work:
    if _Place.work is None:
        raise RuntimeError("the queue was not begun in this process")
    return _Place.work
