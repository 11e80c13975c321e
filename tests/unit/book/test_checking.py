"""The quick way through clean Parquet and the long way agree on every book."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forbear.book.schema import ABSURD_CENTS, BY_NAME, RATE_MAX
from forbear.columns.arrow import to_arrow_schema

PAYMENTS = BY_NAME["payments"]
NAMES = ("payment_id", "loan_id", "amount_cents", "effective_on", "status")
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "payment_id": st.sampled_from(["Y1", "Y2", "Y3", "", None]) | st.integers(4, 99).map("Y{}".format),
            "loan_id": st.sampled_from(["L1", "L2", "L3", "L9", None]),
            "amount_cents": st.sampled_from([-1, 0, 1, ABSURD_CENTS, ABSURD_CENTS + 1, None]),
            "effective_on": st.dates(date(2026, 1, 1), date(2026, 3, 1)) | st.none(),
            "status": st.sampled_from(["settled", "reversed", "", "lost", None]),
        }
    ),
    min_size=1,
    max_size=6,
)


def _outcome(duck, folder, rows: list[dict], *, statistics: bool) -> tuple[object, object]:
    (folder.path / "payments.csv").unlink(missing_ok=True)
    whole = pa.Table.from_pylist(rows, schema=to_arrow_schema({name: PAYMENTS.schema[name] for name in NAMES}))
    pq.write_table(whole, folder.path / "payments.parquet", write_statistics=statistics)
    return _taken(duck, folder)


def _taken(duck, folder) -> tuple[object, object]:
    book = folder.take(duck)
    columns = ("row_number", "column", "rule", "disposition")
    entries = duck.fetch(book.rejects.select("table", *columns), order_by=columns).to_pylist()
    accepted = duck.fetch(book.tables["payments"], order_by=["payment_id"]).to_pylist()
    return accepted, [entry for entry in entries if entry["table"] == "payments"]


def _as_csv(rows: list[dict]) -> list[str]:
    return [",".join("" if row[name] is None else str(row[name]) for name in NAMES) for row in rows]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_parquet_with_and_without_statistics_and_csv_have_the_same_outcome(duck, new_folder, rows) -> None:
    folder = new_folder()
    with_statistics = _outcome(duck, folder, rows, statistics=True)
    without = _outcome(duck, folder, rows, statistics=False)
    (folder.path / "payments.parquet").unlink()
    folder.write("payments", [",".join(NAMES), *_as_csv(rows)])
    assert with_statistics == without == _taken(duck, folder)


def test_bounds_are_inclusive(duck, folder) -> None:
    folder.write(
        "payments",
        [
            "payment_id,loan_id,amount_cents,effective_on",
            f"Y1,L1,{ABSURD_CENTS},2026-02-10",
            "Y2,L1,0,2026-02-10",
            f"Y3,L1,{ABSURD_CENTS + 1},2026-02-10",
        ],
    )
    accepted, entries = _taken(duck, folder)
    assert [row["payment_id"] for row in accepted] == ["Y1", "Y2"]
    assert [entry["rule"] for entry in entries if entry["disposition"] == "rejected"] == ["absurd_amount"]


def test_a_leap_day_is_a_date_and_the_day_after_too(duck, folder) -> None:
    days = [date(2024, 2, 28) + timedelta(days=n) for n in range(3)]
    lines = [f"Y{n},L1,1,{day}" for n, day in enumerate(days)]
    folder.write("payments", ["payment_id,loan_id,amount_cents,effective_on", *lines])
    accepted, _entries = _taken(duck, folder)
    assert [row["effective_on"] for row in accepted] == [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)]


def test_a_rate_is_a_fraction_in_parquet_as_in_csv(duck, folder) -> None:
    loans = duck.fetch(folder.take(duck).tables["loans"], order_by=["loan_id"]).to_pylist()
    rates = [Decimal(RATE_MAX), Decimal(RATE_MAX) + Decimal("0.000001"), Decimal(18)]
    rows = [{**loan, "annual_rate": rate} for loan, rate in zip(loans, rates, strict=True)]
    (folder.path / "loans.csv").unlink()
    pq.write_table(
        pa.Table.from_pylist(rows, schema=to_arrow_schema(BY_NAME["loans"].schema)), folder.path / "loans.parquet"
    )
    book = folder.take(duck)
    found = duck.fetch(book.rejects.keep(book.rejects["table"] == "loans"), order_by=["row_number"]).to_pylist()
    assert [(row["row_number"], row["column"], row["rule"], row["value"]) for row in found] == [
        (2, "annual_rate", "rate_in_percent", "10.000001"),
        (3, "annual_rate", "rate_in_percent", "18.000000"),
    ]
    assert found[0]["text"].endswith("write a fraction, 0.18 for 18 %.")


FLOATS = {
    # a float of a Parquet column, and the rule that its row meets as an amount of cents
    "a whole number": (154500.0, None),
    "a fraction": (10.5, "fraction_of_a_cent"),
    "not a number": (float("nan"), "unparseable_amount"),
    "infinity": (float("inf"), "unparseable_amount"),
    "infinity below": (float("-inf"), "unparseable_amount"),
    "beyond any decimal": (1e30, "absurd_amount"),
    "below any decimal": (-1e300, "absurd_amount"),
    "nothing": (None, "missing_value"),
}


def _float_payments(folder, parts: list[dict[str, float | None]]) -> None:
    (folder.path / "payments.csv").unlink()
    (folder.path / "payments").mkdir()
    for index, amounts in enumerate(parts):
        count = len(amounts)
        table = pa.table(
            {
                "payment_id": [f"{name} {index}" for name in amounts],
                "loan_id": ["L1"] * count,
                "amount_cents": pa.array(amounts.values(), pa.float64()),
                "effective_on": [date(2026, 2, 10)] * count,
            }
        )
        pq.write_table(table, folder.path / "payments" / f"part-{index}.parquet")


def test_floating_point_that_is_no_number_refuses_the_row_and_not_the_book(engine, folder) -> None:
    amounts = {name: amount for name, (amount, _rule) in FLOATS.items()}
    _float_payments(folder, [amounts, {"a plain part": 1.0}])
    book = folder.take(engine)
    rejects = book.rejects.keep(book.rejects["disposition"] == "rejected")
    found = {(row["row_id"], row["file"], row["row_number"]): row["rule"] for row in engine.fetch(rejects).to_pylist()}
    assert found == {
        (f"{name} 0", "part-0.parquet", number): rule
        for number, (name, (_amount, rule)) in enumerate(FLOATS.items(), start=1)
        if rule is not None
    }
    accepted = engine.fetch(book.tables["payments"], order_by=["payment_id"]).to_pylist()
    assert [(row["payment_id"], row["amount_cents"]) for row in accepted] == [
        ("a plain part 1", 1),
        ("a whole number 0", 154500),
    ]


def test_an_id_that_is_no_number_refuses_the_row(duck, folder) -> None:
    loans = duck.fetch(folder.take(duck).tables["loans"], order_by=["loan_id"])
    ids = pa.array([7.0, float("nan"), None], pa.float64())
    (folder.path / "loans.csv").unlink()
    pq.write_table(loans.set_column(0, "loan_id", ids), folder.path / "loans.parquet")
    book = folder.take(duck)
    assert [row["loan_id"] for row in duck.fetch(book.tables["loans"]).to_pylist()] == ["7"]
    rejects = book.rejects.keep(book.rejects["table"] == "loans")
    found = [(row["row_number"], row["rule"]) for row in duck.fetch(rejects, order_by=["row_number"]).to_pylist()]
    assert found == [(2, "unparseable_number"), (3, "missing_value")]


def test_a_time_zone_that_is_none_is_noted_and_the_row_is_used(duck, folder, entries) -> None:
    lines = ["person_id,time_zone", "P1,Asia/Urumqi", "P2,Beijing", "P3,", "P4,../etc/passwd"]
    folder.write("borrowers", lines)
    book = folder.take(duck)
    assert entries(duck, book) == [
        ("borrowers", 2, "P2", "time_zone", "unknown_time_zone", "noted"),
        ("borrowers", 4, "P4", "time_zone", "unknown_time_zone", "noted"),
    ]
    assert book.counts["borrowers"].accepted == 4
