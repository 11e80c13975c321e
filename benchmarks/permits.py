"""Permits decided and used a second, against the rate at which the same database commits bare transactions in the same run.

A permit here is the whole way of an act: taken up, its person locked, one fresh row of facts, the gate, permit, contact, message
and audit written, begun, handed to a channel that leads into a file, and settled. The floor is one row inserted and committed,
by as many processes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from benchmarks.measuring import ROOT

from forbear.kernel.clock import stopwatch

SUPPORT = ROOT / "tests" / "support"
PROCESSES = 2
TOGETHER = 100
Say = Callable[[str], None]

_BARE = """
import sys, psycopg
connection = psycopg.connect(sys.argv[1])
print("ready", flush=True); sys.stdin.readline()
for number in range(int(sys.argv[2])):
    connection.execute("INSERT INTO bare (text) VALUES (%s)", ["x" * 200])
    connection.commit()
"""


def measure_permits(people: int, say: Say) -> dict[str, Any]:
    """The rates and their ratio; ``people`` acts, each for another person."""
    sys.path.append(str(SUPPORT))
    import records_server

    deployment = records_server.running()
    try:
        say(f"permits: {people:,} people with an act each")
        tenant = _filled(people)
        from senders import begin_sending

        say(f"permits: {PROCESSES} processes at work")
        with TemporaryDirectory() as folder:
            permits = _per_second([begin_sending(tenant, Path(folder) / "log", 50) for _ in range(PROCESSES)], people)
            handed = len((Path(folder) / "log").read_text(encoding="utf-8").splitlines())
        say(f"bare transactions: {people:,}")
        bare = _per_second(_bare(deployment.admin_url, people // PROCESSES), people)
    finally:
        records_server.stop()
    return {
        "acts": people,
        "handed_over": handed,
        "processes": PROCESSES,
        "permits_per_second": round(permits, 1),
        "bare_transactions_per_second": round(bare, 1),
        "ratio": round(permits / bare, 3),
    }


def _filled(people: int) -> str:
    from django.db import connections
    from records_cast import add_person, open_tenant
    from senders import queue_act

    from forbear.records.scope import Scope, acting

    tenant = open_tenant(f"b{uuid4().hex[:8]}")
    for first in range(0, people, TOGETHER):
        with acting(Scope(tenant, "feeder")):
            for number in range(first, min(first + TOGETHER, people)):
                queue_act(tenant, add_person(tenant, f"p{number:06}", "陈某", f"139{number:08}"))
        with connections["owner"].cursor() as cursor:
            cursor.execute("ANALYZE")  # as the database does by itself, minutes later
    return tenant


def _bare(url: str, count: int) -> list[subprocess.Popen[str]]:
    import psycopg
    from senders import begin

    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bare (id bigserial PRIMARY KEY, text text NOT NULL)")
    command = [sys.executable, "-c", _BARE, url, str(count)]
    return [begin(command, dict(os.environ)) for _ in range(PROCESSES)]


def _per_second(processes: list[subprocess.Popen[str]], count: int) -> float:
    from senders import go

    seconds = stopwatch()
    for process in processes:
        go(process)
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    return count / seconds()


if __name__ == "__main__":
    print(json.dumps(measure_permits(int(sys.argv[1]), lambda line: print(line, file=sys.stderr)), indent=2))
