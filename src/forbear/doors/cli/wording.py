"""Click commands whose help is translated when it is shown, and that all take ``--json``, ``--quiet`` and ``--lang``."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import click
from click import core, decorators, exceptions, formatting, parser, types

from forbear.kernel import language
from forbear.kernel.language import N_, gettext

# Click words its own help and errors through a module-level ``_``. Ours takes its place, so that they come from our
# catalog; the sentences are named here for the extraction.
CLICK_SENTENCES = (
    N_("Options"),
    N_("Positional arguments"),
    N_("Commands"),
    N_("Usage:"),
    N_("Missing command."),
    N_("Missing argument"),
    N_("Missing option"),
    N_("Missing parameter"),
    N_("No such option {name!r}."),
    N_("No such command {name!r}."),
    N_("Invalid value: {message}"),
    N_("Invalid value for {param_hint}: {message}"),
    N_("Choose from:\n\t{choices}"),
    N_("{value!r} is not a valid {number_type}."),
    N_("{value} is not in the range {range}."),
    N_("Option {name!r} does not take a value."),
    N_("{name} {filename!r} does not exist."),
    N_("{name} {filename!r} is a file."),
    N_("{name} {filename!r} is a directory."),
    N_("Show this message and exit."),
    N_("default: {default}"),
    N_("required"),
    N_("file"),
    N_("directory"),
    N_("path"),
)


def translate_click() -> None:
    """Let click take its words from our catalog."""
    for module in (core, decorators, exceptions, formatting, parser, types):
        vars(module)["_"] = gettext
        if "ngettext" in vars(module):
            vars(module)["ngettext"] = language.ngettext


class _Translated:
    """``help`` is kept in English and read in the language in use."""

    _help: str | None = None

    @property
    def help(self) -> str | None:
        return None if self._help is None else gettext(self._help)

    @help.setter
    def help(self, text: str | None) -> None:
        self._help = None if text is None else inspect.cleandoc(text)


class Option(_Translated, click.Option):
    """An option with translated help."""


class Argument(_Translated, click.Argument):
    """An argument with translated help."""


class Command(_Translated, click.Command):
    """A command with translated help that is never cached, examples, and the three options that every command takes."""

    def __init__(self, *args: Any, examples: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = examples
        self.params.extend(shared_options())

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """``--help``, in the language in use."""
        return _in_words(super().get_help_option(ctx))

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first line of the help."""
        return (self.help or "").split("\n")[0]

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the examples, each on a line of its own."""
        if self.examples:
            with formatter.section(gettext("Examples")):
                formatter.write("".join(f"{'':>{formatter.current_indent}}{each}\n" for each in self.examples))


class Group(Command, click.Group):
    """A group of commands, with the same."""

    command_class = Command


def _in_words(help_option: click.Option | None) -> click.Option | None:
    # Click keeps the option it made first, with the words of the language then in use.
    if help_option is not None:
        help_option.help = gettext("Show this message and exit.")
    return help_option


Group.group_class = Group


def option(*names: str, help: str, **details: Any) -> Callable[[Any], Any]:
    """An option of a command."""
    return click.option(*names, cls=Option, help=help, **details)


def argument(name: str, help: str, **details: Any) -> Callable[[Any], Any]:
    """An argument of a command."""
    return click.argument(name, cls=Argument, help=help, **details)


def shared_options() -> list[click.Parameter]:
    """``--json``, ``--quiet`` and ``--lang``: declared here, read before parsing (see ``main``), so they may stand anywhere."""
    return [
        Option(["--json"], is_flag=True, expose_value=False, help=N_("Print one JSON document, also for an error.")),
        Option(["--quiet"], is_flag=True, expose_value=False, help=N_("Print no progress.")),
        Option(
            ["--lang"],
            type=click.Choice(list(language.LANGUAGES)),
            expose_value=False,
            help=N_("The language to speak; by default that of LC_ALL, LC_MESSAGES or LANG."),
        ),
    ]
