"""Promises kept and broken: never typed in, always counted from the money that came.

The settled payments of a loan are laid on its promises first due, first served. A payment counts for a promise from the day it was
made to its due date and grace; a cent counts once. A payment that is reversed never was: whatever it kept is open or broken again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import connection

VERDICTS = ("open", "kept", "broken", "void")
"""``void`` is a promise that was taken back by agreement: neither kept nor broken."""


@dataclass(frozen=True)
class Promise:
    """A promise to pay an amount on a loan: kept when the share in percent came in by the due date and the days of grace."""

    promise_id: str
    loan_id: str
    made_on: date
    due_on: date
    amount_cents: int
    grace_days: int = 0
    threshold_percent: int = 100
    cancelled_on: date | None = None

    @property
    def last_day(self) -> date:
        """The last day on which money counts for it."""
        return self.due_on + timedelta(days=self.grace_days)


@dataclass(frozen=True)
class Money:
    """A settled payment that was not reversed."""

    payment_id: str
    loan_id: str
    amount_cents: int
    effective_on: date


@dataclass(frozen=True)
class Outcome:
    """What became of a promise, and how many cents were laid on it."""

    verdict: str
    paid_cents: int


@dataclass(frozen=True)
class Judged:
    """How many promises changed their verdict, by the new one."""

    changed: Mapping[str, int] = field(default_factory=dict)


def appropriate(promises: Sequence[Promise], payments: Sequence[Money], on: date) -> dict[str, Outcome]:
    """The outcome of each promise on a date, by its id. The order of what is given does not matter."""
    left = {each.payment_id: each.amount_cents for each in payments if each.effective_on <= on}
    in_order = sorted(
        (each for each in payments if each.payment_id in left), key=lambda m: (m.effective_on, m.payment_id)
    )
    outcomes = {}
    for promise in sorted(promises, key=lambda p: (p.due_on, p.made_on, p.promise_id)):
        if promise.cancelled_on is not None and promise.cancelled_on <= on:
            outcomes[promise.promise_id] = Outcome("void", 0)
            continue
        paid = 0
        for money in in_order:
            if money.loan_id == promise.loan_id and promise.made_on <= money.effective_on <= promise.last_day:
                cents = min(left[money.payment_id], promise.amount_cents - paid)
                left[money.payment_id] -= cents
                paid += cents
        outcomes[promise.promise_id] = Outcome(_verdict(promise, paid, on), paid)
    return outcomes


def _verdict(promise: Promise, paid_cents: int, on: date) -> str:
    if paid_cents * 100 >= promise.amount_cents * promise.threshold_percent:
        return "kept"
    return "broken" if promise.last_day < on else "open"


def judge_promises(tenant: str, on: date, loan_ids: Sequence[str] | None = None) -> Judged:
    """Write the outcome of every promise of a tenant, or of some loans, within this transaction: as :func:`appropriate`, set-based.

    The first promise of every loan takes first, then the second of every loan, and so on: as many statements as a loan has promises.
    """
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS promise_turns, promise_money")
        cursor.execute(_TURNS, {"tenant": tenant, "on": on, "loans": None if loan_ids is None else list(loan_ids)})
        cursor.execute(_MONEY, {"tenant": tenant, "on": on})
        cursor.execute("SELECT coalesce(max(turn), 0) FROM promise_turns")
        for turn in range(1, int(cursor.fetchone()[0]) + 1):
            cursor.execute(_TAKE, {"turn": turn})
        cursor.execute(_WRITE, {"tenant": tenant, "on": on})
        changed = {verdict: int(count) for verdict, count in cursor.fetchall()}
        cursor.execute("DROP TABLE promise_turns, promise_money")
    return Judged(changed)


_TURNS = """
CREATE TEMP TABLE promise_turns ON COMMIT DROP AS
SELECT promise_id, loan_id, made_on, due_on + grace_days AS last_day, amount_cents, 0::bigint AS paid_cents,
    coalesce(cancelled_on <= %(on)s, false) AS is_void,
    row_number() OVER (
        PARTITION BY loan_id, coalesce(cancelled_on <= %(on)s, false) ORDER BY due_on, made_on, promise_id COLLATE "C"
    ) AS turn
FROM records_promisetopay WHERE tenant_id = %(tenant)s AND (%(loans)s::text[] IS NULL OR loan_id = ANY(%(loans)s))
"""
_MONEY = """
CREATE TEMP TABLE promise_money ON COMMIT DROP AS
SELECT payment_id, loan_id, effective_on, amount_cents AS left_cents FROM records_payment
WHERE tenant_id = %(tenant)s AND status = 'settled' AND effective_on <= %(on)s
    AND loan_id IN (SELECT loan_id FROM promise_turns)
"""
_TAKE = """
WITH reached AS (
    SELECT p.promise_id, p.amount_cents, m.payment_id, m.left_cents, coalesce(sum(m.left_cents) OVER (
        PARTITION BY p.promise_id ORDER BY m.effective_on, m.payment_id COLLATE "C"
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before_cents
    FROM promise_turns p JOIN promise_money m ON m.loan_id = p.loan_id AND m.effective_on BETWEEN p.made_on AND p.last_day
    WHERE p.turn = %(turn)s AND NOT p.is_void AND m.left_cents > 0
), taken AS (
    SELECT promise_id, payment_id, greatest(0, least(left_cents, amount_cents - before_cents)) AS cents FROM reached
), spent AS (
    UPDATE promise_money m SET left_cents = m.left_cents - t.cents FROM taken t WHERE t.payment_id = m.payment_id
)
UPDATE promise_turns p SET paid_cents = s.cents
FROM (SELECT promise_id, sum(cents) AS cents FROM taken GROUP BY promise_id) s WHERE s.promise_id = p.promise_id
"""
_WRITE = """
WITH found AS (
    SELECT r.id, p.paid_cents, CASE WHEN p.is_void THEN 'void'
        WHEN p.paid_cents * 100 >= r.amount_cents * r.threshold_percent THEN 'kept'
        WHEN p.last_day < %(on)s THEN 'broken' ELSE 'open' END AS verdict, r.verdict AS before
    FROM promise_turns p JOIN records_promisetopay r ON r.tenant_id = %(tenant)s AND r.promise_id = p.promise_id
), written AS (
    UPDATE records_promisetopay r SET verdict = f.verdict, paid_cents = f.paid_cents, judged_at = clock_timestamp()
    FROM found f WHERE f.id = r.id AND (r.verdict, r.paid_cents) IS DISTINCT FROM (f.verdict, f.paid_cents)
)
SELECT verdict, count(*) FROM found WHERE verdict <> before GROUP BY verdict
"""
