"""The loans of a chunk of people, and what falls due on them when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forbear.lab.synthetic.draws import MILLION, NULL, Bools, Draws, Ints, count_within, divide
from forbear.lab.synthetic.people import LOANS_MAX, People
from forbear.lab.synthetic.products import FEE_PPM, PRODUCTS, TERM_MAX, all_in_rates, level_payment

_LEVEL = np.array([product.is_level for product in PRODUCTS])
# Due days: the pay day itself or up to three days after it; a few at the very end of the month.
_DUE_LAGS = (30, 35, 20, 15)


@dataclass(frozen=True)
class Loans:
    """One row a loan, in the order of people. ``person`` is the position in the chunk."""

    number: Ints
    person: Ints
    product: Ints
    term: Ints
    rate: Ints
    all_in_rate: Ints
    has_fee: Bools
    principal_cents: Ints
    disbursed_on: Ints
    first_month: Ints
    due_day: Ints


@dataclass(frozen=True)
class Schedule:
    """One row an instalment, in the order of loans. ``loan`` is the position in the chunk; ``first`` the first row of each loan."""

    loan: Ints
    position: Ints
    due_on: Ints
    principal_cents: Ints
    interest_cents: Ints
    fee_cents: Ints
    first: Ints


def make_loans(seed: int, chunk: int, people: People, as_of: int) -> Loans:
    """The loans of the people of a chunk."""
    draws = Draws(seed, chunk, "loans")
    person = np.repeat(np.arange(len(people.number), dtype=np.int64), people.loans_count)
    count = len(person)
    product = draws.pick(count, [product.weight for product in PRODUCTS])
    term, rate, principal = _terms(draws, product)
    has_fee = (product == 0) & (term > 3) & draws.happens(count, 60_000)
    month_now = int(_month_of(np.array([as_of], dtype=np.int64))[0])
    first_month = month_now - draws.below(count, MILLION) * (term + 1 + term // 5) // MILLION
    first_month = np.minimum(first_month, _latest_month(draws, people.stopped_on[person], term, month_now))
    due_day = np.minimum(people.pay_day[person] + draws.pick(count, _DUE_LAGS), 28)
    due_day = np.where(draws.happens(count, 8_000), 31, due_day)
    disbursed = due_on(first_month, due_day) - draws.between(count, 22, 45)
    disbursed = np.minimum(disbursed, as_of - 1 - draws.below(count, 9))
    stated = has_fee | draws.happens(count, 150_000)
    return Loans(
        number=people.number[person] * LOANS_MAX + count_within(person),
        person=person,
        product=product,
        term=term,
        rate=rate,
        all_in_rate=np.where(stated, np.where(has_fee, all_in_rates(rate, term), rate), NULL),
        has_fee=has_fee,
        principal_cents=principal,
        disbursed_on=disbursed,
        first_month=first_month,
        due_day=due_day,
    )


def _latest_month(draws: Draws, stopped_on: Ints, term: Ints, month_now: int) -> Ints:
    """The latest month of the first due date: who has stopped paying gets no new loan, but for one in eight, who never pays it."""
    count = len(term)
    stopped_month = _month_of(np.where(stopped_on == NULL, 0, stopped_on))
    began = stopped_month - draws.below(count, MILLION) * term // MILLION
    return np.where((stopped_on == NULL) | draws.happens(count, 125_000), month_now + 1, began)


def _terms(draws: Draws, product: Ints) -> tuple[Ints, Ints, Ints]:
    """Term in months, yearly rate in millionths and principal in cents of each loan."""
    term, rate, principal = (np.zeros(len(product), dtype=np.int64) for _ in range(3))
    for index, sold in enumerate(PRODUCTS):
        rows = np.flatnonzero(product == index)
        lengths = np.array([months for months, _ in sold.terms], dtype=np.int64)
        term[rows] = lengths[draws.pick(len(rows), [weight for _, weight in sold.terms])]
        rate[rows] = np.array(sold.rates, dtype=np.int64)[draws.below(len(rows), len(sold.rates))]
        yuan = draws.lognormal(len(rows), median=sold.median_yuan, sigma_percent=sold.sigma_percent)
        principal[rows] = np.clip(yuan, sold.low_yuan, sold.high_yuan) // 100 * 10_000
    return term, rate, principal


def make_schedule(loans: Loans) -> Schedule:
    """What falls due: principal adds up to the loan's principal, interest is a month's interest on what is left."""
    first = np.concatenate(([0], np.cumsum(loans.term)[:-1]))
    loan = np.repeat(np.arange(len(loans.term), dtype=np.int64), loans.term)
    position = count_within(loan)
    principal, interest = _amortise(loans, first, len(loan))
    return Schedule(
        loan=loan,
        position=position,
        due_on=due_on(loans.first_month[loan] + position, loans.due_day[loan]),
        principal_cents=principal,
        interest_cents=interest,
        fee_cents=np.where(loans.has_fee, divide(loans.principal_cents * FEE_PPM, MILLION), 0)[loan],
        first=first,
    )


def _amortise(loans: Loans, first: Ints, count: int) -> tuple[Ints, Ints]:
    """Principal and interest of every instalment; the last takes what is left of the principal."""
    principal, interest = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    level = level_payment(loans.principal_cents, loans.rate, loans.term)
    left = loans.principal_cents.copy()
    for position in range(TERM_MAX):
        rows = np.flatnonzero(loans.term > position)
        if len(rows) == 0:
            break
        charge = divide(left[rows] * loans.rate[rows], 12 * MILLION)
        share = np.where(
            _LEVEL[loans.product[rows]], level[rows] - charge, loans.principal_cents[rows] // loans.term[rows]
        )
        part = np.where(loans.term[rows] == position + 1, left[rows], np.minimum(share, left[rows]))
        principal[first[rows] + position] = part
        interest[first[rows] + position] = charge
        left[rows] -= part
    return principal, interest


def due_on(months: Ints, days: Ints) -> Ints:
    """The day of each month (months since 1970), or the last of the month where it is shorter."""
    starts = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    ends = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    day: Ints = np.minimum(starts + days, ends) - 1
    return day


def _month_of(days: Ints) -> Ints:
    months: Ints = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months


def month_of_year(days: Ints) -> Ints:
    """0 for January … 11 for December."""
    return _month_of(days) % 12
