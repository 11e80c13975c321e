"""A message handed over as an entry of the shared folder: the same for every partner who takes files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from forbear.dispatch.channel import Message, Receipt
from forbear.dispatch.channels.folder.exchange import Exchange


def hand_over(
    exchange: Exchange, message: Message, manifest: Mapping[str, object], now: datetime, *, proof: str,
    parts: Mapping[str, bytes] | None = None,
) -> Receipt:  # fmt: skip
    """Put the entry where the partner takes it; what was handed over before is not handed over again.

    Args:
        proof: the digest of what is handed over.
        parts: files that belong to it, by suffix.
    """
    try:
        exchange.put(message.message_id, manifest, message.expires_at, parts or {})
    except OSError:
        return Receipt(message.message_id, "failed", now, reason="folder_unusable")
    return Receipt(message.message_id, "accepted", now, provider_id=message.message_id, proof=proof)
