"""The run's folder: all of a result or nothing, one writer at a time."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from forbear.kernel.errors import OutputError

MARK = "run.json"
WRITTEN = frozenset(f"{name}.parquet" for name in ("facts", "proposals", "verdicts", "plan", "rejects")) | {
    MARK, "report.html",
}  # fmt: skip


@contextmanager
def result_folder(out: Path, mark: str = MARK, written: frozenset[str] = WRITTEN) -> Iterator[Path]:
    """A folder to write in; when the block ends well it becomes ``out`` as a whole, else it vanishes.

    Args:
        out: the folder for the result.
        mark: the file by which an earlier result is known.
        written: the names of all files that such a result may hold.

    A killed run leaves ``out`` as it was; what it had written is removed by the next run. An earlier result in ``out`` is
    replaced only when the new one is complete.

    Raises:
        OutputError: ``folder_in_use`` while another run writes to ``out``; ``not_a_result`` when ``out`` holds something
            that no run wrote; ``cannot_write`` when the disk refuses.
    """
    out = out.resolve()
    _check_ours(out, mark, written)
    partial, old = out.with_name(f".{out.name}.partial"), out.with_name(f".{out.name}.old")
    with _only_one(out):
        _clear_up(out, partial, old)
        try:
            partial.mkdir(parents=True)
            yield partial
            _swap(out, partial, old)
        except OSError as error:
            raise OutputError(
                "cannot_write", f"{error.strerror or error}.", folder=out, do="Free space or choose another folder."
            ) from error
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def _check_ours(out: Path, mark: str, written: frozenset[str]) -> None:
    """The folder may be replaced as a whole: nothing is there, or nothing but what a run writes."""
    if not out.exists():
        return
    inside = {path.name for path in out.iterdir()} if out.is_dir() else {out.name}
    if inside and not (out.is_dir() and mark in inside and inside <= written):
        odd = min(inside - written, default=None)
        raise OutputError(
            "not_a_result",
            "The folder holds something that no run wrote.",
            folder=out,
            entry=odd,
            do="Choose another folder.",
        )


@contextmanager
def _only_one(out: Path) -> Iterator[None]:
    lock = out.with_name(f".{out.name}.lock")
    handle = _locked(lock, out)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)
        os.close(handle)


def _locked(lock: Path, out: Path) -> int:
    """The lock file, open and held by this run alone."""
    while True:
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(lock, os.O_CREAT | os.O_RDWR, 0o644)
        except OSError as error:
            raise OutputError(
                "cannot_write", f"{error.strerror or error}.", folder=out, do="Choose another folder."
            ) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(handle)
            raise OutputError(
                "folder_in_use",
                "Another run is writing to this folder.",
                folder=out,
                do="Wait for it, or choose another.",
            ) from error
        # The run before may have removed the file between our opening and our locking it: then others lock a newer one.
        if _is_still(handle, lock):
            return handle
        os.close(handle)


def _is_still(handle: int, lock: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), lock.stat())
    except FileNotFoundError:
        return False


def _clear_up(out: Path, partial: Path, old: Path) -> None:
    """Undo what a killed run may have left: its half result, or a swap between its two renames."""
    shutil.rmtree(partial, ignore_errors=True)
    if old.exists() and not out.exists():
        old.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def _swap(out: Path, partial: Path, old: Path) -> None:
    for path in sorted(partial.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    if out.exists():
        out.rename(old)
    try:
        partial.rename(out)
    except OSError:
        if old.exists():
            old.rename(out)
        raise
    shutil.rmtree(old, ignore_errors=True)
