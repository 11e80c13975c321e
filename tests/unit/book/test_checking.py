"""The quick way through clean Parquet and the long way agree on every book."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forbear.book.schema import ABSURD_CENTS, BY_NAME
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
