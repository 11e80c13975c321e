"""A message centre: the npm package ``smpp`` in a process of its own, as the other end of the text message channel."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, ClassVar

from npm_packages import installed

from counterparts import Arrived
from forbear.dispatch.channels.sms import SmsChannel, SmsSettings
from forbear.kernel.clock import Clock

HERE = Path(__file__).parent / "smsc"
REFUSED, THROTTLED, VENDOR = 0x0B, 0x58, 0x0410
STATES = {"delivered": "DELIVRD", "undelivered": "UNDELIV"}


class MessageCentre:
    """A centre that takes, refuses, waits, breaks off, and tells receipts as it is told to."""

    name = "sms"
    never: ClassVar[dict[str, str]] = {
        "repeats": "SMPP has no id of the sender's own, so a centre takes the same message as often as it comes.",
    }
    bound_seconds = 6.0

    def __init__(self, folder: Path | None = None) -> None:
        environment = {**os.environ, "NODE_PATH": str(installed(HERE) / "node_modules")}
        self._process = subprocess.Popen(
            ["node", str(HERE / "centre.js")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        self._lock, self._number = Lock(), 0
        self.port = int(self.ask("up")["port"])

    def ask(self, command: str, **given: Any) -> Any:
        """Give a command of ``centre.js`` and wait for its answer."""
        with self._lock:
            assert self._process.stdin and self._process.stdout
            self._number += 1
            self._process.stdin.write(json.dumps({"number": self._number, "command": command, **given}) + "\n")
            self._process.stdin.flush()
            told = json.loads(self._process.stdout.readline())
            assert told["number"] == self._number
            return told["answer"]

    def settings(self, **changed: Any) -> SmsSettings:
        """Settings with short times."""
        given: dict[str, Any] = {
            "host": "127.0.0.1", "port": self.port, "system_id": "lender", "password": "secret", "source": "Lender",
            "answer_seconds": 3.0, "connect_seconds": 3.0, "retry_seconds_min": 0.05, "retry_seconds_max": 0.2,
        }  # fmt: skip
        return SmsSettings(**given | changed)

    def channel(self, clock: Clock) -> SmsChannel:
        """A channel to this centre."""
        return SmsChannel(self.settings(), clock)

    def address(self, number: int) -> str:
        """A mobile number that nobody has."""
        return f"+86100{number:08d}"

    def arrived(self) -> list[Arrived]:
        """Whole messages; ``centre.js`` decodes and joins them with the package's own decoder."""
        return [
            Arrived(
                to="+" + each["to"],
                text=each["text"],
                at=_at(each["at"]),
                until=_at(each["validity"]) if each["validity"] else None,
                parts_count=len(each["ids"]),
            )
            for each in self.ask("arrived")
        ]

    def behave(self, **behaviour: Any) -> None:
        """From now on: ``status`` of every answer, ``slow_ms``, ``breaks``, ``early`` (a receipt before the answer)."""
        self.ask("behave", behaviour=behaviour)

    def refuse(self) -> str:
        self.behave(status=REFUSED)
        return "ESME_RINVDSTADR"

    def go_down(self) -> None:
        self.ask("down")

    def come_up(self) -> None:
        self.ask("up")

    def be_slow(self, seconds: float) -> None:
        self.behave(slow_ms=int(seconds * 1000))

    def break_after_taking(self) -> None:
        self.behave(breaks=True)

    def tell(self, to: str, status: str, times: int = 1) -> None:
        self.ask("tell", to=to.removeprefix("+"), state=STATES[status], times=times)

    def tell_garbage(self) -> None:
        self.ask("receipt", id="never-sent", state="DELIVRD")
        for text in ("id: stat:", "", "\x00\x01", "id:1 stat:MAYBE done date:yesterday", "stat:DELIVRD"):
            self.ask("deliver", fields={"esm_class": 4, "short_message": text})
        # A deliver_sm that ends in the middle of a field, and a command that SMPP does not have.
        self.ask("raw", octets="0000001400000005000000000000007741424344")
        self.ask("raw", octets="00000010000007770000000000000078")

    def say(self, to: str, text: str, times: int = 1) -> None:
        for _ in range(times):
            octets = text.encode("utf-16-be").hex()
            source = {"source_addr": to.removeprefix("+"), "destination_addr": "Lender"}
            self.ask("deliver", fields={**source, "data_coding": 8, "octets": octets})

    def stop(self) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


def _at(milliseconds: float) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
