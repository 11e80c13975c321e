"""A push service with its borrowers' browsers: it checks who sends, and each browser decrypts what is for it alone."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from threading import Lock

import http_ece
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02
from py_vapid.jwt import decode

from counterparts import Arrived
from counterparts.http_server import HttpsServer
from forbear.dispatch import Channel
from forbear.dispatch.channels.push import PushChannel, PushSettings
from forbear.kernel.clock import Clock, SystemClock

INSTITUTION = {"zh": "示例消费金融有限公司", "en": "Example Consumer Finance"}
VAPID = Vapid02()
VAPID.generate_keys()


class Browser:
    """One borrower's browser: its keys never leave it."""

    def __init__(self, endpoint: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._auth = base64.urlsafe_b64encode(endpoint.encode())[:16]
        public = self._key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        keys = {"p256dh": as_base64(public), "auth": as_base64(self._auth)}
        self.subscription = json.dumps({"endpoint": endpoint, "expirationTime": None, "keys": keys})

    def decrypt(self, body: bytes) -> dict[str, object]:
        """The payload, as the page's worker gets it."""
        plain = http_ece.decrypt(body, private_key=self._key, auth_secret=self._auth, version="aes128gcm")
        payload: dict[str, object] = json.loads(plain)
        return payload


class PushService:
    """Keeps one message a topic for each browser, as RFC 8030 says."""

    name = "push"
    never: Mapping[str, str] = {
        "receipts": "Push services of browsers do not tell a sender what became of a message.",
        "inbound": "What a borrower presses comes in through the borrower's page.",
    }
    bound_seconds = 5.0

    def __init__(self, folder: Path) -> None:
        self._browsers: dict[str, Browser] = {}
        self.payloads: list[dict[str, object]] = []
        self.headers: list[Mapping[str, str]] = []
        self._arrived: dict[tuple[str, str], Arrived] = {}
        self._lock = Lock()
        self.server = HttpsServer(folder, self._take)
        self.go_down, self.come_up = self.server.go_down, self.server.come_up

    def settings(self, shows: str = "amounts") -> PushSettings:
        """Settings that trust this service alone."""
        return PushSettings(
            vapid_key=VAPID.private_pem().decode(),
            contact="mailto:push@lender.example",
            institution=INSTITUTION,
            shows=shows,
            services=(self.server.origin,),
            connect_seconds=2,
            answer_seconds=2,
            ca_file=self.server.ca_file,
        )

    def channel(self, clock: Clock) -> Channel:
        return PushChannel(self.settings(), clock)

    def address(self, number: int) -> str:
        path = f"/push/{number:05d}"
        with self._lock:
            if path not in self._browsers:
                self._browsers[path] = Browser(f"{self.server.origin}{path}")
            return self._browsers[path].subscription

    def _take(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, Mapping[str, str]]:
        browser = self._browsers.get(path)
        if browser is None:
            return 404, {}
        if not self._is_signed(headers.get("authorization", "")):
            return 403, {}
        if "ttl" not in headers or headers.get("content-encoding") != "aes128gcm" or len(body) > 4096:
            return 400, {}
        payload, at = browser.decrypt(body), SystemClock().now()
        with self._lock:
            self.payloads.append(payload)
            self.headers.append(headers)
            self._arrived[path, headers.get("topic", body.hex())] = Arrived(
                to=browser.subscription,
                text=f"{payload['title']}\n{payload['body']}",
                at=at,
                until=at + timedelta(seconds=int(headers["ttl"])),
                message_id=str(payload["message_id"]),
            )
        return 201, {"location": f"{self.server.origin}/message/{len(self.payloads)}"}

    def _is_signed(self, authorization: str) -> bool:
        if not Vapid02.verify(authorization):
            return False
        token, key = (part.split("=", 1)[1] for part in authorization.removeprefix("vapid ").split(","))
        claims = decode(token, key)
        left = int(claims["exp"]) - SystemClock().now().timestamp()
        return claims["aud"] == self.server.origin and 0 < left <= 24 * 3600 and claims["sub"].startswith("mailto:")

    def arrived(self) -> list[Arrived]:
        with self._lock:
            return list(self._arrived.values())

    def refuse(self) -> str:
        self.server.manners.answer = 410, {}
        return "gone"

    def be_slow(self, seconds: float) -> None:
        self.server.manners.slow_seconds = seconds

    def break_after_taking(self) -> None:
        self.server.manners.breaks_off = True

    def tell(self, to: str, status: str, times: int = 1) -> None:
        raise NotImplementedError(self.never["receipts"])

    def tell_garbage(self) -> None:
        raise NotImplementedError(self.never["receipts"])

    def say(self, to: str, text: str, times: int = 1) -> None:
        raise NotImplementedError(self.never["inbound"])

    def stop(self) -> None:
        self.server.stop()


def as_base64(content: bytes) -> str:
    """base64url without padding, as browsers write keys."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
