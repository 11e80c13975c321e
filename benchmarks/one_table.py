"""One decision table by several engines on the same rows: the largest of the playbook, ``leave_alone``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from benchmarks import engines
from benchmarks.by_hand.tables import read_tables

from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.columns.relation import Relation
from forbear.kernel.clock import stopwatch
from forbear.strategy import load_playbook
from forbear.strategy.pipeline import TableStep

TABLE = "leave_alone"
THREADS = 2
OTHERS = {"zen-engine": engines.zen, "rule-engine": engines.rule_engine}


def compare_engines(facts: Path, rows: int, slow_rows: int) -> dict[str, Any]:
    """Rows a second of each engine, and how many rows each answered otherwise than the columns did.

    ``rows`` are those loans of a run that the playbook speaks of, repeated up to that number; the other engines see the
    first ``slow_rows`` of them.
    """
    playbook = load_playbook("balanced")
    figures = {name: int(each.value) for name, each in playbook.parameters.items()}
    table = read_tables(playbook.folder / f"{TABLE}.dmn")[0]
    engine = DuckDBEngine(threads=THREADS)
    try:
        given, step = _inputs(engine, facts, playbook, rows, tuple(table.inputs))
        answered = {"columns on DuckDB": _by_columns(engine, given, step, rows)}
        some = engine.fetch(given.keep(given["place"] < slow_rows), ["place"]).to_pylist()
        expected = _expected(engine, given, step, slow_rows)
    finally:
        engine.close()
    answered["closure"] = _by_closure(step, some, expected)
    for name, make in OTHERS.items():
        run = make(table, figures)
        answered[name] = _timed(run, [{key: row[key] for key in table.inputs} for row in some], expected)
    return {"table": TABLE, "rules": len(table.rules), "inputs": len(table.inputs), "engines": _with_ratios(answered)}


def _inputs(
    engine: DuckDBEngine, facts: Path, playbook: Any, rows: int, names: Sequence[str]
) -> tuple[Relation, TableStep]:
    """The rows that reach the table in the pipeline, with the columns it reads and a number, and its step."""
    opened = engine.open_parquet("all_facts", [facts])
    reached = opened.keep(playbook.concerns()).select(**playbook.pipeline.start)
    for step in playbook.pipeline.steps:
        if isinstance(step, TableStep) and step.decision == TABLE:
            break
        reached = step.apply(reached)
    engine.keep("reached", reached.select(*names))
    columns = ", ".join(f'"{name}"' for name in names)
    engine.connection.execute(
        f"CREATE TEMP TABLE given AS SELECT {columns}, (row_number() OVER () - 1)::BIGINT AS place"
        f" FROM reached CROSS JOIN range({rows} // (SELECT count(*) FROM reached) + 1) LIMIT {rows}"
    )
    schema = {**{name: reached.schema[name] for name in names}, "place": opened["days_past_due"].dtype}
    return Relation("scan", schema, (), {"name": "given"}), step


def _by_columns(engine: DuckDBEngine, given: Relation, step: TableStep, rows: int) -> dict[str, Any]:
    engine.keep("warm_up", step.apply(given).select(TABLE, f"{TABLE}_rule"))
    elapsed = stopwatch()
    engine.keep("answered", step.apply(given).select(TABLE, f"{TABLE}_rule"))
    seconds = elapsed()
    return {"rows": rows, "seconds": seconds, "rows_a_second": rows / seconds, "different": 0}


def _expected(engine: DuckDBEngine, given: Relation, step: TableStep, rows: int) -> list[str | None]:
    chosen = step.apply(given.keep(given["place"] < rows)).select("place", TABLE)
    table: pa.Table = engine.fetch(chosen, ["place"])
    answers: list[str | None] = table[TABLE].to_pylist()
    return answers


def _by_closure(step: TableStep, rows: Sequence[Mapping[str, Any]], expected: Sequence[str | None]) -> dict[str, Any]:
    function = step.compiled.closure()
    return _timed(lambda many: [function(row)[TABLE] for row in many], rows, expected)


def _timed(run: engines.Engine, rows: Sequence[Mapping[str, Any]], expected: Sequence[str | None]) -> dict[str, Any]:
    run(rows[:100])
    elapsed = stopwatch()
    answers = run(rows)
    seconds = elapsed()
    different = sum(answer != other for answer, other in zip(answers, expected, strict=True))
    return {"rows": len(rows), "seconds": seconds, "rows_a_second": len(rows) / seconds, "different": different}


def _with_ratios(answered: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    ours = answered["columns on DuckDB"]["rows_a_second"]
    return {name: each | {"columns_are_times_faster": ours / each["rows_a_second"]} for name, each in answered.items()}
