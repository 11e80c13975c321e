"""What administrators ask for, worked off by the queue with the very actions of the command line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import close_old_connections
from procrastinate import Blueprint

from forbear.day.run import BUSINESS_STEPS
from forbear.day.wiring.business_day import BEGINS, BusinessDay, run_business_day
from forbear.day.wiring.failures import failure_kept
from forbear.kernel.errors import InputError
from forbear.records.actions.administration.asked import (
    BLANK_EXPIRED,
    COUNT_EXPIRED,
    FEED_AGAIN,
    begin_job,
    end_job,
    fail_job,
    newer_than,
    note_progress,
)
from forbear.records.actions.expiry import Expired, blank_expired, find_expired
from forbear.records.feed.importing import Fed, Feed, feed
from forbear.records.models import AskedJob, Import
from forbear.records.scope import Scope, acting

ASKED = "asked"
TOLD_EVERY = 20
"""After how many files it is told how many there were."""

jobs = Blueprint()


@jobs.task(name="asked_job", queue=ASKED)
def asked_job(tenant: str, job_id: str) -> bool:
    """Do what was asked; what fails is written down beside it.

    Returns:
        Whether it was worked on: what is over is not done again.
    """
    key = UUID(job_id)
    scope = Scope(tenant, "asked")
    try:
        asked = begin_job(scope, key)
        if asked is None:
            return False
        with failure_kept(partial(fail_job, scope, key)):
            end_job(scope, key, WORK[asked.kind](asked))
        return True
    finally:
        close_old_connections()


def feed_again(asked: AskedJob) -> dict[str, Any]:
    """Take a feed in again from where it came from: of a business day, with what of the day was left undone."""
    scope = _asker(asked)
    with acting(scope):
        row = Import.objects.get(tenant_id=asked.tenant_id, pk=asked.terms["import"])
        if newer_than(row):
            do = "Look at the newer one."
            raise InputError("newer_import", "A newer one came in since; this one would undo it.", do=do, number=row.pk)
    folder, mapping = Path(row.source["folder"]), _path(row.source.get("mapping"))
    if "capacity" not in row.source:
        fed = feed(scope, Feed(row.kind, folder, row.as_of, mapping), settings.FORBEAR_CLOCK)
        return _fed(fed)
    book, delta = (folder, None) if row.kind == "full" else (None, folder)
    capacity = _path(row.source["capacity"])
    day = BusinessDay(asked.tenant_id, row.as_of, book, delta, mapping, capacity)

    def notify(step: str, moment: str) -> None:
        if moment == BEGINS:
            note_progress(scope, asked.job_id, step, BUSINESS_STEPS.index(step), len(BUSINESS_STEPS))

    done = run_business_day(day, settings.FORBEAR_CLOCK, notify)
    found = done["fed"][row.kind]
    return _figures(found["is_new"], found["tables"])


def count_due(asked: AskedJob) -> dict[str, Any]:
    """Count what is past its term; nothing is changed."""
    return _tally(asked, find_expired(_asker(asked), _day(asked)))


def blank_due(asked: AskedJob) -> dict[str, Any]:
    """Blank what is past its term, file by file; cut anywhere, it goes on with what is still due."""
    scope, day = _asker(asked), _day(asked)
    done = (blank_expired(scope, each.person_id, day) for each in find_expired(scope, day))
    return _tally(asked, (each for each in done if each is not None))


def _tally(asked: AskedJob, found: Iterable[Expired]) -> dict[str, Any]:
    parts: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    files = whole = 0
    for each in found:
        files, whole = files + 1, whole + each.is_whole
        parts.update(part.part for part in each.parts)
        rules.update(each.rules)
        if files % TOLD_EVERY == 0:
            note_progress(_asker(asked), asked.job_id, "files", files, 0)
    return {"files": files, "whole": whole, "parts": dict(parts), "rules": dict(rules)}


def _asker(asked: AskedJob) -> Scope:
    return Scope(asked.tenant_id, asked.asked_by)


def _day(asked: AskedJob) -> date:
    return date.fromisoformat(asked.terms["as_of"])


WORK: dict[str, Callable[[AskedJob], dict[str, Any]]] = {
    FEED_AGAIN: feed_again,
    COUNT_EXPIRED: count_due,
    BLANK_EXPIRED: blank_due,
}


def _path(given: str | None) -> Path | None:
    return Path(given) if given else None


def _fed(fed: Fed) -> dict[str, Any]:
    return _figures(fed.is_new, fed.counts)


def _figures(is_new: bool, tables: Any) -> dict[str, Any]:
    totals = {name: sum(rows.get(name, 0) for rows in tables.values()) for name in ("in", "accepted", "rejected")}
    return {"is_new": is_new, **totals}
