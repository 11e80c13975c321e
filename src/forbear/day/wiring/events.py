"""Events on their way: what the outbox gives out is posted, signed as Standard Webhooks says, until an address has taken it.

Looked after once a minute for each tenant; many workers may do it at once, as the outbox gives each event to one of them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import httpx

from forbear.kernel.clock import Clock, stopwatch
from forbear.kernel.signing import sign_request
from forbear.records.events import Delivery, deliverable, mark_delivered, mark_failed, mark_gone
from forbear.records.scope import Scope, acting

WORKER = "event delivery"
BATCH = 10
ANSWER_SECONDS = 10.0
"""How long an address may take. A whole batch of slow ones stays within an event's lease."""
ROUND_SECONDS = 50.0
"""How long one round goes on: the next is called for in a minute."""
GONE = 410


@dataclass(frozen=True)
class Round:
    """What became of the events of one round."""

    delivered_count: int = 0
    failed_count: int = 0
    gone_count: int = 0


def deliver_events(tenant: str, clock: Clock, *, seconds_max: float = ROUND_SECONDS) -> Round:
    """Post what is due for a tenant, until nothing is left or the round is over.

    An address that does not answer is asked once a round: its other events wait with it, so that it does not hold up the rest.
    """
    watch, down = stopwatch(), set[str]()
    counts = {"delivered": 0, "failed": 0, "gone": 0}
    # No proxy and no password of the environment, and nowhere an address was not written down for.
    with httpx.Client(timeout=ANSWER_SECONDS, follow_redirects=False, trust_env=False) as client:
        while watch() < seconds_max:
            with acting(Scope(tenant, WORKER)):
                taken = deliverable(clock.now(), BATCH)
            if not taken:
                break
            for each in taken:
                counts[_deliver(client, tenant, each, clock, down)] += 1
    return Round(counts["delivered"], counts["failed"], counts["gone"])


def _deliver(client: httpx.Client, tenant: str, delivery: Delivery, clock: Clock, down: set[str]) -> str:
    error = "the address did not answer a moment ago" if delivery.url in down else _post(client, delivery, clock)
    with acting(Scope(tenant, WORKER)):
        if error is None:
            mark_delivered(delivery, clock.now())
            return "delivered"
        if error == str(GONE):
            mark_gone(delivery, clock.now())
            return "gone"
        mark_failed(delivery, error, clock.now())
    if not error.isdigit():
        down.add(delivery.url)
    return "failed"


def _post(client: httpx.Client, delivery: Delivery, clock: Clock) -> str | None:
    """None where the address took it; else its answer's number, or why there was none. Each try is signed anew."""
    body = event_body(delivery)
    signed = sign_request(str(delivery.event_id), body, [delivery.secret], clock.now())
    headers = {**signed, "content-type": "application/json", "user-agent": "forbear"}
    try:
        # Of the answer the number is enough; how much else an address sends is not read.
        with client.stream("POST", delivery.url, content=body, headers=headers) as answer:
            return None if answer.is_success else str(answer.status_code)
    except (httpx.HTTPError, httpx.InvalidURL) as failure:
        return type(failure).__name__


def event_body(delivery: Delivery) -> bytes:
    """The bytes of an event: ``type``, ``timestamp`` of its change, and ``data`` with the id of the person it is about."""
    about = {"person_id": delivery.person_id} if delivery.person_id else {}
    document = {
        "type": delivery.kind,
        "timestamp": delivery.emitted_at.isoformat(),
        "data": {**delivery.body, **about},
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
