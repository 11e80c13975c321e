"""A delta as plain rows: what changed in a few loans, as a machine tells it, by the same rules as files."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from forbear.book.intake import Book, Known
from forbear.book.intake.rejects import NOTED
from forbear.book.schema import BY_NAME, Table
from forbear.columns.engines.engine import Engine
from forbear.kernel.clock import Clock
from forbear.kernel.errors import InputError
from forbear.records.feed.importing import Fed, Feed, feed
from forbear.records.feed.known import known_of
from forbear.records.lender import lender_settings
from forbear.records.scope import Scope, acting

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class RowReject:
    """One row that was not taken: its place in the list that was given (from 0), the column and the rule that it breaks."""

    table: str
    row: int
    column: str | None
    rule: str
    text: str


@dataclass(frozen=True)
class Delta:
    """What became of the rows of a delta."""

    fed: Fed
    rejects: tuple[RowReject, ...]


def take_in_delta(scope: Scope, tables: Mapping[str, Rows], *, as_of: date, clock: Clock) -> Delta:
    """Take new and changed rows into the records: all that pass, in one transaction; the others are told of, row by row.

    Args:
        tables: by the name of the book's table, its rows; a column that is not given is empty, as in a file.
        as_of: the date of the delta.
        clock: says when it was fed.

    Raises:
        InputError: ``unknown_table``, ``unknown_column``.
        UsageError: ``unknown_tenant``.
    """
    for name, rows in tables.items():
        _check(name, rows)
    with acting(scope):
        currency = lender_settings(scope.tenant).currency
    found: list[RowReject] = []

    def known(engine: Engine) -> Known:
        return known_of(
            engine, scope, currency, people=_named(tables, "person_id"), loans=_named(tables, "loan_id")
        )  # fmt: skip

    with TemporaryDirectory(prefix="forbear-delta-") as folder:
        for name, rows in tables.items():
            if rows:
                _write(Path(folder) / f"{name}.csv", BY_NAME[name], rows)
        what = Feed("delta", Path(folder), as_of, known=known, memory_gib=0.5, asked=None)
        fed = feed(scope, what, clock, lambda engine, book: found.extend(_rejects(engine, book, tables)))
    return Delta(fed, tuple(found))


def _check(name: str, rows: Rows) -> None:
    if name not in BY_NAME:
        raise InputError(
            "unknown_table", f"The book has no table {name!r}.", do=f"There are: {', '.join(BY_NAME)}.", table=name
        )
    columns = BY_NAME[name].schema
    odd = sorted({column for row in rows for column in row if column not in columns})
    if odd:
        raise InputError(
            "unknown_column", f"{name} has no column {odd[0]!r}.", do=f"There are: {', '.join(columns)}.", table=name
        )


def _named(tables: Mapping[str, Rows], column: str) -> list[str]:
    return sorted({str(row[column]) for rows in tables.values() for row in rows if row.get(column)})


def _write(path: Path, table: Table, rows: Rows) -> None:
    """As the CSV file that says the same; every column is there, so that no row is an empty line."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(table.schema)
        writer.writerows([_text(row.get(column)) for column in table.schema] for row in rows)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _rejects(engine: Engine, book: Book, tables: Mapping[str, Rows]) -> list[RowReject]:
    rows = engine.fetch(book.rejects, ("table", "row_number", "column", "rule")).to_pylist()
    return [
        RowReject(row["table"], _place(row, tables[row["table"]]), row["column"], row["rule"], row["text"])
        for row in rows
        if row["disposition"] != NOTED
    ]


def _place(entry: Mapping[str, Any], rows: Rows) -> int:
    """Which of the rows an entry is about; one about a text too long knows its id only."""
    if entry["row_number"] is not None:
        return int(entry["row_number"]) - 1
    key = BY_NAME[entry["table"]].key
    ids = ["/".join(_text(row.get(column)).strip() for column in key)[:200] for row in rows]
    return ids.index(entry["row_id"])
