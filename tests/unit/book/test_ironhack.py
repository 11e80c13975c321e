"""A real export, and rows of our own with the same faults, through ``examples/ironhack.yaml``."""

from __future__ import annotations

import gzip
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from forbear.book.intake import Book, take_in
from forbear.columns import expression as e
from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.columns.engines.engine import Engine

ROOT = Path(__file__).parents[3]
MAPPING = ROOT / "examples" / "ironhack.yaml"
REAL = ROOT.parent / "shared" / "books" / "ironhack"
BUCKETS = ((1, 7), (8, 15), (16, 30), (31, 60), (61, 90), (91, 180), (181, 9999))


def _noted(engine: Engine, book: Book) -> Counter[tuple[str, str]]:
    rows = engine.fetch(book.rejects.group("table", "rule", n=e.count())).to_pylist()
    return Counter({(row["table"], row["rule"]): row["n"] for row in rows})


def _standing(engine: Engine, book: Book, on: date) -> list[int]:
    """Open, not yet due, by bucket of days past due, and overdue euros: counted on the accepted tables alone."""
    loans, payments = book.tables["loans"], book.tables["payments"]
    paid = payments.keep((payments["status"] == "settled") & (payments["effective_on"] <= on))
    is_gone = (loans["status"] == "settled") & loans["closed_on"].is_null()
    open_loans = loans.keep((loans["disbursed_on"] <= on) & ~is_gone).lacking(paid, "loan_id").select("loan_id")
    rows = book.tables["instalments"].join(open_loans, "loan_id", "inner")
    days = e.days_between(e.literal(on), rows["due_on"])
    counts = {f"b{low}": e.count(days.between(low, high)) for low, high in BUCKETS}
    whole = rows.group(
        open=e.count(), not_due=e.count(days <= 0), **counts, overdue=e.sum_of(rows["principal_cents"], days > 0)
    )
    found = list(engine.fetch(whole).to_pylist()[0].values())
    assert found[-1] % 100 == 0
    return [*found[:-1], found[-1] // 100]


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    if not REAL.is_dir():
        pytest.skip("the real export is not at hand")
    engine = DuckDBEngine(memory_gib=1.0)
    work = tmp_path_factory.mktemp("work")
    yield engine, take_in(REAL, mapping=MAPPING, engine=engine, as_of=date(2020, 6, 30), work=work)
    engine.close()


def test_the_real_book_has_its_loans_borrowers_and_euros(real) -> None:
    engine, book = real
    accepted = {name: count.accepted for name, count in book.counts.items()}
    assert accepted == {
        "borrowers": 10_046,
        "loans": 17_321,
        "instalments": 17_321,
        "payments": 16_540,
        "contact_points": 9_625,
        "fees": 0,
    }
    assert all(count.rows_in == count.accepted + count.rejected for count in book.counts.values())
    total = book.tables["loans"].group(cents=e.sum_of(book.tables["loans"]["principal_cents"]))
    assert engine.fetch(total).to_pylist() == [{"cents": 142_809_100}]
    assert (book.currency, book.time_zone) == ("EUR", "Europe/Paris")


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2020, 6, 30), [1628, 1446, 26, 10, 53, 30, 15, 47, 1, 17_211]),
        (date(2020, 11, 30), [2606, 1037, 162, 121, 659, 253, 120, 185, 69, 117_684]),
    ],
)
def test_the_real_book_agrees_with_an_independent_count(real, on: date, expected: list[int]) -> None:
    engine, book = real
    assert _standing(engine, book, on) == expected


