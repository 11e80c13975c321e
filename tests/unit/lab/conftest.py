"""One book of 20,000 borrowers for all tests that only read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from forbear.book.schema import TABLES
from forbear.lab import make_book

AS_OF = date(2026, 11, 23)
BORROWERS = 20_000


@dataclass(frozen=True)
class MadeBook:
    """The folder, what the maker said, and the tables read back."""

    folder: Path
    said: dict[str, dict[str, int]]
    tables: dict[str, pa.Table]


@pytest.fixture(scope="session")
def twenty_thousand(tmp_path_factory: pytest.TempPathFactory) -> MadeBook:
    """Large enough that every rare thing occurs."""
    folder = tmp_path_factory.mktemp("book")
    said = make_book(folder, borrowers=BORROWERS, seed=11, as_of=AS_OF)
    tables = {table.name: pq.read_table(folder / f"{table.name}.parquet") for table in TABLES}
    return MadeBook(folder, said, tables)
