"""The rows of a feed that are on record: which, why, and what to do about each; nothing personal is shown of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from forbear.book.intake.rejects import REJECTED, RULES, SET_ASIDE, sentence
from forbear.kernel.language import N_
from forbear.kernel.language import gettext as _
from forbear.records.feed.mirror import PERSONAL
from forbear.records.models import Import

HIDDEN = "••••"
_COLUMNS = ("table", "file", "row_number", "row_id", "column", "rule", "value", "disposition")
# A value may stand in the wrong column, and a name where a date is asked for: shown is only what can hardly be personal.
_HARMLESS = re.compile(r"[A-Za-z0-9 ._:+/%-]{1,32}", re.ASCII)
_MANY_DIGITS = re.compile(r"(?:\d[ -]?){9,}")
_NAME_LIKE = re.compile(r"[A-Z][a-z]+ [A-Z]")
_EXPORT = N_("Mend the value where the book is kept, export anew, and take it in again.")
_FORM = N_(
    "Write it in the form that the reference of the book gives, or name the lender's own form in the mapping file."
)
_CODE = N_("Map the lender's code to one of the book's in the mapping file.")
_FILE = N_("Export the file anew: put values that hold a comma, a quote or a line break into quotes.")
_MAPPING = N_("Mend the mapping file.")
_REFERENCE = N_(
    "Look at the row that it refers to: where that one was rejected, mend it first; where it is missing, export it too."
)
_DOUBLE = N_("Export each row once; where two differ, find out which one is true.")
_UNIT = N_("Say in the mapping file in which unit the amount or the rate is.")
_NOTHING = N_("Nothing has to be done: the row was taken in. Look at it where it surprises you.")
DO: Mapping[str, str] = {
    "wrong_number_of_columns": _FILE,
    "missing_value": _EXPORT,
    "unparseable_date": _FORM,
    "unparseable_instant": _FORM,
    "unparseable_amount": _FORM,
    "unparseable_number": _FORM,
    "unparseable_boolean": _FORM,
    "unparseable_constant": _MAPPING,
    "unreadable_lookup": _MAPPING,
    "unknown_code": _CODE,
    "negative_amount": _EXPORT,
    "absurd_amount": _UNIT,
    "fraction_of_a_cent": _UNIT,
    "too_many_decimals": _EXPORT,
    "out_of_range": _EXPORT,
    "rate_in_percent": _UNIT,
    "too_long": _EXPORT,
    "mixed_currencies": _EXPORT,
    "duplicate_id": _DOUBLE,
    "orphan": _REFERENCE,
    "repeated_key": _DOUBLE,
}
"""What to do about a row that was not taken in, by the rule that it breaks."""


@dataclass(frozen=True)
class OnRecord:
    """One row on record: its place, the column, its value as far as it may be seen, the rule with its sentence, and what to do."""

    table: str
    file: str
    row_number: int | None
    row_id: str
    column: str
    value: str
    rule: str
    disposition: str
    reason: str
    do: str


def rows_on_record(row: Import, *, table: str = "", disposition: str = "") -> Iterator[OnRecord]:
    """The rows of a feed that are on record, in the order of tables, files and rows; read as they are asked for.

    Args:
        table: of one table of the book only.
        disposition: ``rejected``, ``set_aside`` or ``noted`` only.
    """
    path = Path(row.rejects_path)
    if not row.rejects_path or not path.is_file():
        return
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(2_000, columns=list(_COLUMNS)):
            for name, wanted in (("table", table), ("disposition", disposition)):
                if wanted:
                    batch = batch.filter(pc.equal(batch[name], wanted))
            for each in batch.to_pylist():
                yield _read(each)


def is_kept(row: Import) -> bool:
    """Whether the rows on record of a feed are still there."""
    return bool(row.rejects_path) and Path(row.rejects_path).is_file()


def _read(each: Mapping[str, Any]) -> OnRecord:
    table, column, rule = each["table"], each["column"] or "", each["rule"]
    is_known = rule in RULES
    stays_out = each["disposition"] in (REJECTED, SET_ASIDE)
    return OnRecord(
        table=table,
        file=each["file"] or "",
        row_number=each["row_number"],
        row_id=seen(each["row_id"] or ""),
        column=column,
        value=HIDDEN
        if each["value"] and (not column or column in PERSONAL.get(table, {}))
        else seen(each["value"] or ""),
        rule=rule,
        disposition=each["disposition"],
        reason=sentence(rule, column) if is_known else rule,
        do=_(DO.get(rule, _EXPORT) if stays_out else _NOTHING),
    )


def seen(value: str) -> str:
    """A value as it may be seen: hidden as soon as it could be a name, a number to call, a mailbox or words.

    >>> seen("30.02.2026"), seen("L000116"), seen("王文豪"), seen("138 0000 1234"), seen("")
    ('30.02.2026', 'L000116', '••••', '••••', '')
    """
    if not value:
        return ""
    is_harmless = _HARMLESS.fullmatch(value) and not _MANY_DIGITS.search(value) and not _NAME_LIKE.search(value)
    return value if is_harmless else HIDDEN
