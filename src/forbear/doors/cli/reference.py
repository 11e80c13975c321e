"""``docs/reference/cli.md``, written from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator

import click

from forbear.doors.cli.wording import Argument, Command, Group, translate_click
from forbear.kernel.language import speaking

SHARED = ("--json", "--quiet", "--lang", "--help", "--version")
HEAD = """# The command line

Every command takes `--json` (one JSON document on stdout, also for an error), `--quiet` (no progress), `--lang en|zh|zh_TW`
and `--help`, before or after the command's name. Progress and errors go to stderr. `forbear --version` prints the version.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | done, and a check found something; or what was asked cannot be done |
| 2 | the words of the call are off |
| 3 | what was given cannot be read or used: a book, a table, a law pack, a playbook, a capacity file |
| 4 | a column expression is off |
| 5 | the result cannot be written |
| 130 | stopped by Ctrl-C; nothing half-done is left behind |

An error has a code, a sentence, where, and what to do; with `--json`: `{"error": …, "message": …, "where": {…}, "do": …}`.
"""


def cli_reference(root: Group) -> str:
    """The reference page of all commands, in English."""
    translate_click()
    with speaking("en"):
        parts = [HEAD]
        for path, command in _commands("forbear", root):
            parts.append("\n".join(_section(path, command)))
    return "\n".join(parts)


def _commands(path: str, group: Group) -> Iterator[tuple[str, Command]]:
    for name, command in sorted(group.commands.items()):
        if isinstance(command, Group):
            yield from _commands(f"{path} {name}", command)
        elif isinstance(command, Command):
            yield f"{path} {name}", command


def _section(path: str, command: Command) -> Iterator[str]:
    context = click.Context(command, info_name=path)
    yield f"## {path}\n"
    yield f"    {path} {' '.join(command.collect_usage_pieces(context))}\n"
    yield f"{command.help}\n"
    rows = [_row(parameter, context) for parameter in command.params if not set(parameter.opts) & set(SHARED)]
    if rows:
        yield "| | |\n|---|---|"
        yield "\n".join(rows) + "\n"
    if command.examples:
        yield "```console"
        yield "\n".join(f"$ {example}" for example in command.examples)
        yield "```\n"


def _row(parameter: click.Parameter, context: click.Context) -> str:
    if isinstance(parameter, Argument):
        name, text = parameter.make_metavar(context), parameter.help
    else:
        name, text = parameter.get_help_record(context) or ("", "")
    return f"| `{name.replace('|', chr(92) + '|')}` | {text} |"
