"""What a receiver tells: a receipt, or something that the borrower said."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from forbear.dispatch.channel import RECEIPTS, Inbound, Receipt, Report
from forbear.dispatch.disposition import AHEAD, is_storable
from forbear.kernel.errors import InputError
from forbear.kernel.signing import is_keyed_digest

TOKEN_PURPOSE = "receipt"
LENGTHS = {"text": 4000, "from": 320, "reason": 64, "provider_id": 200, "inbound_id": 200, "receipt_token": 64}
LENGTH_MAX = 64
PARTS_MAX = 255


def read_report(body: bytes, channel: str, secrets: Sequence[str], now: datetime) -> Report:
    """The report of a request's body whose signature is right.

    Raises:
        InputError: ``report_unreadable``, its ``where`` names the key; ``message_unknown`` where the token does not show that
            the message was ours.
    """
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        raise _unreadable("", "it must be JSON in UTF-8") from None
    data = read.get("data") if isinstance(read, dict) else None
    if not isinstance(data, dict):
        raise _unreadable("data", "it must be an object")
    if read.get("type") == "message.receipt":
        return _receipt(data, secrets, now)
    if read.get("type") == "message.inbound":
        return _inbound(data, channel, secrets, now)
    raise _unreadable("type", "it must be message.receipt or message.inbound")


def _receipt(data: Mapping[str, object], secrets: Sequence[str], now: datetime) -> Receipt:
    message_id, status = _text(data, "message_id"), _text(data, "status")
    if status not in RECEIPTS:
        raise _unreadable("status", f"it must be one of {', '.join(RECEIPTS)}")
    _check_ours(message_id, _text(data, "receipt_token"), secrets)
    parts_count = data.get("parts_count", 1)
    if not isinstance(parts_count, int) or isinstance(parts_count, bool) or not 1 <= parts_count <= PARTS_MAX:
        raise _unreadable("parts_count", f"it must be a whole number from 1 to {PARTS_MAX}")
    return Receipt(
        message_id,
        status,
        _instant(data, now),
        provider_id=_text(data, "provider_id", may_lack=True),
        reason=_text(data, "reason", may_lack=True),
        parts_count=parts_count,
    )


def _inbound(data: Mapping[str, object], channel: str, secrets: Sequence[str], now: datetime) -> Inbound:
    in_reply_to = _text(data, "in_reply_to", may_lack=True)
    if in_reply_to:
        _check_ours(in_reply_to, _text(data, "receipt_token"), secrets)
    return Inbound(
        channel,
        _text(data, "from"),
        _text(data, "text", may_lack=True),
        _instant(data, now),
        _text(data, "inbound_id"),
        in_reply_to,
    )


def _check_ours(message_id: str, token: str, secrets: Sequence[str]) -> None:
    if not is_keyed_digest(token, TOKEN_PURPOSE, message_id, secrets):
        raise InputError(
            "message_unknown",
            "The report is about a message that was not ours.",
            do="Give back the receipt_token as it came.",
        )


def _text(data: Mapping[str, object], key: str, *, may_lack: bool = False) -> str:
    value, most = data.get(key, ""), LENGTHS.get(key, LENGTH_MAX)
    if not isinstance(value, str) or len(value) > most or (not value and not may_lack) or not is_storable(value):
        raise _unreadable(key, f"it must be text of {'0' if may_lack else '1'} to {most} characters")
    return value


def _instant(data: Mapping[str, object], now: datetime) -> datetime:
    try:
        read = datetime.fromisoformat(_text(data, "at"))
        at = read.astimezone(UTC) if read.tzinfo else None
    except (ValueError, OverflowError):
        at = None
    if at is None or at > now + AHEAD:
        raise _unreadable("at", "it must be a past instant with its offset, as 2026-03-05T10:30:00+08:00")
    return at


def _unreadable(key: str, wanted: str) -> InputError:
    return InputError(
        "report_unreadable", f"A report cannot be used: {wanted}.", do="Mend it and send it again.", key=key or None
    )
