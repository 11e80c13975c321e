"""What comes back of a mail, read: a bounce, a complaint, an automatic answer, a borrower's reply."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from email.utils import getaddresses, parseaddr

from forbear.dispatch.channel import Inbound, Receipt, Report
from forbear.dispatch.channels.email.handing import without_people
from forbear.dispatch.channels.email.settings import OURS

ACTIONS = {
    "failed": "undelivered", "delivered": "delivered", "delayed": "accepted", "relayed": "accepted", "expanded": "accepted",
}  # fmt: skip
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
COMPLAINT_TEXT = "unsubscribe"
"""What a complaint says in a borrower's place: whoever presses "this is spam" wants no more of it."""
QUOTED = re.compile(r"^(>|On .+ wrote:\s*$|-{2,} ?(Original Message|原始邮件|原始郵件)|在.+(写道|寫道)[:：]?\s*$)")
TEXT_MAX = 10_000
AUTOMATIC_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-From")
INBOUND_ID_MAX = 128


class Unreadable(ValueError):
    """It is no mail, or not one that says what it is about."""


def read_report(octets: bytes, at: datetime, domain: str, recipients: Sequence[str] = ()) -> Report | None:
    """What a mail that came in means; None for what means nothing, as an automatic answer does.

    A bounce (RFC 3464) becomes a receipt whose ``reason`` is its status: 5.1.1 is for good, 4.2.2 was tried until it was given
    up. One that tells of a delay says only that the mail is still on its way. A complaint (RFC 5965) becomes the borrower's word
    ``unsubscribe``. Anything else that a person wrote is heard as it is, without what it quotes.

    Args:
        domain: the domain of our return paths.
        recipients: whom the mail was for by the envelope, where that is known.

    Raises:
        Unreadable: a bounce or complaint that is about no mail of ours, or not a mail at all.
    """
    try:
        mail = message_from_bytes(octets, policy=default)
        if not isinstance(mail, EmailMessage) or not mail.keys():
            raise Unreadable("no mail")
        report_type = (
            str(mail.get_param("report-type", "")).lower() if mail.get_content_type() == "multipart/report" else ""
        )
        if report_type == "delivery-status":
            return _bounce(mail, at, domain, recipients)
        if report_type == "feedback-report":
            return _complaint(mail, octets, at, domain, recipients)
        return None if _is_automatic(mail) else _reply(mail, octets, at, domain, recipients)
    except Unreadable:
        raise
    except Exception as error:  # a mail from outside may break the parser in any way
        raise Unreadable(type(error).__name__) from None


def _bounce(mail: EmailMessage, at: datetime, domain: str, recipients: Sequence[str]) -> Receipt:
    message_id = _about(mail, domain, recipients)
    blocks = [block for part in _parts(mail, "message/delivery-status") for block in _blocks(part) if block["Action"]]
    if not message_id or not blocks:
        raise Unreadable("a bounce of nothing")
    block = blocks[0]
    status = ACTIONS.get(str(block["Action"]).split()[0].lower())
    if status is None:
        raise Unreadable("a bounce of no known action")
    code = STATUS.search(str(block["Status"] or "")) or STATUS.search(str(block["Diagnostic-Code"] or ""))
    detail = without_people(str(block["Diagnostic-Code"] or ""))[:200]
    return Receipt(message_id, status, at, reason=code[0] if code else "", detail=detail)


