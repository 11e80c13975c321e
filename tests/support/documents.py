"""Documents as what they say can be typed: files to write, commands to run, lines to expect."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_FENCE = re.compile(r"^```(?P<head>.*)\n(?P<body>(?:.*\n)*?)```$", re.M)
_FILE = re.compile(r"file=(\S+)")
_EXIT = re.compile(r"  # exit (\d+)$")
ELLIPSIS = "…"


@dataclass(frozen=True)
class File:
    """A block that is to be written to a file."""

    name: str
    text: str


@dataclass
class Typed:
    """A command, the exit code that the document states, and the lines that it shows."""

    line: str
    code: int = 0
    shown: list[str] = field(default_factory=list)


def steps(document: Path) -> Iterator[File | Typed]:
    """The files and commands of a document in order: blocks with ``file=NAME``, and ``$`` lines of console blocks."""
    for block in _FENCE.finditer(document.read_text(encoding="utf-8")):
        head, body = block["head"], block["body"]
        named = _FILE.search(head)
        if named:
            yield File(named[1], body)
        elif head.strip() == "console":
            yield from _typed(body)


def _typed(body: str) -> Iterator[Typed]:
    current: Typed | None = None
    for line in body.splitlines():
        if line.startswith("$ "):
            if current is not None:
                yield current
            stated = _EXIT.search(line)
            current = Typed(_EXIT.sub("", line[2:]), int(stated[1]) if stated else 0)
        elif current is not None and line.strip() not in ("", ELLIPSIS):
            current.shown.append(plain(line))
    if current is not None:
        yield current


def plain(line: str) -> str:
    """A line with single spaces: how wide a table's columns are does not matter."""
    return " ".join(line.split())
