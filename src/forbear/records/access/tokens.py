"""Tokens of machines: given once, kept as a digest, revoked at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from forbear.kernel.errors import InputError, UsageError
from forbear.kernel.ids import digest_text
from forbear.records import audit
from forbear.records.access.chance import fresh_signing_secret, fresh_token
from forbear.records.access.scopes import FOR_AGENCIES, SCOPES
from forbear.records.actions.silence import moment
from forbear.records.models import Agency, ApiToken
from forbear.records.scope import Scope, acting
from forbear.records.sealing import sealer

NAME_LENGTH_MAX = 100
RATE_MAX = 100_000


@dataclass(frozen=True)
class Issued:
    """A new token. ``secret`` is shown this once: it is kept nowhere, and of a signer only sealed."""

    token_id: int
    secret: str


def issue(
    scope: Scope, name: str, scopes: Sequence[str], *, agency_id: str = "", requests_per_minute: int = 600,
    expires_at: datetime | None = None, signs: bool = False,
) -> Issued:  # fmt: skip
    """Give a machine a token.

    Args:
        scopes: what it may do, of :data:`forbear.records.access.scopes.SCOPES`.
        agency_id: for whom it speaks; it sees the people who are placed with that agency, and nobody else.
        expires_at: when it ends by itself; None for never.
        signs: for a provider that signs its requests with a secret instead of bearing a token.

    Raises:
        UsageError: ``bad_token`` saying what is off.
        InputError: ``unknown_agency``.
    """
    _check(name, scopes, agency_id, requests_per_minute, signs)
    secret = fresh_signing_secret() if signs else fresh_token()
    with acting(scope):
        if agency_id and not Agency.objects.filter(tenant_id=scope.tenant, agency_id=agency_id).exists():
            raise InputError("unknown_agency", "There is no such agency.", agency=agency_id)
        token = ApiToken.objects.create(
            tenant_id=scope.tenant,
            name=name,
            digest=digest_text(secret),
            scopes=sorted(set(scopes)),
            agency_id=agency_id,
            requests_per_minute=requests_per_minute,
            expires_at=expires_at,
            secret_sealed=sealer(scope.tenant).seal("token", secret) if signs else None,
        )
        told = {"name": name, "scopes": token.scopes, "agency": agency_id, "signs": signs}
        audit.record(audit.Entry("token.issued", "token", str(token.pk), "", told))
    return Issued(token.pk, secret)


def revoke(scope: Scope, token_id: int) -> bool:
    """End a token now. False where it had ended before.

    Raises:
        InputError: ``unknown_token``.
    """
    with acting(scope):
        token = ApiToken.objects.select_for_update().filter(tenant_id=scope.tenant, pk=token_id).first()
        if token is None:
            raise InputError("unknown_token", "There is no such token.", token=token_id)
        if token.revoked_at is not None:
            return False
        token.revoked_at = moment()
        token.save(update_fields=["revoked_at"])
        audit.record(audit.Entry("token.revoked", "token", str(token_id)))
        return True


def tokens_of(tenant: str) -> list[ApiToken]:
    """The tokens of a tenant, the newest last; none of them shows its secret."""
    return list(ApiToken.objects.filter(tenant_id=tenant).order_by("pk"))


def _check(name: str, scopes: Sequence[str], agency_id: str, requests_per_minute: int, signs: bool) -> None:
    odd = [each for each in scopes if each not in SCOPES]
    if not 0 < len(name) <= NAME_LENGTH_MAX:
        raise _bad(f"its name must have 1 to {NAME_LENGTH_MAX} characters")
    if odd or not scopes:
        raise _bad(f"its scopes must be of {', '.join(SCOPES)}")
    if agency_id and not set(scopes) <= set(FOR_AGENCIES):
        raise _bad(f"that of an agency may have only {', '.join(FOR_AGENCIES)}")
    if signs != (list(scopes) == ["receipts:write"]):
        raise _bad("receipts:write is for a signer alone, and a signer has nothing else")
    if not 1 <= requests_per_minute <= RATE_MAX:
        raise _bad(f"its requests a minute must be 1 to {RATE_MAX}")


def _bad(reason: str) -> UsageError:
    return UsageError("bad_token", f"The token cannot be given: {reason}.")
