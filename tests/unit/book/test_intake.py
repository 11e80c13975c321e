"""A book goes in; accepted tables and a record of every other row come out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forbear.book.intake import Count, take_in
from forbear.book.intake.rejects import RULES
from forbear.book.schema import BY_NAME, TABLES
from forbear.columns.arrow import to_arrow_schema


def _as_parquet(folder, table: str, rows: list[dict], parts: int = 1) -> None:
    (folder.path / f"{table}.csv").unlink(missing_ok=True)
    whole = pa.Table.from_pylist(rows, schema=to_arrow_schema(BY_NAME[table].schema))
    if parts == 1:
        pq.write_table(whole, folder.path / f"{table}.parquet")
        return
    (folder.path / table).mkdir()
    for index in range(parts):
        pq.write_table(whole.slice(index, 1), folder.path / table / f"part-{index}.parquet")


def _rows(engine, book, table: str) -> list[dict]:
    return engine.fetch(book.tables[table], order_by=BY_NAME[table].key).to_pylist()


def test_all_ten_tables_come_out_with_exactly_the_columns_of_the_schema(duck, folder) -> None:
    book = folder.take(duck)
    assert {name: dict(rows.schema) for name, rows in book.tables.items()} == {t.name: t.schema for t in TABLES}
    assert duck.count(book.tables["holds"]) == 0


def test_values_are_typed_and_defaults_stand_in(duck, folder) -> None:
    book = folder.take(duck)
    loan = _rows(duck, book, "loans")[0]
    assert loan["principal_cents"] == 300000
    assert loan["annual_rate"] == Decimal("0.180000")
    assert (loan["disbursed_on"], loan["closed_on"]) == (date(2026, 1, 10), None)
    assert (loan["product_kind"], loan["lender_type"], loan["agency_id"]) == ("instalment", "other", None)
    payment = _rows(duck, book, "payments")[0]
    assert payment["recorded_at"] == datetime(2026, 2, 10, 1, 30, tzinfo=UTC)
    assert [row["is_deceased"] for row in _rows(duck, book, "borrowers")] == [False, False]


def test_a_clean_book_has_nothing_on_record(duck, folder, entries) -> None:
    book = folder.take(duck)
    assert entries(duck, book) == []
    assert book.counts["loans"] == Count(3, 3, 0)
    assert (book.currency, book.time_zone) == ("CNY", "Asia/Shanghai")


def test_every_file_is_named_with_digest_and_rows(duck, folder) -> None:
    files = {file.path.name: (len(file.digest), file.rows) for file in folder.take(duck).files}
    assert files["loans.csv"] == (64, 3)


def test_parquet_csv_and_compressed_csv_give_the_same_rows(duck, folder) -> None:
    expected = {table.name: _rows(duck, folder.take(duck), table.name) for table in TABLES}
    folder.compress("loans")
    for name in ("instalments", "payments"):
        _as_parquet(folder, name, expected[name], parts=2 if name == "payments" else 1)
    book = folder.take(duck)
    assert {table.name: _rows(duck, book, table.name) for table in TABLES} == expected


def test_clean_parquet_is_used_as_it_is(duck, folder) -> None:
    instalments = _rows(duck, folder.take(duck), "instalments")
    _as_parquet(folder, "instalments", instalments)
    folder.take(duck)
    assert not list(folder.work.glob("instalments-*.parquet"))[1:]  # only the text of the CSV of before


def test_faults_in_typed_parquet_are_found_with_their_row(engine, folder, entries) -> None:
    instalments = _rows(engine, folder.take(engine), "instalments")
    broken = [dict(instalments[0]), {**instalments[1], "principal_cents": -1}, {**instalments[2], "loan_id": "L9"}]
    _as_parquet(folder, "instalments", [*broken, instalments[3], instalments[3]])
    book = folder.take(engine)
    assert entries(engine, book) == [
        ("instalments", 2, "L1/2", "principal_cents", "negative_amount", "rejected"),
        ("instalments", 3, "L9/1", "loan_id", "orphan", "rejected"),
        ("instalments", 5, "L3/1", "loan_id", "duplicate_id", "rejected"),
    ]
    assert book.counts["instalments"] == Count(5, 2, 3)


def test_a_row_of_a_part_is_named_by_its_part(duck, folder) -> None:
    payments = _rows(duck, folder.take(duck), "payments")
    _as_parquet(folder, "payments", [payments[0], {**payments[1], "loan_id": "L9"}], parts=2)
    rejects = duck.fetch(folder.take(duck).rejects).to_pylist()
    assert [(row["file"], row["row_number"], row["value"]) for row in rejects] == [("part-1.parquet", 1, "L9")]


def test_a_blank_text_in_parquet_is_no_value(duck, folder) -> None:
    loans = _rows(duck, folder.take(duck), "loans")
    _as_parquet(folder, "loans", [{**loan, "agency_id": ""} for loan in loans])
    book = folder.take(duck)
    assert [loan["agency_id"] for loan in _rows(duck, book, "loans")] == [None, None, None]
    assert book.counts["loans"] == Count(3, 3, 0)


def test_parquet_in_other_types_is_converted(duck, folder) -> None:
    (folder.path / "loans.csv").unlink()
    table = pa.table(
        {
            "loan_id": pa.array([1.0, 2.0, 3.0]),  # ids that went through a float
            "person_id": pa.array(["P1", "P1", "P2"]),
            "disbursed_on": pa.array(
                [datetime(2026, m, d, h, tzinfo=UTC) for m, d, h in ((1, 10, 0), (2, 10, 0), (1, 5, 9))]
            ),
            "principal_cents": pa.array(["300000", "100000.00", "50000.5"]),
        }
    )
    pq.write_table(table, folder.path / "loans.parquet")
    for name in ("instalments", "payments"):
        text = (folder.path / f"{name}.csv").read_text().replace("L", "")
        (folder.path / f"{name}.csv").write_text(text.replace("oan_id", "loan_id").replace("lloan", "loan"))
    book = folder.take(duck)
    assert [(loan["loan_id"], loan["principal_cents"]) for loan in _rows(duck, book, "loans")] == [
        ("1", 300000),
        ("2", 100000),
    ]
    rules = {row["rule"] for row in duck.fetch(book.rejects).to_pylist() if row["table"] == "loans"}
    assert rules == {"unparseable_date"}  # a time of day is not a date; it comes before the amount


def test_columns_that_the_schema_does_not_know_are_named(duck, folder) -> None:
    folder.write("payments", ["payment_id,loan_id,amount_cents,effective_on,colour", "Y1,L1,100,2026-02-10,red"])
    told: list[str] = []
    book = take_in(
        folder.path, mapping=None, engine=duck, as_of=date(2026, 4, 1), work=folder.work, progress=told.append
    )
    assert book.ignored_columns == {"payments": ("colour",)}
    assert any("colour" in line for line in told)


def test_without_borrowers_nobody_is_an_orphan(duck, folder, entries) -> None:
    (folder.path / "borrowers.csv").unlink()
    assert entries(duck, folder.take(duck)) == []


def test_two_books_on_one_engine_do_not_mix(duck, folder, tmp_path) -> None:
    first = folder.take(duck)
    folder.write("loans", ["loan_id,person_id,disbursed_on,principal_cents", "L1,P1,2026-01-01,1"])
    take_in(folder.path, mapping=None, engine=duck, as_of=date(2026, 4, 1), work=tmp_path / "other")
    assert duck.count(first.tables["loans"]) == 3


_CELL = st.sampled_from(
    ["", " ", "L1", "L9", "2026-02-30", "2026-02-10", "-1", "1e3", "0.5", "99999999999999", "settled"]
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(*[_CELL] * 5), min_size=1, max_size=8))
def test_rows_in_are_rows_accepted_and_rejected_whatever_the_file_holds(duck, new_folder, rows) -> None:
    folder = new_folder()
    folder.write("payments", ["payment_id,loan_id,amount_cents,effective_on,status", *(",".join(row) for row in rows)])
    book = folder.take(duck)
    counts = book.counts["payments"]
    on_record = [row for row in duck.fetch(book.rejects).to_pylist() if row["disposition"] == "rejected"]
    assert counts.rows_in == len(rows) == counts.accepted + counts.rejected
    assert counts.rejected == len(on_record)
    assert duck.count(book.tables["payments"]) == counts.accepted


def test_every_rule_on_record_is_described(duck, folder) -> None:
    folder.add("payments", "Y1,L9,x,2026-02-30,odd,now", "Y3,L1,1,2025-01-01,reversed,")
    rules = {row["rule"] for row in duck.fetch(folder.take(duck).rejects).to_pylist()}
    assert rules
    assert rules <= set(RULES)
