"""CSV files that a partner brings: good rows are told, bad rows are set aside with their reason, none is lost."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from forbear.dispatch.channels.folder.exchange import Exchange
from forbear.dispatch.disposition import NUMBER
from forbear.kernel.errors import InputError
from forbear.kernel.ids import digest_json

REJECT_COLUMNS = ("file", "row", "column", "code", "message")
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins with one of these is run as a formula by spreadsheets."""
FILE_BYTES_MAX = 64 * 1024 * 1024

Row = Mapping[str, str]


@dataclass(frozen=True)
class Intake:
    """What a reading of the inbox found. ``rows_count`` = ``told_count`` + ``repeated_count`` + ``rejected_count``."""

    files_count: int = 0
    bad_files_count: int = 0
    rows_count: int = 0
    told_count: int = 0
    repeated_count: int = 0
    rejected_count: int = 0

    def __add__(self, other: Intake) -> Intake:
        return Intake(*(mine + yours for mine, yours in zip(self._figures(), other._figures(), strict=True)))

    def _figures(self) -> tuple[int, ...]:
        return (
            self.files_count, self.bad_files_count, self.rows_count, self.told_count, self.repeated_count, self.rejected_count,
        )  # fmt: skip


@dataclass(frozen=True)
class RowReader:
    """How rows of one partner are read.

    Args:
        columns, compulsory: names that a header may have, and those that it must have.
        key: the key under which a row is one: the same key with the same cells is a repeat, with others it is rejected.
        tell: reads the row and tells what it says, given its file and its number, or raises InputError. It is called again for
            a row that a crash cut off.
    """

    columns: tuple[str, ...]
    compulsory: tuple[str, ...]
    key: Callable[[Row], str]
    tell: Callable[[Row, str, int], None]


def take_in(exchange: Exchange, reader: RowReader) -> Intake:
    """Read every file of the inbox, in the order of their names, each once however many processes look.

    Raises:
        OSError: the folder is out of reach; files that were not read to their end are read again.
    """
    total = Intake()
    with exchange.reading():
        for path in sorted((exchange.root / "inbox").glob("*.csv")):
            total += _take_in_file(exchange, reader, path)
    return total


def _take_in_file(exchange: Exchange, reader: RowReader, path: Path) -> Intake:
    rejects: list[tuple[object, ...]] = []
    try:
        rows = list(_rows(path, reader))
    except InputError as error:
        rejects.append((path.name, "", error.where.get("column", ""), error.code, str(error)))
        _set_aside(exchange, path, rejects)
        path.replace(_free(exchange.root / "rejects" / path.name))
        return Intake(files_count=1, bad_files_count=1)
    told = repeated = 0
    for number, row in rows:
        try:
            is_new = _tell_once(exchange, reader, row, path.name, number)
        except InputError as error:
            rejects.append((path.name, number, error.where.get("column", ""), error.code, error.message))
            continue
        told, repeated = told + is_new, repeated + (not is_new)
    if rejects:
        _set_aside(exchange, path, rejects)
    path.replace(_free(exchange.root / "done" / path.name))
    return Intake(1, 0, len(rows), told, repeated, len(rejects))


def _tell_once(exchange: Exchange, reader: RowReader, row: Row, file: str, number: int) -> bool:
    """Tell a row unless it was told. It is noted after it was told: cut off between, it is told twice, never not at all."""
    if None in row or None in row.values():
        raise InputError("row_unreadable", "A row has more or fewer cells than the header.", file=file, row=number)
    key, content = reader.key(row), digest_json({name: cell for name, cell in row.items() if cell})
    before = exchange.marked("heard", key)
    if before == content:
        return False
    if before:
        raise InputError("row_changed", "Something else was told of this before.", do="Ask the partner which is true.")
    reader.tell(row, file, number)
    exchange.mark("heard", key, content)
    return True


def _rows(path: Path, reader: RowReader) -> Iterator[tuple[int, Row]]:
    where = {"file": path.name}
    if path.stat().st_size > FILE_BYTES_MAX:
        raise InputError("file_unreadable", "The file is too large.", do="Send it in parts.", **where)
    try:
        # A byte order mark is what spreadsheets write before UTF-8.
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("file_unreadable", "The file is not in UTF-8.", do="Save it as CSV UTF-8.", **where) from None
    lines = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        header = list(lines.fieldnames or [])
        for name in reader.compulsory:
            if name not in header:
                raise InputError("file_unreadable", "The file lacks a column.", do="Add it.", column=name, **where)
        for name in header:
            if name not in reader.columns or header.count(name) > 1:
                raise InputError(
                    "file_unreadable", "The file has a column too many.", do="Remove it.", column=name, **where
                )
        yield from enumerate(lines, 1)
    except csv.Error:
        raise InputError(
            "file_unreadable", "The file is no CSV.", do="Quote cells as RFC 4180 says.", **where
        ) from None


def _set_aside(exchange: Exchange, path: Path, rejects: list[tuple[object, ...]]) -> None:
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(REJECT_COLUMNS)
    writer.writerows([plain_cell(cell) for cell in row] for row in rejects)
    target = _free(exchange.root / "rejects" / f"{path.stem}.rejects.csv")
    exchange.write(f"rejects/{target.name}", written.getvalue().encode("utf-8-sig"))


def plain_cell(value: object) -> str:
    """A cell that no spreadsheet runs: an apostrophe before what would be a formula. A telephone number stays as it is.

    >>> plain_cell("=1+1"), plain_cell("+8613800138000"), plain_cell(-3)
    ("'=1+1", '+8613800138000', "'-3")
    """
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_SIGNS) and not NUMBER.fullmatch(text) else text


def _free(path: Path) -> Path:
    """The path, or one beside it that no file has: a partner may bring a name twice."""
    count, free = 1, path
    while free.exists():
        count += 1
        free = path.with_name(f"{path.stem}-{count}{path.suffix}")
    return free
