"""Is a day over the records the day over the files that were fed?"""

from __future__ import annotations

import pyarrow.parquet as pq
from records_cast import NOON, TODAY

from forbear.day.run import DayRequest, run_day
from forbear.kernel.clock import FixedClock
from forbear.lab import make_book
from forbear.records.daily.book_tables import RecordsBook
from forbear.records.feed import feed_book
from forbear.records.lender import LenderSettings


def test_the_same_day_over_files_and_over_records_is_the_same(scope, tmp_path):
    """Facts, verdicts and plan are equal row by row."""
    make_book(tmp_path / "book", borrowers=400, seed=5, as_of=TODAY, faults=0.01)
    feed_book(scope, tmp_path / "book", as_of=TODAY, clock=FixedClock(NOON))
    files = DayRequest(tmp_path / "book", TODAY, "balanced", "cn+house", tmp_path / "files", memory_gib=1.0)
    kept = DayRequest(tmp_path / "book", TODAY, "balanced", "cn+house", tmp_path / "records", memory_gib=1.0)
    run_day(files)
    run_day(kept, source=RecordsBook(scope, LenderSettings()))
    for name in ("facts", "verdicts", "plan"):
        assert pq.read_table(files.out / f"{name}.parquet").equals(pq.read_table(kept.out / f"{name}.parquet")), name
    assert pq.read_table(files.out / "plan.parquet").num_rows > 100
