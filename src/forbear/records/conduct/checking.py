"""A look through the whole audit, lane by lane, each in its own transaction, so that one sees how far it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.db.models import Sum

from forbear.kernel.clock import Clock
from forbear.kernel.errors import InputError
from forbear.records import audit
from forbear.records.models import AuditCheck, AuditLane
from forbear.records.scope import Scope, acting

AT_ONCE_MAX = 5_000
"""So many entries are read while one waits for the page; more are left to a worker."""
FINDINGS_KEPT = 200


def ask_for_check(scope: Scope, anchor: Sequence[Mapping[str, Any]], clock: Clock) -> AuditCheck:
    """Ask for a look through the tenant's audit; a short one is looked through at once.

    Args:
        anchor: heads that were exported before and kept elsewhere, as :func:`forbear.records.audit.heads` gives them.
    """
    with acting(scope):
        count = AuditLane.objects.filter(tenant_id=scope.tenant).aggregate(n=Sum("entries_count"))["n"] or 0
        kept = [{"lane": each["lane"], "number": each["number"], "digest": each["digest"]} for each in anchor]
        check = AuditCheck.objects.create(
            tenant_id=scope.tenant, asked_by=scope.actor, asked_at=clock.now(), anchor=kept, entries_count=count
        )
        audit.record(audit.Entry("audit.check_asked", "audit_check", str(check.pk), payload={"anchored": len(kept)}))
    if count <= AT_ONCE_MAX:
        _work_off(scope, check.pk, clock)
        check.refresh_from_db()
    return check


def work_off_checks(tenant: str, clock: Clock) -> int:
    """Do the looks that were asked for, one after another.

    Returns:
        How many were done.
    """
    scope = Scope(tenant, "care")
    with acting(scope):
        waiting = list(
            AuditCheck.objects.filter(tenant_id=tenant, ended_at__isnull=True)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
    return sum(_work_off(scope, each, clock) for each in waiting)


def read_heads(document: Any, tenant: str) -> list[dict[str, Any]]:
    """The heads in a document that was exported before.

    Raises:
        InputError: ``bad_anchor`` where it is no such document, or another lender's.
    """
    try:
        if document["tenant"] != tenant:
            raise ValueError(document["tenant"])
        return [
            {"lane": int(each["lane"]), "number": int(each["number"]), "digest": str(each["digest"])}
            for each in document["heads"]
        ]
    except (ValueError, KeyError, TypeError) as error:
        do = "Give the file that was exported before for this lender."
        raise InputError("bad_anchor", "The file holds no heads of this audit.", do=do) from error


def _work_off(scope: Scope, check_id: int, clock: Clock) -> bool:
    """Begun anew where it was cut off; two workers may do the same, and find the same."""
    whole = Scope(scope.tenant, scope.actor)
    with acting(whole):
        check = AuditCheck.objects.get(tenant_id=scope.tenant, pk=check_id)
        check.begun_at, check.done_count, check.findings = clock.now(), 0, []
        check.save(update_fields=["begun_at", "done_count", "findings"])
        lanes = audit.lanes()
    left = {(each["lane"], each["number"]): each["digest"] for each in check.anchor}
    for lane in lanes:
        with acting(whole):
            check.findings += [asdict(each) for each in audit.verify_lane(lane, left)][:FINDINGS_KEPT]
            own = AuditLane.objects.filter(tenant_id=scope.tenant, lane=lane).values_list("entries_count", flat=True)
            check.done_count += own.first() or 0
            check.save(update_fields=["findings", "done_count"])
    with acting(whole):
        check.findings += [asdict(each) for each in audit.not_found(left)]
        check.findings, check.ended_at = check.findings[:FINDINGS_KEPT], clock.now()
        check.save(update_fields=["findings", "ended_at"])
        told = {"entries": check.done_count, "findings": len(check.findings)}
        audit.record(audit.Entry("audit.checked", "audit_check", str(check_id), payload=told))
    return True
