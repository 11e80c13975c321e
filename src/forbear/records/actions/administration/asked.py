"""Work that an administrator asks for and a worker does, step by step, with what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models.functions import Now

from forbear.kernel.errors import ForbearError, InputError
from forbear.records import audit
from forbear.records.models import AskedJob, Import, Tenant
from forbear.records.scope import Scope, acting

FEED_AGAIN, COUNT_EXPIRED, BLANK_EXPIRED = "feed_again", "count_expired", "blank_expired"
RUNNING = ("waits", "runs")
REASON_LENGTH_MAX = 200


@dataclass(frozen=True)
class Asking:
    """What is asked for: a kind of work, what it is about, with what, and why. Of personal data it holds nothing."""

    kind: str
    subject: str
    terms: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


def ask_job(scope: Scope, job_id: UUID, asking: Asking) -> bool:
    """Ask for work. What waits or runs already is not asked for twice.

    Returns:
        False where it was asked for before.

    Raises:
        InputError: ``bad_reason`` for one that is too long; ``asked_already`` where the same waits or runs.
    """
    if len(asking.reason) > REASON_LENGTH_MAX:
        raise InputError(
            "bad_reason", f"The reason has more than {REASON_LENGTH_MAX} characters.", do="Make it shorter."
        )
    with acting(scope):
        Tenant.objects.select_for_update(no_key=True).get(code=scope.tenant)
        if AskedJob.objects.filter(tenant_id=scope.tenant, job_id=job_id).exists():
            return False
        same = AskedJob.objects.filter(tenant_id=scope.tenant, kind=asking.kind, subject=asking.subject)
        if same.filter(state__in=RUNNING).exists():
            do = "Wait until it is over."
            raise InputError("asked_already", "The same waits or runs already.", do=do, subject=asking.subject)
        AskedJob.objects.create(
            tenant_id=scope.tenant, job_id=job_id, kind=asking.kind, subject=asking.subject, terms=dict(asking.terms),
            reason=asking.reason, asked_by=scope.actor,
        )  # fmt: skip
        told = {"kind": asking.kind, "subject": asking.subject, "terms": dict(asking.terms), "reason": asking.reason}
        audit.record(audit.Entry("job.asked", "job", str(job_id), payload=told))
        return True


def ask_feed_again(scope: Scope, job_id: UUID, import_id: int) -> bool:
    """Ask that a feed be taken in again from where it came from, after its files or the mapping were mended.

    Returns:
        False where it was asked for before.

    Raises:
        InputError: ``unknown_import``; ``no_source`` for what a machine told; ``newer_import`` where a newer one came in since:
            an older one would undo it; ``asked_already``.
    """
    with acting(scope):
        row = Import.objects.filter(tenant_id=scope.tenant, pk=import_id).first()
        if row is None:
            raise InputError("unknown_import", "There is no such import.", number=import_id)
        if not row.source.get("folder"):
            do = "Whoever told it can tell it again."
            raise InputError("no_source", "It did not come from files of this deployment.", do=do, number=import_id)
        if newer_than(row):
            do = "Look at the newer one."
            raise InputError(
                "newer_import", "A newer one came in since; this one would undo it.", do=do, number=import_id
            )
        terms = {"import": row.pk, "as_of": row.as_of and row.as_of.isoformat(), "kind": row.kind}
        return ask_job(scope, job_id, Asking(FEED_AGAIN, str(row.pk), terms))


def ask_count_of_expired(scope: Scope, job_id: UUID, day: date) -> bool:
    """Ask what is past its term on a day. Nothing is changed by it.

    Returns:
        False where it was asked for before.

    Raises:
        InputError: ``asked_already``.
    """
    return ask_job(scope, job_id, Asking(COUNT_EXPIRED, day.isoformat(), {"as_of": day.isoformat()}))


def ask_blanking(scope: Scope, job_id: UUID, day: date, reason: str) -> bool:
    """Ask that what is past its term on a day be blanked. It cannot be brought back, and so it was counted for that day before.

    Returns:
        False where it was asked for before.

    Raises:
        InputError: ``no_reason``, ``bad_reason``; ``not_counted``; ``asked_already``.
    """
    if not reason:
        raise InputError("no_reason", "It is not said why.", do="Say why.")
    with acting(scope):
        if counted_on(scope.tenant, day) is None:
            raise InputError(
                "not_counted", "It was not counted for this day.", do="Count first, and look at it.", day=day
            )
        return ask_job(scope, job_id, Asking(BLANK_EXPIRED, day.isoformat(), {"as_of": day.isoformat()}, reason))


def counted_on(tenant: str, day: date) -> AskedJob | None:
    """The last count of what is past its term on a day; None where there is none. In the caller's scope."""
    counts = AskedJob.objects.filter(tenant_id=tenant, kind=COUNT_EXPIRED, subject=day.isoformat(), state="done")
    return counts.order_by("-id").first()


def newer_than(row: Import) -> bool:
    """Whether another feed from files came in after this one."""
    later = Import.objects.filter(tenant_id=row.tenant_id, pk__gt=row.pk, ended_at__isnull=False)
    return later.exclude(source={}).exists()


def begin_job(scope: Scope, job_id: UUID) -> AskedJob | None:
    """Take work up; None where it is over, so that a job that runs twice does it once."""
    with acting(scope):
        found = AskedJob.objects.select_for_update().filter(tenant_id=scope.tenant, job_id=job_id).first()
        if found is None or found.state not in RUNNING:
            return None
        found.state, found.begun_at = "runs", Now()
        found.save(update_fields=["state", "begun_at"])
        found.refresh_from_db()
        return found


def note_progress(scope: Scope, job_id: UUID, step: str, done: int, total: int) -> None:
    """How far it came."""
    with acting(scope):
        AskedJob.objects.filter(tenant_id=scope.tenant, job_id=job_id).update(
            step=step, steps_done=done, steps_total=total
        )


def end_job(scope: Scope, job_id: UUID, result: Mapping[str, Any]) -> None:
    """What it came to, in figures."""
    with acting(scope):
        AskedJob.objects.filter(tenant_id=scope.tenant, job_id=job_id).update(
            state="done", result=dict(result), ended_at=Now()
        )
        audit.record(audit.Entry("job.done", "job", str(job_id), payload=dict(result)))


def fail_job(scope: Scope, job_id: UUID, error: ForbearError) -> None:
    """That it could not be done, and why."""
    with acting(scope):
        problem = {"code": error.code, "message": error.message, "do": error.do}
        AskedJob.objects.filter(tenant_id=scope.tenant, job_id=job_id).update(
            state="failed", problem=problem, ended_at=Now()
        )
        audit.record(audit.Entry("job.failed", "job", str(job_id), payload={"code": error.code}))
