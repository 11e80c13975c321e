"""Every page has its place: an address, the roles that may open it, and how it may be asked. What is not placed does not exist.

The guard stands around every view: it asks who is there, whether their role may be here, and lets the view see the records in
their scope only, in one transaction for the whole request.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse

from forbear.doors.console.drawing import draw_problem
from forbear.kernel.clock import Clock
from forbear.kernel.errors import ForbearError, InputError
from forbear.records.lender import LenderSettings, lender_settings
from forbear.records.models import User
from forbear.records.models.tenant import ROLES
from forbear.records.scope import Scope, acting

LOG = logging.getLogger("forbear.console")
STAFF = tuple(role for role in ROLES if role not in ("visitor", "system"))
DESK = ("collector", "leader", "compliance")
"""Who sees people by name."""
MUST_ENROL = "must_enrol"
"""The mark in a session that a second factor must be set up before anything else."""
STATUSES: Mapping[str, int] = {"conflict": 409}
View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Visitor:
    """Who is there: the user, in whose scope the records are asked, what their lender chose, and by which clock."""

    user: User
    scope: Scope
    lender: LenderSettings
    clock: Clock

    @property
    def tenant(self) -> str:
        """The lender."""
        return self.scope.tenant

    @property
    def role(self) -> str:
        """What they do there."""
        return str(self.user.role)

    @property
    def today(self) -> date:
        """The day on the lender's calendar."""
        return self.lender.date_of(self.clock.now())


@dataclass(frozen=True)
class Place:
    """One address. ``methods`` are those it answers; without roles anybody may come who is signed in."""

    name: str
    route: str
    view: View
    roles: tuple[str, ...]
    methods: tuple[str, ...]

    def pattern(self) -> URLPattern:
        """As Django's routes have it."""
        return path(self.route, guarded(self), name=self.name)


def place(route: str, view: View, name: str, roles: Sequence[str] = STAFF, methods: Sequence[str] = ("GET",)) -> Place:
    """A page at an address below ``/desk/``."""
    return Place(name, route, view, tuple(roles), tuple(methods))


def visitor_of(request: HttpRequest) -> Visitor:
    """Who asks; only within a guarded view."""
    found: Visitor = request.forbear_visitor
    return found


def guarded(where: Place) -> View:
    """The view with its guard around it."""

    @wraps(where.view)
    def guard(request: HttpRequest, **values: Any) -> HttpResponse:
        user = request.user
        if not user.is_authenticated or not user.is_active or not user.tenant_id:
            return _sent_to(request, "sign_in", next=request.get_full_path())
        if request.session.get(MUST_ENROL) and where.name != "second_factor_new":
            return _sent_to(request, "second_factor_new")
        if user.must_change_password and where.name not in ("account", "second_factor_new"):
            return _sent_to(request, "account")
        if user.role not in where.roles:
            return draw_problem(request, 403, "no_entry")
        if request.method not in where.methods and not (request.method == "HEAD" and "GET" in where.methods):
            refused = draw_problem(request, 405, "no_such_way")
            refused["Allow"] = ", ".join(where.methods)
            return refused
        try:
            _check_words(request)
            return _answer(request, where.view, user, values)
        except ForbearError as error:
            return draw_problem(request, status_of(error), error.code, error)

    return guard


def _check_words(request: HttpRequest) -> None:
    """Raises InputError ``bad_words`` for what no keyboard writes and no database keeps."""
    for given in (request.GET, request.POST):
        if any("\0" in text for texts in given.lists() for text in texts[1]):
            raise InputError("bad_words", "What was sent holds characters that are none.", do="Type it again.")


def _answer(request: HttpRequest, view: View, user: User, values: Mapping[str, Any]) -> HttpResponse:
    scope = Scope(user.tenant_id, user.username, user.reach, user.team, user.agency_id)
    with acting(scope):
        request.forbear_visitor = Visitor(user, scope, lender_settings(user.tenant_id), settings.FORBEAR_CLOCK)
        response = view(request, **values)
        if response.status_code >= 500:
            transaction.set_rollback(True)
        return response


def status_of(error: ForbearError) -> int:
    """The HTTP status of an error of ours."""
    if error.code in STATUSES:
        return STATUSES[error.code]
    if error.code.startswith("unknown_") or error.code.startswith("no_such_"):
        return 404
    return 422 if isinstance(error, InputError) else 400


def _sent_to(request: HttpRequest, name: str, **query: str) -> HttpResponse:
    """To another page; where a part of a page was asked for, the whole page goes there."""
    where = f"{reverse(name)}?{urlencode(query)}" if query else reverse(name)
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = reverse(name)
        return response
    return HttpResponseRedirect(where)
