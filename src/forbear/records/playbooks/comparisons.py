"""Comparisons on the book: asked for, worked on step by step, and kept with what came of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db.models import Max
from django.db.models.functions import Now

from forbear.kernel.errors import ForbearError, InputError
from forbear.records import audit
from forbear.records.models import Comparison, Import, Tenant
from forbear.records.playbooks.keeping import files_of, label_of, unpacked, version_of
from forbear.records.scope import Scope, acting, current_scope


@dataclass(frozen=True)
class Asked:
    """One side of a comparison as it is kept: ``playbook`` is a name of the package or a version's number, ``on`` an ISO date."""

    label: str
    playbook: str
    law: str
    on: str
    profile: str


def newest_book_day() -> date | None:
    """The day of the newest book that came in whole; None where none did. In the caller's scope."""
    fed = Import.objects.filter(tenant_id=current_scope().tenant, ended_at__isnull=False, as_of__isnull=False)
    found: date | None = fed.aggregate(last=Max("as_of"))["last"]
    return found


def side_asked(playbook: str, law: str, on: date, profile: str, *, subject: str) -> Asked:
    """A side with what it is called: the playbook where playbooks are compared, else the law.

    Raises:
        InputError: ``unknown_playbook_version``.
    """
    files_of(playbook)
    name = label_of(version_of(int(playbook))) if playbook.isdecimal() else playbook
    label = name if subject == "playbook" else f"{law}@{on.isoformat()}:{profile}"
    return Asked(label, playbook, law, on.isoformat(), profile)


def ask_comparison(scope: Scope, subject: str, before: Asked, after: Asked) -> int:
    """Ask for a comparison on the newest book.

    Returns:
        Its number.

    Raises:
        InputError: ``no_book`` where none came in yet; ``nothing_to_compare`` where both sides are the same.
    """
    with acting(scope):
        as_of = newest_book_day()
        if as_of is None:
            raise InputError("no_book", "There is no book yet.", do="Take in a book first.")
        if before == after:
            raise InputError("nothing_to_compare", "Both sides are the same.", do="Choose two that differ.")
        Tenant.objects.select_for_update().get(code=scope.tenant)
        latest = Comparison.objects.filter(tenant_id=scope.tenant).aggregate(last=Max("number"))["last"]
        made = Comparison.objects.create(
            tenant_id=scope.tenant,
            number=(latest or 0) + 1,
            subject=subject,
            before=asdict(before),
            after=asdict(after),
            as_of=as_of,
            asked_by=scope.actor,
        )
        told = {"subject": subject, "before": before.label, "after": after.label, "as_of": as_of.isoformat()}
        audit.record(audit.Entry("comparison.asked", "comparison", str(made.number), payload=told))
        return int(made.number)


def begin_comparison(scope: Scope, number: int) -> Comparison | None:
    """Take a comparison to work on; None where it is done, so that a job that runs twice does it once."""
    with acting(scope):
        found = Comparison.objects.select_for_update().filter(tenant_id=scope.tenant, number=number).first()
        if found is None or found.state in ("done", "failed"):
            return None
        found.state, found.begun_at = "runs", Now()
        found.save(update_fields=["state", "begun_at"])
        return found


def folder_asked(side: Mapping[str, str]) -> str:
    """The playbook of a side as a day takes it: a name, or the folder of a kept version. In the caller's scope."""
    key = side["playbook"]
    return str(unpacked(files_of(key))) if key.isdecimal() else key


def note_step(scope: Scope, number: int, step: str, done: int, total: int) -> None:
    """How far it came."""
    with acting(scope):
        Comparison.objects.filter(tenant_id=scope.tenant, number=number).update(
            step=step, steps_done=done, steps_total=total
        )


def keep_result(scope: Scope, number: int, record: Mapping[str, Any], pages: Mapping[str, Any]) -> None:
    """What came of it: the figures, and the same in words by language."""
    with acting(scope):
        Comparison.objects.filter(tenant_id=scope.tenant, number=number).update(
            state="done", record=dict(record), pages=dict(pages), ended_at=Now()
        )
        audit.record(
            audit.Entry("comparison.done", "comparison", str(number), payload={"digest": record.get("digest", "")})
        )


def keep_failure(scope: Scope, number: int, error: ForbearError) -> None:
    """That it could not be done, and why."""
    with acting(scope):
        Comparison.objects.filter(tenant_id=scope.tenant, number=number).update(
            state="failed", problem={"code": error.code, "message": error.message, "do": error.do}, ended_at=Now()
        )
        audit.record(audit.Entry("comparison.failed", "comparison", str(number), payload={"code": error.code}))
