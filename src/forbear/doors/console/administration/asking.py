"""How a page asks for work of a worker, and watches it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from forbear.kernel.errors import InputError
from forbear.records.actions.administration.asked import RUNNING
from forbear.records.models import AskedJob


def key_in(request: HttpRequest) -> UUID:
    """The key of the form, by which it is done once.

    Raises:
        InputError: ``bad_idempotency_key``.
    """
    try:
        return UUID(request.POST.get("once", ""))
    except ValueError as error:
        raise InputError("bad_idempotency_key", "The idempotency key is no UUID.", do="Open the page anew.") from error


def watched(request: HttpRequest, response: HttpResponse, asked: Sequence[AskedJob]) -> HttpResponse:
    """The page as a browser that watches gets it: once nothing runs any more, it draws all of it anew."""
    if request.headers.get("HX-Request") and not any(each.state in RUNNING for each in asked):
        response["HX-Refresh"] = "true"
    return response
