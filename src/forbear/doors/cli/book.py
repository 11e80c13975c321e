"""``forbear book``: check a loan book, or make a synthetic one."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import click
from rich.console import Console

from forbear.book.facts import FactsRequest, compute_facts
from forbear.book.intake import Book, take_in
from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.columns.expression import coalesce, count, literal, min_of, sum_of
from forbear.columns.relation import Relation
from forbear.doors.cli.output import Document, Voice, table
from forbear.doors.cli.parameters import DATE, FILE, FOLDER, SHARE
from forbear.doors.cli.wording import Group, argument, option
from forbear.kernel.errors import OutputError
from forbear.kernel.language import N_, code_words
from forbear.kernel.language import gettext as _
from forbear.kernel.money import format_cents
from forbear.lab import make_book
from forbear.lab.synthetic.write import Form

EXAMPLES_MAX = 3
REJECTS, CHECK = "rejects.parquet", "check.json"

AS_OF = option("--as-of", "as_of", type=DATE, required=True, metavar="DATE", help=N_("The business date, YYYY-MM-DD."))
MAPPING = option("--mapping", type=FILE, metavar="FILE", help=N_("How a lender's own files become the book's tables."))
MEMORY = option(
    "--memory", "memory_gib", type=click.FloatRange(min=0.25), default=3.0, show_default=True, metavar="GIB",
    help=N_("Memory for the engine, in GiB; beyond it, it spills to disk."),
)  # fmt: skip
BOOK = argument("folder", type=FOLDER, metavar="BOOK", help=N_("The folder with the book's files."))


@click.group(cls=Group, help=N_("Loan books: check one, or make a synthetic one."))
def book() -> None:
    """Loan books."""


@book.command(
    "check",
    examples=(
        "forbear book check book/ --as-of 2026-11-23",
        "forbear book check export/ --mapping lender.yaml --as-of 2026-11-23 --out findings/",
    ),
    help=N_(
        "Check a loan book: what is accepted, what is not and why.\n\n"
        "For every table: rows in = accepted + others. Rejected rows are counted by rule, with examples; the accepted loans "
        "are aged. Exit code 1 when a row was rejected."
    ),
)  # fmt: skip
@BOOK
@AS_OF
@MAPPING
@option("--out", type=FOLDER, metavar="DIR", help=N_("Write every refused row to this folder, as Parquet."))
@MEMORY
@click.pass_obj
def check(voice: Voice, folder: Path, as_of: date, mapping: Path | None, out: Path | None, memory_gib: float) -> None:
    """Check a loan book."""
    engine = DuckDBEngine(memory_gib=memory_gib)
    try:
        with tempfile.TemporaryDirectory(prefix="forbear-check-") as work, voice.progress() as tell:
            taken = take_in(
                folder,
                mapping=mapping,
                engine=engine,
                as_of=as_of,
                work=Path(work),
                progress=lambda line: tell(line, 0, 0),
            )
            document = _describe(engine, taken, folder, as_of)
            if out is not None:
                _write_findings(engine, taken, document, out)
    finally:
        engine.close()
    voice.emit(document, lambda console: _show(console, document))
    if document["rejected"]:
        raise click.exceptions.Exit(1)


def _describe(engine: DuckDBEngine, taken: Book, folder: Path, as_of: date) -> Document:
    refused = _refused(engine, taken.rejects)
    return {
        "book": str(folder),
        "as_of": as_of.isoformat(),
        "currency": taken.currency,
        "time_zone": taken.time_zone,
        "tables": {name: asdict(rows) for name, rows in taken.counts.items()},
        "rejected": sum(entry["count"] for entry in refused if entry["disposition"] == "rejected"),
        "rules": refused,
        "ignored_columns": {name: list(columns) for name, columns in taken.ignored_columns.items()},
        "ages": _ages(engine, taken, as_of),
    }


def _refused(engine: DuckDBEngine, rejects: Relation) -> list[dict[str, Any]]:
    """Rows on record by disposition, table, rule and column, each with a few examples."""
    keys = ("disposition", "table", "rule", "column")
    known = rejects.derive(column=coalesce(rejects["column"], ""))
    rows = engine.fetch(known.group(*keys, count=count(), text=min_of(known["text"])), keys).to_pylist()
    rows.sort(key=lambda row: (row["disposition"] != "rejected", -row["count"], *(row[key] for key in keys)))
    return [{**row, "examples": _examples(engine, known, row)} for row in rows]


def _examples(engine: DuckDBEngine, rejects: Relation, row: dict[str, Any]) -> list[dict[str, Any]]:
    alike = rejects.keep(
        (rejects["table"] == row["table"]) & (rejects["rule"] == row["rule"]) & (rejects["column"] == row["column"])
        & (rejects["disposition"] == row["disposition"])
    )  # fmt: skip
    first = alike.group("file", "row_number", "row_id", "value").select("file", "row_number", "row_id", "value")
    found: list[dict[str, Any]] = (
        engine.fetch(first, ["file", "row_number", "row_id"]).slice(0, EXAMPLES_MAX).to_pylist()
    )
    return found


def _ages(engine: DuckDBEngine, taken: Book, as_of: date) -> list[dict[str, Any]]:
    facts = compute_facts(engine, taken.tables, FactsRequest(as_of=as_of, time_zone=taken.time_zone))
    loans = facts.keep(facts["is_open"].is_true())
    ages = loans.group(
        "bucket", first=min_of(loans["days_past_due"]), loans=count(),
        overdue_cents=coalesce(sum_of(loans["overdue_cents"]), literal(0)),
    )  # fmt: skip
    rows: list[dict[str, Any]] = engine.fetch(ages, ["first"]).drop_columns(["first"]).to_pylist()
    return rows


def _write_findings(engine: DuckDBEngine, taken: Book, document: Document, out: Path) -> None:
    """Each file appears whole or not at all."""
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


def _show(console: Console, document: Document) -> None:
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


@book.command(
    "make",
    examples=(
        "forbear book make --borrowers 1000 --seed 7 --as-of 2026-11-23 book/",
        "forbear book make --borrowers 200 --seed 1 --as-of 2026-11-23 --faults 0.02 --form csv.gz faulty/",
    ),
    help=N_(
        "Make a synthetic loan book, the same for the same seed.\n\n"
        "With --faults, that share of the rows is given a fault of a known kind, to try a check on."
    ),
)  # fmt: skip
@argument("out", type=FOLDER, metavar="OUT", help=N_("The folder to write; it must be new or empty."))
@option("--borrowers", type=click.IntRange(min=1), required=True, metavar="N", help=N_("How many borrowers."))
@option("--seed", type=click.IntRange(min=0), required=True, metavar="S", help=N_("The seed of all chance."))
@AS_OF
@option(
    "--faults", type=SHARE, default="0", show_default=True, metavar="SHARE", help=N_("The share of rows with a fault.")
)
@option(
    "--form", type=click.Choice(get_args(Form)), default="parquet", show_default=True, help=N_("The form of the files.")
)
@click.pass_obj
def make(voice: Voice, out: Path, borrowers: int, seed: int, as_of: date, faults: Decimal, form: Form) -> None:
    """Make a synthetic book."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        message = _("The folder is not empty.")
        raise OutputError("folder_not_empty", message, folder=out, do=_("Choose another folder, or empty it."))
    with voice.progress() as tell:
        step = _("borrowers")
        made = _make_whole(out, borrowers, seed, as_of, faults, form, lambda done: tell(step, done, borrowers))
    document = {
        "book": str(out),
        "borrowers": borrowers,
        "seed": seed,
        "as_of": as_of.isoformat(),
        "form": form,
        **made,
    }
    voice.emit(document, lambda console: _show_made(console, document))


