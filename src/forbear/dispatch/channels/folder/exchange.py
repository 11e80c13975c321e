"""Entries handed over through a folder, each whole, each once, and none after its time."""

from __future__ import annotations

import fcntl
import heapq
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from threading import Lock, get_ident

from forbear.kernel.errors import OutputError

FOLDERS = ("outbox", "withdrawn", "inbox", "done", "rejects", "state")
UNTIL = "until_at"
"""The key of an entry's manifest that says until when it may be acted on."""
OVER = datetime(1970, 1, 1, tzinfo=UTC)
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Exchange:
    """One side of the shared folder. Many threads and many processes may use one folder.

    Args:
        root: an existing folder; it is never made here, for a share that is not mounted must not be written beside.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._due: list[tuple[datetime, str]] = []
        self._lock = Lock()

    def open(self) -> None:
        """Make the folders below the root, and note when each waiting entry's time is over.

        Raises:
            OutputError: ``folder_unusable``.
        """
        trouble = self.trouble()
        if trouble:
            raise OutputError(
                "folder_unusable",
                "The folder shared with a partner cannot be used.",
                do="Make or mount it, and let Forbear write there.",
                folder=self.root,
            )
        for name in FOLDERS:
            (self.root / name).mkdir(exist_ok=True)
        waiting = [*(self.root / "outbox").glob("*.json"), *(self.root / "withdrawn").glob("*.part")]
        due = [(until, path.stem) for path in waiting if (until := _until(path)) is not None]
        with self._lock:
            self._due = due
            heapq.heapify(self._due)

    def trouble(self) -> str:
        """Why nothing can be handed over now, as a code; empty where it can."""
        return "" if self.root.is_dir() and os.access(self.root, os.W_OK) else "folder_unusable"

    def waiting_count(self) -> int:
        """How many entries the partner has not taken."""
        return sum(1 for _ in (self.root / "outbox").glob("*.json"))

    def put(self, entry_id: str, manifest: Mapping[str, object], until: datetime, parts: Mapping[str, bytes]) -> bool:
        """Hand an entry over: its parts first, each ``<id><suffix>``, then ``<id>.json``, which tells that all is there.

        Returns:
            False where an entry of this id was handed over before; then nothing is written.

        Raises:
            OSError: nothing was handed over.
            ValueError: an id that cannot be a file's name.
        """
        if not _ID.fullmatch(entry_id):
            raise ValueError("an entry's id is of letters, digits, - and _, at most 64")
        with self.alone(entry_id):
            if self.is_marked("handed", entry_id):
                return False
            for suffix, content in parts.items():
                self.write(f"outbox/{entry_id}{suffix}", content)
            told = {**manifest, UNTIL: until.astimezone(UTC).isoformat()}
            self.write(f"outbox/{entry_id}.json", (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode())
            self.mark("handed", entry_id, until.astimezone(UTC).isoformat())
        with self._lock:
            heapq.heappush(self._due, (until, entry_id))
        return True

    def withdraw(self, now: datetime, is_settled: Callable[[str], bool]) -> Iterator[str]:
        """Take back each entry whose time is over; yields the ids of those that the partner had not taken.

        One that was taken and is not settled has its note in ``withdrawn``: the partner drops what is named there. An entry is
        noted after the caller dealt with it; cut off between, it is yielded again after the next ``open``.
        """
        with self._locked("withdrawing"):
            for entry_id in self._over(now):
                if self._is_taken_back(entry_id):
                    yield entry_id
                    self._note(entry_id, now, was_taken=False)
                    (self.root / "withdrawn" / f"{entry_id}.part").unlink(missing_ok=True)
                elif not (self.root / "withdrawn" / f"{entry_id}.json").exists() and not is_settled(entry_id):
                    self._note(entry_id, now, was_taken=True)

    def recall(self, entry_id: str, now: datetime) -> bool:
        """Take back an entry before its time is over; where the partner took it, a note in ``withdrawn`` tells them to drop it.

        Returns:
            Whether the partner had not taken it: then nobody will act on it.
        """
        with self._locked("withdrawing"):
            is_ours = self._is_taken_back(entry_id)
            if not (self.root / "withdrawn" / f"{entry_id}.json").exists():
                self._note(entry_id, now, was_taken=not is_ours, reason="recalled")
            (self.root / "withdrawn" / f"{entry_id}.part").unlink(missing_ok=True)
        return is_ours

    def _is_taken_back(self, entry_id: str) -> bool:
        """Take an entry out of the outbox, or find that it was taken out and not dealt with."""
        taken_back = self.root / "withdrawn" / f"{entry_id}.part"
        try:
            # Who moves the manifest away has the entry: here and at the partner's that is one step of the file system.
            (self.root / "outbox" / f"{entry_id}.json").rename(taken_back)
        except FileNotFoundError:
            return taken_back.exists()
        for part in (self.root / "outbox").glob(f"{entry_id}.*"):
            part.unlink(missing_ok=True)
        return True

    def _note(self, entry_id: str, now: datetime, *, was_taken: bool, reason: str = "over") -> None:
        note = {"id": entry_id, "withdrawn_at": now.isoformat(), "was_taken": was_taken, "reason": reason}
        self.write(f"withdrawn/{entry_id}.json", (json.dumps(note) + "\n").encode())

    def _over(self, now: datetime) -> list[str]:
        over = []
        with self._lock:
            while self._due and self._due[0][0] <= now:
                over.append(heapq.heappop(self._due)[1])
        return over

    def write(self, name: str, content: bytes) -> None:
        """Write a file below the root whole or not at all, and to the disk itself.

        Raises:
            OSError: it is not there, or what was there before is still there.
        """
        path = self.root / name
        part = self.root / "state" / f"{path.name}.{os.getpid()}.{get_ident()}.part"
        try:
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError:
            part.unlink(missing_ok=True)
            raise
        directory = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    def mark(self, kind: str, key: str, value: str) -> None:
        """Note something under a key, to be asked for again after a restart too."""
        name = self._mark(kind, key)
        (self.root / name).parent.mkdir(exist_ok=True)
        self.write(name, value.encode())

    def is_marked(self, kind: str, key: str) -> bool:
        """Whether something was noted under the key."""
        return (self.root / self._mark(kind, key)).is_file()

    def marked(self, kind: str, key: str) -> str:
        """What was noted under the key; empty where nothing was."""
        try:
            return (self.root / self._mark(kind, key)).read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""

    def forget(self, before: datetime) -> int:
        """Remove what was written before an instant and is needed no more, and say how many files: for a nightly run.

        An entry that is handed over again, or told of again, after its note is forgotten is a new one.
        """
        found = [
            path
            for pattern in ("state/??/*", "state/*.part", "withdrawn/*.json", "done/*")
            for path in self.root.glob(pattern)
        ]
        old = [path for path in found if path.stat().st_mtime < before.timestamp()]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def alone(self, key: str) -> AbstractContextManager[None]:
        """Nobody else, in this process or another, is within for the same key."""
        return self._locked(sha256(key.encode()).hexdigest()[:2])

    def reading(self) -> AbstractContextManager[None]:
        """Nobody else reads the inbox."""
        return self._locked("inbox")

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        # Each opening has a lock of its own, so that threads of one process wait for each other as well.
        descriptor = os.open(self.root / "state" / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o640)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    @staticmethod
    def _mark(kind: str, key: str) -> str:
        # The digest, so that a key from outside can be no path.
        digest = sha256(key.encode()).hexdigest()
        return f"state/{digest[:2]}/{kind}-{digest}"


def _until(manifest: Path) -> datetime | None:
    """Until when an entry may be acted on; None where the partner has just taken it. One that says nothing is over."""
    try:
        until = datetime.fromisoformat(str(json.loads(manifest.read_text(encoding="utf-8"))[UNTIL]))
        return until if until.tzinfo else OVER
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        return OVER
