"""The other ends of the channels: real servers that a channel speaks to in tests, and that can be told to behave badly.

One counterpart a channel. The suite ``tests/channels/test_conformance.py`` asks every one of them the same things, so a new
channel is held to all its sentences by one line in ``COUNTERPARTS``. What a channel can never do is named in ``never`` with the
reason; nothing else is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from threading import Event, Lock
from typing import Protocol

from forbear.dispatch import Channel, Inbound, Receipt, Report
from forbear.kernel.clock import Clock

COUNTERPARTS = {
    "email": "counterparts.mail_server:MailServer",
    "sms": "counterparts.message_centre:MessageCentre",
    "push": "counterparts.push_service:PushService",
    "letter": "counterparts.mail_house:MailHouse",
    "voice_agent": "counterparts.dialler:Dialler",
    "im_official": "counterparts.webhook_receiver:WebhookReceiver",
}
"""Channel name, and the module and class of its counterpart; the class is called with an empty folder that it may use."""

GAPS = {
    "refuses": "the provider can say that it will not take a message",
    "down": "the provider can be out of reach",
    "slow": "the provider can let one wait for its answer",
    "breaks": "the line can break after the provider took the message and before it answered",
    "receipts": "the provider tells later what became of a message",
    "inbound": "the borrower can answer",
    "validity": "the provider is told until when the message may reach the borrower",
    "repeats": "the provider knows a repeated message_id; wanted where the channel deduplicates",
}
"""What a counterpart can do; each may be in its ``never``, with a reason."""


@dataclass(frozen=True)
class Arrived:
    """One message as it reached the provider, decoded and put together from its parts.

    Args:
        to: the message's ``to``, letter for letter.
        text: all that the borrower reads, subject and body; the suite looks for the body within it.
        at: when the provider took it.
        until: until when it may reach the borrower, as the provider was told; None where it was not.
        message_id: as the provider was told; empty where it never is.
        parts_count: how many pieces it came in.
    """

    to: str
    text: str
    at: datetime
    until: datetime | None = None
    message_id: str = ""
    parts_count: int = 1


class Counterpart(Protocol):
    """A provider of one channel. It is started by its constructor and up when that returns.

    ``name`` is the channel's. ``never`` has keys of ``GAPS``. ``bound_seconds`` is how long ``deliver`` may take at most on the
    channel that ``channel`` makes: set the channel's own time limits short, two seconds or so.
    """

    name: str
    never: Mapping[str, str]
    bound_seconds: float

    def channel(self, clock: Clock) -> Channel:
        """A new channel that speaks to this provider, not open yet."""
        ...

    def address(self, number: int) -> str:
        """The address of the borrower with this number, as ``Message.to`` holds it; another number, another address."""
        ...

    def arrived(self) -> list[Arrived]:
        """Every message that the provider took, in order, once per time that it took it: repeats that it knew are not there."""
        ...

    def refuse(self) -> str:
        """From now on refuse every message for good; returns the ``reason`` that the receipt must bear."""
        ...

    def go_down(self) -> None:
        """Stop listening and drop every connection."""
        ...

    def come_up(self) -> None:
        """Listen again, at the same place."""
        ...

    def be_slow(self, seconds: float) -> None:
        """Take each message, but answer only after so many seconds."""
        ...

    def break_after_taking(self) -> None:
        """Take the next message, note it as arrived, and drop the connection without an answer."""
        ...

    def tell(self, to: str, status: str, times: int = 1) -> None:
        """Tell what became of the message that arrived for an address: ``delivered`` or ``undelivered``, so many times over."""
        ...

    def tell_garbage(self) -> None:
        """Send receipts that are broken, and receipts for messages that were never sent."""
        ...

    def say(self, to: str, text: str, times: int = 1) -> None:
        """The borrower of an address that a message arrived for answers it; the same answer is told so many times."""
        ...

    def stop(self) -> None:
        """Let go of everything; called once, at the end."""
        ...


class Ear:
    """What a channel told, in order."""

    def __init__(self) -> None:
        self._reports: list[Report] = []
        self._lock = Lock()

    def __call__(self, report: Report) -> None:
        with self._lock:
            self._reports.append(report)

    def receipts(self, message_id: str = "") -> list[Receipt]:
        """Receipts for one message, or for all."""
        with self._lock:
            return [each for each in self._reports if isinstance(each, Receipt) and message_id in ("", each.message_id)]

    def inbound(self) -> list[Inbound]:
        """What borrowers sent."""
        with self._lock:
            return [each for each in self._reports if isinstance(each, Inbound)]


def counterpart_class(name: str) -> Callable[[Path], Counterpart]:
    """The class of a channel's counterpart, loaded when it is asked for."""
    module, _, attribute = COUNTERPARTS[name].partition(":")
    loaded: Callable[[Path], Counterpart] = getattr(import_module(module), attribute)
    return loaded


def eventually(question: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Whether the question is answered with yes before the time is over; asked again every hundredth of a second."""
    pause = Event()
    for _ in range(int(seconds * 100)):
        if question():
            return True
        pause.wait(0.01)
    return question()
