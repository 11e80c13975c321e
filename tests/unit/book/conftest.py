"""A small book of our own, written as files, and a way to take it in."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from forbear.book.intake import Book, take_in
from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.columns.engines.engine import Engine

# Two people, three loans: one that runs, one that is late, one that is settled.
SMALL_BOOK = {
    "borrowers": ["person_id,language,birth_on,is_deceased", "P1,zh_CN,1990-02-28,false", "P2,en,1985-12-31,否"],
    "loans": [
        "loan_id,person_id,currency,disbursed_on,principal_cents,annual_rate,status,closed_on",
        "L1,P1,CNY,2026-01-10,300000,0.18,active,",
        "L2,P1,CNY,2026-02-10,100000,0.24,active,",
        "L3,P2,CNY,2026-01-05,50000,0.2,settled,2026-03-01",
    ],
    "instalments": [
        "loan_id,instalment_number,due_on,principal_cents,interest_cents",
        "L1,1,2026-02-10,150000,4500",
        "L1,2,2026-03-10,150000,2250",
        "L2,1,2026-03-10,100000,2000",
        "L3,1,2026-02-05,50000,800",
    ],
    "payments": [
        "payment_id,loan_id,amount_cents,effective_on,status,recorded_at",
        "Y1,L1,154500,2026-02-10,settled,2026-02-10T09:30:00+08:00",
        "Y2,L3,50800,2026-03-01,settled,2026-03-01T01:30:00Z",
    ],
}


class BookFolder:
    """A book as files; change a table's lines, then take it in."""

    def __init__(self, path: Path) -> None:
        self.path = path / "book"
        self.work = path / "work"
        self.path.mkdir()
        for table, lines in SMALL_BOOK.items():
            self.write(table, lines)

    def write(self, table: str, lines: list[str]) -> Path:
        """The lines as ``<table>.csv``."""
        path = self.path / f"{table}.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def add(self, table: str, *lines: str) -> None:
        """More rows of a table."""
        with (self.path / f"{table}.csv").open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)

    def compress(self, table: str) -> Path:
        """The table as ``<table>.csv.gz`` instead."""
        plain = self.path / f"{table}.csv"
        target = self.path / f"{table}.csv.gz"
        target.write_bytes(gzip.compress(plain.read_bytes()))
        plain.unlink()
        return target

    def map(self, text: str) -> Path:
        """A mapping file beside the book."""
        path = self.path.parent / "mapping.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    def take(self, engine: Engine, *, mapping: Path | None = None, as_of: date = date(2026, 4, 1)) -> Book:
        """Takes the book in."""
        return take_in(self.path, mapping=mapping, engine=engine, as_of=as_of, work=self.work)


@pytest.fixture
def folder(tmp_path: Path) -> BookFolder:
    """The small book as CSV files."""
    return BookFolder(tmp_path)


@pytest.fixture
def new_folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], BookFolder]:
    """A fresh small book each time it is called."""
    return lambda: BookFolder(tmp_path_factory.mktemp("book"))


@pytest.fixture
def duck() -> Any:
    """One engine, where the matter does not depend on it."""
    engine = DuckDBEngine(memory_gib=1.0)
    yield engine
    engine.close()


@pytest.fixture
def entries() -> Callable[[Engine, Book], list[tuple[str, int, str, str, str, str]]]:
    """What is on record: (table, row number, row id, column, rule, disposition), in order."""

    def listed(engine: Engine, book: Book) -> list[tuple[str, int, str, str, str, str]]:
        rows = engine.fetch(book.rejects, order_by=("table", "row_number", "rule")).to_pylist()
        names = ("table", "row_number", "row_id", "column", "rule", "disposition")
        return [tuple(row[name] for name in names) for row in rows]  # type: ignore[misc]

    return listed
