"""What a deployment is: where the database is, its keys, and whether it faces the world. Read from the environment only.

======================  ====================================================================================================
``DATABASE_URL``        PostgreSQL for the application; none starts an embedded server in ``FORBEAR_DATA``
``DATABASE_ADMIN_URL``  the owner of the tables, used by ``forbear records migrate`` only; ``DATABASE_URL`` where not given
``FORBEAR_DATA``        the folder of the embedded server, its keys, letters and call lists; ``forbear-data`` where not given
``FORBEAR_SECRET_KEY``  signs sessions and links; at least 50 characters
``FORBEAR_DATA_KEYS``   seal personal data: base64 keys of 32 bytes, the newest first, separated by commas
``FORBEAR_HOSTS``       host names the web is served under, separated by commas; given, the web insists on HTTPS
======================  ====================================================================================================

With the embedded server the two secrets are made on first use and lie in the data folder, readable by its owner alone.
"""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from forbear.kernel.errors import UsageError

KEY_BYTES = 32


@dataclass(frozen=True)
class Deployment:
    """One deployment as configured."""

    database_url: str
    admin_url: str
    data: Path
    secret_key: str
    data_keys: tuple[bytes, ...]
    hosts: tuple[str, ...]
    is_embedded: bool


def read_deployment(environment: Mapping[str, str] = os.environ) -> Deployment:
    """The deployment that the environment describes; starts the embedded server where no database is named.

    Raises:
        UsageError: ``no_secret`` where a database is named but not the keys; ``bad_key``.
    """
    data = data_folder(environment)
    url = environment.get("DATABASE_URL", "")
    hosts = tuple(host.strip() for host in environment.get("FORBEAR_HOSTS", "").split(",") if host.strip())
    if url:
        secret, keys = _given(environment, "FORBEAR_SECRET_KEY"), _given(environment, "FORBEAR_DATA_KEYS")
        admin = environment.get("DATABASE_ADMIN_URL") or url
        return Deployment(url, admin, data, secret, _keys(keys), hosts, is_embedded=False)
    from forbear.records.server import start_embedded

    application, admin = start_embedded(data)
    secret = environment.get("FORBEAR_SECRET_KEY") or _kept(data / "secret-key", lambda: secrets.token_urlsafe(48))
    keys = environment.get("FORBEAR_DATA_KEYS") or _kept(
        data / "data-keys", lambda: base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    )
    return Deployment(application, admin, data, secret, _keys(keys), hosts, is_embedded=True)


def data_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of the deployment, whether or not it is there."""
    return Path(environment.get("FORBEAR_DATA") or "forbear-data").absolute()


def _given(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise UsageError(
            "no_secret",
            f"DATABASE_URL is given, but {name} is not.",
            do="Give it in the environment; docs/how-to/deploy.md says how it is made.",
        )
    return value


def _keys(text: str) -> tuple[bytes, ...]:
    keys = []
    for part in text.split(","):
        try:
            key = base64.b64decode(part.strip(), validate=True)
        except ValueError:
            key = b""
        if len(key) != KEY_BYTES:
            raise UsageError("bad_key", "FORBEAR_DATA_KEYS must be base64 of 32 bytes, several with commas between.")
        keys.append(key)
    return tuple(keys)


def _kept(path: Path, make: object) -> str:
    """The secret in a file, made the first time; two processes that start together agree on one."""
    if not path.exists():
        made = make() if callable(make) else ""
        draft = path.with_name(f".{path.name}-{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(str(made), encoding="ascii")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()
