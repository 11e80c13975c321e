"""The rows of a worklist: open cases in the order of the day, by the figures that stand with each case.

One statement counts all quick filters over what the visitor sees, and one more reads a page by its key; the walls of the database
say whose cases those are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from forbear.kernel.dates import local_day_bounds, zone
from forbear.records.scope import current_scope

PAGE_SIZE = 25
PLAN_DAYS = 2
"""How many days before an instalment of a plan falls due uncovered a person is looked at."""
PLAN_OVER_DAYS = 30
QUICK: Mapping[str, str] = {
    "all": "true",
    "new": "c.opened_on = %(today)s",
    "never": "c.reached_at IS NULL",
    "promise_due": "c.promise_due_on <= %(today)s",
    "promise_broken": "c.promise_broken_on IS NOT NULL",
    "callback": "c.callback_at < %(tomorrow_at)s",
    "plan": "c.plan_due_on BETWEEN %(plan_from)s AND %(plan_to)s",
}
"""The quick filters, each as a condition on a case."""
BAND = """CASE
    WHEN c.skipped_on = %(today)s THEN 90
    WHEN c.callback_at <= %(now)s THEN 0
    WHEN c.called_at >= %(today_at)s THEN 80
    WHEN c.callback_at < %(tomorrow_at)s THEN 70
    ELSE CASE WHEN c.act_on = %(today)s THEN 0 ELSE 20 END + CASE
        WHEN c.promise_broken_on IS NOT NULL THEN 1
        WHEN c.promise_due_on <= %(today)s THEN 2
        WHEN c.plan_due_on BETWEEN %(plan_from)s AND %(plan_to)s THEN 3
        WHEN c.opened_on = %(today)s THEN 4
        WHEN c.reached_at IS NULL THEN 5
        ELSE 6 END
    END"""
"""The order of the day: call-backs whose time has come, then who has an act for a person today, what is urgent first; then who has
none; then call-backs of later today, who was called today, and who was put off."""
DAYS_MAX = 100_000


@dataclass(frozen=True)
class Asked:
    """What is wanted of a worklist. Ages are days past due, amounts whole minor units; both ends are included.

    ``after`` is the key of the last row of the page before.
    """

    quick: str = "all"
    days_min: int | None = None
    days_max: int | None = None
    cents_min: int | None = None
    cents_max: int | None = None
    team: str = ""
    text: str = ""
    after: tuple[int, int, int] | None = None


@dataclass(frozen=True)
class Listed:
    """One page: the cases in order, whether there are more, and how many there are by quick filter."""

    cases: list[dict[str, Any]]
    next_key: tuple[int, int, int] | None
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Day:
    """The day of a worklist on the lender's clock."""

    now: datetime
    today: date
    zone_name: str

    @classmethod
    def of(cls, now: datetime, zone_name: str) -> Day:
        """The day of an instant."""
        return cls(now, now.astimezone(zone(zone_name)).date(), zone_name)

    def values(self) -> dict[str, Any]:
        """As the statements ask for it."""
        begins, ends = local_day_bounds(self.today, self.zone_name)
        return {
            "now": self.now,
            "today": self.today,
            "today_at": begins,
            "tomorrow_at": ends,
            "plan_from": self.today - timedelta(days=PLAN_OVER_DAYS),
            "plan_to": self.today + timedelta(days=PLAN_DAYS),
        }


def list_cases(tenant: str, asked: Asked, day: Day) -> Listed:
    """A page of the worklist of whoever asks, in the scope of this transaction."""
    values = {"tenant": tenant, "size": PAGE_SIZE + 1, **day.values(), **_given(asked), **_reach()[1]}
    where = _reach()[0] + _narrowed(asked)
    key = " WHERE (r.band, -r.overdue_cents, r.id) > (%(band)s, %(owed)s, %(last)s)" if asked.after else ""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS.format(counts=_counts(), where=where), values)
        counts = dict(zip(QUICK, cursor.fetchone(), strict=True))
        cursor.execute(_PAGE.format(band=BAND, where=f"{where} AND {QUICK[asked.quick]}", key=key), values)
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    more = rows[PAGE_SIZE - 1] if len(rows) > PAGE_SIZE else None
    return Listed(rows[:PAGE_SIZE], (more["band"], -more["overdue_cents"], more["id"]) if more else None, counts)


