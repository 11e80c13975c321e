"""How cohorts fare: loans by the month of their origination, cases by the month in which they were opened. Counted with a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Min

from forbear.records.models import Run
from forbear.records.scope import current_scope

PAST_DAYS = (30, 60, 90)
CURE_DAYS = (7, 14, 30, 60, 90, 180)
"""After how many days since a case was opened it is asked whether its person is current again."""
_MONTH = "to_char(l.disbursed_on, 'YYYY-MM')"
_WHOSE = "coalesce(l.team, ''), coalesce(l.agency_id, '')"
_ORIGINATED = f"""
SELECT {_MONTH}, {_WHOSE}, l.currency, count(*), sum(l.principal_cents) FROM records_loan l
WHERE l.tenant_id = %(tenant)s AND l.disbursed_on <= %(day)s GROUP BY 1, 2, 3, 4
"""
_OVERDUE = f"""
SELECT {_MONTH}, {_WHOSE}, l.currency, {{sums}}
FROM unnest(%(loans)s::text[], %(days)s::bigint[], %(cents)s::bigint[]) AS f(loan_id, days_past_due, cents)
JOIN records_loan l ON l.tenant_id = %(tenant)s AND l.loan_id = f.loan_id GROUP BY 1, 2, 3, 4
""".format(
    sums=", ".join(
        f"count(*) FILTER (WHERE f.days_past_due > {days}), coalesce(sum(f.cents) FILTER (WHERE f.days_past_due > {days}), 0)"
        for days in PAST_DAYS
    )
)
_CURED = """
SELECT to_char(c.opened_on, 'YYYY-MM'), c.team, c.agency_id, count(*), max(c.opened_on),
    count(*) FILTER (WHERE c.closed_reason = 'settled'), {cured}
FROM records_case c WHERE c.tenant_id = %(tenant)s AND c.opened_on > %(first)s AND c.opened_on <= %(day)s
    AND c.opened_on >= (date_trunc('month', %(day)s::date) - interval '24 months')::date
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
""".format(
    cured=", ".join(
        f"count(*) FILTER (WHERE c.closed_reason = 'cured' AND c.closed_on <= %(day)s AND c.closed_on - c.opened_on <= {days})"
        for days in CURE_DAYS
    )
)


def vintages(day: date, overdue: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Of each month of origination, team, agency and currency: ``loans`` and ``principal_cents`` as they were lent, and of them
    ``past30_loans``, ``past30_cents`` …: those more than 30 days past due with their outstanding principal.

    Args:
        overdue: ``loan_id``, ``days_past_due`` and ``cents`` of the loans past due by more than the least of the days.
    """
    given = {
        "tenant": current_scope().tenant, "day": day, "loans": [row["loan_id"] for row in overdue],
        "days": [row["days_past_due"] for row in overdue], "cents": [row["cents"] for row in overdue],
    }  # fmt: skip
    names = [f"past{days}_{what}" for days in PAST_DAYS for what in ("loans", "cents")]
    with connection.cursor() as cursor:
        cursor.execute(_OVERDUE, given)
        past = {tuple(row[:4]): [int(each) for each in row[4:]] for row in cursor.fetchall()}
        cursor.execute(_ORIGINATED, given)
        rows = cursor.fetchall()
    return [
        {
            "originated": row[0], "team": row[1], "agency_id": row[2], "currency": row[3], "loans": int(row[4]),
            "principal_cents": int(row[5]), **dict(zip(names, past.get(tuple(row[:4]), [0] * len(names)), strict=True)),
        }
        for row in sorted(rows)
    ]  # fmt: skip


def cures(day: date) -> list[dict[str, Any]]:
    """Of each month in which cases were opened, team and agency: ``cases``, ``last_on`` when the last was opened, how many were
    ``settled``, and ``cured7`` … how many were current again within so many days.

    Cases of the first run are left out: when they first were overdue is not known.
    """
    first = Run.objects.filter(tenant_id=current_scope().tenant).aggregate(on=Min("business_date"))["on"]
    names = ("opened", "team", "agency_id", "cases", "last_on", "settled", *(f"cured{days}" for days in CURE_DAYS))
    with connection.cursor() as cursor:
        cursor.execute(_CURED, {"tenant": current_scope().tenant, "first": first or day, "day": day})
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [row | {"last_on": row["last_on"].isoformat()} for row in found]


def months_between(originated: str, day: date) -> int:
    """Months on book: the months of the calendar between that of origination and that of a day.

    >>> months_between("2026-05", date(2026, 11, 23))
    6
    """
    year, month = (int(each) for each in originated.split("-"))
    return (day.year - year) * 12 + day.month - month
