"""What is said after too many wrong guesses."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from forbear.doors.console.drawing import draw_problem


def locked_out(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """The same for every name: that it must wait."""
    response = draw_problem(request, 429, "too_many_guesses")
    response["Retry-After"] = "900"
    return response