def test_every_fault_of_the_real_book_is_on_record_with_its_count(real) -> None:
    engine, book = real
    on_record = _noted(engine, book)
    expected = {
        ("instalments", "utc_date_differs"): 9037,
        ("loans", "settled_date_unknown"): 190,
        ("payments", "settled_without_a_payment"): 190,
        ("payments", "bounced_payment"): 333,
        ("instalments", "due_date_overwritten"): 2382,
        ("instalments", "recovery_before_due"): 93,
        ("instalments", "due_before_postponed_to"): 36,
        ("loans", "received_before_created"): 478,
        ("loans", "repaid_before_sent"): 34,
        ("loans", "repaid_before_created"): 1,
        ("loans", "taken_while_another_is_open"): 199,
        ("instalments", "due_before_created"): 1,
        ("instalments", "due_before_disbursal"): 10,  # nine, and the one due before it was made
        ("loans", "rejected_yet_sent"): 3862,
        ("loans", "closing_dates_disagree"): 310,
        ("fees", "fee_without_request"): 4,
        ("fees", "paid_but_not_accepted"): 1008,
        ("fees", "accepted_but_not_paid"): 318,
        ("loans", "incident_without_fee"): 1732,  # and one recovery of a request that never became a loan
        ("loans", "no_user_id"): 730,  # 2,103 among all requests
        ("loans", "two_person_ids"): 1,
        ("instalments", "postponed_over_ten_times"): 1,
        ("loans", "request_cancelled"): 33,
    }
    assert {key: on_record[key] for key in expected} == expected
    fees = {rule: n for (table, rule), n in on_record.items() if table == "fees" and rule.startswith("fee_")}
    assert sum(fees.values()) == book.counts["fees"].rows_in == 21_061


def test_nobody_of_the_real_book_owes_a_loan_that_is_not_there(real) -> None:
    _engine, book = real
    assert not {rule for (_table, rule) in _noted(*real)} & {"orphan", "duplicate_id"}
    assert book.counts["borrowers"].accepted


# Rows of our own, one fault each, in the columns of that export.

REQUEST = (
    "id,amount,status,created_at,updated_at,user_id,moderated_at,deleted_account_id,reimbursement_date,"
    "cash_request_received_date,money_back_date,transfer_type,send_at,recovery_status,reco_creation,reco_last_update"
)
FEE = (
    "id,cash_request_id,type,status,category,total_amount,reason,created_at,updated_at,paid_at,from_date,to_date,"
    "charge_moment"
)


def _request(number: int, **changes: str) -> str:
    row = {
        "id": str(number),
        "amount": "80.00",
        "status": "money_back",
        "created_at": "2021-05-03 08:15:00.5+00",
        "user_id": str(500 + number),
        "reimbursement_date": "2021-06-02 22:00:00+00",
        "cash_request_received_date": "2021-05-04",
        "money_back_date": "2021-06-03 09:00:00.123456+00",
        "send_at": "2021-05-03 10:00:00+00",
    } | changes
    return ",".join(row.get(name, "") for name in REQUEST.split(","))


def _fee(number: int, request: str, kind: str, status: str, **changes: str) -> str:
    row = {"id": str(number), "cash_request_id": request, "type": kind, "status": status, "total_amount": "5.00"}
    return ",".join((row | changes).get(name, "") for name in FEE.split(","))


MOVE = {"from_date": "2021-05-20 22:00:00+00", "to_date": "2021-06-05 22:00:00+00", "paid_at": "2021-05-20 10:00:00+00"}
REQUESTS = {
    "plain": _request(1),
    "date unknown": _request(2, money_back_date=""),
    "bounced": _request(3, status="direct_debit_rejected"),
    "debit under way": _request(4, status="direct_debit_sent", money_back_date=""),
    "still open": _request(5, status="active", money_back_date=""),
    "moved": _request(6),
    "rejected yet sent": _request(7, status="rejected"),
    "rejected": _request(8, status="rejected", send_at=""),
    "cancelled one way": _request(9, status="canceled"),
    "cancelled the other": _request(10, status="cancelled"),
    "declined": _request(11, status="transaction_declined"),
    "received first": _request(12, cash_request_received_date="2021-05-03"),
    "paid first": _request(13, money_back_date="2021-05-03 07:00:00+00"),
    "due first": _request(14, reimbursement_date="2021-05-02 22:00:00+00"),
    "account deleted": _request(15, user_id="", deleted_account_id="77"),
    "two ids": _request(16, deleted_account_id="78"),
    "same person again": _request(17, user_id="501"),
    "recovered": _request(
        18,
        recovery_status="completed",
        reco_creation="2021-05-30 10:00:00+00",
        reco_last_update="2021-06-09 10:00:00+00",
    ),
    "never received": _request(19, cash_request_received_date=""),
    "not a person": _request(20, user_id=""),
    "no such day": _request(21, cash_request_received_date="2021-02-30"),
    "unknown state": _request(22, status="pending_review"),
}
FEES = [
    _fee(1, "6", "postpone", "accepted", **MOVE),
    _fee(2, "6", "postpone", "cancelled", **MOVE | {"from_date": "2021-05-01 22:00:00+00"}),
    _fee(3, "", "instant_payment", "cancelled"),
    _fee(4, "1", "instant_payment", "rejected", paid_at="2021-06-03 09:00:00+00"),
    _fee(5, "1", "instant_payment", "accepted"),
    _fee(6, "1", "instant_payment", "odd"),
]