def next_person(tenant: str, day: Day, but: str = "") -> str:
    """Who is next on the list of whoever asks; nobody where all were called or put off today."""
    values = {"tenant": tenant, "size": 1, "but": but, **day.values(), **_reach()[1]}
    with connection.cursor() as cursor:
        key = " WHERE r.band < 70"
        cursor.execute(_PAGE.format(band=BAND, where=f"{_reach()[0]} AND c.person_id <> %(but)s", key=key), values)
        names = [column.name for column in cursor.description]
        row = cursor.fetchone()
    return "" if row is None else str(dict(zip(names, row, strict=True))["person_id"])


def teams(tenant: str) -> list[str]:
    """The teams whose open cases the visitor sees, found one after another in the index of open cases."""
    with connection.cursor() as cursor:
        cursor.execute(_TEAMS, {"tenant": tenant})
        return [row[0] for row in cursor.fetchall() if row[0]]


def _reach() -> tuple[str, dict[str, str]]:
    """The wall's own condition once more: the wall chooses between reaches, and so keeps the planner from every index."""
    scope = current_scope()
    match scope.reach:
        case "own":
            return " AND c.assigned_to = %(actor)s", {"actor": scope.actor}
        case "team":
            return " AND c.team = %(own_team)s", {"own_team": scope.team}
        case "agency":
            return " AND c.agency_id = %(own_agency)s", {"own_agency": scope.agency_id}
    return "", {}


def _counts() -> str:
    return ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in QUICK.values())


def _narrowed(asked: Asked) -> str:
    parts = {
        "c.days_past_due >= %(days_min)s": asked.days_min,
        "c.days_past_due <= %(days_max)s": asked.days_max,
        "c.overdue_cents >= %(cents_min)s": asked.cents_min,
        "c.overdue_cents <= %(cents_max)s": asked.cents_max,
        "c.team = %(team)s": asked.team or None,
        "starts_with(c.person_id, %(text)s)": asked.text or None,
    }
    return "".join(f" AND {condition}" for condition, value in parts.items() if value is not None)


def _given(asked: Asked) -> dict[str, Any]:
    band, owed, last = asked.after or (0, 0, 0)
    named = ("days_min", "days_max", "cents_min", "cents_max", "team", "text")
    return {name: getattr(asked, name) for name in named} | {"band": band, "owed": owed, "last": last}


_COUNTS = "SELECT {counts} FROM records_case c WHERE c.tenant_id = %(tenant)s AND c.closed_on IS NULL{where}"
_PAGE = """
SELECT r.* FROM (
    SELECT c.id, c.person_id, c.opened_on, c.team, c.assigned_to, c.overdue_cents, c.days_past_due, c.called_at, c.reached_at,
        c.callback_at, c.promise_due_on, c.promise_cents, c.promise_broken_on, c.plan_due_on, c.skipped_on, c.skip_reason,
        ({band}) AS band
    FROM records_case c WHERE c.tenant_id = %(tenant)s AND c.closed_on IS NULL{where}
) r{key}
ORDER BY r.band, -r.overdue_cents, r.id LIMIT %(size)s
"""
_TEAMS = """
WITH RECURSIVE t AS (
    (SELECT team FROM records_case WHERE tenant_id = %(tenant)s AND closed_on IS NULL ORDER BY team LIMIT 1)
    UNION ALL
    SELECT (SELECT c.team FROM records_case c WHERE c.tenant_id = %(tenant)s AND c.closed_on IS NULL AND c.team > t.team
        ORDER BY c.team LIMIT 1)
    FROM t WHERE t.team IS NOT NULL
)
SELECT team FROM t WHERE team IS NOT NULL
"""