def _make_whole(
    out: Path, borrowers: int, seed: int, as_of: date, faults: Decimal, form: Form, progress: Any
) -> dict[str, dict[str, int]]:
    """Make the book beside ``out`` and move it there when it is whole."""
    out = out.absolute()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as work:
            whole = Path(work) / "book"
            made = make_book(
                whole, borrowers=borrowers, seed=seed, as_of=as_of, faults=float(faults), form=form, progress=progress
            )
            if out.exists():
                out.rmdir()
            whole.rename(out)
            return made
    except OSError as error:
        message = _("The book cannot be written.")
        raise OutputError(
            "cannot_write", message, folder=out, found=error.strerror, do=_("Choose another folder.")
        ) from None


def _show_made(console: Console, document: Document) -> None:
    grid = table(_("Table"), _("Rows"), numbers=(1,))
    for name, rows in document["tables"].items():
        grid.add_row(name, f"{rows:,}")
    console.print(grid)
    faults = {name: rows for name, rows in document["faults"].items() if rows}
    if faults:
        console.print()
        grid = table(_("Fault"), _("Rows"), numbers=(1,))
        for name, rows in faults.items():
            grid.add_row(name, f"{rows:,}")
        console.print(grid)
    console.out(_("Written to {folder}.").format(folder=document["book"]))
