"""A business day in a process of its own that kills itself at a given moment of a given step: ``cut_day.py TENANT DAY BOOK STEP MOMENT``.

It is killed, not stopped: nothing is given back, closed or undone by itself.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from forbear.kernel.clock import FixedClock
from forbear.records.setup import set_up


def main(tenant: str, day: str, book: str, step: str, moment: str) -> None:
    """Run the day until the moment comes."""
    set_up()
    from forbear.day.wiring.business_day import BusinessDay, run_business_day

    def notify(name: str, when: str) -> None:
        if (name, when) == (step, moment):
            os.kill(os.getpid(), signal.SIGKILL)

    request = BusinessDay(tenant, date.fromisoformat(day), book=Path(book), memory_gib=1.0)
    run_business_day(request, FixedClock(datetime(2026, 11, 23, 4, tzinfo=UTC)), notify)


if __name__ == "__main__":
    main(*sys.argv[1:])
