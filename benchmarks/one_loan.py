"""One loan at a time: a row of facts in, all tables of the playbook and the gate on every act they want."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter_ns, thread_time_ns
from typing import Any

import duckdb
import numpy as np
from benchmarks.book import AS_OF

from forbear.compliance import Gate, load_gate
from forbear.day.judging import row_for_gate
from forbear.strategy import Playbook, load_playbook


def measure_calls(facts: Path, calls: int) -> dict[str, Any]:
    """Microseconds a call over real rows of facts (loans that the playbook speaks of), each loan once.

    By the wall's clock, and by the processor's, which leaves out what other work on the machine took.
    """
    playbook, gate = load_playbook("balanced"), load_gate("cn+house", AS_OF)
    rows = _rows(facts, calls)
    verdicts = sum(len(decide(playbook, gate, row)) for row in rows[:100])
    gc.freeze()  # the rows of this measurement are not the rows of a server
    taken = np.empty((len(rows), 2), dtype=np.int64)
    for place, row in enumerate(rows):
        begun, worked = perf_counter_ns(), thread_time_ns()
        verdicts += len(decide(playbook, gate, row))
        taken[place] = perf_counter_ns() - begun, thread_time_ns() - worked
    clocks = {"wall": spread(taken[:, 0]), "processor": spread(taken[:, 1])}
    return {"calls": len(rows), "verdicts": verdicts, **clocks}


def spread(nanoseconds: np.ndarray[Any, np.dtype[np.int64]]) -> dict[str, float]:
    """Mean, p50, p99 and the most, in microseconds."""
    micros = nanoseconds / 1_000
    p50, p99 = np.percentile(micros, [50, 99])
    found = {"mean": micros.mean(), "p50": p50, "p99": p99, "max": micros.max()}
    return {name: round(float(value), 1) for name, value in found.items()}


def decide(playbook: Playbook, gate: Gate, facts: Mapping[str, Any]) -> list[str]:
    """The verdict of every act that the playbook wants for the loan."""
    wanted = [proposal for proposal in playbook.propose_row(facts) if proposal["kind"] != "none"]
    return [gate.judge(row_for_gate(proposal, facts)).verdict for proposal in wanted]


def _rows(facts: Path, calls: int) -> list[dict[str, Any]]:
    with duckdb.connect(":memory:") as engine:
        wanted = f"SELECT * FROM '{facts}' WHERE is_open AND (days_past_due > 0 OR days_to_next_due BETWEEN 0 AND 3)"
        table = engine.sql(f"{wanted} ORDER BY loan_id LIMIT {calls}").to_arrow_table()
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows
