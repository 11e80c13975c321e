"""Events for others: written with the change itself, delivered at least once, in order for each person.

An event is there if and only if the change is. Its place among those of the same person is the order in which the changes were
committed: whoever emits one holds the person until then. Events about nobody in particular are in one such order too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db import connection

from forbear.kernel.errors import InputError
from forbear.kernel.signing import read_secret
from forbear.records.models import EventOut, Person, Subscription
from forbear.records.scope import Scope, acting, current_scope
from forbear.records.sealing import sealer

LEASE = timedelta(minutes=2)
"""How long an event is left to whoever took it; longer than a delivery may last."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=6)
ERROR_LENGTH_MAX = 200
LOCAL = ("localhost", "127.0.0.1", "::1")

_TAKE = """
UPDATE records_eventout SET tries_count = tries_count + 1, try_after_at = %(until)s WHERE id IN (
    SELECT e.id FROM records_eventout e JOIN records_subscription s ON s.id = e.subscription_id
    WHERE e.tenant_id = %(tenant)s AND e.delivered_at IS NULL AND s.stopped_at IS NULL AND s.url <> ''
        AND (e.try_after_at IS NULL OR e.try_after_at <= %(now)s)
        AND NOT EXISTS (
            SELECT 1 FROM records_eventout f WHERE f.subscription_id = e.subscription_id AND f.person_id = e.person_id
                AND f.delivered_at IS NULL AND f.id < e.id
        )
    ORDER BY e.id LIMIT %(limit)s FOR UPDATE OF e SKIP LOCKED
) RETURNING id
"""
_PLACE = """
WITH unplaced AS (
    SELECT id, row_number() OVER (ORDER BY id) AS number FROM records_eventout
    WHERE tenant_id = %(tenant)s AND subscription_id = %(subscription)s AND position IS NULL
), last AS (
    SELECT coalesce(max(position), 0) AS position FROM records_eventout WHERE subscription_id = %(subscription)s
)
UPDATE records_eventout e SET position = last.position + unplaced.number FROM unplaced, last WHERE e.id = unplaced.id
"""


@dataclass(frozen=True)
class Delivery:
    """An event on its way: to which address, signed with which secret, the how manyeth try."""

    id: int
    event_id: UUID
    kind: str
    person_id: str
    body: Mapping[str, Any]
    emitted_at: datetime
    url: str
    secret: str
    tries_count: int


@dataclass(frozen=True)
class Event:
    """Something that happened: its dotted kind, whom it is about (empty for nobody), and its body, JSON without personal data."""

    kind: str
    person_id: str
    body: Mapping[str, Any]


def subscribe(url: str, secret: str, kinds: Sequence[str] = ()) -> int:
    """Add an address that is told of events from now on; of all where no kinds are named.

    Args:
        url: ``https``, or ``http`` on this machine itself; empty for a reader who asks for them (:func:`read_events`).
        secret: signs what is sent to it, as :func:`forbear.kernel.signing.read_secret` reads it; kept sealed.

    Returns:
        The subscription's id.

    Raises:
        InputError: ``bad_address``, ``secret_unreadable``.
    """
    if url:
        _check_address(url)
    read_secret(secret)
    tenant = current_scope().tenant
    sealed = sealer(tenant).seal("secret", secret)
    return int(Subscription.objects.create(tenant_id=tenant, url=url, secret_sealed=sealed, kinds=list(kinds)).pk)


def stop_subscription(subscription_id: int, at: datetime) -> None:
    """Tell an address nothing more; what was not delivered stays undelivered."""
    tenant = current_scope().tenant
    Subscription.objects.filter(tenant_id=tenant, id=subscription_id, stopped_at__isnull=True).update(stopped_at=at)


def emit(kind: str, person_id: str, body: Mapping[str, Any]) -> int:
    """Write an event for every subscription that wants its kind, within the transaction that did what it tells.

    Args:
        kind: dotted, as ``payment.accepted``.
        person_id: whom it is about; empty for nobody in particular.
        body: JSON without personal data: ids, kinds, amounts and dates.

    Returns:
        How many were written: nobody may want it.

    Raises:
        UsageError: ``no_scope``.
    """
    return emit_all([Event(kind, person_id, body)])


def emit_all(told: Sequence[Event]) -> int:
    """Write several events in their order, as :func:`emit` does one. Whoever tells of several people holds all of them already,
    locked in the order of their keys.

    Returns:
        How many were written.

    Raises:
        UsageError: ``no_scope``.
    """
    scope = current_scope()
    with acting(Scope(scope.tenant, scope.actor)):  # who is told does not depend on how far the doer sees
        standing = Subscription.objects.filter(tenant_id=scope.tenant, stopped_at__isnull=True).order_by("id")
        readers = [(each.pk, each.kinds) for each in standing]
        rows = [row for event in told for row in _rows(scope.tenant, event, readers)]
        EventOut.objects.bulk_create(rows)
        return len(rows)


