"""``forbear``: the command line. Exit codes are those of ``kernel/errors.py``; findings of a check give 1."""

from __future__ import annotations

import itertools
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from importlib.metadata import version
from types import FrameType
from typing import NoReturn

import click

from forbear.doors.cli.access.token import token
from forbear.doors.cli.book import book
from forbear.doors.cli.day import business_day, explain, run_day
from forbear.doors.cli.desk.audit import audit
from forbear.doors.cli.desk.console import console
from forbear.doors.cli.desk.records import records
from forbear.doors.cli.desk.retention import retention
from forbear.doors.cli.desk.serving import doctor, serve, worker
from forbear.doors.cli.law import law
from forbear.doors.cli.output import Voice
from forbear.doors.cli.playbook import playbook
from forbear.doors.cli.tables import tables
from forbear.doors.cli.template import template
from forbear.doors.cli.wording import Group, Option, translate_click
from forbear.kernel.errors import ForbearError, OutputError, UsageError
from forbear.kernel.language import N_, choose_language, use_language
from forbear.kernel.language import gettext as _

INTERRUPTED = 130
EXAMPLES = (
    "forbear book make --borrowers 1000 --seed 7 --as-of 2026-11-23 book/",
    "forbear run book/ --as-of 2026-11-23 --playbook balanced --law cn --out day/",
    "forbear explain day/ L000000116",
)


@click.group(
    cls=Group,
    examples=EXAMPLES,
    help=N_(
        "Decide what to do about every overdue loan, within the law.\n\n"
        "A loan book goes in; a plan of the day comes out, with a reason for every loan."
    ),
)
@click.version_option(
    version("forbear"), "--version", prog_name="forbear", message="%(prog)s %(version)s",
    cls=Option, help=N_("Show the version and exit."),
)  # fmt: skip
def cli() -> None:
    """The root of the commands."""


COMMANDS = (
    book, run_day, business_day, explain, tables, law, playbook, template, records, audit, retention, token, worker, serve,
    doctor, console,
)  # fmt: skip
for command in COMMANDS:
    cli.add_command(command)


class Stop:
    """What Ctrl-C and a polite kill do: what is being written is cleared away, and the process says so.

    The embedded engine turns the interrupt into an error of its own, so it is remembered here.
    """

    asked = False

    def __call__(self, signum: int, frame: FrameType | None) -> NoReturn:
        """Handle the signal."""
        self.asked = True
        raise KeyboardInterrupt


def main() -> NoReturn:
    """Run the command line of this process and exit with its code."""
    stop = Stop()
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    sys.exit(run(sys.argv[1:], stop))


def run(arguments: Sequence[str], stop: Stop | None = None) -> int:
    """Run one command line.

    Returns:
        The exit code: 0 only on success.
    """
    translate_click()
    voice = _prepare(arguments)
    try:
        result = cli.main(args=list(arguments), prog_name="forbear", standalone_mode=False, obj=voice)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except BrokenPipeError:
        # The reader has gone; keep the interpreter from complaining about it when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (KeyboardInterrupt, click.Abort):
        voice.fail(
            ForbearError("interrupted", _("Stopped before the end."), do=_("Nothing half-done was left behind."))
        )
        return INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        if voice.as_json:
            return _report(
                voice,
                UsageError("usage", _("Missing command."), do=_("See {command} --help.").format(command="forbear")),
            )
        click.echo(error.format_message(), err=True)
        return UsageError.exit_code
    except Exception as error:
        return _interrupted(voice) if stop and stop.asked else _report(voice, error)


def _interrupted(voice: Voice) -> int:
    voice.fail(ForbearError("interrupted", _("Stopped before the end."), do=_("Nothing half-done was left behind.")))
    return INTERRUPTED


def _report(voice: Voice, error: Exception) -> int:
    """Say what went wrong and give its exit code."""
    known = _as_ours(error)
    if known is None:
        traceback.print_exc()
        known = ForbearError(
            "unexpected",
            _("Something unforeseen happened: {error}.").format(error=f"{type(error).__name__}: {error}"),
            do=_("This is a fault of the program; please report it."),
        )
    voice.fail(known)
    return known.exit_code


def _as_ours(error: Exception) -> ForbearError | None:
    """The error as one of ours; None for one that nobody foresaw."""
    if isinstance(error, ForbearError):
        return error
    if isinstance(error, click.ClickException):
        context = getattr(error, "ctx", None)
        path = context.command_path if context else "forbear"
        return UsageError("usage", error.format_message(), do=_("See {command} --help.").format(command=path))
    if isinstance(error, OSError):
        return OutputError("cannot_access", f"{error.strerror or error}.", file=error.filename)
    return None


def _prepare(arguments: Sequence[str]) -> Voice:
    """Read ``--json``, ``--quiet`` and ``--lang`` wherever they stand: errors of parsing must obey them too."""
    words = list(arguments)
    if "--" in words:
        words = words[: words.index("--")]
    languages = [after for word, after in itertools.pairwise(words) if word == "--lang"]
    languages += [word.removeprefix("--lang=") for word in words if word.startswith("--lang=")]
    use_language(languages[-1] if languages else choose_language(os.environ))
    return Voice(as_json="--json" in words, quiet="--quiet" in words)


if __name__ == "__main__":
    main()
