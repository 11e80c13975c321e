"""Who asks: found by the token's digest, and counted in the same statement.

The count is in the database, so that it is one for all processes. It is by the minute of the clock: in each a token gets so many
answers and no more, and what it is told to wait is what is left of the minute.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from forbear.kernel.errors import ForbearError
from forbear.kernel.ids import digest_text
from forbear.records.models import ApiToken
from forbear.records.scope import Scope
from forbear.records.sealing import sealer

_COUNT = """
UPDATE records_apitoken SET last_used_at = %(now)s,
    window_count = CASE WHEN window_at >= %(minute)s THEN window_count + 1 ELSE 1 END,
    window_at = greatest(window_at, %(minute)s)
WHERE {found} AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > %(now)s)
RETURNING id, tenant_id, scopes, agency_id, requests_per_minute, window_count
"""
_BY_DIGEST = _COUNT.format(found="digest = %(digest)s AND secret_sealed IS NULL")
_BY_ID = _COUNT.format(found="id = %(id)s AND secret_sealed IS NOT NULL")


@dataclass(frozen=True)
class Admitted:
    """A machine that was let in: in whose name it acts, what it may do, and how long it must wait where it asked too often."""

    token_id: int
    scope: Scope
    scopes: frozenset[str]
    wait_seconds: int = 0

    @property
    def agency_id(self) -> str:
        """For which outside agency it speaks; empty for the lender itself."""
        return self.scope.agency_id


def admit(token: str, now: datetime) -> Admitted | None:
    """Whoever bears the token, counted; None for a token that is unknown, ended or past its time."""
    return _admitted(_BY_DIGEST, now, digest=digest_text(token))


def admit_signer(token_id: int, now: datetime) -> tuple[Admitted, str] | None:
    """The signer of that id and the secret that its signature is to be proved with; None as in :func:`admit`."""
    found = _admitted(_BY_ID, now, id=token_id)
    if found is None:
        return None
    sealed = ApiToken.objects.values_list("secret_sealed", flat=True).get(pk=token_id)
    return found, sealer(found.scope.tenant).open("token", sealed) or ""


def at_most(admitted: Admitted) -> None:
    """Nothing, while the token has requests left in this minute.

    Raises:
        ForbearError: ``too_many_requests``, with the seconds to wait.
    """
    if admitted.wait_seconds:
        seconds = admitted.wait_seconds
        raise ForbearError(
            "too_many_requests", "The token has used up its requests of this minute.",
            do="Wait, then ask again; repeat a write with the same Idempotency-Key.", wait_seconds=seconds,
        )  # fmt: skip


def _admitted(statement: str, now: datetime, **found: object) -> Admitted | None:
    minute = now.replace(second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(statement, {"now": now, "minute": minute, **found})
        row = cursor.fetchone()
    if row is None:
        return None
    token_id, tenant, scopes, agency_id, most, count = row
    # Django hands JSON of a statement of one's own over as text.
    named = scopes if isinstance(scopes, list) else json.loads(scopes)
    reach = "agency" if agency_id else "all"
    left = (minute + timedelta(minutes=1) - now).total_seconds()
    wait = max(1, -int(-left // 1)) if count > most else 0
    return Admitted(token_id, Scope(tenant, f"token {token_id}", reach, agency_id=agency_id), frozenset(named), wait)
