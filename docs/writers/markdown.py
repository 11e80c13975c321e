"""Markdown tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

GENERATED = "*Written by `make docs` from the code; edits here are lost.*\n"


def cell(value: object) -> str:
    """A value as it stands in a table."""
    return str(value).replace("|", "\\|").replace("\n", " ")


def grid(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table with a heading row."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cell(value) for value in line)} |" for line in lines) + "\n"


def code(value: object) -> str:
    """A value as code."""
    return f"`{value}`"
