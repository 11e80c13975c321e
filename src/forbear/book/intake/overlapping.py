"""Rows that begin before an earlier row of the same key has ended, such as a loan taken while another is open."""

from __future__ import annotations

from datetime import UTC, date, datetime

from forbear.book.intake.deriving import Derived, Scope, Target, compared_type, condition, derive
from forbear.book.intake.mapping import NamedOverlap
from forbear.book.intake.reading import FILE, ROW
from forbear.columns import expression as e
from forbear.columns.dtypes import DATE, TEXT
from forbear.columns.expression import Column
from forbear.columns.relation import Relation

_NEVER = {True: date(9999, 12, 31), False: datetime(9999, 12, 31, tzinfo=UTC)}


def overlap_columns(overlap: NamedOverlap, scope: Scope) -> dict[str, Column]:
    """Key, beginning and end of a source row, by name. A value that cannot be read is none; an earlier row that does
    not count has no end."""
    dtype = compared_type((overlap.begins, overlap.ends))
    per = derive(overlap.per, scope, Target(TEXT))
    begins, ends = (derive(side, scope, Target(dtype)) for side in (overlap.begins, overlap.ends))
    counts = [_is_readable(ends)] + ([] if overlap.where is None else [condition(overlap.where, scope)])
    end = e.coalesce(ends.typed, e.literal(_NEVER[dtype == DATE]))
    names = _names(overlap.rule)
    return {
        names[0]: e.when(_is_readable(per), per.typed),
        names[1]: e.when(_is_readable(begins), begins.typed),
        names[2]: e.when(e.all_of(*counts), end),
    }


def _is_readable(derived: Derived) -> Column:
    return ~e.any_of(*(fault.is_true() for _rule, fault in derived.faults))


def _names(rule: str) -> tuple[str, str, str]:
    return f"__per_{rule}", f"__begins_{rule}", f"__ends_{rule}"


def overlapping_rows(rows: Relation, overlap: NamedOverlap) -> Relation:
    """The rows that begin before an earlier one has ended. Of rows that begin together, the first in the file is earlier."""
    per, begins, ends = _names(overlap.rule)
    known = rows.keep(rows[per].is_known() & rows[begins].is_known())
    order = [(known[begins], "asc"), (known[FILE], "asc"), (known[ROW], "asc")]
    placed = known.derive(__ended=e.running_max(known[ends], [known[per]], order))
    return placed.keep(placed[begins] < placed["__ended"])
