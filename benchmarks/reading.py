"""The floor under any engine that reads the same files: the needed columns decoded once, and nothing done with them."""

from __future__ import annotations

from pathlib import Path

import duckdb

from forbear.book.schema import TABLES
from forbear.kernel.clock import stopwatch

UNREAD = {
    "borrowers": {"name"},
    "loans": {"principal_cents", "annual_rate"},
    "instalments": {"original_due_on"},
    "payments": {"payment_id"},
    "contact_points": {"value", "verified_on"},
    "contacts": {"loan_id"},
    "arrangements": {"form", "term_months"},
    "holds": {"hold_id"},
    "consents": {"consent_id"},
}
"""Columns that no fact needs. (Checking the book needs all of them: that is not in the floor.)"""


def read_once(book: Path, memory_gib: float) -> dict[str, float]:
    """Seconds by table. Every value is hashed, so that no statistic in the file can stand in for it."""
    seconds = {}
    with duckdb.connect(":memory:", config={"memory_limit": f"{int(memory_gib * 1024)}MiB"}) as engine:
        engine.execute("SET enable_progress_bar = false")
        for table in TABLES:
            names = [name for name in table.schema if name not in UNREAD.get(table.name, ())]
            values = ", ".join(f'bit_xor(hash("{name}"))' for name in names)
            elapsed = stopwatch()
            engine.execute(f"SELECT {values} FROM '{book / table.name}.parquet'").fetchall()
            seconds[table.name] = round(elapsed(), 4)
    return seconds
