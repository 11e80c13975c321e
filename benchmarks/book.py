"""A large flat book for measuring: quick to write, not meant to be lifelike.

One person to 1.25 loans, three instalments and three contacts a loan, contacts in no order at all, one loan in eight
overdue. ``forbear.lab`` makes lifelike books.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from math import gcd
from pathlib import Path

import numpy as np

from forbear.book.schema import BY_NAME, CHANNELS, HOLD_KINDS, TABLES
from forbear.lab.synthetic.draws import NULL, Draws, Ints, Rows
from forbear.lab.synthetic.encode import encode
from forbear.lab.synthetic.places import REGIONS, to_home_instant
from forbear.lab.synthetic.products import KIND_OF, LENDER_OF, PRODUCTS
from forbear.lab.synthetic.write import BookWriter

CHUNK = 400_000
AS_OF = date(2026, 11, 23)
_EPOCH = date(1970, 1, 1)
_INSTALMENTS = 3
_CONTACTS = 3
_OVERDUE_PPM = 120_000
_POINTS_A_PERSON = 8


def make_benchmark_book(out: Path, loans: int, seed: int, *, as_of: date = AS_OF) -> dict[str, int]:
    """Writes the ten tables to ``out`` as Parquet, the same bytes for the same arguments; returns rows per table."""
    day = (as_of - _EPOCH).days
    rows: Counter[str] = Counter()
    writer = BookWriter(out, "parquet")
    chunks = -(-loans // CHUNK)
    try:
        with ThreadPoolExecutor(2) as pool:
            for chunk in range(chunks):
                made = _tables(seed, chunk, loans, day)
                encoded = pool.map(lambda table, made=made: encode(table, made[table.name]), TABLES)
                for table, encoded_rows in zip(TABLES, encoded, strict=True):
                    writer.write(table.name, encoded_rows)
                    rows[table.name] += len(encoded_rows)
    finally:
        writer.close()
    return dict(rows)


def _tables(seed: int, chunk: int, loans: int, as_of: int) -> dict[str, Rows]:
    number = np.arange(chunk * CHUNK, min(loans, (chunk + 1) * CHUNK), dtype=np.int64)
    person = np.unique(_person_of(number))
    person = person if chunk == 0 else person[person > _person_of(number[:1] - 1)[0]]
    draws = Draws(seed, chunk, "loans")
    start, unpaid = _course(draws, len(number), as_of)
    return {
        "borrowers": _borrowers(Draws(seed, chunk, "people"), person),
        "loans": _loans(draws, number, start),
        "instalments": _instalments(number, start),
        "payments": _payments(number, start, unpaid, as_of),
        "contact_points": _points(person, as_of),
        "contacts": _contacts(Draws(seed, chunk, "contacts"), number, loans, as_of),
        **_small(Draws(seed, chunk, "holds"), number, person, as_of),
    }


def _person_of(loans: Ints) -> Ints:
    return loans * 4 // 5


def _course(draws: Draws, count: int, as_of: int) -> tuple[Ints, Ints]:
    """First due date of each loan, and how many of its instalments are paid; more young arrears than old ones."""
    overdue = draws.happens(count, _OVERDUE_PPM)
    days = 1 + np.minimum(draws.below(count, 240), draws.below(count, 240)) * draws.below(count, 1_000) // 1_000
    paid = draws.below(count, _INSTALMENTS)
    start = np.where(overdue, as_of - days - 30 * paid, as_of - draws.below(count, 59))
    return start, np.where(overdue, paid, _INSTALMENTS)


def _row(table: str, count: int, columns: dict[str, Ints | int]) -> Rows:
    """Rows of a table: the columns given, nothing in the others."""
    schema = BY_NAME[table].fields
    given = {field.name: columns.get(field.name, NULL) for field in schema}
    return {
        name: np.full(count, value, dtype=np.int64) if isinstance(value, int) else value
        for name, value in given.items()
    }


def _borrowers(draws: Draws, person: Ints) -> Rows:
    count = len(person)
    columns: dict[str, Ints | int] = {
        "person_id": person,
        "name": draws.below(count, 5_000),
        "language": 0,
        "time_zone": 0,
        "region_code": draws.below(count, len(REGIONS)),
        "birth_on": draws.between(count, 2_000, 12_000),
        "legal_capacity": 0,
        "is_deceased": 0,
        "monthly_income_cents": draws.between(count, 300_000, 2_000_000),
        "has_representative": 0,
        "has_local_agency": draws.below(count, 2),
    }
    return _row("borrowers", count, columns)


def _loans(draws: Draws, number: Ints, start: Ints) -> Rows:
    count = len(number)
    product = draws.below(count, len(PRODUCTS))
    columns: dict[str, Ints | int] = {
        "loan_id": number,
        "person_id": _person_of(number),
        "product_code": product,
        "product_kind": KIND_OF[product],
        "lender_type": LENDER_OF[product],
        "currency": 0,
        "disbursed_on": start - 30,
        "principal_cents": _principal(number),
        "annual_rate": draws.between(count, 108, 240) * 1_000,
        "status": 0,
        "team": draws.below(count, 4),
    }
    return _row("loans", count, columns)


def _principal(number: Ints) -> Ints:
    """A principal of 300 to 30,000 yuan in whole hundreds of three, known from the loan's number alone."""
    return (number * 7_919 % 100 + 1) * 30_000


