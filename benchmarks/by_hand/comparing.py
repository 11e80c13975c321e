"""Whether two runs wrote the same rows, column by column."""

from __future__ import annotations

from pathlib import Path

import duckdb

KEYS = {
    "facts": ("loan_id",),
    "proposals": ("loan_id", "kind", "treatment", "preference"),
    "verdicts": ("loan_id", "kind", "preference"),
    "plan": ("loan_id", "act", "treatment"),
}


def differences(ours: Path, theirs: Path) -> list[str]:
    """One line for each column, or set of columns or rows, in which the two folders differ; none when they agree."""
    return [line for name, key in KEYS.items() for line in _of_table(name, key, ours, theirs)]


def _of_table(name: str, key: tuple[str, ...], ours: Path, theirs: Path) -> list[str]:
    with duckdb.connect(":memory:") as engine:
        for side, folder in (("ours", ours), ("theirs", theirs)):
            engine.execute(f"CREATE VIEW {side} AS SELECT * FROM '{folder / name}.parquet'")
        columns = [_columns(engine, side) for side in ("ours", "theirs")]
        if columns[0] != columns[1]:
            odd = sorted({f"{column} {dtype}" for column, dtype in {*columns[0]} ^ {*columns[1]}})
            return [f"{name}: the columns are not the same: {', '.join(odd) or 'another order'}"]
        return _of_rows(engine, name, key, [column for column, _ in columns[0]])


def _columns(engine: duckdb.DuckDBPyConnection, side: str) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in engine.execute(f"DESCRIBE {side}").fetchall()]


def _of_rows(engine: duckdb.DuckDBPyConnection, name: str, key: tuple[str, ...], columns: list[str]) -> list[str]:
    joined = " AND ".join(f'o."{column}" = t."{column}"' for column in key)
    unlike = ", ".join(f'count_if(o."{column}" IS DISTINCT FROM t."{column}")' for column in columns)
    counts = engine.execute(
        f"SELECT count(*), count_if(o.{key[0]} IS NULL), count_if(t.{key[0]} IS NULL), {unlike}"
        f" FROM ours AS o FULL JOIN theirs AS t ON {joined}"
    ).fetchone()
    assert counts is not None
    rows, missing, extra, *differing = counts
    lines = [f"{name}: {extra} rows are ours alone, {missing} theirs alone, of {rows}"] if missing or extra else []
    return lines + [
        f"{name}.{column}: {n} of {rows} rows differ" for column, n in zip(columns, differing, strict=True) if n
    ]
