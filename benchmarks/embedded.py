"""The embedded server of a benchmark: in a folder that goes with it, and stopped at the end."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

LOANS_A_BORROWER = 1.6
SEED = 7


@contextmanager
def folder_of_server(name: str) -> Iterator[Path]:
    """A folder in which ``data`` is the server's; whatever happens, it is stopped before the folder goes."""
    with TemporaryDirectory(prefix=f"forbear-{name}-") as folder:
        Path(folder).chmod(0o755)  # the embedded server may run as another user
        try:
            yield Path(folder)
        finally:
            from forbear.records.server import stop_embedded

            stop_embedded(Path(folder) / "data")


def open_records(data: Path) -> None:
    """Start the server over a data folder and bring it to the newest version; before any model is imported."""
    from forbear.records.deployment import read_deployment
    from forbear.records.setup import migrate, set_up

    set_up(read_deployment({"FORBEAR_DATA": str(data)}))
    migrate()


def say(line: str) -> None:
    """Tell how far it is, beside the figures."""
    print(f"· {line}", file=sys.stderr, flush=True)