def _interest(number: Ints) -> Ints:
    return _principal(number) // 60


def _instalments(number: Ints, start: Ints) -> Rows:
    loan = np.repeat(number, _INSTALMENTS)
    position = np.tile(np.arange(_INSTALMENTS, dtype=np.int64), len(number))
    columns: dict[str, Ints | int] = {
        "loan_id": loan,
        "instalment_number": position + 1,
        "due_on": np.repeat(start, _INSTALMENTS) + 30 * position,
        "principal_cents": _principal(loan) // _INSTALMENTS,
        "interest_cents": _interest(loan),
        "penalty_cents": 0,
        "fee_cents": 0,
    }
    return _row("instalments", len(loan), columns)


def _payments(number: Ints, start: Ints, paid: Ints, as_of: int) -> Rows:
    loan = np.repeat(number, _INSTALMENTS)
    position = np.tile(np.arange(_INSTALMENTS, dtype=np.int64), len(number))
    due_on = np.repeat(start, _INSTALMENTS) + 30 * position
    rows = np.flatnonzero((position < np.repeat(paid, _INSTALMENTS)) & (due_on < as_of))
    loan, due_on = loan[rows], due_on[rows]
    columns: dict[str, Ints | int] = {
        "payment_id": loan * _INSTALMENTS + position[rows],
        "loan_id": loan,
        "amount_cents": _principal(loan) // _INSTALMENTS + _interest(loan),
        "effective_on": due_on,
        "recorded_at": to_home_instant(due_on, loan % 36_000 + 28_800),
        "status": 0,
    }
    return _row("payments", len(loan), columns)


def _points(person: Ints, as_of: int) -> Rows:
    columns: dict[str, Ints | int] = {
        "contact_point_id": person * _POINTS_A_PERSON,
        "person_id": person,
        "kind": 0,
        "value": person * _POINTS_A_PERSON,
        "source": 0,
        "state": 0,
        "verified_on": as_of - 200,
    }
    return _row("contact_points", len(person), columns)


def _contacts(draws: Draws, number: Ints, loans: int, as_of: int) -> Rows:
    """Contacts of the whole book in a scattered order: this chunk's part of it."""
    whole, count = loans * _CONTACTS, len(number) * _CONTACTS
    step = next(size for size in range(int(whole * 0.618), 2 * whole + 2) if gcd(size, whole) == 1)
    contact = (np.arange(number[0] * _CONTACTS, number[0] * _CONTACTS + count, dtype=np.int64) * step + 1) % whole
    loan = contact // _CONTACTS
    person = _person_of(loan)
    voice = draws.happens(count, 600_000)
    answered = voice & draws.happens(count, 350_000)
    columns: dict[str, Ints | int] = {
        "contact_id": contact,
        "person_id": person,
        "loan_id": loan,
        "contact_point_id": person * _POINTS_A_PERSON,
        "at": to_home_instant(as_of - 1 - draws.below(count, 120), draws.between(count, 32_400, 71_999)),
        "channel": np.where(voice, 0, CHANNELS.index("sms")),
        "direction": 0,
        "purpose": 0,
        "result": np.where(answered, 0, np.where(voice, draws.between(count, 1, 3), 6)),
        "is_right_party": answered.astype(np.int64),
        "attitude": np.where(answered, draws.below(count, 4), NULL),
        "reason_code": np.where(answered, draws.below(count, 8), NULL),
    }
    return _row("contacts", count, columns)


def _small(draws: Draws, number: Ints, person: Ints, as_of: int) -> dict[str, Rows]:
    """Promises and arrangements for one loan in a hundred, holds and consents for one person in a hundred."""
    loan, people = number[draws.happens(len(number), 10_000)], person[draws.happens(len(person), 10_000)]
    few, some = len(loan), len(people)
    made = as_of - 1 - draws.below(few, 30)
    promises: dict[str, Ints | int] = {
        "promise_id": loan,
        "loan_id": loan,
        "made_on": made,
        "due_on": made + draws.between(few, 1, 10),
        "amount_cents": _principal(loan) // _INSTALMENTS,
    }
    arrangements: dict[str, Ints | int] = {
        "arrangement_id": loan,
        "loan_id": loan,
        "kind": draws.below(few, 5),
        "form": 0,
        "signed_on": made,
        "ends_on": made + 90,
        "term_months": 3,
    }
    holds: dict[str, Ints | int] = {
        "hold_id": people,
        "person_id": people,
        "kind": draws.below(some, len(HOLD_KINDS)),
        "starts_on": as_of - 1 - draws.below(some, 60),
        "pauses_ageing": draws.below(some, 2),
    }
    consents: dict[str, Ints | int] = {
        "consent_id": people,
        "person_id": people,
        "kind": draws.below(some, 5),
        "form": 0,
        "given_at": to_home_instant(as_of - 1 - draws.below(some, 300), np.full(some, 43_200, dtype=np.int64)),
    }
    sized = {"promises": (few, promises), "arrangements": (few, arrangements)}
    sized |= {"holds": (some, holds), "consents": (some, consents)}
    return {name: _row(name, count, columns) for name, (count, columns) in sized.items()}


__all__ = ["make_benchmark_book"]
