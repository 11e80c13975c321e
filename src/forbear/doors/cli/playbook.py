"""``forbear playbook``: show, check and compare what a lender would like to do."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click
from rich.console import Console

from forbear.doors.cli.comparing import LAW_NAMED, compared, run_comparison, side_of
from forbear.doors.cli.output import PLAIN_WIDTH, Voice, table
from forbear.doors.cli.wording import Group, argument, option
from forbear.kernel.language import N_, code_words, current
from forbear.kernel.language import gettext as _
from forbear.strategy import Playbook, check_playbook, describe, load_playbook, playbook_names
from forbear.tables import render_text

NAME = argument(
    "name", required=False, metavar="[NAME]", help=N_("The playbook's name, or its folder; all by default.")
)


@click.group(cls=Group, help=N_("Playbooks: what the lender would like to do. What it may do is the law's part."))
def playbook() -> None:
    """Playbooks."""


@playbook.command(
    "check",
    examples=("forbear playbook check", "forbear playbook check balanced --json"),
    help=N_(
        "Check playbooks: gaps, dead rows, rows without a reason, unknown words.\n\n"
        "Exit code 1 when there is an error; warnings and notes are printed only."
    ),
)
@NAME
@click.pass_obj
def check(voice: Voice, name: str | None) -> None:
    """Check playbooks."""
    found = []
    with voice.progress() as tell:
        names = _names(name)
        for number, each in enumerate(names):
            tell(each, number, len(names))
            found += [{"playbook": each, **asdict(finding)} for finding in check_playbook(load_playbook(each))]
    errors = [each for each in found if each["level"] == "error"]

    def show(console: Console) -> None:
        for each in found:
            level, kind = code_words("level", each["level"]), code_words("finding", each["kind"])
            console.out(f"{each['playbook']}: {each['decision']}: {level}: {kind}: {each['message']}")
        counted = _("{playbooks} playbooks: {errors} errors, {others} warnings and notes.")
        console.out(counted.format(playbooks=len(names), errors=len(errors), others=len(found) - len(errors)))

    voice.emit({"playbooks": names, "findings": found}, show)
    if errors:
        raise click.exceptions.Exit(1)


@playbook.command(
    "show",
    examples=("forbear playbook show", "forbear playbook show balanced"),
    help=N_("Show the playbooks, or one with its figures and all its tables."),
)
@NAME
@click.pass_obj
def show(voice: Voice, name: str | None) -> None:
    """Show playbooks."""
    books = [load_playbook(each) for each in _names(name)]
    described = [describe(each, current().language) for each in books]

    def show(console: Console) -> None:
        grid = table(_("Playbook"), _("Title"), _("Version"), _("What it is"))
        for each in described:
            grid.add_row(each["name"], each["title"], each["version"][:12], each["says"])
        console.print(grid)
        if name is not None:
            _show_in_full(console, books[0], described[0])

    voice.emit({"playbooks": described}, show)


@playbook.command(
    "diff",
    examples=(
        "forbear playbook diff balanced alipay --book book/ --as-of 2026-11-23",
        "forbear playbook diff balanced ./own --book book/ --as-of 2026-11-23 --law cn+house --out diff/",
    ),
    help=N_(
        "Compare two playbooks on a book: which loans are treated otherwise.\n\n"
        "By treatment and by the row that decided, with counts, money and planned acts before and after. Exit code 0 whether or "
        "not something changes."
    ),
)
@compared
@option("--law", "law_name", default="cn+house", show_default=True, metavar="LAW", help=LAW_NAMED)
@click.pass_obj
def diff(voice: Voice, /, old: str, new: str, law_name: str, profile: str, **options: Any) -> None:
    """Compare two playbooks on a book."""
    before, after = (side_of(law_name, name, profile) for name in (old, new))
    run_comparison(voice, "playbook", before, after, options)


def _show_in_full(console: Console, book: Playbook, described: dict[str, Any]) -> None:
    console.print()
    grid = table(_("Figure"), _("Value"), _("Unit"), _("Source"), _("Meaning"), numbers=(1,))
    for each in described["parameters"]:
        grid.add_row(each["name"], str(each["value"]), each["unit"], each["source"], each["says"])
    console.print(grid)
    for model in book.models.values():
        console.print()
        click.echo(render_text(model, width=max(console.width, PLAIN_WIDTH)))


def _names(name: str | None) -> list[str]:
    return [name] if name else playbook_names()
