"""What is looked after once a minute for each tenant, beside sending."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from forbear.day.wiring.events import deliver_events
from forbear.kernel.clock import Clock
from forbear.records.idempotency import forget_before
from forbear.records.scope import Scope, acting

KEYS_KEPT = timedelta(days=30)
"""For how long a repetition of a write is known for one."""
Care = Callable[[str, Clock], object]


def care() -> Sequence[tuple[str, Care]]:
    """Each by name, called with the tenant and the clock; one that fails is tried again in a minute, and hinders no other."""
    return (("delivery of events", deliver_events), ("forgetting of old keys", forget_old_keys))


def forget_old_keys(tenant: str, clock: Clock) -> int:
    """Remove the keys of writes that nobody repeats any more.

    Returns:
        How many were removed.
    """
    with acting(Scope(tenant, "care")):
        return forget_before(clock.now() - KEYS_KEPT)