def read_events(subscription_id: int, after: int, limit: int) -> list[EventOut]:
    """The events of a subscription behind a position, in order; those of one person in the order of their changes.

    Ids are given out before a commit, so that a reader who goes by them could pass over one that is committed later. Whoever
    reads first gives each event that can be seen the next position: what comes to light afterwards stands behind it.

    Raises:
        InputError: ``unknown_subscription``.
    """
    tenant = current_scope().tenant
    # One reader at a time gives positions; the subscription's row itself is left to those who emit.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"events/{tenant}/{subscription_id}"])
    if not Subscription.objects.filter(tenant_id=tenant, id=subscription_id).exists():
        raise InputError("unknown_subscription", "There is no such subscription.", subscription=subscription_id)
    with connection.cursor() as cursor:
        cursor.execute(_PLACE, {"tenant": tenant, "subscription": subscription_id})
    own = EventOut.objects.filter(tenant_id=tenant, subscription_id=subscription_id, position__gt=after)
    return list(own.order_by("position")[:limit])


def deliverable(now: datetime, limit: int = 100) -> list[Delivery]:
    """Take events whose time has come: of each person and subscription the first one that is not delivered, and no later one.

    They are the caller's for a lease; one that is neither delivered nor failed by then is given out again. So many may ask at
    once, and an event reaches its address at least once.
    """
    tenant = current_scope().tenant
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"tenant": tenant, "now": now, "until": now + LEASE, "limit": limit})
        taken = [row[0] for row in cursor.fetchall()]
    box = sealer(tenant)
    return [
        Delivery(
            id=event.pk,
            event_id=event.event_id,
            kind=event.kind,
            person_id=event.person_id,
            body=event.body,
            emitted_at=event.created_at,
            url=event.subscription.url,
            secret=box.open("secret", event.subscription.secret_sealed) or "",
            tries_count=event.tries_count,
        )
        for event in EventOut.objects.filter(id__in=taken).select_related("subscription").order_by("id")
    ]


def mark_delivered(delivery: Delivery, at: datetime) -> None:
    """The address took it; the person's next event is free."""
    EventOut.objects.filter(id=delivery.id, delivered_at__isnull=True).update(delivered_at=at, last_error="")


def mark_failed(delivery: Delivery, error: str, now: datetime) -> datetime:
    """The address did not take it: it is tried again, each time after twice as long, up to six hours, without end.

    Returns:
        When it is tried again.
    """
    doublings = min(delivery.tries_count - 1, 20)
    again_at = now + min(FIRST_WAIT * 2**doublings, LONGEST_WAIT)
    EventOut.objects.filter(id=delivery.id, delivered_at__isnull=True).update(
        try_after_at=again_at, last_error=error[:ERROR_LENGTH_MAX]
    )
    return again_at


def mark_gone(delivery: Delivery, at: datetime) -> None:
    """The address wants nothing more: its subscription is stopped."""
    event = EventOut.objects.get(id=delivery.id)
    stop_subscription(event.subscription_id, at)


def _rows(tenant: str, event: Event, readers: Sequence[tuple[int, Sequence[str]]]) -> list[EventOut]:
    wanting = [reader for reader, kinds in readers if not kinds or event.kind in kinds]
    if not wanting:
        return []
    event_id = _in_turn(tenant, event.person_id)
    body = json.loads(json.dumps(dict(event.body), default=str))
    return [
        EventOut(
            tenant_id=tenant, event_id=event_id, subscription_id=each, kind=event.kind, person_id=event.person_id, body=body
        )
        for each in wanting
    ]  # fmt: skip


def _in_turn(tenant: str, person_id: str) -> UUID:
    """Wait for the turn, and get a fresh id.

    Numbers are given out before a commit: two transactions about one person could otherwise be delivered the wrong way round.
    Most who emit hold the person already, so that this adds no lock and no new order of locks.
    """
    locked = Person.objects.select_for_update(no_key=True).filter(tenant_id=tenant, person_id=person_id)
    is_held = bool(person_id) and locked.values_list("id").first() is not None
    with connection.cursor() as cursor:
        if not is_held:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"event/{tenant}/{person_id}"])
        cursor.execute("SELECT gen_random_uuid()")
        event_id: UUID = cursor.fetchone()[0]
        return event_id


def _check_address(url: str) -> None:
    parts = urlsplit(url)
    is_private = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL)
    if not parts.hostname or parts.username or not is_private:
        raise InputError(
            "bad_address", "Events are sent over HTTPS, to an address without a password in it.", address=parts.hostname
        )
