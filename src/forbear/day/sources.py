"""Where a day's book comes from: a lender's files, or records that are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from forbear.book.intake import Book, take_in
from forbear.columns.engines.engine import Engine


class BookSource(Protocol):
    """Whoever gives the day its book."""

    @property
    def name(self) -> str:
        """What the book is called in the run's record."""
        ...

    def take(self, engine: Engine, as_of: date, work: Path) -> Book:
        """The book on the engine; ``work`` is a scratch folder of the run, which the result reads from."""
        ...


@dataclass(frozen=True)
class FileBook:
    """A book in a lender's files.

    Args:
        folder: the folder with the files.
        mapping: how they become the book's tables.
    """

    folder: Path
    mapping: Path | None = None

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.resolve().name

    def take(self, engine: Engine, as_of: date, work: Path) -> Book:
        """The book as it is taken in.

        Raises:
            BookError: a file (never a row) that cannot be used.
        """
        return take_in(self.folder, mapping=self.mapping, engine=engine, as_of=as_of, work=work)
