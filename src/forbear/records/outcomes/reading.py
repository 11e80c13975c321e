"""The outcomes of a period, by channel, hour and reason: of days that were counted as kept, of all others as the rows stand now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from forbear.kernel.dates import zone
from forbear.records.models import OutcomeDay
from forbear.records.outcomes.counting import period_values
from forbear.records.outcomes.statements import COUNTED
from forbear.records.scope import Scope, acting

_KEPT = """
SELECT measure, channel, hour, reason, currency, sum(count)::bigint, sum(cents)::bigint FROM records_outcometally
WHERE tenant_id = %(tenant)s AND business_date = ANY(%(days)s) {where} GROUP BY 1, 2, 3, 4, 5
"""
_LIVE = """
SELECT measure, channel, hour, reason, currency, sum(count)::bigint, sum(cents)::bigint
FROM ({statement}) x (business_date, measure, team, agency_id, channel, hour, reason, currency, count, cents)
WHERE true {where} GROUP BY 1, 2, 3, 4, 5
"""
_LIMITS = {"team": " AND team = %(team)s", "agency_id": " AND agency_id = %(agency_id)s"}
ROWS_AT_ONCE = 20_000
"""So many contacts and payments are counted while somebody waits for a page; more are left to a worker."""
_ROWS = """
SELECT count(*) FROM (
    (SELECT 1 FROM records_contact c WHERE c.tenant_id = %(tenant)s AND c.direction = 'out' AND c.at >= %(start)s AND c.at < %(end)s
        LIMIT %(limit)s)
    UNION ALL
    (SELECT 1 FROM records_payment y WHERE y.tenant_id = %(tenant)s AND y.effective_on >= %(first)s AND y.effective_on < %(until)s
        LIMIT %(limit)s)
) rows
"""
_TEAMS = """
SELECT DISTINCT team FROM records_outcometally
WHERE tenant_id = %(tenant)s AND business_date >= %(first)s AND business_date < %(until)s AND measure = 'attempts' AND team <> ''
UNION SELECT DISTINCT team FROM records_case WHERE tenant_id = %(tenant)s AND closed_on IS NULL AND team <> ''
ORDER BY 1 LIMIT 200
"""
FRESH = timedelta(hours=2)


@dataclass(frozen=True)
class Asked:
    """Days of the lender's calendar from a first to a last, both included, of all or of one team."""

    first: date
    last: date
    zone: str
    team: str = ""


@dataclass(frozen=True)
class Outcomes:
    """Counts and cents of a period. ``counted_at`` is when the oldest of the kept counts was made; None where none is kept.
    ``days_missing`` are those that are not counted yet and have too many rows to be counted while somebody waits."""

    counts: dict[tuple[str, str, int | None, str, str], tuple[int, int]] = field(default_factory=dict)
    counted_at: datetime | None = None
    days_missing: int = 0

    def count(self, measure: str, **where: Any) -> int:
        """How many of a measure; ``where`` names ``channel``, ``hour``, ``reason`` or ``currency``."""
        return sum(count for count, _cents in self._of(measure, where))

    def cents(self, measure: str, currency: str) -> int:
        """Money of a measure in one currency, in whole cents."""
        return sum(cents for _count, cents in self._of(measure, {"currency": currency}))

    def values(self, name: str, *measures: str) -> list[Any]:
        """What ``channel``, ``hour``, ``reason`` or ``currency`` a measure was counted by, in order."""
        place = _PLACES[name]
        return sorted({key[place] for key in self.counts if key[0] in measures and key[place] not in ("", None)})

    def _of(self, measure: str, where: dict[str, Any]) -> Iterator[tuple[int, int]]:
        wanted = [(_PLACES[name], value) for name, value in where.items()]
        for key, found in self.counts.items():
            if key[0] == measure and all(key[place] == value for place, value in wanted):
                yield found


_PLACES = {"channel": 1, "hour": 2, "reason": 3, "currency": 4}


def outcomes(scope: Scope, asked: Asked, now: datetime) -> Outcomes:
    """What came of the contacts of a period, with what is counted beside it, of those people whom the scope reaches.

    Counts only: they are made over all people of the lender and limited by team and agency here, as who paid up and whose
    case is closed belongs to what their team achieved.

    Args:
        now: counts of a day that is not over are taken if they are no older than two hours.
    """
    limits = limits_of(scope, asked.team)
    if limits is None:
        return Outcomes()
    where = "".join(_LIMITS[name] for name in limits)
    found: dict[Any, tuple[int, int]] = {}
    with acting(Scope(scope.tenant, scope.actor)):
        counted = _counted(scope.tenant, asked, now)
        _add(found, _KEPT.format(where=where), {"tenant": scope.tenant, "days": list(counted)} | limits)
        room, days_missing = ROWS_AT_ONCE, 0
        for first, last in reversed(list(_not_in(counted, asked.first, asked.last))):
            given = period_values(scope.tenant, first, last, asked.zone) | limits
            rows = _rows_of(given, room)
            if rows > room:
                days_missing += (last - first).days + 1
                continue
            room -= rows
            for statement in COUNTED:
                _add(found, _LIVE.format(statement=statement, where=where), given)
    return Outcomes(found, min(counted.values(), default=None), days_missing)


def _rows_of(given: dict[str, Any], at_most: int) -> int:
    """How many contacts and payments some days have; one more than asked for stands for many."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, given | {"limit": at_most + 1})
        return int(cursor.fetchone()[0])


def _counted(tenant: str, asked: Asked, now: datetime) -> dict[date, datetime]:
    rows = OutcomeDay.objects.filter(
        tenant_id=tenant, business_date__gte=asked.first, business_date__lte=asked.last
    ).values_list("business_date", "counted_at")
    today = now.astimezone(zone(asked.zone)).date()
    return {day: at for day, at in rows if day < today or now - at <= FRESH}


def limits_of(scope: Scope, team: str = "") -> dict[str, str] | None:
    """By what the counts of a scope are limited; None where it has none, as who sees their own cases only."""
    if scope.reach == "own":
        return None
    own = (
        {"team": scope.team}
        if scope.reach == "team"
        else {"agency_id": scope.agency_id}
        if scope.reach == "agency"
        else {}
    )
    return {"team": team, **own} if team else own


def teams_of(scope: Scope, asked: Asked) -> list[str]:
    """The teams that a scope may ask about: all that worked in the period, or its own."""
    if scope.reach != "all":
        return [scope.team] if scope.reach == "team" else []
    with connection.cursor() as cursor:
        cursor.execute(_TEAMS, period_values(scope.tenant, asked.first, asked.last, asked.zone))
        return [row[0] for row in cursor.fetchall()]


def before(asked: Asked) -> Asked:
    """The period of the same length that ended the day before."""
    days = asked.last - asked.first + timedelta(days=1)
    return replace(asked, first=asked.first - days, last=asked.last - days)


def _add(found: dict[Any, tuple[int, int]], statement: str, given: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        for *key, count, cents in cursor.fetchall():
            so_far = found.get(tuple(key), (0, 0))
            found[tuple(key)] = (so_far[0] + int(count), so_far[1] + int(cents))


def _not_in(counted: dict[date, Any], first: date, last: date) -> Iterator[tuple[date, date]]:
    """The days that were not counted, as few spans as they make."""
    begun: date | None = None
    day = first
    while day <= last:
        if day in counted:
            if begun is not None:
                yield begun, day - timedelta(days=1)
            begun = None
        elif begun is None:
            begun = day
        day += timedelta(days=1)
    if begun is not None:
        yield begun, last
