"""How a lender's mail leaves, and where its answers come in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.headerregistry import Address

from forbear.kernel.errors import UsageError

SECURITIES = ("tls", "starttls", "none")
PROTOCOLS = ("smtp", "lmtp")
OURS = re.compile(r"^(?:bounce|reply)\+([0-9a-f]{32})@(.+)$", re.IGNORECASE)
DOMAIN = re.compile(r"^[a-z0-9-]+(\.[a-z0-9-]+)*$")


@dataclass(frozen=True)
class EmailSettings:
    """One mail server that takes the lender's mail, and the listener that it relays answers to.

    Args:
        sender_address, sender_name: what the borrower sees as sender.
        domain: in lower case; answers come to ``bounce+<message_id>@domain`` and ``reply+<message_id>@domain``. The mail server
            takes these two and relays them to the listener; it signs (DKIM), which one-click unsubscribing asks for (RFC 8058).
        security: ``tls`` from the first octet, ``starttls`` and nothing without it, or ``none``, for a server on this machine.
        username, password: none where the name is empty.
        ca_file: certificates to trust instead of the machine's own.
        connections_max: connections at a time.
        answer_seconds: how long one delivery may take, with waiting for a connection.
        idle_seconds: after how long an unused connection is not used again.
        listen_port: where answers come in; 0 takes a free port, None listens nowhere.
        listen_protocol: ``smtp`` or ``lmtp``. The listener speaks without password or TLS: let it be reached by the mail server alone.

    Raises:
        UsageError: ``bad_channel_setting``.
    """

    host: str
    port: int
    sender_address: str
    domain: str
    sender_name: str = ""
    security: str = "starttls"
    username: str = ""
    password: str = ""
    ca_file: str | None = None
    hello_name: str | None = None
    connections_max: int = 4
    answer_seconds: float = 30.0
    idle_seconds: float = 30.0
    listen_host: str = "127.0.0.1"
    listen_port: int | None = None
    listen_protocol: str = "smtp"

    def __post_init__(self) -> None:
        wrong = [name for name in ("port", "connections_max", "answer_seconds") if getattr(self, name) <= 0]
        wrong += [name for name in ("host",) if not getattr(self, name)]
        if not DOMAIN.match(self.domain):
            wrong.append("domain")
        if self.security not in SECURITIES:
            wrong.append("security")
        if self.listen_protocol not in PROTOCOLS:
            wrong.append("listen_protocol")
        try:
            Address(self.sender_name, addr_spec=self.sender_address)
        except Exception:  # the address parser raises many kinds
            wrong.append("sender_address")
        if wrong:
            raise UsageError(
                "bad_channel_setting",
                "A setting of the e-mail channel cannot be used.",
                do="Correct it; times and counts are above zero, and addresses and domains are whole.",
                settings=", ".join(wrong),
            )

    def bounce_address(self, message_id: str) -> str:
        """The return path of a message: a bounce tells by its address which message it is about."""
        return f"bounce+{message_id}@{self.domain}"

    def reply_address(self, message_id: str) -> str:
        """Where the borrower's answer to a message goes."""
        return f"reply+{message_id}@{self.domain}"
