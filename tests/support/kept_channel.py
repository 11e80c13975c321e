"""A channel that keeps what it is handed, for a test to read, and the shipped words for it."""

from __future__ import annotations

from records_cast import NOON

from forbear.dispatch import Message
from forbear.dispatch.channel import Health, Receipt
from forbear.dispatch.message import shipped_templates
from forbear.records.actions.templates import TemplateText, approve_template, propose_template
from forbear.records.scope import Scope


def approve(tenant: str, *codes: str, channel: str = "sms") -> None:
    """Have these shipped templates approved for a channel, without asking the law about all the others."""
    for each in shipped_templates():
        if each.code in codes and each.channel == channel:
            text = TemplateText(
                each.code, each.channel, each.purpose, each.language, each.subject, each.body, each.digest
            )
            version = propose_template(Scope(tenant, "li"), text, [])
            approve_template(Scope(tenant, "wang"), each.code, each.channel, each.language, version)


class Kept:
    """A channel that keeps what it is handed, for a test to read."""

    deduplicates = False

    def __init__(self, name: str = "sms") -> None:
        self.name = name
        self.messages: list[Message] = []

    def open(self, hear) -> None:
        """Nothing is heard here."""

    def deliver(self, message: Message) -> Receipt:
        """Keep it."""
        self.messages.append(message)
        return Receipt(message.message_id, "accepted", NOON)

    def health(self) -> Health:
        """Always up."""
        return Health(is_up=True)

    def close(self) -> None:
        """Nothing to let go of."""
