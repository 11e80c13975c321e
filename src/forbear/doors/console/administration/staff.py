"""Users and their sessions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from forbear.doors.console.drawing import draw, said
from forbear.doors.console.places import visitor_of
from forbear.kernel.errors import InputError
from forbear.kernel.language import LANGUAGES
from forbear.kernel.language import gettext as _
from forbear.records.access.sessions import end_session, open_seats
from forbear.records.access.staff import (
    GIVEN_ROLES,
    SKILL_KINDS,
    Position,
    change_position,
    hire,
    reset_password,
    reset_second_factor,
    set_active,
)
from forbear.records.models import Agency, User
from forbear.records.scope import REACHES

ROWS = 100


def users(request: HttpRequest) -> HttpResponse:
    """Everybody, and the form for somebody new."""
    visitor = visitor_of(request)
    if request.method == "POST":
        name = request.POST.get("username", "").strip()
        password = hire(visitor.scope, name, _position(request))
        return draw(
            request, "administration/password.html.jinja", section="administration", username=name, password=password
        )
    after = request.GET.get("after", "")
    found = list(
        User.objects.filter(tenant_id=visitor.tenant, username__gt=after)
        .exclude(role="system")
        .order_by("username")[: ROWS + 1]
    )
    later = found[ROWS - 1].username if len(found) > ROWS else None
    return draw(
        request,
        "administration/users.html.jinja",
        section="administration",
        rows=found[:ROWS],
        later=later,
        **_choices(visitor.tenant),
    )


def user(request: HttpRequest, username: str) -> HttpResponse:
    """One user: position, password, second factor, suspension."""
    visitor = visitor_of(request)
    row = User.objects.filter(tenant_id=visitor.tenant, username=username).exclude(role="system").first()
    if row is None:
        raise InputError("unknown_user", "There is no such user.", user=username)
    deed = request.POST.get("deed", "")
    if request.method == "POST" and deed == "password":
        password = reset_password(visitor.scope, username)
        return draw(
            request,
            "administration/password.html.jinja",
            section="administration",
            username=username,
            password=password,
        )
    if request.method == "POST":
        if deed == "second_factor":
            reset_second_factor(visitor.scope, username)
        elif deed in ("suspend", "restore"):
            set_active(visitor.scope, username, is_active=deed == "restore")
        else:
            change_position(visitor.scope, username, _position(request))
        return said(request, _("Changed."), "user", username=username)
    is_own = username == visitor.user.username
    return draw(
        request,
        "administration/user.html.jinja",
        section="administration",
        row=row,
        is_own=is_own,
        **_choices(visitor.tenant),
    )


def sessions(request: HttpRequest) -> HttpResponse:
    """Who is signed in, from where, since when; each can be ended."""
    visitor = visitor_of(request)
    if request.method == "POST":
        try:
            public_id = UUID(request.POST.get("session", ""))
        except ValueError as error:
            raise InputError("unknown_session", "There is no such session.") from error
        end_session(visitor.scope, public_id)
        return said(request, _("The session is ended."), "sessions")
    # Django keeps sessions by the machine's clock, and so they are asked for by what it wrote.
    seats = open_seats(visitor.tenant, visitor.clock.now())
    return draw(request, "administration/sessions.html.jinja", section="administration", rows=seats)


def _choices(tenant: str) -> dict[str, Any]:
    agencies = Agency.objects.filter(tenant_id=tenant).order_by("agency_id").values_list("agency_id", "name")
    return {"roles": GIVEN_ROLES, "reaches": REACHES, "agencies": list(agencies), "languages": tuple(LANGUAGES)}


def _position(request: HttpRequest) -> Position:
    given = request.POST
    share = given.get("share_percent", "100").strip()
    skills = {
        kind: [each.strip() for each in given.get(f"skill_{kind}", "").split(",") if each.strip()]
        for kind in SKILL_KINDS
    }
    language = given.get("language", "zh")
    return Position(
        given.get("role", ""), given.get("reach", ""), given.get("team", "").strip(), given.get("agency_id", ""),
        language if language in LANGUAGES else "zh", skills, int(share) if share.isdecimal() and len(share) < 5 else 0,
    )  # fmt: skip
