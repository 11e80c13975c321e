"""Who asks: a token, what it may do, in whose name the records are asked, and by which clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.security import HttpBearer

from forbear.doors.api.problems import unauthenticated
from forbear.kernel.clock import Clock
from forbear.kernel.errors import ForbearError
from forbear.records.access.admitting import Admitted, admit, at_most
from forbear.records.scope import Scope

TOKEN_LENGTH_MAX = 200


@dataclass(frozen=True)
class Caller:
    """A machine that was let in for one request."""

    admitted: Admitted
    clock: Clock

    @property
    def scope(self) -> Scope:
        """In whose name the records are asked."""
        return self.admitted.scope

    @property
    def tenant(self) -> str:
        """The lender."""
        return self.scope.tenant


class Bearer(HttpBearer):
    """Lets in who bears a token with a scope, and counts the request.

    Args:
        needs: the scope, of :data:`forbear.records.access.scopes.SCOPES`.
    """

    def __init__(self, needs: str) -> None:
        super().__init__()
        self.needs = needs

    def __call__(self, request: HttpRequest) -> Any:
        """The caller.

        Raises:
            ForbearError: ``unauthenticated``, ``too_many_requests``, ``forbidden``.
        """
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not 0 < len(token) <= TOKEN_LENGTH_MAX:
            raise unauthenticated()
        return self.authenticate(request, token.strip())

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """The caller who bears the token."""
        clock = clock_of(request)
        admitted = admit(token, clock.now())
        if admitted is None:
            raise unauthenticated()
        return let_in(request, admitted, self.needs)


def needs(scope: str) -> dict[str, Any]:
    """What a route says of the scope it needs, to the web library and in the document: ``@router.get(…, **needs("…"))``."""
    return {"auth": Bearer(scope), "openapi_extra": {"x-scope": scope}}


def let_in(request: HttpRequest, admitted: Admitted, needs: str) -> Caller:
    """The caller, where it has requests left and the scope.

    Raises:
        ForbearError: ``too_many_requests``, ``forbidden``.
    """
    at_most(admitted)
    if needs not in admitted.scopes:
        do = "Ask the lender for a token with this scope."
        raise ForbearError("forbidden", "The token may not do this.", do=do, needs=needs)
    return Caller(admitted, clock_of(request))


def caller_of(request: HttpRequest) -> Caller:
    """Who was let in for this request."""
    caller: Caller = request.auth
    return caller


def clock_of(request: HttpRequest) -> Clock:
    """The deployment's clock."""
    clock: Clock = settings.FORBEAR_CLOCK
    return clock
