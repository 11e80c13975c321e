"""What was paid, when, and how each loan stands after it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forbear.lab.synthetic.draws import MILLION, NULL, Bools, Draws, Ints, add_by, count_within, divide
from forbear.lab.synthetic.loans import Loans, Schedule, month_of_year
from forbear.lab.synthetic.people import FORGETFUL, IN_DIFFICULTY, ON_TIME, SEASONAL, People

SETTLED, IN_FLIGHT, REVERSED = range(3)
# Overdue principal bears half as much again as the contract rate, and 24 % a year at most (assumed).
_PENALTY_RATE_MAX = 240_000
_YEAR = 365


@dataclass(frozen=True)
class Due:
    """One row an instalment: what it comes to with penalties, and when its borrower pays it (``NULL``: not yet, as of the day)."""

    interest_cents: Ints
    fee_cents: Ints
    penalty_cents: Ints
    total_cents: Ints
    paid_on: Ints
    prepaid_on: Ints
    is_cancelled: Bools


@dataclass(frozen=True)
class Payments:
    """One row a payment. ``loan`` is the position in the chunk."""

    loan: Ints
    amount_cents: Ints
    effective_on: Ints
    recorded_on: Ints
    status: Ints
    reversed_on: Ints
    within_loan: Ints


def make_due(seed: int, chunk: int, people: People, loans: Loans, schedule: Schedule, as_of: int) -> Due:
    """When each instalment is paid, and the penalties that lateness adds."""
    draws = Draws(seed, chunk, "behaviour")
    kind = people.kind[loans.person][schedule.loan]
    delay = _delay(draws, kind, people, loans, schedule)
    stopped_on = _stopped_on(draws, people, loans)[schedule.loan]
    pays_on = schedule.due_on + delay
    stops = (stopped_on != NULL) & (schedule.due_on >= stopped_on)
    paid = ~stops & (pays_on < as_of)
    prepaid_on, is_cancelled = _prepaid_on(draws, kind, loans, schedule, as_of)
    ahead = prepaid_on != NULL
    late = np.where(paid, delay, as_of - schedule.due_on)
    late = np.where(ahead, 0, np.maximum(late, 0))
    penalty = _penalty(schedule.principal_cents, loans.rate[schedule.loan], late)
    interest = np.where(ahead, 0, schedule.interest_cents)
    fee = np.where(ahead, 0, schedule.fee_cents)
    return Due(
        interest_cents=interest,
        fee_cents=fee,
        penalty_cents=penalty,
        total_cents=schedule.principal_cents + interest + fee + penalty,
        paid_on=np.where(ahead, prepaid_on, np.where(paid, pays_on, NULL)),
        prepaid_on=prepaid_on,
        is_cancelled=is_cancelled,
    )


def _delay(draws: Draws, kind: Ints, people: People, loans: Loans, schedule: Schedule) -> Ints:
    """Days from the due date to the payment; negative is early."""
    count = len(kind)
    early = -draws.below(count, 8) * draws.happens(count, 400_000)
    slip = draws.between(count, 1, 3) * draws.happens(count, 15_000)
    on_time = np.where(slip > 0, slip, early)
    forgetful = draws.between(count, 1, 5) * draws.happens(count, 650_000)
    lean = (month_of_year(schedule.due_on) - people.lean_month[loans.person][schedule.loan]) % 12 < 2
    seasonal = np.where(lean, draws.between(count, 4, 38), early)
    strained = draws.between(count, 0, 14) * draws.happens(count, 350_000)
    return np.select([kind == ON_TIME, kind == FORGETFUL, kind == SEASONAL], [on_time, forgetful, seasonal], strained)


def _stopped_on(draws: Draws, people: People, loans: Loans) -> Ints:
    """Per loan: people in difficulty let some loans slide earlier than others; refusers and the lost stop all at once."""
    count = len(loans.person)
    stopped = people.stopped_on[loans.person]
    moved = (people.kind[loans.person] == IN_DIFFICULTY) & draws.happens(count, 350_000)
    shift = draws.below(count, 60)
    return np.where((stopped != NULL) & moved, stopped + shift, stopped)


def _prepaid_on(draws: Draws, kind: Ints, loans: Loans, schedule: Schedule, as_of: int) -> tuple[Ints, Bools]:
    """The day on which all that was left was paid ahead of time, on the instalments it covered; and whether the loan was cancelled."""
    count = len(loans.person)
    cancelled = draws.happens(count, 3_000)
    after = np.where(cancelled, 0, draws.below(count, MILLION) * loans.term // MILLION)
    ahead = (draws.happens(count, 45_000) & (loans.term > 2) & (after > 0)) | cancelled
    days = np.where(cancelled, draws.between(count, 1, 6), draws.between(count, 1, 20))
    row_before = schedule.first + np.maximum(after - 1, 0)
    start = np.where(cancelled, loans.disbursed_on, schedule.due_on[row_before])
    on = start + days
    calm = kind[schedule.first] == ON_TIME
    ahead &= calm & (on < as_of)
    covered = ahead[schedule.loan] & (schedule.position >= after[schedule.loan])
    return np.where(covered, on[schedule.loan], NULL), ahead & cancelled


def _penalty(principal: Ints, rates: Ints, days: Ints) -> Ints:
    """Penalty interest of days late."""
    per_year = np.minimum(rates * 3 // 2, _PENALTY_RATE_MAX)
    return divide(principal * per_year // 1_000 * days, _YEAR * 1_000)


def make_payments(seed: int, chunk: int, loans: Loans, schedule: Schedule, due: Due, as_of: int) -> Payments:
    """Every payment: whole, in two parts, partial from those who cannot pay all, bounced, and under way."""
    draws = Draws(seed, chunk, "payments")
    parts = [
        *_settled(draws, schedule, due, as_of),
        _partial(draws, schedule, due, as_of),
        _bounced(draws, schedule, due, as_of),
        _under_way(draws, schedule, due, as_of),
    ]
    loan, amount, on, status, reversed_on = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    on = np.maximum(on, loans.disbursed_on[loan])
    order = np.lexsort((amount, status, on, loan))
    loan, amount, on, status, reversed_on = (column[order] for column in (loan, amount, on, status, reversed_on))
    latest = np.where(reversed_on == NULL, as_of - 1, np.minimum(reversed_on, as_of - 1))
    lag = draws.pick(len(loan), (80, 15, 5))
    return Payments(loan, amount, on, np.minimum(on + lag, latest), status, reversed_on, count_within(loan))


_Rows = tuple[Ints, Ints, Ints, Ints, Ints]


def _rows(loan: Ints, amount: Ints, on: Ints, status: int, reversed_on: Ints | None = None) -> _Rows:
    count = len(loan)
    nothing = np.full(count, NULL, dtype=np.int64)
    return loan, amount, on, np.full(count, status, dtype=np.int64), nothing if reversed_on is None else reversed_on


def _settled(draws: Draws, schedule: Schedule, due: Due, as_of: int) -> list[_Rows]:
    """Payments of paid instalments; some in two parts, of which the second may still be outstanding."""
    rows = np.flatnonzero((due.paid_on != NULL) & (due.prepaid_on == NULL))
    amount, on = due.total_cents[rows], due.paid_on[rows]
    split = draws.happens(len(rows), 25_000) & (amount > 2_000)
    first = np.where(split, amount * draws.between(len(rows), 30, 70) // 100, amount)
    second_on = on + draws.between(len(rows), 1, 6)
    second = np.flatnonzero(split & (second_on < as_of))
    ahead = np.flatnonzero(due.prepaid_on != NULL)
    starts = (
        ahead[np.concatenate(([True], schedule.loan[ahead][1:] != schedule.loan[ahead][:-1]))] if len(ahead) else ahead
    )
    whole = add_by(schedule.loan[ahead], due.total_cents[ahead], len(schedule.first))
    return [
        _rows(schedule.loan[rows], first, on, SETTLED),
        _rows(schedule.loan[rows][second], (amount - first)[second], second_on[second], SETTLED),
        _rows(schedule.loan[starts], whole[schedule.loan[starts]], due.prepaid_on[starts], SETTLED),
    ]


def _partial(draws: Draws, schedule: Schedule, due: Due, as_of: int) -> _Rows:
    """Part of an instalment from those who stopped paying whole ones."""
    rows = np.flatnonzero((due.paid_on == NULL) & (schedule.due_on < as_of))
    rows = rows[draws.happens(len(rows), 120_000)]
    amount = np.maximum(due.total_cents[rows] * draws.between(len(rows), 10, 60) // 100 // 1_000 * 1_000, 1_000)
    amount = np.minimum(amount, due.total_cents[rows])
    on = schedule.due_on[rows] + draws.between(len(rows), 0, 20)
    kept = on < as_of
    return _rows(schedule.loan[rows][kept], amount[kept], on[kept], SETTLED)


def _bounced(draws: Draws, schedule: Schedule, due: Due, as_of: int) -> _Rows:
    """Debits on the due day that came back; one in twenty without the day on which it did."""
    rows = np.flatnonzero((schedule.due_on < as_of - 4) & (due.prepaid_on == NULL))
    late = (due.paid_on[rows] == NULL) | (due.paid_on[rows] > schedule.due_on[rows])
    rows = rows[draws.happens(len(rows), np.where(late, 60_000, 2_000))]
    on = schedule.due_on[rows]
    back = np.where(draws.happens(len(rows), 50_000), NULL, on + draws.between(len(rows), 1, 3))
    return _rows(schedule.loan[rows], due.total_cents[rows], on, REVERSED, back)


def _under_way(draws: Draws, schedule: Schedule, due: Due, as_of: int) -> _Rows:
    """Payments ordered yesterday or today that have not settled."""
    rows = np.flatnonzero((due.paid_on == NULL) & (schedule.due_on > as_of - 60) & (schedule.due_on <= as_of + 2))
    rows = rows[draws.happens(len(rows), 25_000)]
    on = as_of - draws.below(len(rows), 2)
    return _rows(schedule.loan[rows], due.total_cents[rows], on, IN_FLIGHT)


@dataclass(frozen=True)
class Standing:
    """One row a loan, as of the day. ``overdue_since`` is the due date of the oldest unpaid instalment, ``NULL`` when none is."""

    paid_cents: Ints
    is_settled: Bools
    last_paid_on: Ints
    overdue_since: Ints
    overdue_cents: Ints


def stand(schedule: Schedule, due: Due, payments: Payments, as_of: int) -> Standing:
    """How each loan stands: money pays the oldest instalment first."""
    count = len(schedule.first)
    settled = payments.status == SETTLED
    paid = add_by(payments.loan[settled], payments.amount_cents[settled], count)
    last = np.full(count, NULL, dtype=np.int64)
    np.maximum.at(last, payments.loan[settled], payments.effective_on[settled])
    running = np.cumsum(due.total_cents)
    before = (running - due.total_cents)[schedule.first]
    upto = running - before[schedule.loan]
    past = schedule.due_on < as_of
    open_rows = np.flatnonzero((upto > paid[schedule.loan]) & past)
    since = np.full(count, np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(since, schedule.loan[open_rows], schedule.due_on[open_rows])
    owed = add_by(schedule.loan[past], due.total_cents[past], count)
    whole = add_by(schedule.loan, due.total_cents, count)
    return Standing(
        paid_cents=paid,
        is_settled=paid >= whole,
        last_paid_on=last,
        overdue_since=np.where(since == np.iinfo(np.int64).max, NULL, since),
        overdue_cents=np.maximum(owed - paid, 0),
    )
