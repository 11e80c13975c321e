"""All tables of one chunk of borrowers, as whole numbers."""

from __future__ import annotations

import numpy as np

from forbear.book.schema import LOANS, TABLES
from forbear.lab.synthetic.care import full, make_care
from forbear.lab.synthetic.contacts import current_ladder, earlier_ladder, make_contacts, make_points
from forbear.lab.synthetic.draws import NULL, Draws, Ints, Rows
from forbear.lab.synthetic.encode import AGENCIES
from forbear.lab.synthetic.faults import add_faults
from forbear.lab.synthetic.loans import Loans, Schedule, make_loans, make_schedule
from forbear.lab.synthetic.payments import Due, Payments, Standing, make_due, make_payments, stand
from forbear.lab.synthetic.people import CHUNK, People, make_people
from forbear.lab.synthetic.places import to_home_instant
from forbear.lab.synthetic.products import KIND_OF, LENDER_OF

PAYMENTS_MAX = 1_000
_STATUSES = LOANS.field("status").codes


def make_chunk(
    seed: int, chunk: int, as_of: int, *, borrowers: int, faults: float = 0.0, as_text: bool = False
) -> tuple[dict[str, Rows], dict[str, int]]:
    """Rows of every table for one chunk, and how often each fault was put in; only for the first ``borrowers`` people of it."""
    people = make_people(seed, chunk, as_of)
    loans = make_loans(seed, chunk, people, as_of)
    schedule = make_schedule(loans)
    due = make_due(seed, chunk, people, loans, schedule, as_of)
    payments = make_payments(seed, chunk, loans, schedule, due, as_of)
    standing = stand(schedule, due, payments, as_of)
    care = make_care(seed, chunk, people, loans, standing, as_of=as_of)
    reach = make_points(seed, chunk, people, loans, as_of)
    ladder = Draws(seed, chunk, "ladder")
    attempts = [
        current_ladder(ladder, people, loans, standing, as_of),
        earlier_ladder(ladder, loans, schedule, due, as_of),
    ]
    contacts, promises = make_contacts(seed, chunk, people, loans, attempts, reach, care, as_of=as_of)
    tables = {
        "borrowers": _borrowers(people),
        "loans": _loans(Draws(seed, chunk, "ledger"), people, loans, due, standing, as_of),
        "instalments": _instalments(loans, schedule, due),
        "payments": _payments(loans, payments),
        "contact_points": reach.rows,
        "contacts": contacts,
        "promises": promises,
        "arrangements": care.arrangements,
        "holds": care.holds,
        "consents": care.consents,
    }
    hit = add_faults(Draws(seed, chunk, "faults"), tables, faults, as_text=as_text) if faults else {}
    counted = {kind: int((persons < borrowers).sum()) for kind, persons in hit.items()}
    return {table.name: _first_people(tables[table.name], borrowers) for table in TABLES}, counted


def _first_people(rows: Rows, borrowers: int) -> Rows:
    if borrowers >= CHUNK:
        return rows
    kept = np.flatnonzero(rows["person"] < borrowers)
    return {name: column[kept] for name, column in rows.items()}


def _borrowers(people: People) -> Rows:
    return {
        "person": np.arange(len(people.number), dtype=np.int64),
        "person_id": people.number,
        "name": people.name,
        "language": people.language,
        "time_zone": people.zone,
        "region_code": people.region,
        "birth_on": people.birth_on,
        "legal_capacity": people.legal_capacity,
        "is_deceased": people.is_deceased.astype(np.int64),
        "monthly_income_cents": people.monthly_income_cents,
        "has_representative": people.has_representative.astype(np.int64),
        "has_local_agency": np.where(people.has_local_agency == 2, NULL, people.has_local_agency),
    }


def _loans(draws: Draws, people: People, loans: Loans, due: Due, standing: Standing, as_of: int) -> Rows:
    status, closed_on = _status(draws, loans, due, standing, as_of)
    count = len(loans.number)
    age = np.where((standing.overdue_since == NULL) | (status != 0), 0, as_of - standing.overdue_since)
    placed = (age > 60) & draws.happens(count, 250_000)
    team = np.searchsorted(np.array([1, 31, 91], dtype=np.int64), age, side="right").astype(np.int64)
    return {
        "person": loans.person,
        "loan_id": loans.number,
        "person_id": people.number[loans.person],
        "product_code": loans.product,
        "product_kind": KIND_OF[loans.product],
        "lender_type": LENDER_OF[loans.product],
        "currency": full(loans.number, 0),
        "disbursed_on": loans.disbursed_on,
        "principal_cents": loans.principal_cents,
        "annual_rate": loans.rate,
        "all_in_rate": loans.all_in_rate,
        "status": status,
        "closed_on": closed_on,
        "agency_id": np.where(placed, draws.below(count, len(AGENCIES)), NULL),
        "team": np.where((age == 0) | placed, NULL, team),
    }


def _status(draws: Draws, loans: Loans, due: Due, standing: Standing, as_of: int) -> tuple[Ints, Ints]:
    """What the ledger says, and since when. Some loans overdue for more than half a year are written off."""
    since = standing.overdue_since
    old = (since != NULL) & (since < as_of - 200)
    written_off = old & draws.happens(len(since), 450_000)
    off_on = np.where(written_off, since + 181 + draws.below(len(since), 18), NULL)
    conditions = [due.is_cancelled, standing.is_settled, written_off]
    status = np.select(conditions, [_STATUSES.index(name) for name in ("cancelled", "settled", "written_off")], 0)
    closed = np.where(due.is_cancelled | standing.is_settled, standing.last_paid_on, off_on)
    return status.astype(np.int64), closed


def _instalments(loans: Loans, schedule: Schedule, due: Due) -> Rows:
    return {
        "person": loans.person[schedule.loan],
        "loan_id": loans.number[schedule.loan],
        "instalment_number": schedule.position + 1,
        "due_on": schedule.due_on,
        "original_due_on": full(schedule.loan, NULL),
        "principal_cents": schedule.principal_cents,
        "interest_cents": due.interest_cents,
        "penalty_cents": due.penalty_cents,
        "fee_cents": due.fee_cents,
    }


def _payments(loans: Loans, payments: Payments) -> Rows:
    seconds = 28_800 + payments.amount_cents % 39_600
    back = payments.reversed_on
    return {
        "person": loans.person[payments.loan],
        "disbursed_on": loans.disbursed_on[payments.loan],
        "principal_cents": loans.principal_cents[payments.loan],
        "payment_id": loans.number[payments.loan] * PAYMENTS_MAX + payments.within_loan,
        "loan_id": loans.number[payments.loan],
        "amount_cents": payments.amount_cents,
        "effective_on": payments.effective_on,
        "recorded_at": to_home_instant(payments.recorded_on, seconds),
        "status": payments.status,
        "reversed_on": back,
        "reversal_recorded_at": np.where(back == NULL, NULL, to_home_instant(np.maximum(back, 0), seconds + 600)),
    }
