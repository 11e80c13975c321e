"""A dialler: takes entries of the call list out of the shared folder, and brings what came of each call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from counterparts import Arrived
from counterparts.shared_folder import NEVER, Partner
from forbear.dispatch import Channel
from forbear.dispatch.channels.phone import PhoneChannel, PhoneSettings
from forbear.kernel.clock import Clock, SystemClock

RESULTS = {"delivered": "conversation", "undelivered": "no_answer"}


class Dialler:
    """Every call of its list begins at once and lasts a minute."""

    name = "voice_agent"
    never: Mapping[str, str] = NEVER
    bound_seconds = 5.0

    def __init__(self, folder: Path) -> None:
        self.partner = Partner(folder)
        self.go_down, self.come_up = self.partner.go_down, self.partner.come_up
        self._calls_in = count(1)

    def channel(self, clock: Clock) -> Channel:
        return PhoneChannel(PhoneSettings(self.partner.root, look_seconds=0.02), clock)

    def address(self, number: int) -> str:
        return f"+86138{number:08d}"

    def arrived(self) -> list[Arrived]:
        return [
            Arrived(
                to=str(entry["number"]),
                text=f"{entry['subject']}\n{entry['script']}",
                at=SystemClock().now(),
                until=datetime.fromisoformat(str(entry["until_at"])),
                message_id=str(entry["call_id"]),
            )
            for entry in self.partner.take()
        ]

    def tell(self, to: str, status: str, times: int = 1) -> None:
        call_id = next(each.message_id for each in reversed(self.arrived()) if each.to == to)
        self.partner.bring([a_row(call_id, RESULTS[status])] * times)

    def tell_garbage(self) -> None:
        good = a_row("0" * 32, "busy")
        self.partner.bring([good, {**good, "result": "=cmd()"}, {**good, "started_at": "yesterday"}])
        self.partner.bring_bytes("call_id,结果\n".encode("gbk"))
        self.partner.bring_bytes(b'call_id,result\n"')

    def say(self, to: str, text: str, times: int = 1) -> None:
        row = {
            **a_row(f"in-{next(self._calls_in)}", "conversation"),
            "direction": "in",
            "from_number": to,
            "note": text,
        }
        for _ in range(times):
            self.partner.bring([row])

    def refuse(self) -> str:
        raise NotImplementedError(NEVER["refuses"])

    def be_slow(self, seconds: float) -> None:
        raise NotImplementedError(NEVER["slow"])

    def break_after_taking(self) -> None:
        raise NotImplementedError(NEVER["breaks"])

    def stop(self) -> None:
        pass


def a_row(call_id: str, result: str) -> dict[str, object]:
    """A row about a call that was made just now."""
    begun = SystemClock().now().astimezone(UTC).replace(microsecond=0)
    return {"call_id": call_id, "started_at": begun.isoformat(), "duration_seconds": 60, "result": result}
