"""What a command prints: text or one JSON document on stdout, progress and errors on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from forbear.kernel.errors import ForbearError
from forbear.kernel.language import code_words, current
from forbear.kernel.language import gettext as _

Document = dict[str, Any]
PLAIN_WIDTH = 160


@dataclass(frozen=True)
class Voice:
    """How a command speaks."""

    as_json: bool = False
    quiet: bool = False

    def emit(self, document: Document, show: Callable[[Console], None]) -> None:
        """Print the document as JSON, or show it as text."""
        if self.as_json:
            print_json(document)
        else:
            show(console(sys.stdout))

    @contextmanager
    def progress(self) -> Iterator[Callable[[str, int, int], None]]:
        """A progress bar on stderr: call with the step's name, how many are done and how many there are."""
        if self.as_json or self.quiet or not sys.stderr.isatty():
            yield lambda name, done, total: None
            return
        bar = Progress(
            TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"),
            TimeElapsedColumn(), console=console(sys.stderr), transient=True,
        )  # fmt: skip
        with bar:
            task = bar.add_task("", total=None)
            yield lambda name, done, total: bar.update(task, description=name, completed=done, total=total)

    def fail(self, error: ForbearError) -> None:
        """Print the error: as JSON on stdout, or on stderr as what, where and what to do."""
        if self.as_json:
            print_json(error.to_json())
            return
        print(_("Error: {message}").format(message=translated_message(error)), file=sys.stderr)
        if error.where:
            separator = _(": ")
            for key, value in error.where.items():
                print(f"  {code_words('where', key)}{separator}{value}", file=sys.stderr)
        if error.do:
            print(f"  {error.do}", file=sys.stderr)


def translated_message(error: ForbearError) -> str:
    """The error's message; when it is in English and the reader is not, the code's own words go before it."""
    words = current()
    known = words.pgettext("error", error.code)
    if words.language == "en" or known == error.code or not error.message.isascii():
        return error.message
    return f"{known} {error.message}"


def print_json(document: Document) -> None:
    """One JSON document on stdout."""
    print(json.dumps(document, ensure_ascii=False, indent=2, default=str))


def console(file: IO[str]) -> Console:
    """A console that does not fold lines to 80 columns when nobody watches."""
    return Console(file=file, highlight=False, markup=False, emoji=False, width=None if file.isatty() else PLAIN_WIDTH)


def table(*heads: str, numbers: tuple[int, ...] = ()) -> Table:
    """A plain table; the columns in ``numbers`` are right-aligned."""
    grid = Table(box=None, pad_edge=False, header_style="bold", show_edge=False)
    for place, head in enumerate(heads):
        grid.add_column(head, justify="right" if place in numbers else "left", overflow="fold")
    return grid
