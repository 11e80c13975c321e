"""Whether the service is up: for whoever watches it, without a token, and without a word more."""

from __future__ import annotations

from django.db import Error, connection
from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

router = Router(tags=["Health"])


class Health(Schema):
    """Whether it is up."""

    status: str = Field(description="`up` or `down`.", examples=["up"])


@router.get("/health", response={200: Health, 503: Health}, auth=None, summary="Is it up?")
def health(request: HttpRequest) -> Status:
    """Asks the database for one row. No token is needed, and nothing else is said."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except Error:
        return Status(503, {"status": "down"})
    return Status(200, {"status": "up"})
