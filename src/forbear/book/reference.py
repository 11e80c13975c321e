"""``docs/reference/book.md``, written from the schema and the rules of the intake."""

from __future__ import annotations

from collections.abc import Iterator

from forbear.book.intake.rejects import NOTED, REJECTED, RULES, SCHEMA, SET_ASIDE
from forbear.book.schema import TABLES, Field, Table

_HEAD = """# The tables of a loan book

Written from `src/forbear/book/schema.py` by `python -m forbear.book.reference`; a test keeps it current.

A book is a folder with one file per table: `<table>.parquet`, `<table>.csv` or `<table>.csv.gz`, or a folder `<table>/`
with parts of one kind. Only `loans`, `instalments` and `payments` must be there. Files in another shape are read
through a [mapping file](mapping.md).

Types: **text**; **int** (64 bits); **bool**; **date** (`YYYY-MM-DD`, a local calendar day); **instant** (date, time and
offset from UTC: `2026-11-23T09:30:00+08:00` or `…Z`; a Parquet timestamp is UTC); **decimal(p,s)**. Amounts end in
`_cents` and are whole minor units (分). In CSV an empty value is no value; true and false may also be written t/f, 1/0,
yes/no, y/n or 是/否. CSV is comma-separated with `"` as quote, in UTF-8 (with or without byte order mark) or GB18030.

Columns that a table does not know are left alone, and named in the run's messages.
"""
_RECORD_HEAD = """## What is put on record

Every row of every file is accepted, rejected or set aside: *rows in = accepted + rejected*, with the rows set aside
among the rejected. `rejects.parquet` has one entry for each row that is not accepted (its first fault), and one for each
note about an accepted row. Its columns: {columns}. `row_number` counts the rows of the file from 1, without the header.
"""
_WORDS = {
    REJECTED: "The row is not used.",
    SET_ASIDE: "The row is no record of this table, by a rule of the mapping file.",
    NOTED: "The row is used, and the oddity is on record.",
}


def book_reference() -> str:
    """The page, as Markdown."""
    lines = [_HEAD]
    for table in TABLES:
        lines += _table(table)
    lines.append(_RECORD_HEAD.format(columns=", ".join(f"`{name}`" for name in SCHEMA)))
    for disposition, words in _WORDS.items():
        lines += [f"### {disposition}", "", words, "", "| rule | meaning |", "|---|---|"]
        lines += [f"| `{name}` | {rule.says} |" for name, rule in RULES.items() if rule.disposition == disposition]
        lines.append("")
    return "\n".join(lines)


def _table(table: Table) -> Iterator[str]:
    yield f"## {table.name}"
    yield ""
    yield f"{table.says} {'Compulsory.' if table.compulsory else 'Optional.'}"
    yield ""
    yield f"Key: {', '.join(f'`{name}`' for name in table.key)}." + "".join(
        f" `{column}` must be in `{parent}`{', where that table is there' if parent == 'borrowers' else ''}."
        for column, parent in table.references
    )
    yield ""
    yield "| column | type | needed | meaning |"
    yield "|---|---|---|---|"
    for field in table.fields:
        yield f"| `{field.name}` | {field.dtype} | {'yes' if field.required else ''} | {_meaning(field)} |"
    yield ""


def _meaning(field: Field) -> str:
    parts = [field.says]
    if field.codes:
        parts.append("One of " + ", ".join(f"`{code}`" for code in field.codes) + ".")
    if field.default is not None:
        default = str(field.default).lower() if isinstance(field.default, bool) else field.default
        parts.append(f"`{default}` where empty.")
    if field.low is not None and field.high is not None:
        parts.append(f"From {field.low:,} to {field.high:,}.")
    return " ".join(parts).replace("|", "\\|")


if __name__ == "__main__":
    print(book_reference(), end="")
