"""Figures of conduct over a period: who did how much of what, and how it went with complaints, disputes and requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Sum

from forbear.kernel.dates import local_midnight
from forbear.records.models import ConductDay, ConductTally
from forbear.records.scope import current_scope

REACHED = ("conversation", "met")
_SCORES = """
SELECT agency_id, {staff} AS by_staff, coalesce(sum(count) FILTER (WHERE measure = 'contact'), 0),
    coalesce(sum(count) FILTER (WHERE measure = 'contact' AND rule IN ('conversation', 'met')), 0),
    coalesce(sum(count) FILTER (WHERE measure = 'refused'), 0), coalesce(sum(count) FILTER (WHERE measure = 'near_limit'), 0),
    coalesce(sum(count) FILTER (WHERE measure = 'finding' AND rule = 'without_permit'), 0),
    coalesce(sum(count) FILTER (WHERE measure = 'finding' AND rule <> 'without_permit'), 0),
    coalesce(sum(count) FILTER (WHERE measure = 'complaint'), 0), coalesce(sum(count) FILTER (WHERE measure = 'opt_out'), 0),
    coalesce(sum(count) FILTER (WHERE measure = 'promise'), 0),
    coalesce(sum(count) FILTER (WHERE measure = 'promise' AND rule = 'kept'), 0)
FROM records_conducttally WHERE tenant_id = %s AND business_date >= %s AND business_date < %s {where}
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 500
"""
_MATTERS = """
SELECT count(*), count(*) FILTER (WHERE answered_at IS NOT NULL),
    count(*) FILTER (WHERE answered_at IS NOT NULL AND (due_on IS NULL OR (answered_at AT TIME ZONE %(zone)s)::date <= due_on)),
    count(*) FILTER (WHERE answered_at IS NOT NULL AND (answered_at AT TIME ZONE %(zone)s)::date > due_on),
    count(*) FILTER (WHERE answered_at IS NULL AND due_on < %(today)s),
    percentile_disc(0.5) WITHIN GROUP (ORDER BY extract(day FROM answered_at - raised_at))
        FILTER (WHERE answered_at IS NOT NULL)
FROM {table} WHERE tenant_id = %(tenant)s AND raised_at >= %(start)s AND raised_at < %(end)s
"""
_BY = """
SELECT {column}, count(*) FROM {table} WHERE tenant_id = %(tenant)s AND raised_at >= %(start)s AND raised_at < %(end)s
GROUP BY 1 ORDER BY 2 DESC, 1
"""
MATTERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "complaint": ("records_complaint", ("kind", "root_cause", "outcome")),
    "dispute": ("records_dispute", ("kind", "outcome")),
    "request": ("records_informationrequest", ("kind", "outcome")),
}


@dataclass(frozen=True)
class Score:
    """What one agency, or one collector, did in a period. Shares are None where there is nothing to divide by.

    ``refused_count`` is known of agencies only: who would have acted is not written down with an act that is refused.
    """

    agency_id: str
    staff_id: str
    contact_count: int
    reached_count: int
    refused_count: int
    near_limit_count: int
    without_permit_count: int
    finding_count: int
    complaint_count: int
    opt_out_count: int
    promise_count: int
    kept_count: int

    @property
    def complaints_per_thousand(self) -> float | None:
        """Complaints ÷ contacts × 1,000."""
        return 1000 * self.complaint_count / self.contact_count if self.contact_count else None

    @property
    def kept_share(self) -> float | None:
        """Promises kept ÷ promises that came due and were judged."""
        return self.kept_count / self.promise_count if self.promise_count else None


@dataclass(frozen=True)
class Clocked:
    """How it went with what came in during a period, by the law's clock; ``days_median`` from coming in to the answer."""

    received: int
    answered: int
    in_time: int
    late: int
    open_overdue: int
    days_median: int | None
    by: Mapping[str, list[tuple[str, int]]]


@dataclass(frozen=True)
class Period:
    """Days from the first to before the last, on the lender's calendar."""

    first: date
    until: date
    zone: str

    @property
    def last(self) -> date:
        """The last of them."""
        return self.until - timedelta(days=1)

    @property
    def days(self) -> int:
        """How many."""
        return (self.until - self.first).days


def scores(period: Period, *, by_staff: bool = False, agency_id: str | None = None) -> list[Score]:
    """What each agency did, the lender itself under the empty id; or each collector. The busiest first, at most 500."""
    where, given = "", [current_scope().tenant, period.first, period.until]
    if agency_id is not None:
        where, given = "AND agency_id = %s", [*given, agency_id]
    with connection.cursor() as cursor:
        cursor.execute(_SCORES.format(staff="staff_id" if by_staff else "''::text", where=where), given)
        return [Score(row[0], row[1], *(int(each) for each in row[2:])) for row in cursor.fetchall()]


def counts(period: Period, measure: str, *by: str) -> list[tuple[Any, ...]]:
    """How often, by columns of the tally, the most frequent first."""
    rows = ConductTally.objects.filter(
        tenant_id=current_scope().tenant,
        business_date__gte=period.first,
        business_date__lt=period.until,
        measure=measure,
    )
    return list(rows.values(*by).annotate(n=Sum("count")).order_by("-n", *by).values_list(*by, "n"))


def days_looked_at(period: Period) -> int:
    """How many days of a period were looked at: of the others nothing is counted."""
    rows = ConductDay.objects.filter(
        tenant_id=current_scope().tenant, business_date__gte=period.first, business_date__lt=period.until
    )
    return int(rows.aggregate(n=Count("id"))["n"])


def clocked(period: Period, kind: str, today: date) -> Clocked:
    """How it went with complaints, disputes or requests that came in during a period."""
    table, columns = MATTERS[kind]
    given = {
        "tenant": current_scope().tenant,
        "start": local_midnight(period.first, period.zone),
        "end": local_midnight(period.until, period.zone),
        "zone": period.zone,
        "today": today,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MATTERS.format(table=table), given)
        *whole, median = cursor.fetchone()
        by = {}
        for column in columns:
            cursor.execute(_BY.format(table=table, column=column), given)
            by[column] = [(str(row[0]), int(row[1])) for row in cursor.fetchall()]
    received, answered, in_time, late, overdue = (int(each) for each in whole)
    return Clocked(received, answered, in_time, late, overdue, None if median is None else int(median), by)


def period_of(first: date, last: date, zone: str) -> Period:
    """The days from a first to a last, both included."""
    return Period(first, max(first, last) + timedelta(days=1), zone)
