"""What came of contacts, and what they cost people: the funnel from attempt to payment, promises, and harm beside money."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

from forbear.day.report.charts import Bar, bars
from forbear.doors.console.drawing import draw
from forbear.doors.console.files import csv_file
from forbear.doors.console.places import Visitor, visitor_of
from forbear.doors.console.reading import period_in
from forbear.doors.design.formats import whole
from forbear.kernel.dates import local_midnight
from forbear.kernel.language import code_words
from forbear.records.silence import silence_between

WIDTH = 520
PAID_WITHIN_DAYS = 7
STEPS = ("attempts", "reached", "right_party", "promised", "kept", "paid")
HARMS = ("complaints", "opt_outs", "wrong_people")
# Of each attempt that began in the period: how far it came. A promise is one made on the contact's own day and loan; a payment is one
# that took effect within seven days after a talk with the right party, on any loan of the person.
_FUNNEL = """
WITH begun AS (
    SELECT c.channel, c.person_id, c.loan_id, c.is_right_party, (c.at AT TIME ZONE %(zone)s)::date AS day,
        c.is_right_party OR c.result IN ('conversation', 'met', 'wrong_person') AS is_reached
    FROM records_contact c
    WHERE c.tenant_id = %(tenant)s AND c.direction = 'out' AND c.at >= %(first)s AND c.at < %(until)s
        AND c.state NOT IN ('claimed', 'refused')
)
SELECT channel, count(*) AS attempts, count(*) FILTER (WHERE is_reached) AS reached,
    count(*) FILTER (WHERE is_right_party) AS right_party,
    count(*) FILTER (WHERE is_right_party AND p.is_made) AS promised,
    count(*) FILTER (WHERE is_right_party AND p.is_kept) AS kept,
    count(*) FILTER (WHERE is_right_party AND EXISTS (
        SELECT 1 FROM records_payment y JOIN records_loan l ON l.tenant_id = y.tenant_id AND l.loan_id = y.loan_id
        WHERE y.tenant_id = %(tenant)s AND l.person_id = begun.person_id AND y.status = 'settled'
            AND y.effective_on BETWEEN begun.day AND begun.day + %(paid_days)s
    )) AS paid
FROM begun
LEFT JOIN LATERAL (
    SELECT true AS is_made, bool_or(q.verdict = 'kept') AS is_kept FROM records_promisetopay q
    WHERE begun.is_right_party AND q.tenant_id = %(tenant)s AND q.loan_id = begun.loan_id AND q.made_on = begun.day
    HAVING count(*) > 0
) p ON true
GROUP BY channel ORDER BY attempts DESC, channel
"""
_PROMISES = """
SELECT verdict, count(*), coalesce(sum(amount_cents), 0) FROM records_promisetopay
WHERE tenant_id = %(tenant)s AND due_on >= %(first_day)s AND due_on < %(until_day)s AND cancelled_on IS NULL
GROUP BY verdict ORDER BY verdict
"""
_HARM = """
SELECT
    (SELECT count(*) FROM records_complaint WHERE tenant_id = %(tenant)s AND raised_at >= %(first)s AND raised_at < %(until)s),
    (SELECT count(*) FROM records_consent WHERE tenant_id = %(tenant)s AND kind = 'channel_refusal'
        AND given_at >= %(first)s AND given_at < %(until)s),
    (SELECT count(*) FROM records_contact WHERE tenant_id = %(tenant)s AND result = 'wrong_person'
        AND at >= %(first)s AND at < %(until)s),
    (SELECT coalesce(sum(amount_cents), 0) FROM records_payment WHERE tenant_id = %(tenant)s AND status = 'settled'
        AND effective_on >= %(first_day)s AND effective_on < %(until_day)s)
"""


def contacts(request: HttpRequest) -> HttpResponse:
    """Funnel, promises, harm and silence of a period."""
    visitor = visitor_of(request)
    first, last = _days(request, visitor)
    funnel, attempts = _funnel(visitor, first, last)
    total = {step: sum(row[step] for row in funnel) for step in STEPS}
    *harms, paid_cents = _rows(visitor, _HARM, first, last)[0]
    promises = [
        {"verdict": verdict, "count": int(count), "cents": int(cents)}
        for verdict, count, cents in _rows(visitor, _PROMISES, first, last)
    ]
    judged = sum(each["count"] for each in promises if each["verdict"] in ("kept", "broken"))
    kept = sum(each["count"] for each in promises if each["verdict"] == "kept")
    silence = silence_between(first, last + timedelta(days=1))
    return draw(
        request, "portfolio/contacts.html.jinja", section="portfolio", first=first, last=last, funnel=funnel, steps=STEPS,
        total=total,
        chart=bars([Bar(code_words("funnel", step), total[step], whole(total[step])) for step in STEPS], WIDTH),
        promises=promises,
        kept_share=kept / judged if judged else None,
        harms=[(name, int(count), 1000 * int(count) / attempts if attempts else None)
               for name, count in zip(HARMS, harms, strict=True)],
        paid_cents=int(paid_cents), attempts=attempts, silence=silence, currency=visitor.lender.currency,
        paid_within=PAID_WITHIN_DAYS,
    )  # fmt: skip


def contacts_file(request: HttpRequest) -> HttpResponse:
    """The funnel as CSV."""
    visitor = visitor_of(request)
    first, last = _days(request, visitor)
    rows = ((first, last, row["channel"], *(row[step] for step in STEPS)) for row in _funnel(visitor, first, last)[0])
    return csv_file((("first_on", "last_on", "channel", *STEPS), *rows), f"contacts-{first}-{last}.csv")


def _funnel(visitor: Visitor, first: date, last: date) -> tuple[list[dict[str, Any]], int]:
    names = ("channel", *STEPS)
    rows = [dict(zip(names, row, strict=True)) for row in _rows(visitor, _FUNNEL, first, last)]
    return rows, sum(row["attempts"] for row in rows)


def _rows(visitor: Visitor, statement: str, first: date, last: date) -> list[tuple[Any, ...]]:
    name = visitor.lender.time_zone
    after = last + timedelta(days=1)
    given = {
        "tenant": visitor.tenant, "zone": name, "first": local_midnight(first, name), "until": local_midnight(after, name),
        "first_day": first, "until_day": after, "paid_days": PAID_WITHIN_DAYS,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())


def _days(request: HttpRequest, visitor: Visitor) -> tuple[date, date]:
    """The first and the last day that were asked for; without them the last thirty days."""
    period = period_in(request, visitor, names=("from", "until"))
    return period.first, period.last
