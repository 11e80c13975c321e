"""``forbear law``: check the law packs and show what they say on a date."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from zoneinfo import ZoneInfo

import click
from rich.console import Console

from forbear.compliance import check_pack, render_pack
from forbear.doors.cli.output import Voice
from forbear.doors.cli.parameters import DATE
from forbear.doors.cli.wording import Group, argument, option
from forbear.kernel.clock import SystemClock
from forbear.kernel.language import N_, code_words, current
from forbear.kernel.language import gettext as _

ON = option("--on", "on", type=DATE, metavar="DATE", help=N_("The law in force on this date; today by default."))
LAW = option("--law", "pack", default="cn", show_default=True, metavar="PACK", help=N_("The law pack."))


@click.group(cls=Group, help=N_("The law packs: values with their sources, and the tables that apply them."))
def law() -> None:
    """The law packs."""


@law.command(
    "check",
    examples=("forbear law check", "forbear law check --on 2026-11-23 --json"),
    help=N_(
        "Check a law pack: missing reasons, unknown citations, stale sources.\n\n"
        "Every rule must say why, cite a statute that exists and say what would end it; every statute must be used, and its "
        "source checked recently. Exit code 1 when something is found."
    ),
)
@LAW
@ON
@click.pass_obj
def check(voice: Voice, pack: str, on: date | None) -> None:
    """Check a law pack."""
    day = on or today()
    findings = [asdict(problem) for problem in check_pack(pack, on=day)]
    document = {"law": pack, "on": day.isoformat(), "findings": findings}

    def show(console: Console) -> None:
        for each in findings:
            console.out(f"{each['where']}: {code_words('finding', each['code'])}: {each['message']}")
        console.out(_("Law pack {pack} on {day}: {count} findings.").format(pack=pack, day=day, count=len(findings)))

    voice.emit(document, show)
    if findings:
        raise click.exceptions.Exit(1)


@law.command(
    "show",
    examples=("forbear law show", "forbear law show cn.gbt45251.quiet_hours_start", "forbear law show --on 2025-01-01"),
    help=N_(
        "Show the law: all values, or one with its source.\n\n"
        "Each value names its instrument, its force, and how its text was read: in the original, in secondary sources, or "
        "from memory."
    ),
)
@argument("statute_id", required=False, metavar="[ID]", help=N_("The id of a statute, or the beginning of one."))
@LAW
@ON
@click.pass_obj
def show(voice: Voice, statute_id: str | None, pack: str, on: date | None) -> None:
    """Show the law on a date."""
    form = "json" if voice.as_json else "text"
    click.echo(render_pack(pack, on or today(), statute_id, form=form, language=current().language))


def today() -> date:
    """The date on the law pack's own clock."""
    return SystemClock().now().astimezone(ZoneInfo("Asia/Shanghai")).date()