@pytest.fixture
def own(tmp_path: Path, duck: DuckDBEngine) -> Book:
    """Our own rows, taken in by the example mapping."""
    folder = tmp_path / "book"
    folder.mkdir()
    for name, lines in (("cash_request", [REQUEST, *REQUESTS.values()]), ("fees", [FEE, *FEES])):
        (folder / f"{name}.csv.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    return take_in(folder, mapping=MAPPING, engine=duck, as_of=date(2021, 7, 1), work=tmp_path / "work")


def test_our_own_rows_with_the_same_faults_are_all_accounted_for(duck, own) -> None:
    counts = {name: (count.rows_in, count.accepted, count.rejected) for name, count in own.counts.items()}
    assert counts == {
        "borrowers": (22, 15, 7),
        "loans": (22, 14, 8),
        "instalments": (22, 14, 8),
        "payments": (22, 11, 11),
        "contact_points": (22, 14, 8),
        "fees": (6, 0, 6),
    }
    on_record = _noted(duck, own)
    assert {rule: n for (table, rule), n in on_record.items() if table == "loans"} == {
        "rejected_yet_sent": 1,
        "request_rejected": 1,
        "request_cancelled": 2,
        "transfer_declined": 1,
        "missing_value": 1,
        "unparseable_date": 1,
        "unknown_code": 1,
        "settled_date_unknown": 1,
        "received_before_created": 1,
        "repaid_before_sent": 1,
        "repaid_before_created": 1,
        "taken_while_another_is_open": 1,
        "closed_before_disbursed": 1,
        "no_user_id": 1,
        "two_person_ids": 1,
        "closing_dates_disagree": 1,
        "incident_without_fee": 1,
    }
    assert {rule: n for (table, rule), n in on_record.items() if table == "fees"} == {
        "fee_accepted": 2,
        "fee_cancelled": 1,
        "fee_without_request": 1,
        "fee_rejected": 1,
        "fee_of_unknown_status": 1,
        "paid_but_not_accepted": 2,
        "accepted_but_not_paid": 1,
    }


def test_due_dates_are_days_in_paris(duck, own) -> None:
    rows = duck.fetch(own.tables["instalments"], order_by=["loan_id"]).to_pylist()
    due = {row["loan_id"]: (row["due_on"], row["original_due_on"]) for row in rows}
    assert due["1"] == (date(2021, 6, 3), None)
    assert due["6"] == (date(2021, 6, 3), date(2021, 5, 21))  # the cancelled move does not count


def test_a_payment_is_final_only_when_the_ledger_says_so(duck, own) -> None:
    rows = duck.fetch(own.tables["payments"]).to_pylist()
    status = {row["loan_id"]: (row["status"], row["reversed_on"]) for row in rows}
    assert status["1"] == ("settled", None)
    assert status["3"] == ("reversed", None)
    assert not {"2", "4", "5"} & set(status)


def test_disbursal_falls_back_on_sending_and_making(duck, own) -> None:
    rows = duck.fetch(own.tables["loans"]).to_pylist()
    days = {row["loan_id"]: row["disbursed_on"] for row in rows}
    assert days["1"] == date(2021, 5, 4)
    assert days["19"] == date(2021, 5, 3)
