"""A book as it looked on an earlier day, and what each day after that brought.

A synthetic book is made for one day. Here it is cut: what had not happened yet is left out, or taken back.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

HOME = ZoneInfo("Asia/Shanghai")
"""The zone of a synthetic book."""


def book_on(book: Path, out: Path, day: date) -> None:
    """Write the book as it looked at the beginning of a day: nothing that was recorded on it or later.

    Money, loans and schedules go on from there by :func:`news_of`. What was agreed or held by then stands; what the records
    themselves are to write from that day on (contacts, promises, plans, holds, refusals) is left out.
    """
    _write(book, out, "borrowers", lambda rows: rows)
    _write(book, out, "contact_points", lambda rows: rows.filter(_before(rows, "recorded_at", day)))
    _write(book, out, "loans", lambda rows: _loans(rows.filter(_before(rows, "disbursed_on", day)), day))
    known = _lent(book, lambda rows: _before(rows, "disbursed_on", day))
    _write(book, out, "instalments", lambda rows: _of_loans(rows, known))
    _write(book, out, "payments", lambda rows: _payments(rows.filter(_before(rows, "recorded_at", day)), day))
    _write(book, out, "contacts", lambda rows: rows.filter(_before(rows, "at", day)))
    _write(book, out, "promises", lambda rows: _of_loans(_undone(rows, "made_on", "cancelled_on", day), known))
    _write(book, out, "arrangements", lambda rows: _of_loans(_undone(rows, "signed_on", "breached_on", day), known))
    _write(book, out, "holds", lambda rows: rows.filter(_before(rows, "starts_on", day)))
    _write(book, out, "consents", lambda rows: rows.filter(_before(rows, "given_at", day)))


def news_of(book: Path, out: Path, first: date, until: date) -> None:
    """Write what the lender's ledger brought from a day to before another: new and closed loans, their schedules, money.

    Of a book that is over by then, that is nothing.
    """
    lent = _lent(book, lambda rows: _between(rows, "disbursed_on", first, until))
    _write(book, out, "loans", lambda rows: _loans(rows.filter(_changed(rows, first, until)), until))
    _write(book, out, "instalments", lambda rows: _of_loans(rows, lent))
    _write(book, out, "payments", lambda rows: _payments(rows.filter(_money(rows, first, until)), until))


def _changed(rows: pa.Table, first: date, until: date) -> pa.Array:
    return pc.or_(_between(rows, "disbursed_on", first, until), _between(rows, "closed_on", first, until))


def _money(rows: pa.Table, first: date, until: date) -> pa.Array:
    return pc.or_(_between(rows, "recorded_at", first, until), _between(rows, "reversal_recorded_at", first, until))


def _write(book: Path, out: Path, name: str, cut: Callable[[pa.Table], pa.Table]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    pq.write_table(cut(pq.read_table(book / f"{name}.parquet")), out / f"{name}.parquet", compression="zstd")


def _at(rows: pa.Table, column: str, day: date) -> pa.Scalar:
    kind = rows.schema.field(column).type
    value = datetime.combine(day, time(), HOME) if pa.types.is_timestamp(kind) else day
    return pa.scalar(value, kind)


def _before(rows: pa.Table, column: str, day: date) -> pa.Array:
    """Which rows had that before a day; one whose day is not known had it always."""
    return pc.fill_null(pc.less(rows[column], _at(rows, column, day)), True)


def _between(rows: pa.Table, column: str, first: date, until: date) -> pa.Array:
    since = pc.greater_equal(rows[column], _at(rows, column, first))
    return pc.fill_null(pc.and_(since, pc.less(rows[column], _at(rows, column, until))), False)


def _lent(book: Path, which: Callable[[pa.Table], pa.Array]) -> pa.Array:
    rows = pq.read_table(book / "loans.parquet")
    return rows.filter(which(rows))["loan_id"].combine_chunks()


def _of_loans(rows: pa.Table, loans: pa.Array) -> pa.Table:
    return rows.filter(pc.is_in(rows["loan_id"], value_set=loans))


def _loans(rows: pa.Table, day: date) -> pa.Table:
    """A loan that closed on the day or later was active before it."""
    later = pc.fill_null(pc.greater_equal(rows["closed_on"], _at(rows, "closed_on", day)), False)
    rows = _blank(rows, "closed_on", later)
    status = pc.if_else(later, pa.scalar("active"), rows["status"])
    return rows.set_column(rows.schema.get_field_index("status"), "status", status)


def _payments(rows: pa.Table, day: date) -> pa.Table:
    """What bounced on the day or later was settled before it."""
    later = pc.invert(_before(rows, "reversal_recorded_at", day))
    status = pc.if_else(later, pa.scalar("settled"), rows["status"])
    rows = rows.set_column(rows.schema.get_field_index("status"), "status", status)
    return _blank(_blank(rows, "reversed_on", later), "reversal_recorded_at", later)


def _undone(rows: pa.Table, begun: str, ended: str, day: date) -> pa.Table:
    rows = rows.filter(_before(rows, begun, day))
    return _blank(rows, ended, pc.invert(_before(rows, ended, day)))


def _blank(rows: pa.Table, column: str, which: pa.Array) -> pa.Table:
    place, kind = rows.schema.get_field_index(column), rows.schema.field(column).type
    return rows.set_column(place, column, pc.if_else(which, pa.scalar(None, kind), rows[column]))
