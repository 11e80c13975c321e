"""Too many wrong guesses: where they came from, and what is said."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from forbear.doors.console.drawing import draw_problem


def locked_out(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """The same for every name: that it must wait."""
    response = draw_problem(request, 429, "too_many_guesses")
    response["Retry-After"] = "900"
    return response


def address_of(request: HttpRequest) -> str:
    """Where a request came from. Before a deployment that faces the world stands one proxy, which adds whom it heard last."""
    direct = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.FORBEAR.hosts:
        return direct  # whatever the header says was written by whoever asks
    return request.headers.get("X-Forwarded-For", "").rsplit(",", 1)[-1].strip() or direct
