"""The works that are measured, each in a process of its own: ``python -m benchmarks.works WORK ARGUMENTS ANSWER``."""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.book import AS_OF

from forbear.kernel.clock import stopwatch

MEMORY_GIB = 3.0


def day(book: str, out: str, memory_gib: float = MEMORY_GIB) -> dict[str, Any]:
    """The whole run, as ``forbear day run`` does it."""
    from forbear.day.run import DayRequest, run_day

    request = DayRequest(Path(book), AS_OF, "balanced", "cn+house", Path(out), memory_gib=memory_gib)
    record = run_day(request)
    steps = record["measured"]["steps"]
    peak = max(step["peak_memory_bytes"] for step in steps.values())
    return {"steps": steps, "peak_bytes": peak, "counts": record["counts"], "digest": record["digest"]}


def by_hand(book: str, out: str, memory_gib: float = MEMORY_GIB) -> dict[str, Any]:
    """The same facts, proposals, verdicts and plan in SQL written for DuckDB."""
    from benchmarks.by_hand.run import run_by_hand

    return {"steps": run_by_hand(Path(book), AS_OF, pack_version(AS_OF), Path(out), memory_gib=memory_gib)}


def floor(book: str, memory_gib: float = MEMORY_GIB) -> dict[str, Any]:
    """The needed columns of the book read once."""
    from benchmarks.reading import read_once

    return {"tables": read_once(Path(book), memory_gib)}


def tables(facts: str, rows: int, slow_rows: int) -> dict[str, Any]:
    """One table of the playbook by several engines."""
    from benchmarks.one_table import compare_engines

    return compare_engines(Path(facts), rows, slow_rows)


def one_loan(facts: str, calls: int) -> dict[str, Any]:
    """All tables of the playbook, and the gate, for one loan at a time."""
    from benchmarks.one_loan import measure_calls

    return measure_calls(Path(facts), calls)


def gate_on_columns(acts: str, variant: str, memory_gib: float = MEMORY_GIB) -> dict[str, Any]:
    """The gate on columns of acts."""
    from benchmarks.gate import measure_columns

    return measure_columns(Path(acts), variant, memory_gib)


def gate_calls(acts: str, variant: str, calls: int) -> dict[str, Any]:
    """The gate on one act at a time."""
    from benchmarks.gate import measure_calls

    return measure_calls(Path(acts), variant, calls)


WORKS: dict[str, Callable[..., dict[str, Any]]] = {
    each.__name__: each for each in (day, by_hand, floor, tables, one_loan, gate_on_columns, gate_calls)
}


def pack_version(on: date) -> str:
    """The version of the law that verdicts carry: a text that no SQL could make up."""
    from forbear.compliance import load_gate

    return load_gate("cn+house", on).pack_version


def main(work: str, arguments: str, answer: str) -> None:
    """Do the work, and leave what it says and took as JSON."""
    elapsed, before = stopwatch(), _cpu_seconds()
    result = WORKS[work](**json.loads(arguments))
    taken = {"seconds": round(elapsed(), 3), "cpu_seconds": round(_cpu_seconds() - before, 3)}
    Path(answer).write_text(json.dumps(taken | result), encoding="utf-8")


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(*sys.argv[1:])
    # Two packages with native parts argue over who frees what when Python ends; the answer is written by now.
    os._exit(0)