def _blocks(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []


def _complaint(mail: EmailMessage, octets: bytes, at: datetime, domain: str, recipients: Sequence[str]) -> Inbound:
    message_id = _about(mail, domain, recipients)
    fields = {
        name.lower(): str(value)
        for part in _parts(mail, "message/feedback-report")
        for block in (_blocks(part) or [part])
        for name, value in (block.items() if _blocks(part) else _fields(part))
    }
    complainant = parseaddr(fields.get("original-rcpt-to", "").removeprefix("rfc822;").strip())[1]
    if not message_id and not complainant:
        raise Unreadable("a complaint of nobody about nothing")
    return Inbound("email", complainant, COMPLAINT_TEXT, at, _inbound_id(mail, octets), message_id)


def _fields(part: Message) -> list[tuple[str, str]]:
    """The fields of a report that the parser left as text."""
    text = part.get_payload(decode=True)
    lines = text.decode("utf-8", "replace").splitlines() if isinstance(text, bytes) else []
    pairs = (line.partition(":") for line in lines if ":" in line)
    return [(name.strip(), value.strip()) for name, _, value in pairs]


def _is_automatic(mail: EmailMessage) -> bool:
    submitted = str(mail["Auto-Submitted"] or "no").split(";")[0].strip().lower()
    precedence = str(mail["Precedence"] or "").strip().lower()
    by_habit = any(mail[name] for name in AUTOMATIC_HEADERS) or precedence in ("auto_reply", "bulk", "junk", "list")
    is_from_nobody = str(mail["Return-Path"] or "").strip() == "<>"
    return submitted != "no" or by_habit or is_from_nobody


def _reply(mail: EmailMessage, octets: bytes, at: datetime, domain: str, recipients: Sequence[str]) -> Inbound:
    sender = parseaddr(str(mail["From"] or ""))[1]
    if not sender:
        raise Unreadable("a mail from nobody")
    text = _own_words(_text(mail)) or str(mail["Subject"] or "")
    return Inbound(
        "email", sender, text[:TEXT_MAX], at, _inbound_id(mail, octets), _about(mail, domain, recipients, is_deep=False)
    )


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain", "html"))
    if body is None:
        return ""
    raw = body.get_payload(decode=True)
    octets = raw if isinstance(raw, bytes) else b""
    try:
        text = octets.decode(str(body.get_content_charset() or "utf-8"), "replace")
    except LookupError:
        text = octets.decode("utf-8", "replace")
    if body.get_content_type() == "text/html":
        without_code = re.sub(r"(?is)<(script|style).*?</\1>", "", text)
        text = html.unescape(re.sub(r"(?s)<[^>]*>", "", re.sub(r"(?i)<br\s*/?>|</p>|</div>", "\n", without_code)))
    return text


def _own_words(text: str) -> str:
    """The text up to what it quotes."""
    own: list[str] = []
    for line in text.splitlines():
        if QUOTED.match(line.strip()):
            break
        own.append(line.rstrip())
    return "\n".join(own).strip()


def _about(mail: EmailMessage, domain: str, recipients: Sequence[str], is_deep: bool = True) -> str:
    """The id of our message that a mail is about: by the address it came to, else by our Message-ID within it."""
    headers = (str(each) for name in ("To", "Delivered-To", "X-Original-To") for each in mail.get_all(name, []))
    for _, address in (*(("", each) for each in recipients), *getaddresses(list(headers))):
        found = OURS.match(address)
        if found and found[2].lower() == domain:
            return found[1].lower()
    own_id = re.compile(rf"<([0-9a-f]{{32}})@{re.escape(domain)}>", re.IGNORECASE)
    for text in _references(mail, is_deep):
        named = own_id.search(text)
        if named:
            return named[1].lower()
    return ""


def _references(mail: EmailMessage, is_deep: bool) -> Iterator[str]:
    for name in ("In-Reply-To", "References"):
        yield str(mail[name] or "")
    if is_deep:
        for part in mail.walk():
            yield str(part["Message-ID"] or "")
            if part.get_content_type() == "text/rfc822-headers":
                payload = part.get_payload(decode=True)
                yield payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _parts(mail: EmailMessage, content_type: str) -> Iterator[Message]:
    return (part for part in mail.walk() if part.get_content_type() == content_type)


def _inbound_id(mail: EmailMessage, octets: bytes) -> str:
    given = str(mail["Message-ID"] or "").strip()
    return given if given and len(given) <= INBOUND_ID_MAX else hashlib.sha256(octets).hexdigest()
