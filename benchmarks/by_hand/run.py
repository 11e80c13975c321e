"""The day in SQL written for DuckDB: facts, proposals, verdicts and plan of a book, without Forbear's rooms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory
from time import perf_counter

import duckdb
from benchmarks.by_hand.law import Law
from benchmarks.by_hand.wording import words

SQL = Path(__file__).parent / "sql"
INSTANTS = {
    "payments": ("recorded_at", "reversal_recorded_at"),
    "contact_points": ("recorded_at",),
    "contacts": ("at",),
    "holds": ("recorded_at",),
    "consents": ("given_at", "expires_at", "revoked_at"),
}
TABLES = ("borrowers", "loans", "instalments", "promises", "arrangements", *INSTANTS)
PARQUET = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 122880"
VERDICT_COLUMNS = (
    "loan_id, person_id, preference, kind, treatment, channel, purpose, contact_point_id, verdict, decided_by, rules, duties,"
    " window_start_minute, window_end_minute, pack_version"
)
STEPS = {
    "facts": ("fact", "*", "loan_id"),
    "proposals": ("proposal", "*", "loan_id, kind, preference"),
    "verdicts": ("judged", VERDICT_COLUMNS, "loan_id, kind, preference"),
    "plan": ("plan", "*", "loan_id, act"),
}


def run_by_hand(
    book: Path, as_of: date, pack_version: str, out: Path, *, law: str = "cn+house", memory_gib: float = 3.0
) -> dict[str, float]:
    """Write facts, proposals, verdicts and plan to ``out`` and give the seconds of each step."""
    out.mkdir(parents=True, exist_ok=True)
    lawful = Law(law, as_of)
    texts, seconds = words(as_of, pack_version, lawful), {}
    with _connection(memory_gib) as engine:
        for table in TABLES:
            instants = ", ".join(f'"{name}"::TIMESTAMP AS "{name}"' for name in INSTANTS.get(table, ()))
            replaced = f"* REPLACE ({instants})" if instants else "*"
            engine.execute(f"CREATE TEMP VIEW {table} AS SELECT {replaced} FROM '{book / table}.parquet'")
        for step, (relation, columns, order) in STEPS.items():
            started = perf_counter()
            engine.execute(Template((SQL / f"{step}.sql").read_text(encoding="utf-8")).substitute(texts))
            file = out / f"{step}.parquet"
            engine.execute(f"COPY (SELECT {columns} FROM {relation} ORDER BY {order}) TO '{file}' ({PARQUET})")
            if step == "facts":
                engine.execute(
                    "DROP VIEW fact; DROP TABLE aged; DROP TABLE person; DROP TABLE contact; DROP TABLE loan"
                )
                engine.execute(f"CREATE TEMP VIEW day_facts AS SELECT * FROM '{file}'")
                texts["known"] = lawful.known([row[0] for row in engine.execute("DESCRIBE day_facts").fetchall()])
            seconds[step] = perf_counter() - started
    return seconds


@contextmanager
def _connection(memory_gib: float) -> Iterator[duckdb.DuckDBPyConnection]:
    with TemporaryDirectory(prefix="by-hand-") as spill:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": f"{int(memory_gib * 1024)}MiB",
            "temp_directory": spill,
        }
        engine = duckdb.connect(":memory:", config=settings)
        engine.execute("SET TimeZone = 'UTC'")
        engine.execute("SET enable_progress_bar = false")
        try:
            yield engine
        finally:
            engine.close()
