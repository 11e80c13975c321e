"""A computation made once and run many times on other rows.

To build a relation, write it as SQL and have an engine plan it takes a hundred times longer than to run it on a handful of rows.
What an engine was asked to do is therefore kept, compiled, and done again on new rows: the same expressions, so the same meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from forbear.columns.arrow import to_arrow_schema
from forbear.columns.dtypes import Kind
from forbear.columns.engines.engine import Engine
from forbear.columns.engines.rows import RowsEngine
from forbear.columns.relation import Relation, Schema
from forbear.columns.rows import Rows, Tables, compile_rows
from forbear.kernel.errors import InputError


class Recording:
    """A relation over some tables, ready to be computed for any rows of them. Safe to be used from many threads at once.

    Args:
        schemas: the tables that are given new rows each time.
        build: makes the relation of them. What it opens or keeps besides is made of no rows of theirs and stays as it was.
    """

    def __init__(
        self, schemas: Mapping[str, Schema], build: Callable[[Engine, Mapping[str, Relation]], Relation]
    ) -> None:
        engine = _Keeping()
        self._schemas = {name: dict(schema) for name, schema in schemas.items()}
        given = {
            name: engine.open_arrow(name, to_arrow_schema(schema).empty_table(), schema)
            for name, schema in schemas.items()
        }
        made = build(engine, given)
        self._names = tuple(made.schema)
        self._steps = tuple(engine.steps)
        self._answer = compile_rows(made)
        names = {*schemas, *(name for name, _ in engine.steps)}
        self._stays = {name: rows for name, rows in engine.tables.items() if name not in names}

    def run(self, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[dict[str, Any]]:
        """The relation's rows for these rows; a table that is not named is empty, a value that is not named is null.

        Raises:
            InputError: ``engine_refused`` when a value is not of its column's type.
        """
        tables: dict[str, Rows] = {**self._stays}
        for name, given in rows.items():
            tables[name] = _typed(given, self._schemas[name])
        for name, step in self._steps:
            tables[name] = step(tables)
        return [{name: row[name] for name in self._names} for row in self._answer(tables)]


def _typed(rows: Sequence[Mapping[str, Any]], schema: Schema) -> list[dict[str, Any]]:
    """The rows with every column, each value of exactly its column's type."""
    found = [{name: row.get(name) for name in schema} for row in rows]
    for name, dtype in schema.items():
        values = [row[name] for row in found]
        given = {type(value) for value in values if value is not None}
        if not given or (dtype.kind in _PLAIN and given == {_PLAIN[dtype.kind]}):
            continue
        try:
            exact = pa.array(values, to_arrow_schema({name: dtype}).field(0).type).to_pylist()
        except (pa.ArrowException, TypeError, ValueError) as error:
            raise InputError("engine_refused", f"A value is not of its column's type: {error}.", column=name) from error
        for row, value in zip(found, exact, strict=True):
            row[name] = value
    return found


_PLAIN = {Kind.BOOL: bool, Kind.INT: int, Kind.TEXT: str}


class _Keeping(RowsEngine):
    """An engine that writes down what it was told to keep."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, Callable[[Tables], Rows]]] = []
        super().__init__()

    def keep(self, name: str, relation: Relation) -> Relation:
        self.steps.append((name, compile_rows(relation)))
        return super().keep(name, relation)
