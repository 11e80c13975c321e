"""What is said when something cannot be done: RFC 9457 problems, for every error and in every place.

A problem names what is off and what to do, never a value that somebody gave, and never how the program came to it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from forbear.doors.api.languages import language_of
from forbear.kernel.errors import ForbearError, InputError, LawError, OutputError, UsageError
from forbear.kernel.language import translator

LOG = logging.getLogger("forbear.api")
MEDIA_TYPE = "application/problem+json"
TYPES = "https://forbear.invalid/problems/"
"""The name space of problem types: names, not addresses."""
STATUSES: Mapping[str, int] = {
    "unauthenticated": 401,
    "forbidden": 403,
    "no_such_address": 404,
    "no_such_method": 405,
    "not_json": 415,
    "too_large": 413,
    "bad_request": 400,
    "bad_json": 400,
    "idempotency_conflict": 409,
    "payment_changed": 409,
    "result_changed": 409,
    "not_started": 409,
    "approval_decided": 409,
    "placed_elsewhere": 409,
    "too_many_requests": 429,
    "unavailable": 503,
    "unexpected": 500,
    "signature_missing": 401,
    "signature_wrong": 401,
    "signature_old": 401,
    **dict.fromkeys(
        (
            "unknown_person", "unknown_loan", "unknown_payment", "unknown_hold", "unknown_permit", "unknown_subscription",
            "unknown_agency", "unknown_promise", "unknown_dispute", "unknown_complaint", "unknown_contact", "unknown_user",
            "unknown_arrangement",
        ),
        404,
    ),
}  # fmt: skip
"""The status of each code; of others it follows from the kind of error."""


def problem(request: HttpRequest, error: ForbearError) -> HttpResponse:
    """The answer for an error of ours, its title in the language asked for."""
    status = status_of(error)
    language = language_of(request)
    told = error.to_json()
    body = {
        "type": TYPES + error.code,
        "title": translator(language).code_words("error", error.code),
        "status": status,
        "detail": error.message,
        "code": error.code,
        "where": told["where"],
        "do": error.do,
    }
    response = HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=MEDIA_TYPE)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="forbear"'
    if error.code == "too_many_requests":
        response["Retry-After"] = str(error.where.get("wait_seconds", 60))
    if status == 503:
        response["Retry-After"] = "5"
    return response


def status_of(error: ForbearError) -> int:
    """The HTTP status of an error."""
    if error.code in STATUSES:
        return STATUSES[error.code]
    if isinstance(error, LawError | OutputError):
        return 500  # what the lender set up is off, not what was asked
    return 422 if isinstance(error, InputError | UsageError) else 500


def of_status(status: int) -> ForbearError:
    """What stands for an answer that the web framework gave by itself."""
    known = {
        401: unauthenticated(),
        403: ForbearError("forbidden", "The token may not do this."),
        404: ForbearError("no_such_address", "There is nothing at this address.", do="See /api/v1/docs."),
        405: ForbearError("no_such_method", "The address does not answer this method.", do="See the header Allow."),
        413: too_large(),
    }
    if status in known:
        return known[status]
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return ForbearError("bad_request", "The request cannot be read.")
    return unexpected()


def unauthenticated() -> ForbearError:
    """The same whatever is wrong with the token: a guess learns nothing."""
    return ForbearError(
        "unauthenticated", "The request bears no token that is valid.", do="Send Authorization: Bearer and the token."
    )


def too_large() -> ForbearError:
    """The body is longer than what is read."""
    return ForbearError("too_large", "The request is too large.", do="Send less at once.")


def unexpected() -> ForbearError:
    """A fault of the program: its words stay in the log."""
    return ForbearError(
        "unexpected", "Something unforeseen happened.", do="Try again; if it stays so, report the X-Request-Id."
    )


def as_ours(error: Exception) -> ForbearError:
    """Any error as one of ours; what nobody foresaw is logged by its kind and place alone."""
    if isinstance(error, ForbearError):
        return error
    if isinstance(error, ValidationError):
        return _of_shape(error.errors)
    if isinstance(error, RequestDataTooBig):
        return too_large()
    if isinstance(error, Http404):
        return of_status(404)
    if isinstance(error, HttpError):
        if error.status_code == HTTPStatus.BAD_REQUEST:
            return ForbearError("bad_json", "The body is no JSON.", do="Send one JSON object in UTF-8.")
        return of_status(error.status_code)
    if isinstance(error, OperationalError | InterfaceError):
        LOG.error("the database did not answer: %s", type(error).__name__)
        return ForbearError("unavailable", "The records cannot be reached now.", do="Try again in a few seconds.")
    LOG.error("unforeseen: %s", _place(error))
    return unexpected()


def handle_errors(api: NinjaAPI) -> None:
    """Have every error of a route answered as a problem."""

    def answer(request: HttpRequest, error: Exception) -> HttpResponse:
        return problem(request, as_ours(error))

    for kind in (Exception, Http404, HttpError, ValidationError):
        api.add_exception_handler(kind, answer)


def _of_shape(errors: list[dict[str, Any]]) -> ForbearError:
    """Where a request has not its shape: the first place, and how many there are; never what stood there."""
    first = errors[0] if errors else {}
    place = [str(part) for part in first.get("loc", ())]
    source, field = (place[0] if place else "body"), ".".join(place[2:] if place[:1] == ["body"] else place[1:])
    return InputError(
        "invalid_request", f"The request has not the shape it must have: {first.get('msg', 'it cannot be read')}.",
        do="See /api/v1/docs for its shape.", source=source, field=field or None, problems_count=len(errors),
    )  # fmt: skip


def _place(error: Exception) -> str:
    """Kind and place of an error, without its words: they may hold personal data."""
    frames, at = [], error.__traceback__
    while at is not None:
        frames.append(f"{at.tb_frame.f_code.co_filename.rsplit('/', 2)[-1]}:{at.tb_lineno}")
        at = at.tb_next
    return f"{type(error).__name__} at {' < '.join(reversed(frames[-5:]))}"
