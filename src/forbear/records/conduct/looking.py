"""A day looked at: what is wrong with single contacts is found once, and how often what happened is counted anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection

from forbear.kernel.clock import Clock, stopwatch
from forbear.kernel.dates import local_day_bounds
from forbear.kernel.errors import InputError
from forbear.records import audit
from forbear.records.actions.redress.matters import check_code
from forbear.records.actions.silence import moment
from forbear.records.conduct.limits import limits_of
from forbear.records.conduct.statements import DETECTORS, TALLIES, TIMEZONES
from forbear.records.events import emit
from forbear.records.lender import LenderSettings, lender_settings
from forbear.records.models import ConductDay, ConductFinding, ConductTally
from forbear.records.scope import Scope, acting
from forbear.records.sealing import sealer

FINDING_KINDS = tuple(DETECTORS)
CLOSINGS = ("lawful_after_all", "person_apologised_to", "staff_taught", "agency_warned", "data_wrong", "system_mended")
"""Why a finding is closed: by what was found out, or by what was done."""
DAYS_AGAIN = 7
"""For how many days a day's counts may still change: promises are judged, and agencies tell of contacts, late."""


@dataclass(frozen=True)
class Looked:
    """What a look at a day brought: how many findings are new, by kind, and how many seconds it took."""

    day: date
    new: Mapping[str, int]
    seconds: float


def look_at(scope: Scope, day: date, clock: Clock) -> Looked:
    """Look at the contacts of a day, on the lender's calendar. Again, it finds only what is new.

    Raises:
        InputError: ``day_to_come`` for a day that has not begun.
        LawError, UsageError: the tenant's law of that day cannot be read.
    """
    with acting(Scope(scope.tenant, scope.actor)):
        lender = lender_settings(scope.tenant)
        if day > lender.date_of(clock.now()):
            raise InputError(
                "day_to_come", "The day has not begun.", do="Look at a day that has begun.", day=day.isoformat()
            )
        elapsed = stopwatch()
        given = _given(scope.tenant, lender, day)
        new: dict[str, int] = {}
        with connection.cursor() as cursor:
            for kind, statement in DETECTORS.items():
                cursor.execute(statement, given)
                new[kind] = int(cursor.rowcount)
            ConductTally.objects.filter(tenant_id=scope.tenant, business_date=day).delete()
            for statement in TALLIES.values():
                cursor.execute(statement, given)
        seconds = elapsed()
        ConductDay.objects.update_or_create(
            tenant_id=scope.tenant, business_date=day, defaults={"looked_at": clock.now(), "seconds": seconds}
        )
        if any(new.values()):
            told = {"day": day.isoformat(), "new": {kind: count for kind, count in new.items() if count}}
            audit.record(audit.Entry("conduct.found", "conduct_day", day.isoformat(), payload=told))
            emit("conduct.found", "", told)
        return Looked(day, new, seconds)


def look_again(tenant: str, clock: Clock) -> list[Looked]:
    """Look at the last days that may have changed since they were looked at last, today among them: once an hour at most."""
    scope = Scope(tenant, "care")
    with acting(scope):
        now = clock.now()
        today = lender_settings(tenant).date_of(now)
        seen = dict(ConductDay.objects.filter(tenant_id=tenant).values_list("business_date", "looked_at"))
    found = []
    for back in range(DAYS_AGAIN, -1, -1):
        day = today - timedelta(days=back)
        wait = timedelta(hours=1) if day == today else timedelta(hours=20)
        if day not in seen or now - seen[day] >= wait:
            found.append(look_at(scope, day, clock))
    return found


def close_finding(scope: Scope, finding_id: int, reason: str, note: str = "") -> bool:
    """Close a finding, with a reason of :data:`CLOSINGS`; the note is kept sealed. A second time changes nothing.

    Returns:
        False where it was closed before.

    Raises:
        InputError: ``unknown_finding``, ``not_in_list``; ``own_finding`` for who made the contact.
    """
    check_code("reason", reason, CLOSINGS)
    with acting(scope):
        row = ConductFinding.objects.select_for_update().filter(tenant_id=scope.tenant, pk=finding_id).first()
        if row is None:
            raise InputError("unknown_finding", "There is no such finding.", finding=finding_id)
        if row.closed_at is not None:
            return False
        if row.staff_id and row.staff_id == scope.actor:
            raise InputError("own_finding", "Nobody closes a finding about their own contact.", do="Ask somebody else.")
        row.closed_at, row.closed_by, row.closed_reason = moment(), scope.actor, reason
        row.note_sealed = sealer(scope.tenant).seal("finding", note)
        row.save(update_fields=["closed_at", "closed_by", "closed_reason", "note_sealed"])
        told = {"kind": row.kind, "contact": row.contact_id, "reason": reason}
        audit.record(audit.Entry("conduct.closed", "finding", str(row.pk), row.person_id, told))
        return True


def _given(tenant: str, lender: LenderSettings, day: date) -> dict[str, Any]:
    start, end = local_day_bounds(day, lender.time_zone)
    limits = limits_of(lender, day)
    return {
        "tenant": tenant,
        "day": day,
        "start": start,
        "end": end,
        "zone": lender.time_zone,
        "zones": list(_zones()),
        "channels": [each.channel for each in limits.hours],
        "starts": [each.start_minute for each in limits.hours],
        "ends": [each.end_minute for each in limits.hours],
        "rules": [each.rule for each in limits.caps],
        "counters": [each.counter for each in limits.caps],
        "cap_channels": [" ".join(each.channels) for each in limits.caps],
        "maxima": [each.maximum for each in limits.caps],
    }


@lru_cache(maxsize=1)
def _zones() -> tuple[str, ...]:
    """Those that the database knows: it fails at any other."""
    with connection.cursor() as cursor:
        cursor.execute(TIMEZONES)
        return tuple(row[0] for row in cursor.fetchall())
