"""A receiver of signed requests: takes each id once, and tells receipts and answers by signed requests of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import Lock

from counterparts import Arrived
from counterparts.http_server import HttpsServer
from forbear.dispatch import Channel
from forbear.dispatch.channels.webhook import WebhookChannel, WebhookSettings
from forbear.kernel.clock import Clock, SystemClock
from forbear.kernel.errors import InputError
from forbear.kernel.signing import sign_request, verify_signature

SECRET, OTHER_SECRET = "whsec_" + "c2VjcmV0IG9mIGEgdGVzdCwgb2YgMzIgYnl0ZXMu" * 2, "whsec_" + "b3RoZXIg" * 5


class WebhookReceiver:
    """Its own requests are handed to the channel's ``take_in``, as a door of ours hands them over."""

    name = "im_official"
    never: Mapping[str, str] = {}
    bound_seconds = 5.0

    def __init__(self, folder: Path) -> None:
        self._data: dict[str, dict[str, str]] = {}
        self._at: dict[str, datetime] = {}
        self._numbers = count(1)
        self._lock = Lock()
        self.server = HttpsServer(folder, self._take)
        self.go_down, self.come_up = self.server.go_down, self.server.come_up

    def settings(self) -> WebhookSettings:
        """Settings that trust this receiver alone."""
        return WebhookSettings(
            url=f"{self.server.origin}/messages",
            places=(self.server.origin,),
            secrets=(SECRET,),
            connect_seconds=2,
            answer_seconds=2,
            ca_file=self.server.ca_file,
        )

    def channel(self, clock: Clock) -> Channel:
        self.made = WebhookChannel(self.settings(), clock, self.name)
        return self.made

    def address(self, number: int) -> str:
        return f"openid-{number:06d}"

    def _take(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, Mapping[str, str]]:
        try:
            signed = verify_signature(headers, body, [SECRET], SystemClock())
        except InputError:
            return 401, {}
        with self._lock:
            self._data.setdefault(signed.request_id, json.loads(body)["data"])
            self._at.setdefault(signed.request_id, SystemClock().now())
        return 202, {}

    def arrived(self) -> list[Arrived]:
        with self._lock:
            return [
                Arrived(
                    to=data["to"],
                    text=f"{data['subject']}\n{data['body']}",
                    at=self._at[request_id],
                    until=datetime.fromisoformat(data["expires_at"]),
                    message_id=request_id,
                )
                for request_id, data in self._data.items()
            ]

    def refuse(self) -> str:
        self.server.manners.answer = 410, {}
        return "gone"

    def be_slow(self, seconds: float) -> None:
        self.server.manners.slow_seconds = seconds

    def break_after_taking(self) -> None:
        self.server.manners.breaks_off = True

    def tell(self, to: str, status: str, times: int = 1) -> None:
        data = self._of(to)
        told = {key: data[key] for key in ("message_id", "receipt_token")}
        self._send("message.receipt", {**told, "status": status, "at": now()}, times)

    def tell_garbage(self) -> None:
        never_sent = {"message_id": "0" * 32, "receipt_token": "f" * 64, "status": "delivered", "at": now()}
        body = json.dumps({"type": "message.receipt", "data": never_sent}).encode()
        for secret, content in ((SECRET, body), (OTHER_SECRET, body), (SECRET, b"{"), (SECRET, b'{"data": [1]}')):
            try:
                self.made.take_in(
                    sign_request(f"evt_{next(self._numbers)}", content, [secret], SystemClock().now()), content
                )
            except InputError:
                continue
            raise AssertionError("garbage was let in")

    def say(self, to: str, text: str, times: int = 1) -> None:
        data = self._of(to)
        answer = {"inbound_id": f"in-{next(self._numbers)}", "from": to, "text": text, "at": now()}
        reply = {"in_reply_to": data["message_id"], "receipt_token": data["receipt_token"]}
        self._send("message.inbound", {**answer, **reply}, times)

    def _of(self, to: str) -> dict[str, str]:
        return next(data for data in reversed(self._data.values()) if data["to"] == to)

    def _send(self, kind: str, data: Mapping[str, str], times: int) -> None:
        body, request_id = json.dumps({"type": kind, "data": data}).encode(), f"evt_{next(self._numbers)}"
        for _ in range(times):
            self.made.take_in(sign_request(request_id, body, [SECRET], SystemClock().now()), body)

    def stop(self) -> None:
        self.server.stop()


def now() -> str:
    """The present instant, as a report bears it."""
    return SystemClock().now().astimezone(UTC).isoformat()
