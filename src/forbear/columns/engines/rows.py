"""A handful of rows in plain Python: nothing is planned, so that a few are done in a few milliseconds."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from forbear.columns.arrow import to_arrow_schema
from forbear.columns.relation import Relation, Schema, scan
from forbear.columns.rows import Rows, compile_rows, sorted_rows
from forbear.kernel.errors import InputError


class RowsEngine:
    """Runs relations on rows that are held in memory. For a whole book it is far slower than the others."""

    name = "rows"

    def __init__(self) -> None:
        self.tables: dict[str, Rows] = {}

    @property
    def version(self) -> str:
        """The engine and its version."""
        return f"rows on python {platform.python_version()}"

    def open_parquet(self, name: str, paths: Sequence[Path], *, row_number: str | None = None) -> Relation:
        """The rows of Parquet files under ``name``; ``row_number`` names a column for the 1-based row in its file.

        Raises:
            InputError: ``unreadable_parquet``.
        """
        from forbear.columns.arrow import from_arrow_type
        from forbear.columns.dtypes import INT

        try:
            found = [pq.read_table(path) for path in paths]
        except (OSError, pa.ArrowException) as error:
            raise InputError(
                "unreadable_parquet", f"Not a readable Parquet file: {error}.", do="Export it again."
            ) from error
        schema = {field.name: from_arrow_type(field.type) for field in found[0].schema}
        if row_number is not None:
            schema[row_number] = INT
            found = [each.append_column(row_number, pa.array(range(1, len(each) + 1))) for each in found]
        return self.open_arrow(name, pa.concat_tables(found), schema)

    def open_arrow(self, name: str, table: pa.Table, schema: Schema) -> Relation:
        """The rows of an Arrow table under ``name``, as ``schema``."""
        self.tables[name] = table.cast(to_arrow_schema(schema)).to_pylist()
        return scan(name, schema)

    def keep(self, name: str, relation: Relation) -> Relation:
        """The relation computed now and held under ``name``."""
        self.tables[name] = compile_rows(relation)(self.tables)
        return scan(name, relation.schema)

    def drop(self, name: str) -> None:
        """Let go of a kept relation."""
        self.tables.pop(name, None)

    def check(self, relation: Relation) -> None:
        """Compile the relation without running it."""
        compile_rows(relation)

    def count(self, relation: Relation) -> int:
        """How many rows."""
        return len(compile_rows(relation)(self.tables))

    def fetch(self, relation: Relation, order_by: Sequence[str] = ()) -> pa.Table:
        """The rows as an Arrow table of the relation's own types."""
        rows: Sequence[Mapping[str, Any]] = sorted_rows(compile_rows(relation)(self.tables), order_by)
        return pa.Table.from_pylist(list(rows), to_arrow_schema(relation.schema))

    def write(self, relation: Relation, path: Path, order_by: Sequence[str] = ()) -> int:
        """One Parquet file with the rows, in order."""
        found = self.fetch(relation, order_by)
        pq.write_table(found, path, compression="zstd")
        return int(found.num_rows)

    def close(self) -> None:
        """Let go of everything."""
        self.tables.clear()
