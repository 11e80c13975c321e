"""What is the same for every answer of the API: its id, its headers, its limits, and that every error is a problem."""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from forbear.doors.api.languages import language_of, tag_of
from forbear.doors.api.problems import MEDIA_TYPE, as_ours, of_status, problem, too_large
from forbear.kernel.errors import ForbearError
from forbear.records.access.chance import fresh_request_id

PREFIX = "/api/"
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "interest-cohort=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Nothing of an answer is run, framed, kept or shown to another site."""


class Envelope:
    """Django middleware, the outermost: it has no part in any other address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer in its envelope."""
        if not request.path_info.startswith(PREFIX):
            return self._get_response(request)
        given = request.headers.get("X-Request-Id", "")
        request.request_id = given if REQUEST_ID.fullmatch(given) else fresh_request_id()
        refused = _unreadable(request)
        response = problem(request, refused) if refused else self._get_response(request)
        if response.status_code >= HTTPStatus.BAD_REQUEST and response.headers.get("Content-Type") != MEDIA_TYPE:
            response = _as_problem(request, response)
        return _dressed(request, response)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """What a route did not answer for itself."""
        return problem(request, as_ours(error)) if request.path_info.startswith(PREFIX) else None


def _unreadable(request: HttpRequest) -> ForbearError | None:
    """Why the body is not even looked at."""
    length = request.headers.get("Content-Length") or "0"
    if not length.isascii() or not length.isdigit():
        return ForbearError("bad_request", "The request cannot be read.")
    if int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return too_large()
    kind = request.headers.get("Content-Type", "").split(";")[0].strip().lower()
    if request.method in ("POST", "PUT", "PATCH") and kind != "application/json":
        return ForbearError("not_json", "The body must be JSON.", do="Send Content-Type: application/json.")
    return None


def _as_problem(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    said = problem(request, of_status(response.status_code))
    if response.has_header("Allow"):
        said["Allow"] = response["Allow"]
    return said


def _dressed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    policy = response.headers.get("Content-Security-Policy")  # the reference page has one of its own
    for name, value in (HEADERS | ({"Content-Security-Policy": policy} if policy else {})).items():
        response[name] = value
    response["X-Request-Id"] = request.request_id
    response["Content-Language"] = tag_of(language_of(request))
    response["Vary"] = "Accept-Language, Authorization"
    if getattr(request, "is_replayed", False):
        response["Idempotency-Replayed"] = "true"
    response.cookies.clear()
    return response
