"""The web server: the pages and the API of :mod:`forbear.doors.urls`, by several processes that share a port."""

from __future__ import annotations

from typing import Any

from forbear.kernel.errors import UsageError
from forbear.records.setup import set_up


def application() -> Any:
    """The web application, in the environment's deployment."""
    set_up()
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()


def serve(host: str, port: int, workers: int) -> None:
    """Serve until told to stop.

    Raises:
        UsageError: ``bad_workers``.
    """
    if workers < 1:
        raise UsageError("bad_workers", "At least one process must serve.", do="Give --workers 1 or more.")
    set_up()  # starts the embedded database once, before the processes ask for it together
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "forbear.day.wiring.serving:application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=8,
        log_access=False,
        backlog=1024,
    ).serve()
