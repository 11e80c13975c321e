"""What is put on record about rows: the rules, their words, and the relation that holds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from forbear.book.intake.reading import FILE, ROW, BrokenRow
from forbear.columns import expression as e
from forbear.columns.arrow import to_arrow_schema
from forbear.columns.dtypes import INT, TEXT
from forbear.columns.expression import Column
from forbear.columns.relation import Relation, Schema
from forbear.kernel.language import gettext as _

REJECTED, SET_ASIDE, NOTED = "rejected", "set_aside", "noted"
SCHEMA: Schema = {
    "table": TEXT,
    "file": TEXT,
    "row_number": INT,
    "row_id": TEXT,
    "column": TEXT,
    "rule": TEXT,
    "value": TEXT,
    "text": TEXT,
    "disposition": TEXT,
}
_VALUE_CHARACTERS_MAX = 200


@dataclass(frozen=True)
class Rule:
    """A rule of the intake: what happens to the row, a sentence ({column} stands for the column), and its meaning."""

    disposition: str
    text: str
    says: str


RULES: Mapping[str, Rule] = {
    "wrong_number_of_columns": Rule(
        REJECTED,
        "The row does not have as many values as the header has names.",
        "A CSV row with more or fewer values than the header.",
    ),
    "missing_value": Rule(REJECTED, "{column} is empty.", "A required value is not there."),
    "unparseable_date": Rule(
        REJECTED, "{column} is not a date of the calendar.", "Not a date, or a day that does not exist (30 February)."
    ),
    "unparseable_instant": Rule(
        REJECTED,
        "{column} is not a date and time with its offset from UTC.",
        "Not date, time and offset; a time without offset needs a zone in the mapping file.",
    ),
    "unparseable_amount": Rule(REJECTED, "{column} is not an amount.", "Not a plain decimal number."),
    "unparseable_number": Rule(REJECTED, "{column} is not a number that fits.", "Not a number, or not a whole one."),
    "unparseable_boolean": Rule(
        REJECTED, "{column} is neither true nor false.", "None of true, false, t, f, 1, 0, yes, no, y, n, 是, 否."
    ),
    "unparseable_constant": Rule(
        REJECTED, "The mapping file gives {column} a value that does not fit.", "A constant or code result of no use."
    ),
    "unreadable_lookup": Rule(
        REJECTED, "A value for {column} in the other file cannot be read.", "A looked-up value is unreadable."
    ),
    "unknown_code": Rule(REJECTED, "{column} has a code that is not known.", "None of the codes of the column."),
    "negative_amount": Rule(REJECTED, "{column} is negative.", "An amount below zero."),
    "absurd_amount": Rule(REJECTED, "{column} is too large to be true.", "An amount above 100 million."),
    "fraction_of_a_cent": Rule(
        REJECTED, "{column} has a fraction of the smallest coin.", "An amount that is not whole in minor units."
    ),
    "too_many_decimals": Rule(REJECTED, "{column} has more than six decimals.", "A number with over six decimals."),
    "out_of_range": Rule(REJECTED, "{column} is out of range.", "A number beyond its bounds."),
    "rate_in_percent": Rule(
        REJECTED,
        "{column} is above 10, as only a percent would be: write a fraction, 0.18 for 18 %.",
        "A yearly rate above 10 (1,000 %): a percent where a fraction is asked for.",
    ),
    "too_long": Rule(REJECTED, "{column} is too long to be kept.", "A text longer than the records keep."),
    "mixed_currencies": Rule(
        REJECTED, "The loan is in another currency than the book.", "Another currency than the mapping file names."
    ),
    "duplicate_id": Rule(
        REJECTED, "An earlier row has the same id.", "The first row with an id stays; the text says if they are alike."
    ),
    "orphan": Rule(
        REJECTED,
        "{column} is not among the accepted rows that it refers to.",
        "The row refers to one that is not there, or was rejected.",
    ),
    "repeated_key": Rule(
        SET_ASIDE,
        "An earlier row stands for the same id.",
        "A further row of the key, where the mapping file takes one row per key.",
    ),
    "unknown_time_zone": Rule(
        NOTED,
        "{column} is not an IANA time zone; the book's own is used.",
        "time_zone names no IANA zone: the book's zone stands in, and how far the person's clock is from it is not known.",
    ),
    "payment_before_disbursal": Rule(
        NOTED, "The payment's value date is before the loan was disbursed.", "effective_on before disbursed_on."
    ),
    "overpayment": Rule(
        NOTED, "More was paid on the loan than its schedule asks for.", "Settled payments above the sum due, per loan."
    ),
    "bounced_payment": Rule(NOTED, "The payment was reversed.", "A payment with status reversed."),
    "due_date_overwritten": Rule(
        NOTED, "The due date is not the first one.", "original_due_on is there and differs from due_on."
    ),
    "due_before_disbursal": Rule(
        NOTED, "The instalment is due before the loan was disbursed.", "due_on before disbursed_on."
    ),
    "closed_before_disbursed": Rule(
        NOTED, "The loan was closed before it was disbursed.", "closed_on before disbursed_on."
    ),
    "settled_date_unknown": Rule(
        NOTED,
        "The loan is settled and nobody knows since when.",
        "Status settled without closed_on: the loan counts as not open on any date.",
    ),
}


def sentence(rule: str, column: str | None) -> str:
    """The rule's sentence about a column, in the language in use."""
    return _(RULES[rule].text).format(column=column or "")


def record(
    rows: Relation,
    *,
    table: str,
    key: Sequence[str],
    rule: Column | str,
    disposition: Column | str,
    text: Column | str,
    column: Column | str | None = None,
    value: Column | None = None,
) -> Relation:
    """Entries about rows that have ``__file``, ``__row`` and the key's columns."""
    parts: list[Column] = []
    for index, name in enumerate(key):
        parts += [e.literal("/")] if index else []
        parts.append(e.coalesce(e.cast(rows[name], TEXT), ""))
    shown = e.null(TEXT) if value is None else e.substring(e.cast(value, TEXT), 1, _VALUE_CHARACTERS_MAX)
    return rows.select(
        table=e.literal(table),
        file=rows[FILE],
        row_number=rows[ROW],
        row_id=e.concat(*parts),
        column=e.null(TEXT) if column is None else e.as_column(column),
        rule=e.as_column(rule),
        value=shown,
        text=e.as_column(text),
        disposition=e.as_column(disposition),
    )


def broken_rows(table: str, broken: Sequence[BrokenRow]) -> pa.Table:
    """Entries about CSV rows with too many or too few values."""
    rule = "wrong_number_of_columns"
    rows = [
        {
            "table": table,
            "file": row.file,
            "row_number": row.row_number,
            "row_id": "",
            "column": None,
            "rule": rule,
            "value": row.text[:_VALUE_CHARACTERS_MAX],
            "text": sentence(rule, None),
            "disposition": REJECTED,
        }
        for row in broken
    ]
    return pa.Table.from_pylist(rows, schema=to_arrow_schema(SCHEMA))
