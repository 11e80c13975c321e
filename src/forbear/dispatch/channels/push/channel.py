"""Notifications through the push services of browsers (RFC 8030), encrypted (RFC 8291) and signed (RFC 8292)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from hashlib import sha256

from http_ece import ECEException
from py_vapid import Vapid02, VapidException
from pywebpush import WebPusher, WebPushException

from forbear.dispatch.channel import Health, Hear, Message, Receipt
from forbear.dispatch.channels.posting import Places, Poster, Reading, receipt_of
from forbear.dispatch.channels.push.payload import PAYLOAD_BYTES_MAX, Subscription, payload_of, read_subscription
from forbear.dispatch.channels.push.settings import PushSettings
from forbear.kernel.clock import Clock
from forbear.kernel.errors import InputError

TTL_SECONDS_MAX = 28 * 24 * 60 * 60
"""Push services keep a message no longer."""
SIGNED_FOR = timedelta(hours=12)
ON_THE_WAY = timedelta(seconds=1)
"""Taken off the time that a push service is given, for the way there."""
READING = Reading(
    refused={404: "gone", 410: "gone", 413: "too_long"},
    failed={401: "key_not_accepted", 403: "key_not_accepted"},
    id_header="location",
)
"""A subscription that is gone never comes back. A key that is not accepted is ours to mend, not the borrower's loss."""
_TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}")


class PushChannel:
    """Web push. A repeat replaces what waits at the push service and what is on the screen, so that it deduplicates.

    Raises:
        InputError: ``push_settings_unusable``, ``place_unreadable``, ``certificates_unreadable``.
    """

    deduplicates = True

    def __init__(self, settings: PushSettings, clock: Clock, name: str = "push") -> None:
        self.name, self._settings, self._clock = name, settings, clock
        self._vapid = _read_key(settings.vapid_key)
        self._poster = Poster(
            Places(settings.services),
            connect_seconds=settings.connect_seconds,
            answer_seconds=settings.answer_seconds,
            ca_file=settings.ca_file,
        )
        self._is_open = False

    def open(self, hear: Hear) -> None:
        """Push services tell nothing later, so that ``hear`` is never called."""
        self._is_open = True

    def deliver(self, message: Message) -> Receipt:
        """Hand a notification to the push service of ``to``, a subscription as JSON.

        It is kept there for the borrower until shortly before ``expires_at``, and never longer.
        """
        now = self._clock.now()
        ttl = min(int((message.expires_at - now - ON_THE_WAY).total_seconds()), TTL_SECONDS_MAX)
        if ttl < 1:
            return Receipt(message.message_id, "refused", now, reason="expired")
        if not self._is_open:
            return Receipt(message.message_id, "failed", now, reason="closed")
        subscription = read_subscription(message.to)
        if subscription is None:
            return Receipt(message.message_id, "refused", now, reason="bad_address")
        payload = payload_of(message, self._settings)
        if len(payload) > PAYLOAD_BYTES_MAX:
            return Receipt(message.message_id, "refused", now, reason="too_long")
        encrypted = _encrypt(subscription, payload)
        place = self._poster.places.find(subscription.endpoint)
        if encrypted is None or place is None:
            reason = "bad_address" if encrypted is None else "place_not_allowed"
            return Receipt(message.message_id, "refused", now, reason=reason)
        origin = f"{place.scheme}://{place.host}:{place.port}".removesuffix(":443")
        headers = {
            **self._signed(origin, now),
            "content-type": "application/octet-stream",
            "content-encoding": "aes128gcm",
            "ttl": str(ttl),
            "urgency": self._settings.urgency,
            "topic": _topic(message.message_id),
        }
        answer = self._poster.post(subscription.endpoint, encrypted, headers)
        return receipt_of(message, answer, self._clock.now(), sha256(payload).hexdigest(), READING)

    def _signed(self, origin: str, now: datetime) -> dict[str, str]:
        claims = {"aud": origin, "sub": self._settings.contact, "exp": int((now + SIGNED_FOR).timestamp())}
        return dict(self._vapid.sign(claims))

    def health(self) -> Health:
        """Whether any of the named push services can be reached: of some countries, not all can."""
        if not self._is_open:
            return Health(is_up=False, reason="closed")
        named = [place for place in self._poster.places.all if place.is_one]
        is_up = not named or any(self._poster.is_reachable(place) for place in named)
        return Health(is_up, "" if is_up else "unreachable")

    def close(self) -> None:
        """Nothing more leaves."""
        self._is_open = False
        self._poster.close()


def _topic(message_id: str) -> str:
    """A push service keeps one message of each topic: a repeat takes the place of the first."""
    return message_id if _TOPIC.fullmatch(message_id) else sha256(message_id.encode()).hexdigest()[:32]


def _encrypt(subscription: Subscription, payload: bytes) -> bytes | None:
    """The payload for this subscription alone; None where its keys are none."""
    try:
        return bytes(WebPusher(subscription.as_info()).encode(payload)["body"])
    except (WebPushException, ECEException, ValueError, IndexError):
        return None


def _read_key(text: str) -> Vapid02:
    try:
        if "-----BEGIN" in text:
            return Vapid02.from_pem(text.encode())
        return Vapid02.from_string(text.strip())
    except (VapidException, ValueError, TypeError):
        raise InputError(
            "push_settings_unusable",
            "The key of push messages cannot be read.",
            do="Make one with `vapid --gen`, and give its private key as PEM or in base64url.",
            setting="vapid_key",
        ) from None
