"""Long lists page by page: an opaque cursor says behind which row the next page begins, whatever was added meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeVar

from django.core import signing
from django.db.models import QuerySet
from ninja import Query, Schema
from pydantic import Field

from forbear.kernel.errors import InputError

LIMIT_MAX = 200
LIMIT_DEFAULT = 50
POSITION_MAX = 2**63 - 1
Row = TypeVar("Row")

Cursor = Annotated[
    str | None, Query(max_length=300, description="`next` of the page before; left out for the first page.")
]
Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX, description="How many at most.")]


class Page(Schema, Generic[Row]):
    """A part of a list."""

    items: list[Row]
    next: str | None = Field(description="The cursor of the next page; null where there is nothing more.")


def page(
    rows: QuerySet, cursor: str | None, limit: int, shape: Callable[[Any], Any], *, of: str, newest_first: bool = False
) -> dict[str, Any]:
    """A page of rows by their key, which only grows: what is added meanwhile neither repeats a row nor hides one.

    Args:
        of: what list it is; a cursor of another one is refused.
        newest_first: from the newest to the oldest.

    Raises:
        InputError: ``bad_cursor``.
    """
    last = position_in(cursor, of)
    ordered = rows.order_by("-pk" if newest_first else "pk")
    if last is not None:
        ordered = ordered.filter(pk__lt=last) if newest_first else ordered.filter(pk__gt=last)
    found = list(ordered[: limit + 1])
    more = cursor_at(found[limit - 1].pk, of) if len(found) > limit else None
    return {"items": [shape(each) for each in found[:limit]], "next": more}


def cursor_at(position: int, of: str) -> str:
    """The cursor of a place in a list."""
    return signing.Signer(salt="cursor").sign_object([of, position])


def position_in(cursor: str | None, of: str) -> int | None:
    """The place that a cursor names; None without one.

    Raises:
        InputError: ``bad_cursor`` for one that was not given for this list.
    """
    if cursor is None:
        return None
    try:
        named, position = signing.Signer(salt="cursor").unsign_object(cursor)
    except (signing.BadSignature, ValueError, TypeError):
        named, position = "", 0
    if named != of:
        do = "Give `next` of the page before, as it came, or none."
        raise InputError("bad_cursor", "The cursor is not one of this list.", do=do)
    return int(position)
