"""The business day over the records: the book comes in, promises are judged, the day is planned, decided and queued.

The steps are those of :mod:`forbear.day.run`; what is added is what they begin with and what becomes of them. Each is written in one
transaction together with how far the run came: cut anywhere, it goes on from there, and gives the same acts once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models.functions import Now

from forbear.day.arms import arm_sizes
from forbear.day.run import DayRequest, run_day
from forbear.kernel.clock import Clock
from forbear.records import audit
from forbear.records.daily import (
    ask_for_candidates,
    begin_run,
    is_past,
    locked_run,
    move_run,
    queue_acts,
    refresh_work,
    stage_day,
    write_cases,
    write_decisions,
)
from forbear.records.daily.book_tables import RecordsBook
from forbear.records.daily.promises import judge_promises
from forbear.records.feed import feed_book, feed_delta
from forbear.records.lender import LenderSettings, lender_settings
from forbear.records.models import Run
from forbear.records.playbooks import label_of, release_on, with_playbook_of
from forbear.records.scope import Scope, acting

BEGINS, WRITTEN = "begins", "written"
Notify = Callable[[str, str], None]
"""Told of each step of :data:`forbear.day.run.BUSINESS_STEPS` twice: as it ``begins``, and as all of it is ``written`` but not yet
for good."""


@dataclass(frozen=True)
class BusinessDay:
    """One business day of a tenant. The playbook, the law and its profile are those that the lender chose.

    Args:
        book: a whole book to take in first; none for the records as they stand.
        delta: what changed since the last book, to take in first.
        mapping: how the lender's files become the book's tables.
        writes_report: whether the day's report is written too.
        capacity: as :class:`forbear.day.run.DayRequest` has it. How the book is aged is a setting of the tenant: whoever sends looks
            at it in the same way.
    """

    tenant: str
    as_of: date
    book: Path | None = None
    delta: Path | None = None
    mapping: Path | None = None
    capacity: Path | None = None
    memory_gib: float | None = None
    writes_report: bool = True


def run_business_day(request: BusinessDay, clock: Clock, notify: Notify | None = None) -> dict[str, Any]:
    """Run the day, or what is left of it. Finished, it is not planned again: a book given then still comes in.

    Returns:
        ``tenant``, ``business_date``, ``folder``, ``fed`` (rows by table, of what came in now) and ``counts``.

    Raises:
        ForbearError: of the kind that the book, the law, the playbook or the folder calls for.
        UsageError: ``unknown_tenant``; ``later_day_run``.
    """
    return _Day(request, clock, notify or (lambda _step, _moment: None)).run()


class _Day:
    def __init__(self, request: BusinessDay, clock: Clock, notify: Notify) -> None:
        self.request, self.clock, self.notify = request, clock, notify
        self.scope = Scope(request.tenant, "day")
        self.folder: Path = settings.FORBEAR.data / "runs" / request.tenant / request.as_of.isoformat()

    def run(self) -> dict[str, Any]:
        with acting(self.scope):
            lender = with_playbook_of(lender_settings(self.request.tenant, self.request.as_of), self.request.as_of)
            release = release_on(self.request.as_of)
        playbook = lender.playbook if release is None else label_of(release.version)
        run = begin_run(self.scope, self.request.as_of, playbook, lender.law)
        fed = self._feed()
        run = self._step(run, "promises", "judged", lambda found: {"promises": dict(self._judge())})
        run = self._plan(run, lender)
        run = self._step(run, "decide", "decided", lambda found: self._decide(found, lender))
        run = self._step(run, "queue", "done", lambda found: self._queue(found, lender))
        return {
            "tenant": self.request.tenant,
            "business_date": self.request.as_of.isoformat(),
            "folder": str(self.folder),
            "fed": fed,
            "counts": run.counts,
        }

    def _feed(self) -> dict[str, Any]:
        self.notify("feed", BEGINS)
        asked, found = self.request, {}
        for take, folder in ((feed_book, asked.book), (feed_delta, asked.delta)):
            if folder is not None:
                again = {"capacity": str(asked.capacity.absolute()) if asked.capacity else ""}
                fed = take(self.scope, folder, as_of=asked.as_of, clock=self.clock, mapping=asked.mapping, asked=again)
                found[fed.kind] = {"is_new": fed.is_new, "tables": fed.counts, "rejects": fed.rejects_path}
        self.notify("feed", WRITTEN)
        return found

    def _judge(self) -> Mapping[str, int]:
        return judge_promises(self.request.tenant, self.request.as_of).changed

    def _plan(self, run: Run, lender: LenderSettings) -> Run:
        if is_past(run, "planned"):
            return run
        self.notify("day", BEGINS)
        asked = self.request
        request = DayRequest(
            book=self.folder, as_of=asked.as_of, playbook=lender.playbook, law=lender.law, profile=lender.profile,
            out=self.folder, settings=self._ageing(lender), capacity=asked.capacity, memory_gib=asked.memory_gib,
        )  # fmt: skip
        record = run_day(request, source=RecordsBook(self.scope, lender), writes_report=asked.writes_report)
        self.notify("day", WRITTEN)
        arms = arm_sizes(self.folder)
        told = {"digest": record["digest"], "folder": str(self.folder)}
        return self._step(run, "keep", "planned", lambda found: _planned(record) | {"arms": arms}, **told)

    def _ageing(self, lender: LenderSettings) -> Path | None:
        """The tenant's settings as the file that the run reads, beside its folder; none where nothing was chosen."""
        if not lender.ageing:
            return None
        path = self.folder.with_suffix(".ageing.yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(dict(lender.ageing), ensure_ascii=False, sort_keys=True), encoding="utf-8")
        return path

    def _decide(self, run: Run, lender: LenderSettings) -> dict[str, Any]:
        stage_day(run.tenant_id, run.business_date, self.folder, lender.time_zone)
        return {"decisions": write_decisions(run), "cases": write_cases(run.tenant_id, run.business_date)}

    def _queue(self, run: Run, lender: LenderSettings) -> dict[str, Any]:
        stage_day(run.tenant_id, run.business_date, self.folder, lender.time_zone)
        counts = {"acts": queue_acts(run), "requests": ask_for_candidates(run, self.clock.now())}
        refresh_work(run.tenant_id)
        run.ended_at = Now()
        run.save(update_fields=["ended_at"])
        told = {"business_date": run.business_date.isoformat(), "digest": run.digest, "counts": run.counts | counts}
        audit.record(audit.Entry("day.run", "run", str(run.business_date), payload=told))
        return counts

    def _step(self, run: Run, name: str, state: str, write: Callable[[Run], dict[str, Any]], **values: Any) -> Run:
        """Write a step with the run's new state, in one transaction, unless it is written already."""
        if is_past(run, state):
            return run
        self.notify(name, BEGINS)
        with acting(self.scope):
            found = locked_run(run)
            if not is_past(found, state):
                counts = write(found)
                move_run(found, state, counts={**found.counts, **counts}, **values)
            self.notify(name, WRITTEN)
        return found


def _planned(record: Mapping[str, Any]) -> dict[str, Any]:
    """What of a day's record is kept with its run: how much was planned, and how much each channel could carry."""
    return {"plan": record["counts"]["plan"], "capacity": record["capacity"]}
