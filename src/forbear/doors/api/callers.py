"""Who asks: a token, what it may do, in whose name the records are asked, and by which clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.security import HttpBearer

from forbear.doors.api.problems import unauthenticated
from forbear.kernel.clock import Clock
from forbear.kernel.errors import ForbearError, InputError
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
        self.query_names: frozenset[str] = frozenset()

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
        """The caller who bears the token.

        Raises:
            ForbearError: as above; InputError: ``invalid_request`` for a query with an unknown name.
        """
        clock = clock_of(request)
        admitted = admit(token, clock.now())
        if admitted is None:
            raise unauthenticated()
        caller = let_in(request, admitted, self.needs)
        if not set(request.GET) <= self.query_names:
            known = ", ".join(sorted(self.query_names)) or "none"
            do = f"This address takes: {known}."
            raise InputError("invalid_request", "The query has a name that is not known here.", do=do, source="query")
        return caller


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


def teach_queries(api: NinjaAPI) -> None:
    """Tell each route's doorkeeper which names its query has: one that is misspelt must not pass for one left out."""
    for router in api._get_bound_routers():
        for view in router.path_operations.values():
            for operation in view.operations:
                queries = [model for model in operation.models if model.__ninja_param_source__ == "query"]
                names = {name for model in queries for name in model.__ninja_flatten_map__}
                for doorkeeper in operation.auth_callbacks:
                    doorkeeper.query_names = frozenset(names)


def caller_of(request: HttpRequest) -> Caller:
    """Who was let in for this request."""
    caller: Caller = request.auth
    return caller


def clock_of(request: HttpRequest) -> Clock:
    """The deployment's clock."""
    clock: Clock = settings.FORBEAR_CLOCK
    return clock
