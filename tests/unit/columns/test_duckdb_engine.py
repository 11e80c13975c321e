"""The embedded engine as a thing that is used again and again."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from forbear.columns.dtypes import INT
from forbear.columns.engines.duckdb import DuckDBEngine


def test_a_count_and_a_write_leave_the_engine_ready_for_the_next_question(tmp_path: Path) -> None:
    engine = DuckDBEngine(memory_gib=0.5)
    try:
        rows = engine.open_arrow("numbers", pa.table({"n": [2, 1]}), {"n": INT})
        assert engine.count(rows) == 2
        assert engine.fetch(rows, ["n"]).to_pylist() == [{"n": 1}, {"n": 2}]
        assert engine.write(rows, tmp_path / "numbers.parquet", ["n"]) == 2
        assert engine.fetch(rows, ["n"]).num_rows == 2
    finally:
        engine.close()
