"""The outcomes of a day's contacts, counted and kept: again while payments and verdicts of promises may still come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Min

from forbear.kernel.clock import Clock
from forbear.kernel.dates import local_midnight, zone
from forbear.records.lender import lender_settings
from forbear.records.models import Contact, OutcomeDay, OutcomeTally, Payment
from forbear.records.outcomes.statements import COUNTED, INSERT
from forbear.records.scope import Scope, acting

DAYS_AGAIN = 45
"""For how many days what came of a contact may change: money comes, promises fall due and are judged."""
AN_HOUR = timedelta(hours=1)
"""How old the counts of today may become before they are counted again."""
DAYS_KEPT = 400
"""How far back days are counted: a year, and the one that it is compared with at its beginning."""
DAYS_AT_ONCE = 60
"""How many days are counted in one go, so that a first counting of a year does not hold up what else is looked after."""


def count_day(scope: Scope, day: date, clock: Clock) -> int:
    """Count the outcomes of a day of the lender's calendar, in the place of what was counted of it before.

    Returns:
        How many rows are kept.

    Raises:
        UsageError: ``unknown_tenant``.
    """
    with acting(Scope(scope.tenant, scope.actor)), connection.cursor() as cursor:
        given = period_values(scope.tenant, day, day, lender_settings(scope.tenant).time_zone)
        OutcomeTally.objects.filter(tenant_id=scope.tenant, business_date=day).delete()
        rows = 0
        for statement in COUNTED:
            cursor.execute(INSERT.format(statement=statement), given)
            rows += int(cursor.rowcount)
        OutcomeDay.objects.update_or_create(
            tenant_id=scope.tenant, business_date=day, defaults={"counted_at": clock.now()}
        )
        return rows


def count_again(tenant: str, clock: Clock) -> int:
    """Count what may have changed since it was counted, the newest day first: today by the hour, others once a day.

    Returns:
        How many days were counted.
    """
    scope = Scope(tenant, "care")
    with acting(scope):
        name = lender_settings(tenant).time_zone
        today = clock.now().astimezone(zone(name)).date()
        counted = dict(OutcomeDay.objects.filter(tenant_id=tenant).values_list("business_date", "counted_at"))
        oldest = _oldest(tenant, name)
    if oldest is None:
        return 0
    due = _due(oldest, today, (clock.now() - AN_HOUR, local_midnight(today, name)), counted)
    days = [day for _place, day in zip(range(DAYS_AT_ONCE), due, strict=False)]
    for day in days:
        count_day(scope, day, clock)
    return len(days)


def _oldest(tenant: str, name: str) -> date | None:
    """The first day of which there is anything to count."""
    began = Contact.objects.filter(tenant_id=tenant, direction="out").aggregate(at=Min("at"))["at"]
    paid = Payment.objects.filter(tenant_id=tenant).aggregate(on=Min("effective_on"))["on"]
    return min((day for day in (began and began.astimezone(zone(name)).date(), paid) if day), default=None)


def _due(
    first: date, today: date, since: tuple[datetime, datetime], counted: Mapping[date, datetime]
) -> Iterator[date]:
    """``since`` is by when today, and other days, must have been counted."""
    for back in range(DAYS_KEPT + 1):
        day = today - timedelta(days=back)
        if day < first:
            return
        if day not in counted or (back <= DAYS_AGAIN and counted[day] < since[back > 0]):
            yield day


def period_values(tenant: str, first: date, last: date, name: str) -> dict[str, Any]:
    """What the statements are given for the days from a first to a last, in a time zone."""
    after = last + timedelta(days=1)
    return {
        "tenant": tenant, "zone": name, "first": first, "until": after, "start": local_midnight(first, name),
        "end": local_midnight(after, name),
    }  # fmt: skip
