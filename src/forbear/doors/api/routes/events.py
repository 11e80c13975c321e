"""Events for others: who is told of what, and what was told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import Field

from forbear.doors.api.asking import IdempotencyKey, reading, write
from forbear.doors.api.callers import Caller, needs
from forbear.doors.api.fields import Asked
from forbear.doors.api.paging import LIMIT_DEFAULT, POSITION_MAX, Cursor, Limit, Page, cursor_at, page, position_in
from forbear.kernel.errors import InputError
from forbear.kernel.signing import PREFIX, SECRET_BYTES_MIN
from forbear.records.access.chance import fresh_signing_secret
from forbear.records.events import read_events, stop_subscription, subscribe
from forbear.records.models import Subscription

router = Router(tags=["Events"])
Kind = Annotated[str, Field(max_length=60, pattern=r"^[a-z_]+(\.[a-z_]+)+$")]
Number = Annotated[int, Path(ge=1, le=POSITION_MAX)]


class SubscriptionAsked(Asked):
    """Somebody who wants to be told."""

    url: Annotated[str, Field(max_length=400, pattern=r"^(https://[!-~]+)?$")] = Field(
        "", description="Where signed requests go; left out for a reader who asks for the events.",
        examples=["https://ledger.example/forbear"],
    )  # fmt: skip
    kinds: list[Kind] = Field(
        [], max_length=50, description="Which events; all where left out.", examples=[["payment.accepted"]]
    )
    secret: Annotated[str, Field(max_length=200, pattern=r"^[!-~]*$")] = Field(
        "", description=f"`{PREFIX}` and at least {SECRET_BYTES_MIN} chance bytes in base64: signs the requests, as Standard "
        "Webhooks says. Compulsory with an address.",
    )  # fmt: skip


class SubscriptionShown(Schema):
    """A subscription; its secret is not shown."""

    subscription_id: int
    url: str
    kinds: list[str]
    created_at: datetime
    stopped_at: datetime | None


class EventShown(Schema):
    """Something that happened; without personal data."""

    event_id: UUID
    kind: str = Field(examples=["payment.accepted"])
    person_id: str = Field(description="Whom it is about; empty for nobody in particular.")
    body: dict[str, Any]
    emitted_at: datetime


class EventPage(Schema):
    """Events in order. ``next`` is always there: kept, it asks for what comes later."""

    items: list[EventShown]
    next: str


@router.get("/subscriptions", response=Page[SubscriptionShown], **needs("events:read"), summary="List subscriptions")
def subscriptions(request: HttpRequest, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT) -> Any:
    """Those that stopped too."""
    with reading(request) as caller:
        return page(Subscription.objects.filter(tenant_id=caller.tenant), cursor, limit, _shown, of="subscriptions")


@router.post("/subscriptions", response=SubscriptionShown, **needs("events:write"), summary="Subscribe")
def add(request: HttpRequest, key: IdempotencyKey, body: SubscriptionAsked) -> Any:
    """From now on. Each event comes at least once, those of one person in the order of their changes."""

    def do(caller: Caller) -> dict[str, Any]:
        # A reader is sent nothing that needs a signature, but the records keep a secret for each.
        is_reader = not body.url and not body.secret
        secret = body.secret if not is_reader else fresh_signing_secret()
        return _shown(Subscription.objects.get(pk=subscribe(body.url, secret, tuple(body.kinds))))

    return write(request, "subscription.add", key, body, do)


@router.post(
    "/subscriptions/{subscription_id}/stop", response=SubscriptionShown, **needs("events:write"), summary="Unsubscribe"
)
def stop(request: HttpRequest, key: IdempotencyKey, subscription_id: Number) -> Any:
    """What was not delivered by then is not delivered any more."""

    def do(caller: Caller) -> dict[str, Any]:
        _own(caller, subscription_id)
        stop_subscription(subscription_id, caller.clock.now())
        return _shown(_own(caller, subscription_id))

    return write(request, "subscription.stop", key, None, do, subscription=subscription_id)


@router.get(
    "/subscriptions/{subscription_id}/events", response=EventPage, **needs("events:read"), summary="Read events"
)
def events(request: HttpRequest, subscription_id: Number, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT) -> Any:
    """All events of a subscription in order, for a reader who comes back with ``next``: none is passed over, none comes twice."""
    of = f"events {subscription_id}"
    after = position_in(cursor, of) or 0
    with reading(request):
        found = read_events(subscription_id, after, limit)
        last = found[-1].position if found else after
        items = [
            {"event_id": each.event_id, "kind": each.kind, "person_id": each.person_id, "body": each.body,
             "emitted_at": each.created_at}
            for each in found
        ]  # fmt: skip
        return {"items": items, "next": cursor_at(last, of)}


def _own(caller: Caller, subscription_id: int) -> Subscription:
    found = Subscription.objects.filter(tenant_id=caller.tenant, pk=subscription_id).first()
    if found is None:
        raise InputError("unknown_subscription", "There is no such subscription.", subscription=subscription_id)
    return found


def _shown(each: Subscription) -> dict[str, Any]:
    return {
        "subscription_id": each.pk,
        "url": each.url,
        "kinds": each.kinds,
        "created_at": each.created_at,
        "stopped_at": each.stopped_at,
    }
