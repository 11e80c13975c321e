"""A computation made once and run many times on other rows.

To build a relation and write it as SQL takes longer than to run it on a handful of rows. What an engine was asked to do is
therefore kept, and done again on new rows: the same statements, so the same meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any

import duckdb

from forbear.columns.arrow import to_arrow_schema
from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.columns.engines.engine import Engine
from forbear.columns.relation import Relation, Schema, to_select
from forbear.kernel.errors import InputError


class Recording:
    """A relation over some tables, ready to be computed for any rows of them. Safe to be used from many threads, one at a time.

    Args:
        schemas: the tables that are given new rows each time.
        build: makes the relation of them. What it opens or keeps besides is made of no rows of theirs and stays as it was.

    Memory is one small engine; ``run`` leaves none of the rows behind.
    """

    def __init__(
        self, schemas: Mapping[str, Schema], build: Callable[[Engine, Mapping[str, Relation]], Relation]
    ) -> None:
        self._engine = _Keeping(memory_gib=0.5, threads=1)
        self._columns = {name: tuple(schema) for name, schema in schemas.items()}
        self._lock = Lock()
        given = {}
        for name, schema in schemas.items():
            given[name] = self._engine.open_arrow(name, to_arrow_schema(schema).empty_table(), schema)
        self._engine.kept.clear()
        made = build(self._engine, given)
        self._kept = tuple(name for name, _ in self._engine.kept)
        self._names = tuple(made.schema)
        # Prepared on tables that stay: what is planned once is only run from then on.
        for number, (name, select) in enumerate(self._engine.kept):
            self._execute(f'PREPARE step_{number} AS INSERT INTO "{name}" {select}')
        self._execute(f"PREPARE answer AS {to_select(made, self._engine.dialect, ())}")

    def run(self, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[dict[str, Any]]:
        """The relation's rows for these rows; a table that is not named is empty, a value that is not named is null.

        Raises:
            InputError: ``engine_refused`` when a value is not of its column's type.
        """
        with self._lock:
            try:
                for name, given in rows.items():
                    self._insert(name, given)
                for number in range(len(self._kept)):
                    self._execute(f"EXECUTE step_{number}")
                found = self._execute("EXECUTE answer").fetchall()
            finally:
                for name in (*self._columns, *self._kept):
                    self._execute(f'DELETE FROM "{name}"')
        return [dict(zip(self._names, row, strict=True)) for row in found]

    def close(self) -> None:
        """Let go of the engine."""
        self._engine.close()

    def _insert(self, name: str, given: Sequence[Mapping[str, Any]]) -> None:
        used = [column for column in self._columns[name] if any(row.get(column) is not None for row in given)]
        if used:
            columns = ", ".join(f'"{column}"' for column in used)
            values = ", ".join("unnest(?)" for _ in used)
            lists = [[row.get(column) for row in given] for column in used]
            self._execute(f'INSERT INTO "{name}" ({columns}) SELECT {values}', lists)

    def _execute(self, sql: str, values: Sequence[Any] = ()) -> duckdb.DuckDBPyConnection:
        try:
            return self._engine.connection.execute(sql, values)
        except duckdb.Error as error:
            raise InputError("engine_refused", str(error)) from error


class _Keeping(DuckDBEngine):
    """An engine that writes down what it was told to keep."""

    def __init__(self, *, memory_gib: float, threads: int) -> None:
        self.kept: list[tuple[str, str]] = []
        super().__init__(memory_gib=memory_gib, threads=threads)

    def keep(self, name: str, relation: Relation) -> Relation:
        kept = super().keep(name, relation)
        self.kept.append((name, to_select(relation, self.dialect)))
        return kept
