"""``forbear tables``: check decision tables, show them, run their test cases."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console

from forbear.doors.cli.output import PLAIN_WIDTH, Voice
from forbear.doors.cli.parameters import FILE, FOLDER
from forbear.doors.cli.wording import Group, argument, option
from forbear.kernel.errors import TableError
from forbear.kernel.language import N_, code_words
from forbear.kernel.language import gettext as _
from forbear.tables import check as check_model
from forbear.tables import read_dmn, render_text, to_json
from forbear.tables.conformance import run_cases

PATHS = argument(
    "paths", nargs=-1, required=True, type=FOLDER, metavar="FILE...", help=N_("DMN files, or folders of them.")
)


@click.group(cls=Group, help=N_("Decision tables (DMN): check, show, test."))
def tables() -> None:
    """Decision tables."""


@tables.command(
    "check",
    examples=("forbear tables check stage.dmn", "forbear tables check my-playbook/ --json"),
    help=N_(
        "Check tables: cases that no row covers, rows that contradict each other, rows that never fire.\n\n"
        "Every finding has an example. Exit code 1 when there is an error; warnings and notes are printed only."
    ),
)
@PATHS
@option("--notes", is_flag=True, help=N_("Print the notes too: cases that a table leaves to null."))
@click.pass_obj
def check(voice: Voice, paths: tuple[Path, ...], notes: bool) -> None:
    """Check tables."""
    files = dmn_files(paths)
    with voice.progress() as tell:
        found = []
        for number, file in enumerate(files):
            tell(file.name, number, len(files))
            found += [{"file": str(file), **asdict(finding)} for finding in check_model(read_dmn(file))]
    errors = [each for each in found if each["level"] == "error"]

    def show(console: Console) -> None:
        for each in found:
            if each["level"] == "note" and not notes:
                continue
            level, kind = code_words("level", each["level"]), code_words("finding", each["kind"])
            console.out(f"{each['file']}: {each['decision']}: {level}: {kind}: {each['message']}")
        counted = _("{files} files: {errors} errors, {others} warnings and notes.")
        console.out(counted.format(files=len(files), errors=len(errors), others=len(found) - len(errors)))

    voice.emit({"files": len(files), "findings": found}, show)
    if errors:
        raise click.exceptions.Exit(1)


@tables.command(
    "show",
    examples=("forbear tables show stage.dmn",),
    help=N_("Show tables as text: conditions, outputs, why, what each row cites."),
)
@PATHS
@click.pass_obj
def show(voice: Voice, paths: tuple[Path, ...]) -> None:
    """Show tables."""
    models = [read_dmn(file) for file in dmn_files(paths)]

    def show(console: Console) -> None:
        for model in models:
            click.echo(render_text(model, width=max(console.width, PLAIN_WIDTH)))

    voice.emit({"models": [to_json(model) for model in models]}, show)


@tables.command(
    "test",
    examples=("forbear tables test discount.dmn discount-test-01.xml",),
    help=N_(
        "Run the test cases of a table, in the form of the DMN Technology Compatibility Kit.\n\n"
        "Exit code 1 when a case gives another result than expected."
    ),
)
@argument("file", type=FILE, metavar="FILE", help=N_("The DMN file."))
@argument("cases", nargs=-1, required=True, type=FILE, metavar="CASES...", help=N_("Files of test cases (XML)."))
@click.pass_obj
def test(voice: Voice, file: Path, cases: tuple[Path, ...]) -> None:
    """Run test cases."""
    results = [{"file": str(each), **asdict(result)} for each in cases for result in run_cases(file, each)]
    failed = [each for each in results if not each["passed"]]

    def show(console: Console) -> None:
        for each in failed:
            text = _("case {case}, {decision}: {expected!r} expected, {actual!r} found. {problem}")
            console.out(f"{each['file']}: {text.format(**each)}".rstrip())
        console.out(
            _("{passed} of {all} results are as expected.").format(passed=len(results) - len(failed), all=len(results))
        )

    voice.emit({"results": results, "failed": len(failed)}, show)
    if failed:
        raise click.exceptions.Exit(1)


def dmn_files(paths: tuple[Path, ...]) -> list[Path]:
    """The files given, and all DMN files in the folders given.

    Raises:
        TableError: ``missing_file`` for a path that is not there, or when there is no DMN file at all.
    """
    files: list[Path] = []
    for path in paths:
        if not path.exists():
            raise TableError("missing_file", _("The file is not there."), file=path, do=_("Check the path."))
        files += sorted(path.rglob("*.dmn")) if path.is_dir() else [path]
    if not files:
        raise TableError("missing_file", _("There is no DMN file here."), folder=paths[0], do=_("Check the path."))
    return files
