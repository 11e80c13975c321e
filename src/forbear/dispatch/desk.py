"""What the one way out needs of whoever keeps the records."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from forbear.compliance import Gate, Verdict
from forbear.compliance.permit import Held, Refusal
from forbear.dispatch.channel import Message, Receipt


@dataclass(frozen=True)
class Composed:
    """A message made of an approved template and fresh facts; ``facts`` are what the gate reads of it."""

    template: str
    template_version: int
    language: str
    subject: str
    body: str
    digest: str
    facts: dict[str, bool | int | str]
    fields: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    def as_message(self, held: Held, contact_id: str, expires_at: datetime) -> Message:
        """The message for the channel."""
        return Message(
            message_id=contact_id,
            channel=held.act.channel,
            to=held.recipient.address,
            language=self.language,
            subject=self.subject,
            body=self.body,
            expires_at=expires_at,
            fields=self.fields,
            links=self.links,
        )


class Composer(Protocol):
    """Whoever makes a message of an act: from an approved template, with amounts read anew."""

    def compose(self, held: Held) -> Composed | Refusal:
        """The message, or why there is none."""
        ...


@dataclass(frozen=True)
class Permitted:
    """An act that may be done now, once."""

    held: Held
    contact_id: str
    message: Message

    def until(self, expires_at: datetime) -> Permitted:
        """The same with another end."""
        return replace(self, message=replace(self.message, expires_at=expires_at))


class Holding(Protocol):
    """Some acts taken up in one transaction, their people locked until it ends."""

    @property
    def gate(self) -> Gate:
        """The law of the day, for a contact with a message."""
        ...

    @property
    def held(self) -> Sequence[Held]:
        """Acts that may be asked about."""
        ...

    @property
    def refused(self) -> Sequence[Refusal]:
        """Acts that need not be asked about."""
        ...

    def refuse(self, held: Held, refusal: Refusal) -> None:
        """Write down why it is not done."""
        ...

    def permit(self, held: Held, verdict: Verdict, composed: Composed, expires_at: datetime) -> str:
        """Write permit and contact down, and say the contact's id. From here on the permit is used."""
        ...


class Desk(Protocol):
    """Whoever keeps the records of one tenant."""

    def holding(self, channel: str, limit: int) -> AbstractContextManager[Holding]:
        """Acts that are due on a channel: of each person one, nobody else at work on it, with one fresh row of facts each."""
        ...

    def start(self, contact_id: str) -> bool:
        """Write down that the contact begins now; False when anything moved that may forbid it, and then it must not begin."""
        ...

    def settle(self, *told: tuple[str, Receipt]) -> None:
        """Write down what became of contacts."""
        ...
