"""What a channel is: it takes one message for one borrower, and tells what became of it.

A channel decides nothing. It is called by :func:`forbear.dispatch.send` alone, after the gate was asked and the contact was
written down.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from forbear.dispatch.disposition import Disposition

RECEIPTS = ("accepted", "delivered", "undelivered", "refused", "failed", "uncertain")
"""What may become of a message, as its provider tells it.

``accepted``
    The provider took it; what became of it is told later.
``delivered``, ``undelivered``
    It reached the borrower's device or box, or it is known that it never will.
``refused``
    The provider will not take it, now or later (bad number, blocked sender).
``failed``
    It certainly did not leave; it may be tried again.
``uncertain``
    It may have left: the line broke after it was handed over. It is never sent again by itself.
"""


@dataclass(frozen=True)
class Message:
    """One message for one borrower.

    Args:
        message_id: the contact's id, a UUID in hex; the same for every try, so that a provider can tell a repeat.
        to: the address in clear: E.164 number, mailbox, push subscription as JSON, postal address, or the webhook's person.
        language: ``zh_CN``, ``zh_TW`` or ``en``.
        expires_at: nothing may reach the borrower after it; the channel passes it on as validity, or refuses.
        fields: the data that a letter or a push message sets in its own form, all as text that is ready to read.
        links: addresses of the borrower's own pages by name: ``verify``, ``unsubscribe``, ``pay``.
    """

    message_id: str
    channel: str
    to: str
    language: str
    subject: str
    body: str
    expires_at: datetime
    fields: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Receipt:
    """What became of a message; ``reason`` is the provider's own code, ``detail`` its own words without personal data."""

    message_id: str
    status: str
    at: datetime
    provider_id: str = ""
    reason: str = ""
    detail: str = ""
    parts_count: int = 1
    proof: str = ""
    """Digest (SHA-256) of what was handed over, or of the recording that came back."""
    disposition: Disposition | None = None
    """Of a call: who was reached and what was said."""

    def __post_init__(self) -> None:
        if self.status not in RECEIPTS:
            raise ValueError(f"a receipt says one of {', '.join(RECEIPTS)}, not {self.status!r}")


@dataclass(frozen=True)
class Inbound:
    """Something that the borrower sent: a reply, an opt-out, a call back, a press on a button of a push message.

    ``from_value`` is the address it came from, as the provider writes it; ``in_reply_to`` is our message's id where the
    provider tells it; ``inbound_id`` is the provider's own id, so that the same message twice is one.
    """

    channel: str
    from_value: str
    text: str
    at: datetime
    inbound_id: str
    in_reply_to: str = ""
    disposition: Disposition | None = None
    """Of a call that the borrower made: who it was and what was said."""


Report = Receipt | Inbound
Hear = Callable[[Report], None]


@dataclass(frozen=True)
class Health:
    """Whether a channel can send now, and why not; ``waiting_count`` is what it was handed and has not answered for."""

    is_up: bool
    reason: str = ""
    waiting_count: int = 0


@runtime_checkable
class Forgetful(Protocol):
    """A channel that keeps notes of its own, which grow old."""

    def forget(self, before: datetime) -> int:
        """Remove what was noted before an instant and is needed no more; says how much."""
        ...


@runtime_checkable
class Recalling(Protocol):
    """A channel whose partner acts later: what was handed over can be taken back until then."""

    def recall(self, message_id: str) -> bool:
        """Take a message back; whether nobody will act on it. Safe to be asked again."""
        ...


@runtime_checkable
class Channel(Protocol):
    """A real means of sending. Safe to be called from many threads.

    ``deduplicates`` says whether a repeated ``message_id`` reaches the borrower once all the same: only then may an uncertain
    message be handed over again.
    """

    name: str
    deduplicates: bool

    def open(self, hear: Hear) -> None:
        """Connect; from now on ``hear`` is told of receipts and inbound messages, from any thread."""
        ...

    def deliver(self, message: Message) -> Receipt:
        """Hand the message to the provider, and wait for the answer that it was taken, for a bounded time.

        Trouble is a receipt, not an exception: ``failed`` before it left, ``uncertain`` after.
        """
        ...

    def health(self) -> Health:
        """Whether it can send now."""
        ...

    def close(self) -> None:
        """Finish what was begun, and disconnect."""
        ...
