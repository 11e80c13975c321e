"""Everything that the one way out needs, for tests that try to break it: acts that wait, a message, and processes that send.

``python senders.py`` is a worker of its own: the tests start several and kill some.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from forbear.records.setup import set_up

if __name__ == "__main__":
    set_up()  # before any model is imported; the tests give the deployment in the environment

from records_cast import NOON, TODAY, Member

from forbear.compliance import load_gate
from forbear.compliance.permit import Held, Refusal, act_id_of
from forbear.dispatch import Composed, Outcome, send
from forbear.dispatch.practice import PracticeChannel
from forbear.kernel.clock import FixedClock
from forbear.records.desk import RecordsDesk, WorkerIdentity
from forbear.records.models import Act
from forbear.records.scope import Scope, acting


@cache
def lawful_message(law: str = "cn+house") -> dict[str, Any]:
    """What the gate reads of a message that has everything it must have, and says nothing that it must not."""
    gate = load_gate(law, TODAY, questions=("contact", "message"))
    needs = [need for need in gate.needs.values() if need.group == "message" or need.name in SAID_ALOUD]
    return {need.name: need.base for need in needs}


SAID_ALOUD = ("states_identity", "discloses_no_debt", "is_recorded", "shows_own_number", "shows_loan_information")


@dataclass(frozen=True)
class PlainComposer:
    """Says the same to everybody: for tests of everything but the words."""

    def compose(self, held: Held) -> Composed | Refusal:
        """A lawful message without words of its own."""
        stated = {name: value for name, value in lawful_message().items() if name not in held.facts}
        return Composed("plain", 1, held.recipient.language, "", "……", "0" * 64, stated)


def queue_act(tenant: str, member: Member, *, treatment: str = "sms_reminder", **values: Any) -> Act:
    """An act that waits for its minute: by text message, from half past ten to eight in the evening."""
    given = {
        "channel": "sms",
        "purpose": "collection",
        "template": "plain",
        "business_date": TODAY,
        "earliest_at": NOON - timedelta(minutes=90),
        "latest_at": NOON + timedelta(hours=8),
    } | values
    act_id = act_id_of(tenant, given["business_date"], member.loan_id, treatment, given["channel"])
    with acting(Scope(tenant, "planner")):
        return Act.objects.create(
            tenant_id=tenant,
            act_id=act_id,
            person_id=member.person_id,
            loan_id=member.loan_id,
            treatment=treatment,
            contact_point_id=member.point_id,
            **given,
        )


@dataclass(frozen=True)
class Sender:
    """One worker with a channel that leads into a file."""

    tenant: str
    desk: RecordsDesk
    channel: PracticeChannel

    def send(self, limit: int = 20) -> list[Outcome]:
        """What became of the acts that were due."""
        return list(send(self.desk, self.channel, PlainComposer(), limit))

    def drain(self) -> list[Outcome]:
        """All that is due, until a round finds nothing that may be done."""
        outcomes: list[Outcome] = []
        while found := self.send():
            outcomes += found
        return outcomes


@contextmanager
def sender(tenant: str, log: Path, at: datetime = NOON, channel: str = "sms") -> Iterator[Sender]:
    """A worker at an instant that stands still."""
    clock = FixedClock(at)
    with WorkerIdentity() as worker:
        yield Sender(tenant, RecordsDesk(tenant, worker.name, clock), PracticeChannel(channel, log, clock))


def begin_sending(tenant: str, log: Path, limit: int, **options: Any) -> subprocess.Popen[str]:
    """A process that sends, so many together, and waits for its :func:`go`; ``options`` as of a process."""
    import records_server

    command = [sys.executable, __file__, tenant, str(log), str(limit)]
    return begin(command, records_server.environment(PYTHONPATH=str(Path(__file__).parent)), **options)


def begin(command: list[str], environment: dict[str, str], **options: Any) -> subprocess.Popen[str]:
    """A process that has said that it is ready."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    process = subprocess.Popen(command, env=environment, text=True, **pipes, **options)
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    return process


def go(process: subprocess.Popen[str]) -> None:
    """Let a process begin its work."""
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def main() -> None:
    """Send all that is due for a tenant, in a process of its own; says what became of it, a line a round."""
    from django.db import connections

    tenant, log, limit = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    with sender(tenant, log) as own:
        with own.desk.holding("none", 1):
            pass  # the law of the day is read: once a day, so that it is no part of what is measured or cut off
        print("ready", flush=True)
        sys.stdin.readline()
        while found := own.send(limit):
            kinds = [each.receipt.status if each.receipt else each.refusal.code for each in found if each]
            print(json.dumps(kinds), flush=True)
    connections.close_all()


if __name__ == "__main__":
    main()
