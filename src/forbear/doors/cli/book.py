"""``forbear book``: check a loan book, or make a synthetic one."""

from __future__ import annotations

import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import click
from rich.console import Console

from forbear.book.facts import FactsRequest
from forbear.book.intake import take_in
from forbear.book.settings import AgeingSettings, read_settings
from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.doors.cli.book_findings import describe, show_findings, write_findings
from forbear.doors.cli.output import Document, Voice, table
from forbear.doors.cli.parameters import DATE, FILE, FOLDER, SHARE
from forbear.doors.cli.wording import Group, argument, option
from forbear.kernel.errors import OutputError
from forbear.kernel.language import N_
from forbear.kernel.language import gettext as _
from forbear.lab import make_book
from forbear.lab.synthetic.write import Form

AS_OF = option("--as-of", "as_of", type=DATE, required=True, metavar="DATE", help=N_("The business date, YYYY-MM-DD."))
MAPPING = option("--mapping", type=FILE, metavar="FILE", help=N_("How a lender's own files become the book's tables."))
SETTINGS = option(
    "--settings", type=FILE, metavar="FILE", help=N_("How the lender ages its book: buckets, tolerance, grace.")
)
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
@SETTINGS
@option("--out", type=FOLDER, metavar="DIR", help=N_("Write every refused row to this folder, as Parquet."))
@MEMORY
@click.pass_obj
def check(voice: Voice, /, folder: Path, as_of: date, mapping: Path | None, out: Path | None, **options: Any) -> None:
    """Check a loan book."""
    settings = read_settings(options["settings"]) if options["settings"] else AgeingSettings()
    engine = DuckDBEngine(memory_gib=options["memory_gib"])
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
            request = FactsRequest(as_of=as_of, time_zone=taken.time_zone, settings=settings)
            document = describe(engine, taken, folder, request)
            if out is not None:
                write_findings(engine, taken, document, out)
    finally:
        engine.close()
    voice.emit(document, lambda console: show_findings(console, document))
    if document["rejected"]:
        raise click.exceptions.Exit(1)


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
