"""What is looked after for each tenant beside sending: once a minute, and by the hour what is due at a change of day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from forbear.day.wiring.channels import Channels
from forbear.day.wiring.events import deliver_events
from forbear.dispatch import Channel
from forbear.dispatch.channel import Forgetful, Recalling
from forbear.kernel.clock import Clock
from forbear.records.actions.recalls import note_told, untold_recalls
from forbear.records.conduct.checking import work_off_checks
from forbear.records.conduct.looking import look_again
from forbear.records.daily.portfolio import count_books
from forbear.records.daily.promises import judge_promises
from forbear.records.idempotency import forget_before
from forbear.records.lender import lender_settings
from forbear.records.outcomes import count_again
from forbear.records.scope import Scope, acting

KEYS_KEPT = timedelta(days=30)
"""For how long a repetition of a write is known for one."""
NOTES_KEPT = timedelta(days=180)
"""For how long it is known which entries were handed over to a partner, and what was heard of them."""
Care = Callable[[str, Clock], object]


def care(channels: Channels) -> Sequence[tuple[str, Care]]:
    """Each by name, called with the tenant and the clock; one that fails is tried again in a minute, and hinders no other."""
    return (
        ("recalling of calls", lambda tenant, clock: tell_recalls(tenant, channels.get(tenant, {}), clock)),
        ("delivery of events", deliver_events),
        ("forgetting of old keys", forget_old_keys),
        ("looking through the audit", work_off_checks),
    )


def hourly_care(channels: Channels) -> Sequence[tuple[str, Care]]:
    """What is due once a day. It is done every hour, and does nothing the second time: a night without a worker is made up for,
    and every tenant's midnight is met, wherever it lies."""
    return (
        ("judging of promises", judge_due_promises),
        ("looking at conduct", look_again),
        ("counting of outcomes", count_again),
        ("counting of the book", count_books),
        ("forgetting of old notes", lambda tenant, clock: forget_old_notes(channels.get(tenant, {}), clock)),
    )


def judge_due_promises(tenant: str, clock: Clock) -> Mapping[str, int]:
    """Promises whose last day is over are broken where the money did not come, on the lender's own calendar.

    Returns:
        How many changed their verdict, by the new one.
    """
    with acting(Scope(tenant, "care")):
        day = lender_settings(tenant).date_of(clock.now())
        return judge_promises(tenant, day).changed


def forget_old_notes(channels: Mapping[str, Channel], clock: Clock) -> int:
    """Have channels remove their own notes of long ago.

    Returns:
        How many were removed.
    """
    before = clock.now() - NOTES_KEPT
    return sum(channel.forget(before) for channel in channels.values() if isinstance(channel, Forgetful))


def tell_recalls(tenant: str, channels: Mapping[str, Channel], clock: Clock) -> int:
    """Tell diallers which calls they must not make any more. On a list that they ask for, those are gone already.

    Returns:
        How many were told.
    """
    count, scope = 0, Scope(tenant, "care")
    for name, channel in channels.items():
        for contact_id in untold_recalls(scope, name):
            if isinstance(channel, Recalling):
                channel.recall(contact_id)
            note_told(scope, [contact_id], clock.now())
            count += 1
    return count


def forget_old_keys(tenant: str, clock: Clock) -> int:
    """Remove the keys of writes that nobody repeats any more.

    Returns:
        How many were removed.
    """
    with acting(Scope(tenant, "care")):
        return forget_before(clock.now() - KEYS_KEPT)
