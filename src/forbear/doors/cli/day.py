"""``forbear run``, ``forbear day`` and ``forbear explain``: a day over files or records, and why a loan was treated as it was."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from forbear.day.explanation import explain as explain_loan
from forbear.day.measures import Step
from forbear.day.run import BUSINESS_STEPS, DayRequest
from forbear.day.run import run_day as run_request
from forbear.day.telling import tell as tell_explanation
from forbear.day.words import reason_words
from forbear.doors.cli.book import AS_OF, BOOK, MAPPING, MEMORY, SETTINGS
from forbear.doors.cli.desk.audit import TENANT
from forbear.doors.cli.output import Document, Voice, table
from forbear.doors.cli.parameters import FILE, FOLDER
from forbear.doors.cli.wording import Command, argument, option
from forbear.kernel.clock import SystemClock
from forbear.kernel.language import N_, code_words, current
from forbear.kernel.language import gettext as _
from forbear.kernel.money import format_cents


@click.command(
    "run",
    cls=Command,
    examples=(
        "forbear run book/ --as-of 2026-11-23 --playbook balanced --law cn+house --out day/",
        "forbear run export/ --mapping m.yaml --as-of 2026-11-23 --playbook balanced --law cn+house --capacity team.yaml --out day/ --json",
    ),
    help=N_(
        "Run a day: from a loan book to a plan, with a reason for every loan.\n\n"
        "The folder then holds facts, proposals, verdicts, plan and rejects as Parquet, run.json and report.html. It appears "
        "whole or not at all. Nothing is sent to anyone."
    ),
)  # fmt: skip
@BOOK
@AS_OF
@option("--playbook", required=True, metavar="NAME", help=N_("The playbook's name, or its folder."))
@option(
    "--law",
    required=True,
    metavar="PACK",
    help=N_("The law: a pack, or packs laid over one another, such as cn+house."),
)
@option(
    "--profile", default="strict", show_default=True, metavar="NAME",
    help=N_("The law pack's profile: strict takes advice as binding, letter as advice."),
)  # fmt: skip
@MAPPING
@SETTINGS
@option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True, help=N_("The engine."))
@option("--master", metavar="URL", help=N_("The Spark master, for --engine spark; by default this machine."))
@option(
    "--capacity", type=FILE, metavar="FILE", help=N_("Acts a day by channel, team and region; no limit by default.")
)
@MEMORY
@option("--out", type=FOLDER, required=True, metavar="DIR", help=N_("The folder for the result."))
@click.pass_obj
def run_day(voice: Voice, /, folder: Path, as_of: date, **options: Any) -> None:
    """Run a day."""
    request = DayRequest(book=folder, as_of=as_of, **options)
    with voice.progress() as tell:
        record = run_request(request, lambda step: _tell(tell, step))
    voice.emit(record, lambda console: _show(console, record, request.out))


def _tell(tell: Any, step: Step) -> None:
    tell(code_words("step", step.name), step.done, step.total)


def _show(console: Console, record: Document, out: Path) -> None:
    grid = table(_("Table"), _("Rows in"), _("Accepted"), _("Others"), numbers=(1, 2, 3))
    for name, rows in record["book"]["tables"].items():
        grid.add_row(name, f"{rows['in']:,}", f"{rows['accepted']:,}", f"{rows['rejected']:,}")
    console.print(grid)
    console.print()
    _show_counts(console, record["counts"], record["book"]["currency"])
    console.out(_("Written to {folder}. Open {report} first.").format(folder=out, report=out / "report.html"))


def _show_counts(console: Console, counts: Document, currency: str) -> None:
    """What the book holds, and what the plan does with it: planned by channel, the rest by reason."""
    told = _("{open} open loans, {overdue} overdue, {money} overdue in all.")
    money = format_cents(counts["overdue_cents"] or 0, currency)
    console.out(told.format(open=f"{counts['open_loans']:,}", overdue=f"{counts['overdue_loans']:,}", money=money))
    grid = table(_("Plan"), _("By"), _("Acts"), numbers=(2,))
    for status, tally in counts["plan"].items():
        for code, number in sorted(tally.items(), key=lambda each: (-each[1], each[0])):
            context = "treatment" if status == "candidate" else "channel"
            by = reason_words(current(), code) if status == "unplanned" else code_words(context, code)
            grid.add_row(code_words("status", status), by, f"{number:,}")
    console.print(grid)


@click.command(
    "day",
    cls=Command,
    examples=(
        "forbear day --tenant demo --as-of 2026-11-23 --book book/",
        "forbear day --tenant demo --as-of 2026-11-23 --delta changes/ --json",
        "forbear day --tenant demo --as-of 2026-11-23 --no-import",
    ),
    help=N_(
        "Run a business day over the records: take in the book, plan, and queue what is to be done.\n\n"
        "With the playbook, the law and the ageing that the lender chose. Stopped anywhere, the same command goes on from there "
        "and gives the same acts once. Workers do the acts; without one, nothing is sent."
    ),
)
@TENANT
@AS_OF
@option("--book", type=FOLDER, metavar="BOOK", help=N_("A whole book to take in first."))
@option(
    "--delta", type=FOLDER, metavar="DIR", help=N_("Files with what changed since the last book, to take in first.")
)
@option("--no-import", "no_import", is_flag=True, help=N_("Take in nothing: plan on the records as they stand."))
@MAPPING
@option(
    "--capacity", type=FILE, metavar="FILE", help=N_("Acts a day by channel, team and region; no limit by default.")
)
@MEMORY
@click.pass_obj
def business_day(voice: Voice, /, tenant: str, as_of: date, no_import: bool, **options: Any) -> None:
    """Run a business day."""
    if no_import == bool(options["book"] or options["delta"]):
        raise click.UsageError(_("Give --book or --delta, or --no-import to plan on the records as they stand."))
    from forbear.records.setup import set_up

    set_up()
    from forbear.day.wiring.business_day import BEGINS, BusinessDay, run_business_day

    with voice.progress() as tell:

        def notify(step: str, moment: str) -> None:
            if moment == BEGINS:
                tell(code_words("step", step), BUSINESS_STEPS.index(step), len(BUSINESS_STEPS))

        done = run_business_day(BusinessDay(tenant, as_of, **options), SystemClock(), notify)
    voice.emit(done, lambda console: _show_business(console, done))


def _show_business(console: Console, done: Document) -> None:
    for fed in done["fed"].values():
        grid = table(_("Table"), _("Rows in"), _("Accepted"), _("Others"), _("Gone"), numbers=(1, 2, 3, 4))
        for name, rows in fed["tables"].items():
            numbers = (rows["in"], rows["accepted"], rows["rejected"], rows.get("gone", 0))
            grid.add_row(name, *(f"{number:,}" for number in numbers))
        console.print(grid)
        if not fed["is_new"]:
            console.out(_("The very same was taken in last: nothing was changed."))
        console.out(_("Rows on record: {file}.").format(file=fed["rejects"]))
    counts = done["counts"]
    told = _(
        "{queued} acts queued or waiting, {withdrawn} of earlier days withdrawn; {opened} cases opened, {closed} closed."
    )
    console.out(told.format(**counts["acts"], opened=counts["cases"]["opened"], closed=counts["cases"]["closed"]))
    console.out(_("Written to {folder}. Open {report} first.").format(
        folder=done["folder"], report=Path(done["folder"]) / "report.html"))  # fmt: skip


@click.command(
    "explain",
    cls=Command,
    examples=("forbear explain day/ L000000116", "forbear explain day/ L000000116 --lang zh"),
    help=N_(
        "Explain what was decided about a loan, and why.\n\n"
        "The decision in one sentence; the facts that mattered; the row of each table that fired; what the law refused, with "
        "its citation; and what would have to change."
    ),
)  # fmt: skip
@argument("folder", type=FOLDER, metavar="DIR", help=N_("The folder of a finished run."))
@argument("loan_id", metavar="LOAN", help=N_("The id of the loan."))
@click.pass_obj
def explain(voice: Voice, folder: Path, loan_id: str) -> None:
    """Explain a loan."""
    explanation = explain_loan(folder, loan_id, current().language)
    voice.emit(explanation.to_json(), lambda console: click.echo(tell_explanation(explanation), nl=False))
