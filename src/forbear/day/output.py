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


@contextmanager
def result_folder(out: Path) -> Iterator[Path]:
    """A folder to write in; when the block ends well it becomes ``out`` as a whole, else it vanishes.

    A killed run leaves ``out`` as it was; what it had written is removed by the next run. An earlier result in ``out`` is
    replaced only when the new one is complete.

    Raises:
        OutputError: ``folder_in_use`` while another run writes to ``out``; ``not_a_result`` when ``out`` holds something
            that no run wrote; ``cannot_write`` when the disk refuses.
    """
    out = out.absolute()
    if out.exists() and not (out.is_dir() and (not any(out.iterdir()) or (out / MARK).is_file())):
        raise OutputError(
            "not_a_result", "The folder holds something that no run wrote.", folder=out, do="Choose another folder."
        )
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


@contextmanager
def _only_one(out: Path) -> Iterator[None]:
    lock = out.with_name(f".{out.name}.lock")
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
            "folder_in_use", "Another run is writing to this folder.", folder=out, do="Wait for it, or choose another."
        ) from error
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)
        os.close(handle)


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
    partial.rename(out)
    shutil.rmtree(old, ignore_errors=True)
