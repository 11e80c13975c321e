"""``python -m benchmarks.records_import``: a book into the records, against a plain COPY of the same rows into bare tables.

Both in the same run on the same embedded server, one after the other. The bare tables have no key, no index, no wall and no
sealed value: they are the floor below which no import can be. A delta of payments comes in twice, the second time with the
triggers of the payments' table off, which make the person of each payment newer: what they cost.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import process_time
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from benchmarks.book import AS_OF
from benchmarks.embedded import LOANS_A_BORROWER, SEED, folder_of_server, open_records, say
from benchmarks.measuring import machine

from forbear.book.schema import TABLES
from forbear.kernel.clock import SystemClock, stopwatch
from forbear.lab import make_book

PAID_ONE_IN = 20


def measure_import(folder: Path, loans: int, tell: Callable[[str], None]) -> dict[str, Any]:
    """Seconds of a first feed, of the same book on the next day, and of the floor; and the ratio of the first to the floor.

    ``cpu_seconds`` are this process's own; the server's come on top, in all three.
    """
    tell(f"a synthetic book of about {loans:,} loans")
    rows = make_book(folder / "book", borrowers=round(loans / LOANS_A_BORROWER), seed=SEED, as_of=AS_OF)["tables"]
    tenant = _open(folder / "data")

    from forbear.records.feed import feed_book, feed_delta
    from forbear.records.scope import Scope

    scope, clock = Scope(tenant, "benchmark"), SystemClock()
    tell("plain COPY into bare tables")
    floor = _timed(lambda: _copy_plainly(folder / "book"))
    tell("the first feed")
    first = _timed(lambda: feed_book(scope, folder / "book", as_of=AS_OF, clock=clock))
    tell("the same book on the next day")
    again = _timed(lambda: feed_book(scope, folder / "book", as_of=AS_OF + timedelta(days=1), clock=clock))
    deltas = {}
    for name, state in (("delta", "ENABLE"), ("delta_without_versions", "DISABLE")):
        tell(f"a payment for one loan in {PAID_ONE_IN}: {name}")
        payments = _write_delta(folder / name, folder / "book", name)
        _set_triggers(state)
        feed = partial(feed_delta, scope, folder / name, as_of=AS_OF + timedelta(days=1), clock=clock)
        deltas[name] = {"payments": payments, **_timed(feed)}
    _set_triggers("ENABLE")
    return {
        "loans": rows["loans"],
        "rows": sum(rows.values()),
        "plain_copy": floor,
        "first_feed": first,
        "unchanged_feed": again,
        **deltas,
        "ratios": {
            "first_feed_to_plain_copy": round(first["seconds"] / floor["seconds"], 2),
            "unchanged_feed_to_plain_copy": round(again["seconds"] / floor["seconds"], 2),
            "delta_to_delta_without_versions": round(
                deltas["delta"]["seconds"] / deltas["delta_without_versions"]["seconds"], 2
            ),
        },
    }


def _open(data: Path) -> str:
    open_records(data)
    from forbear.records.models import Tenant

    return str(Tenant.objects.using("owner").create(code="benchmark", name="benchmark").code)


def _copy_plainly(book: Path) -> None:
    from django.db import connections

    from forbear.records.feed.mirror import sql_type
    from forbear.records.feed.staging import BATCH_ROWS, csv_of

    with connections["owner"].cursor() as cursor:
        for table in TABLES:
            columns = ", ".join(f"{name} {sql_type(dtype)}" for name, dtype in table.schema.items())
            cursor.execute(f"CREATE TABLE bare_{table.name} ({columns})")
            with cursor.copy(f"COPY bare_{table.name} FROM STDIN (FORMAT csv)") as copy:
                for batch in pq.ParquetFile(book / f"{table.name}.parquet").iter_batches(BATCH_ROWS):
                    copy.write(csv_of(batch.select(list(table.schema))))


def _write_delta(delta: Path, book: Path, name: str) -> int:
    """One cent paid on the day after for one loan in so many, as a lender sends it."""
    loans = pq.read_table(book / "loans.parquet", columns=["loan_id"])["loan_id"].to_pylist()[::PAID_ONE_IN]
    schema = pq.read_schema(book / "payments.parquet")
    day = AS_OF + timedelta(days=1)
    given = {"amount_cents": 1, "effective_on": day, "status": "settled"}
    rows = [{"payment_id": f"{name}-{loan}", "loan_id": loan, **given} for loan in loans]
    delta.mkdir()
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), delta / "payments.parquet")
    return len(rows)


def _set_triggers(state: str) -> None:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute(f"ALTER TABLE records_payment {state} TRIGGER USER")


def _timed(work: Callable[[], object]) -> dict[str, float]:
    elapsed, before = stopwatch(), process_time()
    work()
    return {"seconds": round(elapsed(), 2), "cpu_seconds": round(process_time() - before, 2)}


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.records_import", description=__doc__)
    parser.add_argument("--loans", type=int, default=1_000_000, help="about how many loans (1000000)")
    asked = parser.parse_args(arguments)
    with folder_of_server("import") as folder:
        found = {"machine": machine(), **measure_import(folder, asked.loans, say)}
    print(json.dumps(found, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
