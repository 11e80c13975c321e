"""Messages by signed request to one receiver, and its reports let in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256
from pathlib import Path

from forbear.dispatch.channel import Health, Hear, Message, Receipt
from forbear.dispatch.channels.posting import Places, Poster, Reading, receipt_of
from forbear.dispatch.channels.webhook.reports import TOKEN_PURPOSE, read_report
from forbear.kernel.clock import Clock
from forbear.kernel.errors import InputError
from forbear.kernel.signing import Seen, keyed_digest, read_secret, sign_request, verify_signature

READING = Reading(refused={410: "gone"}, failed={401: "signature_not_accepted"})


@dataclass(frozen=True)
class WebhookSettings:
    """One receiver.

    Args:
        url: where messages are posted to.
        places: the places that requests may go to; ``url`` must be in one of them.
        secrets: what both sides sign with, the newest first; more than one while the secret is being replaced.
        connect_seconds, answer_seconds: how long to wait.
        ca_file: certificates to trust instead of the system's.
    """

    url: str
    places: tuple[str, ...]
    secrets: tuple[str, ...]
    connect_seconds: float = 5.0
    answer_seconds: float = 15.0
    ca_file: Path | None = None


class WebhookChannel:
    """Posts each message; the receiver knows a repeat by its ``webhook-id``, so that it deduplicates.

    Raises:
        InputError: ``place_not_allowed`` where ``url`` is in none of the places, ``place_unreadable``, ``secret_unreadable``,
            ``certificates_unreadable``.
    """

    deduplicates = True

    def __init__(self, settings: WebhookSettings, clock: Clock, name: str) -> None:
        self.name, self._settings, self._clock = name, settings, clock
        place = Places(settings.places).find(settings.url)
        if place is None:
            raise InputError(
                "place_not_allowed",
                "Messages may not be posted to this address.",
                do="Name its scheme, host and port among the places of the settings.",
                channel=name,
            )
        if not settings.secrets:
            read_secret("")
        for secret in settings.secrets:
            read_secret(secret)
        self._place = place
        self._poster = Poster(
            Places(settings.places),
            connect_seconds=settings.connect_seconds,
            answer_seconds=settings.answer_seconds,
            ca_file=settings.ca_file,
        )
        self._seen = Seen(clock)
        self._hear: Hear | None = None

    def open(self, hear: Hear) -> None:
        """From now on :meth:`take_in` tells ``hear``."""
        self._hear = hear

    def deliver(self, message: Message) -> Receipt:
        """Post the message, signed at this instant."""
        now = self._clock.now()
        if now >= message.expires_at:
            return Receipt(message.message_id, "refused", now, reason="expired")
        if self._hear is None:
            return Receipt(message.message_id, "failed", now, reason="closed")
        data = self._data(message)
        body = json.dumps(
            {"type": "message.send", "timestamp": now.isoformat(), "data": data}, ensure_ascii=False
        ).encode()
        headers = {
            "content-type": "application/json",
            **sign_request(message.message_id, body, self._settings.secrets, now),
        }
        answer = self._poster.post(self._settings.url, body, headers)
        return receipt_of(message, answer, self._clock.now(), sha256(body).hexdigest(), READING)

    def _data(self, message: Message) -> dict[str, object]:
        return {
            "message_id": message.message_id,
            "receipt_token": keyed_digest(TOKEN_PURPOSE, message.message_id, self._settings.secrets[0]),
            "channel": message.channel,
            "to": message.to,
            "language": message.language,
            "subject": message.subject,
            "body": message.body,
            "expires_at": message.expires_at.astimezone(UTC).isoformat(),
            "fields": dict(message.fields),
            "links": dict(message.links),
        }

    def take_in(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Let a report of the receiver in, as a door got it, and tell it.

        Returns:
            False where the same report was let in before: then nothing is told, and the door answers as for the first.

        Raises:
            InputError: ``signature_missing``, ``signature_wrong`` or ``signature_old`` where it may not come in;
                ``report_unreadable`` or ``message_unknown`` where it cannot be used; ``channel_closed``.
        """
        signed = verify_signature(headers, body, self._settings.secrets, self._clock)
        if self._hear is None:
            raise InputError("channel_closed", "The channel is closed.", do="Send the report again later.")
        report = read_report(body, self.name, self._settings.secrets, self._clock.now())
        if not self._seen.is_first(signed.request_id):
            return False
        try:
            self._hear(report)
        except BaseException:
            self._seen.forget(signed.request_id)
            raise
        return True

    def health(self) -> Health:
        """Whether the receiver can be reached."""
        if self._hear is None:
            return Health(is_up=False, reason="closed")
        is_up = self._poster.is_reachable(self._place)
        return Health(is_up, "" if is_up else "unreachable")

    def close(self) -> None:
        """Nothing more leaves and nothing more is let in."""
        self._hear = None
        self._poster.close()
