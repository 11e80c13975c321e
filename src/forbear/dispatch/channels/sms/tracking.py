"""Which message a receipt is about. A receipt names the centre's own id of one part, and may come before that id is known."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from forbear.dispatch.channel import Receipt
from forbear.dispatch.channels.sms.reading import StateTold

EARLY_MAX = 10_000
Find = Callable[[str], Receipt | None]
"""Asks the records which message the provider knows by an id: the receipt with which it was accepted, or None."""


@dataclass
class Sent:
    """One message: its parts that reached the borrower, and what was told of it last."""

    message_id: str
    parts_count: int
    reached: set[str] = field(default_factory=set)
    told: str = ""


@dataclass(frozen=True)
class Meaning:
    """What a receipt means for a whole message."""

    sent: Sent
    status: str
    reason: str
    provider_id: str


class Tracking:
    """Remembers sent parts by the centre's ids. Used from one thread only.

    A message is delivered when all its parts are, and undelivered when one is; of each message one final word is told.
    """

    def __init__(self, remembered_max: int) -> None:
        self._sent: OrderedDict[str, Sent] = OrderedDict()
        self._early: OrderedDict[str, tuple[StateTold, float]] = OrderedDict()
        self._remembered_max = remembered_max
        self.unknown_count = 0

    def taken(self, provider_id: str, sent: Sent) -> StateTold | None:
        """The centre took a part under this id; a receipt that came before is given back, to be heard now."""
        self._sent[provider_id] = sent
        if len(self._sent) > self._remembered_max:
            self._sent.popitem(last=False)
        early = self._early.pop(provider_id, None)
        return early[0] if early else None

    def found(self, receipt: Receipt) -> None:
        """A message of an earlier run, as the records know it."""
        sent = Sent(receipt.message_id, receipt.parts_count)
        for provider_id in receipt.provider_id.split():
            self.taken(provider_id, sent)

    def knows(self, provider_id: str) -> bool:
        """Whether a part was taken under this id."""
        return provider_id in self._sent

    def meaning(self, state: StateTold) -> Meaning | None:
        """What a receipt for a known part means; None when it says nothing new."""
        sent = self._sent[state.provider_id]
        if state.status == "delivered":
            sent.reached.add(state.provider_id)
        says_all = state.status == "undelivered" or len(sent.reached) >= sent.parts_count
        if not state.status or sent.told or not says_all:
            return None
        return Meaning(sent, state.status, state.reason if state.status == "undelivered" else "", state.provider_id)

    def keep_early(self, state: StateTold, now: float) -> None:
        """Keep a receipt for an id that the centre has not told yet; ``now`` in seconds of any one clock."""
        self._early.setdefault(state.provider_id, (state, now))
        if len(self._early) > EARLY_MAX:
            self._early.popitem(last=False)
            self.unknown_count += 1

    def give_up(self, before: float) -> int:
        """Count as unknown what was kept before a moment and has no message; how many those were."""
        late = [provider_id for provider_id, (_, at) in self._early.items() if at < before]
        for provider_id in late:
            del self._early[provider_id]
        self.unknown_count += len(late)
        return len(late)
