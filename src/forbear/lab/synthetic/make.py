"""The maker: chunks of borrowers, in parallel, written in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pyarrow as pa

from forbear.book.schema import TABLES
from forbear.kernel.errors import UsageError
from forbear.kernel.language import gettext as _
from forbear.lab.synthetic.chunk import make_chunk
from forbear.lab.synthetic.encode import encode
from forbear.lab.synthetic.people import CHUNK
from forbear.lab.synthetic.write import BookWriter, Form

_EPOCH = date(1970, 1, 1)
_WORKERS = 2
# Chunks written together, so that row groups are large enough to be read fast.
_BATCH = 8
BORROWERS_MAX = 20_000_000

_Made = tuple[dict[str, pa.Table], dict[str, int]]


def make_book(
    out: Path,
    *,
    borrowers: int,
    seed: int,
    as_of: date,
    faults: float = 0.0,
    form: Form = "parquet",
    progress: Callable[[int], None] | None = None,
) -> dict[str, dict[str, int]]:
    """Writes a synthetic loan book to the folder ``out``, one file a table.

    The same arguments give the same bytes. Borrower k is the same for the same ``seed`` and ``as_of``, however many
    there are; nothing in the book happens on or after ``as_of`` but payments under way. ``faults`` is the share of
    rows that get a fault; unusable rows are extra rows, so the rest is unchanged. ``progress`` is told how many
    borrowers are written.

    Returns:
        ``{"tables": {table: rows}, "faults": {"table.kind": rows}}``.

    Raises:
        UsageError: ``bad_book_size``, ``bad_seed``, ``bad_fault_share``, ``bad_book_day`` or ``unknown_form``.
        OutputError: ``cannot_write_book``.
    """
    _check(borrowers, seed, faults, as_of)
    day = (as_of - _EPOCH).days
    rows: Counter[str] = Counter({table.name: 0 for table in TABLES})
    counted: Counter[str] = Counter()
    writer = BookWriter(out, form)
    try:
        done = 0
        for batch in _batches(_made(borrowers, seed, day, faults, form != "parquet")):
            for table in TABLES:
                joined = pa.concat_tables([tables[table.name] for tables, _found in batch]).combine_chunks()
                rows[table.name] += len(joined)
                writer.write(table.name, joined)
            for _tables, found in batch:
                counted.update(found)
            done = min(borrowers, done + CHUNK * len(batch))
            if progress is not None:
                progress(done)
    finally:
        writer.close()
    return {"tables": dict(rows), "faults": dict(sorted(counted.items()))}


def _check(borrowers: int, seed: int, faults: float, as_of: date) -> None:
    if not 1 <= borrowers <= BORROWERS_MAX:
        raise UsageError(
            "bad_book_size",
            _("{number} borrowers cannot be made.").format(number=borrowers),
            do=_("Ask for 1 to {most}.").format(most=BORROWERS_MAX),
        )
    if seed < 0:
        raise UsageError(
            "bad_seed", _("{seed} is not a seed.").format(seed=seed), do=_("Use 0 or a positive whole number.")
        )
    if not 0 <= faults <= 1:
        raise UsageError(
            "bad_fault_share", _("{share} is not a share.").format(share=faults), do=_("Use a number from 0 to 1.")
        )
    if not 1985 <= as_of.year <= 2200:
        raise UsageError(
            "bad_book_day",
            _("No book can be made for {day}.").format(day=as_of),
            do=_("Choose a day from 1985 to 2200."),
        )


def _made(borrowers: int, seed: int, day: int, faults: float, as_text: bool) -> Iterator[_Made]:
    """Chunks in order, made a few ahead in parallel."""
    chunks = -(-borrowers // CHUNK)

    def make(chunk: int) -> _Made:
        tables, counted = make_chunk(
            seed, chunk, day, borrowers=borrowers - chunk * CHUNK, faults=faults, as_text=as_text
        )
        return {table.name: encode(table, tables[table.name], as_text=as_text) for table in TABLES}, counted

    with ThreadPoolExecutor(_WORKERS) as pool:
        waiting: list[Future[_Made]] = [pool.submit(make, chunk) for chunk in range(min(_WORKERS + 1, chunks))]
        for chunk in range(chunks):
            made = waiting.pop(0).result()
            if chunk + _WORKERS + 1 < chunks:
                waiting.append(pool.submit(make, chunk + _WORKERS + 1))
            yield made


def _batches(made: Iterator[_Made]) -> Iterator[list[_Made]]:
    batch: list[_Made] = []
    for chunk in made:
        batch.append(chunk)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
