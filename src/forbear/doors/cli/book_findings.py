"""What a check of a loan book found: as a document, as files, as text."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console

from forbear.book.facts import FactsRequest, compute_facts
from forbear.book.intake import Book
from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.columns.expression import all_of, coalesce, count, literal, min_of, sum_of
from forbear.columns.relation import Relation
from forbear.doors.cli.output import Document, table
from forbear.kernel.errors import OutputError
from forbear.kernel.language import code_words
from forbear.kernel.language import gettext as _
from forbear.kernel.money import format_cents

EXAMPLES_MAX = 3
REJECTS, CHECK = "rejects.parquet", "check.json"


def describe(engine: DuckDBEngine, taken: Book, folder: Path, request: FactsRequest) -> Document:
    """The check as one JSON document: rows by table, rows on record by rule with examples, open loans by age."""
    refused = _refused(engine, taken.rejects)
    return {
        "book": str(folder),
        "as_of": request.as_of.isoformat(),
        "currency": taken.currency,
        "time_zone": taken.time_zone,
        "tables": {name: asdict(rows) for name, rows in taken.counts.items()},
        "rejected": sum(entry["count"] for entry in refused if entry["disposition"] == "rejected"),
        "rules": refused,
        "ignored_columns": {name: list(columns) for name, columns in taken.ignored_columns.items()},
        "ages": _ages(engine, taken, request),
    }


def _refused(engine: DuckDBEngine, rejects: Relation) -> list[dict[str, Any]]:
    """Rows on record by disposition, table, rule and column, each with a few examples."""
    keys = ("disposition", "table", "rule", "column")
    known = rejects.derive(column=coalesce(rejects["column"], ""))
    rows = engine.fetch(known.group(*keys, count=count(), text=min_of(known["text"])), keys).to_pylist()
    rows.sort(key=lambda row: (row["disposition"] != "rejected", -row["count"], *(row[key] for key in keys)))
    return [{**row, "examples": _examples(engine, known, row)} for row in rows]


def _examples(engine: DuckDBEngine, rejects: Relation, row: dict[str, Any]) -> list[dict[str, Any]]:
    alike = rejects.keep(all_of(*(rejects[key] == row[key] for key in ("disposition", "table", "rule", "column"))))
    first = alike.group("file", "row_number", "row_id", "value").select("file", "row_number", "row_id", "value")
    found: list[dict[str, Any]] = (
        engine.fetch(first, ["file", "row_number", "row_id"]).slice(0, EXAMPLES_MAX).to_pylist()
    )
    return found


def _ages(engine: DuckDBEngine, taken: Book, request: FactsRequest) -> list[dict[str, Any]]:
    facts = compute_facts(engine, taken.tables, request)
    loans = facts.keep(facts["is_open"].is_true())
    ages = loans.group(
        "bucket", first=min_of(loans["days_past_due"]), loans=count(),
        overdue_cents=coalesce(sum_of(loans["overdue_cents"]), literal(0)),
    )  # fmt: skip
    rows: list[dict[str, Any]] = engine.fetch(ages, ["first"]).drop_columns(["first"]).to_pylist()
    return rows


def write_findings(engine: DuckDBEngine, taken: Book, document: Document, out: Path) -> None:
    """Write every row on record, and the document; each file appears whole or not at all.

    Raises:
        OutputError: ``cannot_write``.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        part = out / f".{REJECTS}.part"
        engine.write(taken.rejects, part, ["table", "file", "row_number", "rule", "column"])
        part.replace(out / REJECTS)
        part = out / f".{CHECK}.part"
        part.write_text(json.dumps(document, ensure_ascii=False, indent=2, default=str), encoding="utf-8")
        part.replace(out / CHECK)
    except OSError as error:
        message = _("The findings cannot be written.")
        raise OutputError(
            "cannot_write", message, folder=out, found=error.strerror, do=_("Choose another folder.")
        ) from None
    finally:
        for name in (REJECTS, CHECK):
            (out / f".{name}.part").unlink(missing_ok=True)


def show_findings(console: Console, document: Document) -> None:
    """The check as text."""
    console.print(_("Rows in = accepted + others"), style="bold")
    grid = table(_("Table"), _("Rows in"), _("Accepted"), _("Others"), numbers=(1, 2, 3))
    for name, rows in document["tables"].items():
        grid.add_row(name, f"{rows['rows_in']:,}", f"{rows['accepted']:,}", f"{rows['rejected']:,}")
    console.print(grid)
    _show_rules(console, document["rules"])
    for name, columns in document["ignored_columns"].items():
        console.out(_("{table}: columns left alone: {names}").format(table=name, names=", ".join(columns)))
    console.print()
    console.print(_("Open loans by age on {day}").format(day=document["as_of"]), style="bold")
    grid = table(_("Bucket"), _("Loans"), _("Overdue"), numbers=(1, 2))
    for age in document["ages"]:
        grid.add_row(age["bucket"], f"{age['loans']:,}", format_cents(age["overdue_cents"], document["currency"]))
    console.print(grid)
    if not document["rejected"]:
        console.out(_("No row was rejected."))


def _show_rules(console: Console, rules: list[dict[str, Any]]) -> None:
    if not rules:
        return
    console.print()
    console.print(_("Rows on record, by rule"), style="bold")
    grid = table(_("What happened"), _("Table"), _("Rule"), _("Rows"), _("Meaning"), _("Example"), numbers=(3,))
    for entry in rules:
        examples = "; ".join(_example(example) for example in entry["examples"][:1])
        disposition = code_words("disposition", entry["disposition"])
        grid.add_row(disposition, entry["table"], entry["rule"], f"{entry['count']:,}", entry["text"], examples)
    console.print(grid)


def _example(example: dict[str, Any]) -> str:
    value = "" if example["value"] is None else f" {example['value']!r}"
    return _("row {number}").format(number=example["row_number"]) + f" {example['row_id']}{value}"
