"""Reads and writes in the caller's name: one transaction each, and a write once for each key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Header, Schema

from forbear.doors.api.callers import Caller, caller_of
from forbear.records.idempotency import KEY_LENGTH_MAX, once
from forbear.records.scope import acting

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=KEY_LENGTH_MAX,
        pattern=r"^[!-~]+$",
        description="A new one for each thing asked, the same for every repetition of it: what was done is done once, and its "
        "first answer is given again with `Idempotency-Replayed: true`. With another request it is a conflict (409).",
        example="0b7e6c1e-5a0d-4c0e-9a53-3a8f4c2f4a11",
    ),
]


@contextmanager
def reading(request: HttpRequest) -> Iterator[Caller]:
    """The caller, in a transaction that shows what the caller may see."""
    caller = caller_of(request)
    with acting(caller.scope):
        yield caller


def write(
    request: HttpRequest, action: str, key: str, body: Schema | None, do: Callable[[Caller], Mapping[str, Any]],
    **place: object,
) -> Any:  # fmt: skip
    """Do something once, in one transaction; the kept answer where the key comes again.

    Args:
        action: dotted, as ``payments.take``.
        body: what was asked, of which only a digest is kept.
        do: does it, and gives an answer without personal data.
        place: what else was asked, of the address.

    Raises:
        InputError: ``idempotency_conflict``, ``bad_idempotency_key``, and whatever ``do`` raises.
    """
    caller = caller_of(request)
    asked = {"place": place, "body": body.model_dump(mode="json") if body else None}
    done: list[bool] = []

    def first() -> Mapping[str, Any]:
        done.append(True)
        return do(caller)

    with acting(caller.scope):
        answer = once(action, key, asked, first)
    request.is_replayed = not done
    return answer
