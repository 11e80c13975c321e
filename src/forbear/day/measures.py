"""Seconds, processor seconds and peak memory of each step."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from forbear.kernel.clock import stopwatch

_CLEAR, _STATUS = Path("/proc/self/clear_refs"), Path("/proc/self/status")


@dataclass(frozen=True)
class Step:
    """A step of the day that begins: its code, its place and how many there are."""

    name: str
    done: int
    total: int


@dataclass
class Measures:
    """What each step took. ``notify`` hears when one begins."""

    names: tuple[str, ...]
    notify: Callable[[Step], None] | None = None
    steps: dict[str, dict[str, float | int]] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure one step."""
        if self.notify:
            self.notify(Step(name, len(self.steps), len(self.names)))
        _forget_peak()
        elapsed, before = stopwatch(), _cpu_seconds()
        yield
        self.steps[name] = {
            "seconds": round(elapsed(), 3),
            "cpu_seconds": round(_cpu_seconds() - before, 3),
            "peak_memory_bytes": _peak_bytes(),
        }

    def finish(self) -> None:
        """Say that all steps are done."""
        if self.notify:
            self.notify(Step("done", len(self.names), len(self.names)))


def _cpu_seconds() -> float:
    """User and system time of all threads: firmer than wall time on a shared machine."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _forget_peak() -> None:
    # Linux resets the high-water mark on request; elsewhere the peak is that of the process so far.
    try:
        _CLEAR.write_text("5")
    except OSError:
        return


def _peak_bytes() -> int:
    try:
        for line in _STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
