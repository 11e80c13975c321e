"""``forbear law``: check the law packs, show what they say on a date, run cases against them, draft and compare them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from rich.console import Console

from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.compliance import check_law, render_pack
from forbear.compliance.cases import CaseResult, read_cases, run_cases
from forbear.compliance.law import copy_law
from forbear.doors.cli.comparing import compared, run_comparison, show_copied, side_of
from forbear.doors.cli.output import Voice
from forbear.doors.cli.parameters import DATE, FILE, FOLDER
from forbear.doors.cli.wording import Group, argument, option
from forbear.kernel.clock import SystemClock
from forbear.kernel.language import N_, code_words, current
from forbear.kernel.language import gettext as _

ON = option("--on", "on", type=DATE, metavar="DATE", help=N_("The law in force on this date; today by default."))
LAW = option(
    "--law", "law_name", default="cn+house", show_default=True, metavar="LAW",
    help=N_("The law: a pack, or packs laid over one another, such as cn+house."),
)  # fmt: skip


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
def check(voice: Voice, law_name: str, on: date | None) -> None:
    """Check a law."""
    day = on or today()
    findings = [asdict(problem) for problem in check_law(law_name, day)]
    document = {"law": law_name, "on": day.isoformat(), "findings": findings}

    def show(console: Console) -> None:
        for each in findings:
            console.out(f"{each['where']}: {code_words('finding', each['code'])}: {each['message']}")
            if each["example"]:
                console.out(_("  for example where {example}").format(example=each["example"]))
        console.out(_("Law {law} on {day}: {count} findings.").format(law=law_name, day=day, count=len(findings)))

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
def show(voice: Voice, statute_id: str | None, law_name: str, on: date | None) -> None:
    """Show the law on a date."""
    form = "json" if voice.as_json else "text"
    click.echo(render_pack(law_name, on or today(), statute_id, form=form, language=current().language))


@law.command(
    "test",
    examples=(
        "forbear law test cases.yaml",
        "forbear law test cases/*.yaml --failed",
        "forbear law test cases.yaml --json",
    ),
    help=N_(
        "Run law cases: what is proposed, and what the law has to say of it.\n\n"
        "Each case of the files is judged by the gate on columns, and told in one line with the rules that fired. Exit code 1 "
        "when a case comes out otherwise than expected. The names that a case may use are in the reference of law cases."
    ),
)
@argument("files", nargs=-1, required=True, type=FILE, metavar="FILE...", help=N_("YAML files of cases."))
@option("--failed", "failed_only", is_flag=True, help=N_("Show only the cases that failed."))
@click.pass_obj
def test(voice: Voice, files: tuple[Path, ...], failed_only: bool) -> None:
    """Run law cases."""
    engine = DuckDBEngine()
    try:
        results = run_cases(read_cases(files), engine)
    finally:
        engine.close()
    failed = [each for each in results if not each.passed]
    shown = failed if failed_only else results
    document = {
        "passed": len(results) - len(failed),
        "failed": len(failed),
        "cases": [each.to_json() for each in shown],
    }

    def show(console: Console) -> None:
        for each in shown:
            for line in case_lines(each):
                console.out(line)
        # This line is for programs too, so it is the same in every language.
        console.out(f"{len(results) - len(failed)} passed, {len(failed)} failed")

    voice.emit(document, show)
    if failed:
        raise click.exceptions.Exit(1)


@law.command(
    "copy",
    examples=("forbear law copy cn+house drafts/", "forbear law check --law drafts/cn+house"),
    help=N_(
        "Copy a law into a folder, as a draft to edit.\n\n"
        "The folder must be new or empty. It then holds packs/ and statutes/; wherever a law is named, DIR/cn names the draft of "
        "cn, and DIR/cn+house that draft with the shipped house rules over it."
    ),
)
@argument("law_name", metavar="LAW", help=N_("The law: a pack, or packs laid over one another, such as cn+house."))
@argument("folder", type=FOLDER, metavar="DIR", help=N_("The folder for the draft."))
@click.pass_obj
def copy(voice: Voice, law_name: str, folder: Path) -> None:
    """Copy a law as a draft."""
    document = {"law": law_name, "folder": str(folder), "packs": copy_law(law_name, folder)}
    voice.emit(document, lambda console: show_copied(console, document))


@law.command(
    "diff",
    examples=(
        "forbear law diff cn+house drafts/cn+house --book book/ --as-of 2026-11-23 --out diff/",
        "forbear law diff cn+house@2025-02-27 cn+house@2025-02-28 --book book/ --as-of 2026-11-23",
        "forbear law diff cn+house:strict cn+house:letter --book book/ --as-of 2026-11-23 --json",
    ),
    help=N_(
        "Compare two laws on a book: which proposals come out otherwise.\n\n"
        "By verdict and by rule, with counts, money and planned acts before and after. A law may be a draft (drafts/cn+house), that "
        "of another date (cn+house@2025-02-27), or under another profile (cn+house:letter). Exit code 0 whether or not something "
        "changes."
    ),
)
@compared
@option(
    "--playbook", default="balanced", show_default=True, metavar="NAME", help=N_("The playbook's name, or its folder.")
)
@click.pass_obj
def diff(voice: Voice, /, old: str, new: str, playbook: str, profile: str, **options: Any) -> None:
    """Compare two laws on a book."""
    before, after = (side_of(name, playbook, profile) for name in (old, new))
    run_comparison(voice, "law", before, after, options)


def case_lines(result: CaseResult) -> list[str]:
    """One line a case: whether it came out as expected, its verdict, the rules that fired; a line more for each difference."""
    verdict = result.verdict
    values = [f"{name} {value}" for name, value in result.values.items() if value is not None]
    told = [", ".join(verdict.rules) or "–", *(["; ".join(values)] if values else [])]
    head = _("ok") if result.passed else _("FAILED")
    lines = [f"{head}  {result.case.label}  {verdict.verdict}  {' · '.join(told)}"]
    return [*lines, *(f"      {difference}" for difference in result.differences)]


def today() -> date:
    """The date on the law pack's own clock."""
    return SystemClock().now().astimezone(ZoneInfo("Asia/Shanghai")).date()
