"""Secrets that nobody can guess: the one place of this room where chance is drawn."""

from __future__ import annotations

import base64
import secrets
from uuid import UUID

from forbear.kernel.signing import PREFIX as SIGNING_PREFIX

SECRET_BYTES = 32
TOKEN_PREFIX = "fbr_"


def fresh_token() -> str:
    """A token that a machine bears: a prefix by which it is known when it leaks, and 64 hex digits."""
    return TOKEN_PREFIX + secrets.token_hex(SECRET_BYTES)


def fresh_signing_secret() -> str:
    """A secret that requests are signed with, as :func:`forbear.kernel.signing.read_secret` reads it."""
    return SIGNING_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def fresh_request_id() -> str:
    """The id of a request whose sender gave none."""
    return secrets.token_hex(16)


def fresh_form_key() -> UUID:
    """The key of a form that is drawn: sent twice, it is done once."""
    return UUID(bytes=secrets.token_bytes(16), version=4)
