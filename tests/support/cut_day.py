"""Business days in processes of their own, each of which kills itself at a given moment of a given step:
``cut_day.py TENANT DAY BOOK STEP/MOMENT…``, where ``/`` is a day that is not cut. The last line is what became of each, in order.

They are killed, not stopped: nothing is given back, closed or undone by itself. They are forked from one process that has read the
code and the law and holds nothing else, neither a connection nor a thread: reading both anew each time would prove nothing more.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from datetime import UTC, date, datetime
from pathlib import Path

from forbear.kernel.clock import FixedClock
from forbear.records.setup import set_up


def main(tenant: str, day: str, book: str, *cuts: str) -> None:
    """Run the day once for each cut, and say how each process ended."""
    set_up()
    from forbear.compliance import load_gate
    from forbear.day.wiring import business_day  # noqa: F401  # read before the processes part
    from forbear.strategy import load_playbook

    load_gate("cn", date.fromisoformat(day), "strict")
    load_playbook("balanced")
    ended = []
    for cut in cuts:
        step, _, moment = cut.partition("/")
        child = os.fork()
        if child == 0:
            _run_in_child(tenant, day, book, step, moment)
        ended.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    print(json.dumps(ended))


def _run_in_child(tenant: str, day: str, book: str, step: str, moment: str) -> None:
    code = 1
    try:
        _run(tenant, day, book, step, moment)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _run(tenant: str, day: str, book: str, step: str, moment: str) -> None:
    from forbear.day.wiring.business_day import BusinessDay, run_business_day

    def notify(name: str, when: str) -> None:
        if (name, when) == (step, moment):
            os.kill(os.getpid(), signal.SIGKILL)

    request = BusinessDay(tenant, date.fromisoformat(day), book=Path(book), memory_gib=1.0)
    run_business_day(request, FixedClock(datetime(2026, 11, 23, 4, tzinfo=UTC)), notify)


if __name__ == "__main__":
    main(*sys.argv[1:])
