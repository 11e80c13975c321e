"""A dialler that asks for its calls: they stand on the list of the API, and what came of them comes back by it."""

from __future__ import annotations

from dataclasses import dataclass

from forbear.dispatch.channel import Health, Hear, Message, Receipt
from forbear.dispatch.disposition import NUMBER
from forbear.kernel.clock import Clock
from forbear.kernel.ids import digest_json


@dataclass(frozen=True)
class ListedSettings:
    """There is nothing to choose: who may read the list is said by a token."""


class ListedChannel:
    """Calls that stand on the API's list as soon as the records know them as taken. The same call twice is one."""

    deduplicates = True

    def __init__(self, settings: ListedSettings, clock: Clock, name: str = "voice_agent") -> None:
        self.name, self._clock = name, clock

    def open(self, hear: Hear) -> None:
        """Nothing is heard here: results are told to the API."""

    def deliver(self, message: Message) -> Receipt:
        """Let the call stand on the list."""
        now = self._clock.now()
        if now >= message.expires_at:
            return Receipt(message.message_id, "refused", now, reason="expired")
        if not NUMBER.fullmatch(message.to):
            return Receipt(message.message_id, "refused", now, reason="bad_address")
        proof = digest_json({"number": message.to, "subject": message.subject, "script": message.body})
        return Receipt(message.message_id, "accepted", now, provider_id=message.message_id, proof=proof)

    def health(self) -> Health:
        """Whoever may send may write the list."""
        return Health(is_up=True)

    def close(self) -> None:
        """Nothing to let go of: calls stand until they are made, recalled or over."""
