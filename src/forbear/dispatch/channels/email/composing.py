"""A message as a mail."""

from __future__ import annotations

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from forbear.dispatch.channel import Message
from forbear.dispatch.channels.email.settings import EmailSettings

LINK = re.compile(r"^https://[!-;=?-~]+$")
"""An address that may stand in angle brackets on a line of ASCII."""


class Unsendable(ValueError):
    """No mail can be made of the message; its text is a code."""


def compose(message: Message, settings: EmailSettings, now: datetime) -> bytes:
    """The mail, with lines ended as SMTP ends them, all ASCII.

    The text is sent as base64, so that no server on the way breaks its lines or its characters. Standard library ``email``, not
    Django's mail classes: those need a configured project, and do not tell how far a conversation with the server had come.

    Raises:
        Unsendable: ``bad_address``.
    """
    mail = EmailMessage(policy=SMTP)
    try:
        mail["From"] = Address(settings.sender_name, addr_spec=settings.sender_address)
        mail["To"] = Address(addr_spec=message.to)
    except Exception:  # the address parser raises many kinds
        raise Unsendable("bad_address") from None
    mail["Subject"] = " ".join(message.subject.split())
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{message.message_id}@{settings.domain}>"
    mail["Reply-To"] = settings.reply_address(message.message_id)
    # A machine wrote it, and no machine need answer it (RFC 3834; the second is how Exchange is told).
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(message.body, charset="utf-8", cte="base64")
    mail["Content-Language"] = message.language.replace("_", "-")
    return _unsubscribing(message.links.get("unsubscribe", "")) + mail.as_bytes()


def _unsubscribing(link: str) -> bytes:
    """Written by hand: the library's folding turns a long link into an encoded word, which nobody can press."""
    if not LINK.match(link):
        return b""
    one_click = "List-Unsubscribe-Post: List-Unsubscribe=One-Click"
    return f"List-Unsubscribe: <{link}>\r\n{one_click}\r\n".encode("ascii")
