"""Every error that Forbear raises on purpose.

::

    ForbearError                 exit 1   something asked for cannot be done
    ├── UsageError               exit 2   the words of the call are off
    ├── InputError               exit 3   what was given cannot be read or used
    │   ├── BookError                     a loan book, a mapping file or a file of it
    │   ├── TableError                    a decision table
    │   ├── LawError                      a law pack
    │   ├── PlaybookError                 a playbook
    │   └── CapacityError                 a capacity file
    ├── ExpressionError          exit 4   a column expression is not in the vocabulary, or its types clash
    └── OutputError              exit 5   the result cannot be written (disk full, folder in use)

A refusal by law is never an error: it is a verdict, a value with reasons and citations.
A bad *row* of a book is never an error either: it goes to the rejects with its reason.
"""

from __future__ import annotations


class ForbearError(Exception):
    """What, where, and what to do, in one sentence each.

    ``code`` is stable and lower snake case; ``where`` holds structured fields (file, table, row, column, cell …).
    """

    exit_code = 1

    def __init__(self, code: str, message: str, *, do: str = "", **where: object) -> None:
        self.code = code
        self.message = message
        self.do = do
        self.where: dict[str, object] = {key: value for key, value in where.items() if value is not None}
        super().__init__(str(self))

    def __str__(self) -> str:
        place = ", ".join(f"{key} {value}" for key, value in self.where.items())
        return " ".join(part for part in (self.message, f"({place})" if place else "", self.do) if part)

    def to_json(self) -> dict[str, object]:
        """The error as a JSON object: code, message, where, do."""
        where = {key: value if isinstance(value, int) else str(value) for key, value in self.where.items()}
        return {"error": self.code, "message": self.message, "where": where, "do": self.do}


class UsageError(ForbearError):
    """The words of the call are off."""

    exit_code = 2


class InputError(ForbearError):
    """What was given cannot be read or used."""

    exit_code = 3


class BookError(InputError):
    """A loan book, a mapping file, or a file of it cannot be used."""


class TableError(InputError):
    """A decision table cannot be used; ``where`` names file, table, rule and cell."""


class LawError(InputError):
    """A law pack cannot be used."""


class PlaybookError(InputError):
    """A playbook cannot be used."""


class CapacityError(InputError):
    """A capacity file cannot be used."""


class ExpressionError(ForbearError):
    """A column expression is outside the vocabulary, or its types clash."""

    exit_code = 4


class OutputError(ForbearError):
    """The result cannot be written."""

    exit_code = 5
