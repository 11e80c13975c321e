"""How a page is drawn: its template with what every page has, or the part of it that was asked for."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse

from forbear.doors.console.sections import sections_of
from forbear.doors.design.formats import clock_time, end_time, instant
from forbear.kernel.dates import zone
from forbear.kernel.errors import ForbearError
from forbear.kernel.language import code_words


def draw(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    """A page, or a part of one.

    Args:
        template: its path below a folder ``templates``.
        context: what it is given besides ``user``, ``lender``, ``sections``, ``at``, ``clock_at`` and ``until_at``, which write an
            instant, a time of day and the end of hours on the lender's clock.
    """
    return HttpResponse(render_to_string(template, _with_ours(request, context), request=request), status=status)


def draw_problem(request: HttpRequest, status: int, code: str, error: ForbearError | None = None) -> HttpResponse:
    """What cannot be done, said in words with what to do; as a part where a part was asked for."""
    part = "console/problem_part.html.jinja" if request.headers.get("HX-Request") else "console/problem.html.jinja"
    response = draw(
        request, part, status, code=code, says=code_words("error", code), error=error,
        where={key: str(value) for key, value in error.where.items()} if error else {},
    )  # fmt: skip
    if request.headers.get("HX-Request"):
        response["HX-Retarget"] = "#said"
        response["HX-Reswap"] = "innerHTML"
    return response


def said(request: HttpRequest, text: str, name: str, **values: Any) -> HttpResponse:
    """After something was done: to a page, which says so."""
    messages.success(request, text)
    where = reverse(name, kwargs=values or None)
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = where
        return response
    return HttpResponseRedirect(where)


def _with_ours(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    visitor = getattr(request, "forbear_visitor", None)
    user = getattr(request, "user", None)
    signed_in = user if user is not None and user.is_authenticated else None
    clock = zone(visitor.lender.time_zone if visitor else "Asia/Shanghai")
    ours: dict[str, Any] = {
        "user": signed_in,
        "visitor": visitor,
        "sections": sections_of(signed_in.role) if signed_in else [],
        "at": lambda value, **options: instant(value, clock, **options),
        "clock_at": lambda value: clock_time(value, clock),
        "until_at": lambda value: end_time(value, clock),
        "path": request.path,
        "full_path": request.get_full_path(),
        "notes": messages.get_messages(request) if hasattr(request, "_messages") else [],
    }
    return ours | context
