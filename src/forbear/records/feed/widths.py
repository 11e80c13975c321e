"""Rows with a text longer than the records keep: rejected, like any row that cannot be used."""

from __future__ import annotations

from dataclasses import replace

from forbear.book.intake import Book, Count
from forbear.book.intake.rejects import REJECTED, SCHEMA, sentence
from forbear.columns.dtypes import INT, TEXT
from forbear.columns.engines.engine import Engine
from forbear.columns.expression import any_of, case, cast, coalesce, concat, count, length, literal, null, substring
from forbear.columns.relation import Relation
from forbear.records.feed.mirror import MIRRORS, Mirror

_SHOWN = 200


def leave_out_too_long(engine: Engine, book: Book) -> Book:
    """The book without rows that do not fit, each on record with the first column that is too long."""
    tables, counts, rejects = dict(book.tables), dict(book.counts), book.rejects
    for name, mirror in MIRRORS.items():
        if name not in counts:
            continue
        rows = tables[name]
        too_long = any_of(*(length(rows[column]) > width for column, width in mirror.widths.items())).is_true()
        found = engine.fetch(rows.group(n=count(too_long))).to_pylist()[0]["n"]
        if found:
            rejects = rejects.union(_entries(rows.keep(too_long), mirror))
            tables[name] = rows.keep(~too_long)
            before = counts[name]
            counts[name] = Count(before.rows_in, before.accepted - found, before.rejected + found)
    return replace(book, tables=tables, counts=counts, rejects=rejects)


def _entries(rows: Relation, mirror: Mirror) -> Relation:
    columns = [(length(rows[name]) > width, name) for name, width in mirror.widths.items()]
    parts = [coalesce(cast(rows[name], TEXT), "") for name in mirror.key]
    joined = [part for each in parts for part in (literal("/"), each)][1:]
    column = case([(is_long, literal(name)) for is_long, name in columns])
    entry = {
        "table": literal(mirror.name),
        "file": null(TEXT),
        "row_number": null(INT),
        "row_id": substring(concat(*joined), 1, _SHOWN),
        "column": column,
        "rule": literal("too_long"),
        "value": substring(case([(is_long, rows[name]) for is_long, name in columns]), 1, _SHOWN),
        "text": case([(is_long, literal(sentence("too_long", name))) for is_long, name in columns]),
        "disposition": literal(REJECTED),
    }
    return rows.select(**{name: entry[name] for name in SCHEMA})
