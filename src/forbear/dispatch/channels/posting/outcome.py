"""What an answer of HTTP means for a message."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from forbear.dispatch.channel import Message, Receipt
from forbear.dispatch.channels.posting.poster import Answer, Trouble

TRY_AGAIN = {408, 425, 429}
"""Statuses of 4xx by which the request was not taken, but may be later."""
GATEWAY_TIMEOUT = 504


@dataclass(frozen=True)
class Reading:
    """How one provider's statuses differ from the rest.

    Args:
        refused: reason by status, of those that mean never again.
        failed: reason by status, of those that mean not yet.
        id_header: the header that holds the provider's id of the message.
    """

    refused: dict[int, str] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)
    id_header: str = ""


def receipt_of(message: Message, answer: Answer | Trouble, at: datetime, proof: str, reading: Reading) -> Receipt:
    """2xx is accepted; 429, 5xx and a redirect have failed, and may be tried after ``detail``; other 4xx are refused.

    A gateway that waited in vain (504) may have passed the request on, so that it is uncertain.
    """
    if isinstance(answer, Trouble):
        status = "uncertain" if answer.may_have_arrived else "failed"
        if answer.reason in ("place_not_allowed", "bad_address"):
            status = "refused"
        return Receipt(
            message.message_id, status, at, reason=answer.reason, proof=proof if status == "uncertain" else ""
        )
    code = answer.status
    if 200 <= code < 300:
        provider_id = answer.headers.get(reading.id_header, "")[:200] if reading.id_header else ""
        return Receipt(message.message_id, "accepted", at, provider_id=provider_id, proof=proof)
    wait = answer.headers.get("retry-after", "")
    detail = f"retry_after {wait}" if wait and len(wait) <= 40 and wait.isprintable() else ""
    if code == GATEWAY_TIMEOUT:
        return Receipt(message.message_id, "uncertain", at, reason=f"http_{code}", detail=detail, proof=proof)
    if code in reading.failed or code in TRY_AGAIN or not 400 <= code < 500:
        return Receipt(message.message_id, "failed", at, reason=reading.failed.get(code, f"http_{code}"), detail=detail)
    return Receipt(message.message_id, "refused", at, reason=reading.refused.get(code, f"http_{code}"))
