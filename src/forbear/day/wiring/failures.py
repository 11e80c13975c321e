"""What became of a queued job that failed: kept beside it, for whoever asked for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from forbear.kernel.errors import ForbearError, UsageError


@contextmanager
def failure_kept(keep: Callable[[ForbearError], None]) -> Iterator[None]:
    """Work whose failure is kept. One that was not foreseen is raised besides, so that the queue has it too."""
    try:
        yield
    except ForbearError as error:
        keep(error)
    except Exception:
        keep(UsageError("unexpected", "Something went wrong that was not foreseen."))
        raise
