"""``forbear law diff`` and ``forbear playbook diff``: what a change does to a real book, before it is made."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from forbear.day.comparing import CompareRequest, Side, compare
from forbear.day.differences import arrow, deciding, side_name, summary, verdict_words, wish_words
from forbear.doors.cli.book import AS_OF, MAPPING, MEMORY, SETTINGS
from forbear.doors.cli.output import Document, Voice, table
from forbear.doors.cli.parameters import FILE, FOLDER
from forbear.doors.cli.wording import argument, option
from forbear.kernel.dates import parse_date
from forbear.kernel.language import N_, code_words, current
from forbear.kernel.language import gettext as _
from forbear.kernel.money import format_cents

ROWS_MAX = 20
LAW_NAMED = N_("The law: a pack, or packs laid over one another, such as cn+house; @DATE for that of another date.")
_LAW = re.compile(r"(?P<law>.*?)(?:@(?P<on>[^@/]*?))?(?::(?P<profile>[^:@/+]*))?", re.S)
_ON_A_BOOK = (
    option("--book", type=FOLDER, required=True, metavar="BOOK", help=N_("The folder with the book's files.")),
    AS_OF,
    MAPPING,
    SETTINGS,
    option("--capacity", type=FILE, metavar="FILE", help=N_("Acts a day by channel, team and region; no limit by default.")),
    option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True, help=N_("The engine.")),
    option("--master", metavar="URL", help=N_("The Spark master, for --engine spark; by default this machine.")),
    MEMORY,
    option(
        "--out", type=FOLDER, metavar="DIR",
        help=N_("Write diff.html, summary.json and changes.parquet to this folder."),
    ),
    option(
        "--profile", default="strict", show_default=True, metavar="NAME",
        help=N_("The law pack's profile: strict takes advice as binding, letter as advice."),
    ),
)  # fmt: skip


def compared(command: Callable[..., None]) -> Callable[..., None]:
    """The arguments and options of a command that compares two of a kind on a book."""
    for decorate in reversed(_ON_A_BOOK):
        command = decorate(command)
    for name, text in (("new", N_("As it would be.")), ("old", N_("As it is."))):
        command = argument(name, metavar=name.upper(), help=text)(command)
    return command


def side_of(law: str, playbook: str, profile: str) -> Side:
    """A side from a law as it is typed: ``cn+house``, ``cn+house@2025-02-27``, ``drafts/cn:letter``.

    Raises:
        UsageError: ``not_a_date`` for what follows the ``@``.
    """
    found = _LAW.fullmatch(law)
    named: Mapping[str, str | None] = found.groupdict() if found else {"law": law, "on": None, "profile": None}
    on: date | None = None if named["on"] is None else parse_date(named["on"])
    return Side(str(named["law"]), playbook, profile if named["profile"] is None else named["profile"], on)


def run_comparison(voice: Voice, subject: str, before: Side, after: Side, options: dict[str, Any]) -> None:
    """Compare, and show what differs."""
    request = CompareRequest(subject=subject, before=before, after=after, **options)
    with voice.progress() as tell:
        record = compare(request, lambda step: tell(code_words("step", step.name), step.done, step.total))
    voice.emit(record, lambda console: _show(console, record, request.out))


def _show(console: Console, record: Document, out: Path | None) -> None:
    console.out(arrow(side_name(record, "before"), side_name(record, "after")))
    console.out(summary(current(), record))
    wishes, law = [_treatments(record), _rows_of_playbooks(record)], [_verdicts(record), _rules(record)]
    parts = [*law, *wishes] if record["subject"] == "law" else [*wishes, *law]
    for grid in (*parts, _kinds(record), _acts(record) if record["by_change"] else None):
        if grid is not None:
            console.print()
            console.print(grid)
    if out is not None:
        console.print()
        told = _("Written to {folder}. Open {report} first.")
        console.out(told.format(folder=out, report=out / "diff.html"))


def _verdicts(record: Document) -> Table | None:
    rows = [row for row in record["verdicts"] if row["verdict_before"] != row["verdict_after"]]
    return _counted(record, (_("Verdict"),), [((_move(row),), row) for row in rows])


def _rules(record: Document) -> Table | None:
    """The rule that makes the difference to a verdict, by its id: the report quotes it."""
    rows = [((_move(row), deciding(row)[1] or "–"), row) for row in record["rules"]]
    return _counted(record, (_("Verdict"), _("Rule")), rows)


def _treatments(record: Document) -> Table | None:
    words = current()
    named = [
        (arrow(wish_words(words, row, "before"), wish_words(words, row, "after")), row) for row in record["treatments"]
    ]
    return _counted(record, (_("Treatment"),), [((name,), row) for name, row in named], ("loans", "people"))


def _rows_of_playbooks(record: Document) -> Table | None:
    rows = [((row["rule_before"] or "–", row["rule_after"] or "–"), row) for row in record["treatment_rules"]]
    return _counted(record, (_("Row before"), _("Row after")), rows, ("loans", "people"))


def _kinds(record: Document) -> Table | None:
    rows = [((code_words("change", row["change"]),), row) for row in record["by_change"]]
    return _counted(record, (_("Difference"),), rows)


def _acts(record: Document) -> Table:
    grid = table(_("Planned by channel"), _("Before"), _("After"), numbers=(1, 2))
    for row in record["acts"]:
        grid.add_row(code_words("channel", row["channel"]), f"{row['before']:,}", f"{row['after']:,}")
    people = record["people"]
    grid.add_row(_("People contacted"), f"{people['before']:,}", f"{people['after']:,}")
    return grid


def _counted(
    record: Document,
    heads: Sequence[str],
    rows: Sequence[tuple[Sequence[str], Document]],
    counts: Sequence[str] = ("proposals", "loans", "people"),
) -> Table | None:
    """Rows with what they count, and the money; None for no rows."""
    if not rows:
        return None
    names = {"proposals": _("Proposals"), "loans": _("Loans"), "people": _("People")}
    numbers = tuple(range(len(heads), len(heads) + len(counts) + 1))
    grid = table(*heads, *(names[count] for count in counts), _("Overdue"), numbers=numbers)
    for cells, row in rows[:ROWS_MAX]:
        money = format_cents(row["overdue_cents"], record["book"]["currency"])
        grid.add_row(*cells, *(f"{row[count]:,}" for count in counts), money)
    if len(rows) > ROWS_MAX:
        grid.add_row(_("… {more} more").format(more=len(rows) - ROWS_MAX))
    return grid


def _move(row: Document) -> str:
    words = current()
    return arrow(verdict_words(words, row["verdict_before"]), verdict_words(words, row["verdict_after"]))


def show_copied(console: Console, document: Document) -> None:
    """Say what a draft holds, and by which name it goes."""
    grid = table(_("Pack"), _("Files"), _("The draft's name"), numbers=(1,))
    for pack, files in document["packs"].items():
        grid.add_row(pack, f"{files:,}", f"{document['folder']}/{pack}")
    console.print(grid)
    console.out(_("Written to {folder}.").format(folder=document["folder"]))
