"""The partner's side of a shared folder: takes entries, brings files, and can have its share unmounted."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path

NEVER = {
    "refuses": "A folder takes every file; what is wrong with an entry is told later, by file.",
    "slow": "A folder has no answer that one could wait for.",
    "breaks": "A file is there whole or not at all, so that nothing is ever uncertain.",
}


class Partner:
    """Takes each entry by moving its manifest away, as the folder's rules say."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "share"
        self.root.mkdir()
        self.taken: dict[str, Mapping[str, object]] = {}
        self._away = folder / "unmounted"
        self._mine = folder / "partner"
        self._mine.mkdir()
        self._numbers = count(1)

    def take(self) -> list[Mapping[str, object]]:
        """The manifests of all entries taken until now, in the order in which they were put there."""
        waiting = sorted((self.root / "outbox").glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
        for path in waiting:
            mine = path.rename(self._mine / f"{next(self._numbers)}.json")
            self.taken[f"{mine.stem} {path.stem}"] = json.loads(mine.read_text(encoding="utf-8"))
        return list(self.taken.values())

    def bring(self, rows: Sequence[Mapping[str, object]]) -> Path:
        """Bring rows as a CSV file: written under another name, then renamed."""
        written = io.StringIO(newline="")
        writer = csv.DictWriter(written, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        return self.bring_bytes(written.getvalue().encode("utf-8-sig"))

    def bring_bytes(self, content: bytes) -> Path:
        """Bring a file with these bytes."""
        part = self._mine / "bringing.part"
        part.write_bytes(content)
        return part.rename(self.root / "inbox" / f"told-{next(self._numbers):04d}.csv")

    def go_down(self) -> None:
        """The share is gone."""
        self.root.rename(self._away)

    def come_up(self) -> None:
        """The share is back, with all that was in it."""
        self._away.rename(self.root)
