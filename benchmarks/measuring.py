"""What a piece of work takes in a process of its own, and what machine it ran on."""

from __future__ import annotations

import json
import os
import platform
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from forbear.kernel.clock import SystemClock, stopwatch

ROOT = Path(__file__).parents[1]
PACKAGES = ("forbear", "duckdb", "pyarrow", "sqlglot", "zen-engine", "rule-engine")


@dataclass(frozen=True)
class Measured:
    """Wall seconds, processor seconds (user and system, all threads) and peak memory of a process, and what it answered.

    ``answer`` has ``seconds`` and ``cpu_seconds`` of the work alone, without the start of Python.
    """

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    answer: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "process_seconds": round(self.seconds, 3),
            "process_cpu_seconds": round(self.cpu_seconds, 3),
            **self.answer,
            "peak_bytes": self.peak_bytes,
        }


def in_own_process(work: str, **arguments: object) -> Measured:
    """Do a work of ``benchmarks.works`` in a fresh process.

    Raises:
        RuntimeError: it failed; its own words were printed.
    """
    with TemporaryDirectory(prefix="forbear-benchmark-") as folder:
        answer = Path(folder) / "answer.json"
        command = [sys.executable, "-m", "benchmarks.works", work, json.dumps(arguments, default=str), str(answer)]
        elapsed = stopwatch()
        child = os.posix_spawn(command[0], command, {**os.environ, "PYTHONPATH": _path()})
        _, status, used = os.wait4(child, 0)
        seconds = elapsed()
        if status:
            raise RuntimeError(f"{work} failed with {arguments}")
        result = json.loads(answer.read_text(encoding="utf-8"))
    # A run forgets the system's high-water mark at each step to measure the next, so it says itself what its highest was.
    peak = max(used.ru_maxrss * 1024, result.get("peak_bytes", 0))
    return Measured(seconds, used.ru_utime + used.ru_stime, peak, result)


def _path() -> str:
    return os.pathsep.join(part for part in (str(ROOT), os.environ.get("PYTHONPATH", "")) if part)


def machine() -> dict[str, Any]:
    """Processor, memory, system, versions, load and date."""
    return {
        "date": SystemClock().now().date().isoformat(),
        "processor": _first_after("/proc/cpuinfo", "model name") or platform.processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in PACKAGES},
        "load_average": [round(each, 1) for each in os.getloadavg()],
    }


def _first_after(file: str, key: str) -> str:
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(key)), "")


def _version(name: str) -> str:
    try:
        return version(name)
    except ModuleNotFoundError:
        return "not installed"
