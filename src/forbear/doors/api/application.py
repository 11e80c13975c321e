"""The API put together."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from forbear.doors.api.callers import teach_queries
from forbear.doors.api.document import describe
from forbear.doors.api.problems import handle_errors
from forbear.doors.api.routes import (
    book,
    call_list,
    decisions,
    events,
    health,
    heard,
    money,
    people,
    permits,
    placements,
    promises,
    receipts,
    redress,
    runs,
    silence,
)

VERSION = "1"
DESCRIPTION = """What other systems ask of the records, and tell them.

Every request bears a token (`Authorization: Bearer …`, given by `forbear token new`), every write an `Idempotency-Key`. Bodies are
JSON. Instants have an offset, dates are `YYYY-MM-DD`, money is whole minor units (`…_cents`). Errors are problems (RFC 9457) with a
stable `code` and what to `do`. A refusal by law is no error: it is an answer with its rules."""
ROUTERS = (
    health,
    permits,
    book,
    money,
    promises,
    heard,
    call_list,
    silence,
    redress,
    placements,
    people,
    decisions,
    events,
    runs,
    receipts,
)


class ForbearAPI(NinjaAPI):
    """The routes and their document."""

    def get_openapi_schema(self, **options: Any) -> Any:
        """The OpenAPI document, with what is the same for every route."""
        return describe(super().get_openapi_schema(**options))

    def get_openapi_operation_id(self, operation: Any) -> str:
        """Module and function: ``permits.ask``."""
        return f"{operation.view_func.__module__.rsplit('.', 1)[-1]}.{operation.view_func.__name__}"


def open_api() -> ForbearAPI:
    """The API with all its routes."""
    api = ForbearAPI(
        title="Forbear", version=VERSION, description=DESCRIPTION, docs_url=None, openapi_url=None,
        urls_namespace="api-v1",
    )  # fmt: skip
    handle_errors(api)
    for module in ROUTERS:
        api.add_router("", module.router)
    teach_queries(api)
    return api


api = open_api()


def openapi_document(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document, for machines."""
    from forbear.doors.api.document import as_json

    return HttpResponse(as_json(api), content_type="application/json")


def reference_page(request: HttpRequest) -> HttpResponse:
    """The same for people: one page that asks nothing of any other host and runs nothing."""
    from forbear.doors.api.reference import POLICY, html_page

    response = HttpResponse(html_page(api), content_type="text/html; charset=utf-8")
    response["Content-Security-Policy"] = POLICY
    return response
