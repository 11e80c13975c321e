"""How long the API takes to answer, against a route that only asks the database for one row, in the same run.

The real application, served by its real server on this machine's loopback; several clients ask at once, each over one kept
connection. What is told is the time from the first byte sent to the last one read, in milliseconds.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from threading import Event
from typing import Any
from uuid import uuid4

import httpx
from benchmarks.measuring import ROOT

from forbear.kernel.clock import SystemClock, stopwatch

SUPPORT = ROOT / "tests" / "support"
CLIENTS, PROCESSES = 4, 2
START_SECONDS_MAX = 60.0
_SERVE = (
    "import sys; from forbear.day.wiring.serving import serve; serve('127.0.0.1', int(sys.argv[1]), int(sys.argv[2]))"
)
Say = Callable[[str], None]
Ask = Callable[[httpx.Client, int], httpx.Response]


def measure_api(requests: int, say: Say) -> dict[str, Any]:
    """The times of a permit asked for, of a loan's decisions read, and of the floor; ``requests`` of each."""
    sys.path.append(str(SUPPORT))
    import records_server

    records_server.running()
    try:
        say(f"api: {requests:,} people with a loan and thirty days of decisions each")
        token, people = _filled(requests)
        with _served(records_server.environment()) as address:
            headers = {"Authorization": f"Bearer {token}"}
            keys = count()

            def ask_permit(client: httpx.Client, number: int) -> httpx.Response:
                one = people[number % len(people)]
                body = {
                    "person_id": one.person_id, "loan_id": one.loan_id, "channel": "voice_agent",
                    "contact_point_id": one.point_id,
                }  # fmt: skip
                key = {"Idempotency-Key": f"{number}-{next(keys)}"}
                return client.post("/api/v1/permits", json=body, headers=headers | key)

            def read_decisions(client: httpx.Client, number: int) -> httpx.Response:
                one = people[number % len(people)]
                return client.get(f"/api/v1/loans/{one.loan_id}/decisions", headers=headers)

            def floor(client: httpx.Client, number: int) -> httpx.Response:
                return client.get("/api/v1/health")

            results = {}
            for name, ask in (("floor", floor), ("permits", ask_permit), ("decisions", read_decisions)):
                say(f"api: {requests:,} × {name} by {CLIENTS} clients")
                _times(address, ask, CLIENTS * 8)  # every process has read the law by then
                results[name] = _summary(*_times(address, ask, requests))
    finally:
        records_server.stop()
    floor_p50 = results["floor"]["p50_ms"]
    for name in ("permits", "decisions"):
        results[name]["times_the_floor"] = round(results[name]["p50_ms"] / floor_p50, 1)
    return {"clients": CLIENTS, "processes": PROCESSES, "requests": requests, **results}


def _filled(size: int) -> tuple[str, list[Any]]:
    from datetime import timedelta

    from records_cast import add_person, feed, open_tenant

    from forbear.records.access.tokens import issue
    from forbear.records.models import Decision, Run
    from forbear.records.scope import Scope, acting

    tenant, now = open_tenant(f"b{uuid4().hex[:8]}"), SystemClock().now()
    feed(tenant, now)
    people = [add_person(tenant, f"p{number:06}", "陈某", f"139{number:08}") for number in range(size)]
    with acting(Scope(tenant, "benchmark")):
        for days in range(30):
            day = now.date() - timedelta(days=days)
            run = Run.objects.create(tenant_id=tenant, business_date=day, playbook="balanced", law="cn+house")
            Decision.objects.bulk_create(
                Decision(
                    tenant_id=tenant, run=run, business_date=day, loan_id=each.loan_id, person_id=each.person_id,
                    act="call", status="refused", treatment="agent_call", channel="voice_agent", verdict="DENY",
                    reason_rule="cn.gbt45251.quiet_hours_start.night", duties=["record_call"],
                )
                for each in people
            )  # fmt: skip
    scopes = ["permits:write", "decisions:read"]
    return issue(Scope(tenant, "benchmark"), "benchmark", scopes, requests_per_minute=100_000).secret, people


@contextmanager
def _served(environment: dict[str, str]) -> Iterator[str]:
    """The server on a free port, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-c", _SERVE, str(port), str(PROCESSES)], env=environment, stdout=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_up(address)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_until_up(address: str) -> None:
    watch, pause = stopwatch(), Event()
    while True:
        try:
            if httpx.get(f"{address}/api/v1/health").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            if watch() > START_SECONDS_MAX:
                raise
        pause.wait(0.05)


def _times(address: str, ask: Ask, requests: int) -> tuple[list[float], float, dict[int, int]]:
    """Seconds of each request, of all together, and how many were answered with which status."""
    numbers = iter(range(requests))

    def work(_: int) -> list[tuple[float, int]]:
        found = []
        with httpx.Client(base_url=address, timeout=60) as client:
            for number in numbers:
                watch = stopwatch()
                answer = ask(client, number)
                answer.read()
                found.append((watch(), answer.status_code))
                answer.raise_for_status()
        return found

    whole = stopwatch()
    with ThreadPoolExecutor(CLIENTS) as pool:
        found = [each for one in pool.map(work, range(CLIENTS)) for each in one]
    seconds = whole()
    statuses: dict[int, int] = {}
    for _, status in found:
        statuses[status] = statuses.get(status, 0) + 1
    return sorted(each for each, _ in found), seconds, statuses


def _summary(times: list[float], seconds: float, statuses: dict[int, int]) -> dict[str, Any]:
    return {
        "p50_ms": round(1000 * times[len(times) // 2], 2),
        "p99_ms": round(1000 * times[min(len(times) - 1, len(times) * 99 // 100)], 2),
        "per_second": round(len(times) / seconds, 1),
        "statuses": statuses,
    }


if __name__ == "__main__":
    print(json.dumps(measure_api(int(sys.argv[1]), lambda line: print(line, file=sys.stderr)), indent=2))
