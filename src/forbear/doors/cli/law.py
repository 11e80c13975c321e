"""``forbear law``: check the law packs and show what they say on a date."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import click
from rich.console import Console

from forbear.compliance import check_pack
from forbear.doors.cli.output import Document, Voice, table
from forbear.doors.cli.parameters import DATE
from forbear.doors.cli.wording import Group, argument, option
from forbear.kernel.clock import SystemClock
from forbear.kernel.errors import UsageError
from forbear.kernel.language import N_, code_words, current
from forbear.kernel.language import gettext as _
from forbear.statutes import Statutes, StatuteValue, load_pack

PACK = "cn"
ON = option("--on", "on", type=DATE, help=N_("The law in force on this date; today by default."))
LAW = option("--law", "pack", default=PACK, show_default=True, help=N_("The law pack."))


@click.group(cls=Group, help=N_("The law packs: values with their sources, and the tables that apply them."))
def law() -> None:
    """The law packs."""


@law.command(
    "check",
    examples=("forbear law check", "forbear law check --on 2026-11-23 --json"),
    help=N_(
        "Check a law pack: gaps, clashes, unknown citations.\n\n"
        "Every table is searched for cases that no rule covers and for rules that contradict each other; every rule must "
        "cite a statute that exists. Exit code 1 when something is found."
    ),
)
@LAW
@ON
@click.pass_obj
def check(voice: Voice, pack: str, on: date | None) -> None:
    """Check a law pack."""
    day = on or today()
    findings = check_pack(pack, on=day)
    document = {"law": pack, "on": day.isoformat(), "findings": [str(finding) for finding in findings]}

    def show(console: Console) -> None:
        for finding in findings:
            console.print(str(finding))
        console.print(_("Law pack {pack} on {day}: {count} findings.").format(pack=pack, day=day, count=len(findings)))

    voice.emit(document, show)
    if findings:
        raise click.exceptions.Exit(1)


@law.command(
    "show",
    examples=("forbear law show", "forbear law show cn.gbt45251.quiet_hours_start", "forbear law show --on 2025-01-01"),
    help=N_(
        "Show the law: all values, or one with its source.\n\n"
        "Each value names its instrument, its force, and how its text was read: in the primary text, in secondary sources, "
        "or from memory."
    ),
)
@argument("statute_id", required=False, metavar="[ID]", help=N_("The id of a statute, or the beginning of one."))
@LAW
@ON
@click.pass_obj
def show(voice: Voice, statute_id: str | None, pack: str, on: date | None) -> None:
    """Show the law on a date."""
    statutes = load_pack(pack, on=on or today())
    found = {
        name: value
        for name, value in statutes.values.items()
        if statute_id is None or name == statute_id or name.startswith(f"{statute_id}.")
    }
    if not found:
        raise _unknown(statutes, statute_id or "")
    if len(found) == 1:
        ((_name, value),) = found.items()
        voice.emit(describe(value), lambda console: _show_one(console, value))
        return
    document = {"law": pack, "on": statutes.on.isoformat(), "version": statutes.digest}
    voice.emit(
        {**document, "values": [describe(value) for value in found.values()]},
        lambda console: _show_all(console, statutes, found),
    )


def _unknown(statutes: Statutes, statute_id: str) -> UsageError:
    near = sorted(name for name in statutes.statutes if statute_id.split(".")[-1] in name)[:5]
    if statute_id in statutes.statutes:
        message = _("{id} is not in force on {day}.").format(id=statute_id, day=statutes.on)
        return UsageError("not_in_force", message, do=_("Give another date with --on."))
    message = _("There is no statute {id} in the pack.").format(id=statute_id)
    hint = _("Similar: {names}.").format(names=", ".join(near)) if near else _("See forbear law show.")
    return UsageError("unknown_statute", message, do=hint)


def describe(value: StatuteValue) -> Document:
    """A statute on a date as a JSON object."""
    statute, source = value.statute, value.source
    words = "zh" if current().language == "zh" else "en"
    return {
        "id": statute.id,
        "title": statute.title[words],
        "says": statute.says[words],
        "value": None if value.value is None else str(value.value),
        "unit": value.unit,
        "modal": statute.modal,
        "norm": statute.norm,
        "force": value.force,
        "provenance": value.provenance,
        "verified": value.verified,
        "from": value.version.since.isoformat(),
        "until": value.version.until.isoformat() if value.version.until else None,
        "checked_on": value.version.checked_on.isoformat(),
        "source": {"title": source.title, "article": source.article, "href": source.href, "quote": source.quote},
        "not_covered": statute.not_covered,
    }


def _show_one(console: Console, value: StatuteValue) -> None:
    shown = describe(value)
    console.print(shown["title"], style="bold")
    console.print(shown["says"])
    grid = table("", "")
    amount = "–" if shown["value"] is None else f"{shown['value']} ({code_words('unit', value.unit)})"
    rows = {
        _("Id"): shown["id"],
        _("Value"): amount,
        _("Norm"): f"{code_words('norm', value.statute.norm)} · {code_words('modal', value.statute.modal)}",
        _("Force"): code_words("force", value.force),
        _("In force"): f"{shown['from']} – {shown['until'] or ''}".rstrip(),
        _("Source"): " ".join(part for part in (value.source.title, value.source.article) if part),
        _("Link"): value.source.href,
        _("Quotation"): value.source.quote,
        _("Read as"): f"{code_words('provenance', value.provenance)} ({value.version.checked_on})",
        _("Not covered"): value.statute.not_covered,
    }
    for head, cell in rows.items():
        if cell:
            grid.add_row(head, cell)
    console.print(grid)


def _show_all(console: Console, statutes: Statutes, found: dict[str, StatuteValue]) -> None:
    grid = table(_("Id"), _("Title"), _("Value"), _("Force"), _("Read as"))
    words = "zh" if current().language == "zh" else "en"
    for name, value in found.items():
        amount = "" if value.value is None else str(value.value)
        force, read = code_words("force", value.force), code_words("provenance", value.provenance)
        grid.add_row(name, value.statute.title[words], amount, force, read)
    console.print(grid)
    note = _("{count} statutes in force on {day}; {unverified} rest on a text that was not read in the original.")
    console.print(note.format(count=len(found), day=statutes.on, unverified=statutes.unverified_count()))


def today() -> date:
    """The date on the law pack's own clock."""
    return SystemClock().now().astimezone(ZoneInfo("Asia/Shanghai")).date()
