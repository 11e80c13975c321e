"""DuckDB: embedded, one machine, the default."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from forbear.columns.arrow import from_arrow_type, to_arrow_schema
from forbear.columns.dtypes import INT
from forbear.columns.relation import Relation, Schema, scan, to_select
from forbear.columns.sql import Dialect, type_sql
from forbear.kernel.errors import ForbearError, InputError, OutputError

# How DuckDB says that it could not write: it has no error of its own for a full disk.
_NO_ROOM = ("No space left", "ould not write", "File too large", "failed to write")

# Beyond so many characters, planning a statement takes longer than copying what it found.
_LONG = 20_000


class DuckDBEngine:
    """Runs relations on an embedded DuckDB.

    Args:
        memory_gib: DuckDB's own limit; beyond it, it spills to ``spill_dir``.
        threads: worker threads; all cores by default.
        spill_dir: where it spills; a temporary folder by default, removed at close.
    """

    name = "duckdb"
    dialect = Dialect.DUCKDB

    def __init__(self, *, memory_gib: float = 3.0, threads: int | None = None, spill_dir: Path | None = None) -> None:
        self._spill = tempfile.TemporaryDirectory(prefix="forbear-spill-", dir=spill_dir)
        self.connection = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": f"{int(memory_gib * 1024)}MiB",
                "threads": str(threads or os.cpu_count() or 1),
                "temp_directory": self._spill.name,
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
            },
        )
        self.connection.execute("SET TimeZone = 'UTC'")
        self.connection.execute("SET enable_progress_bar = false")
        # It would make a join of each short list in a condition: hundreds in a law, slower to plan and to run than the lists.
        self.connection.execute("SET disabled_optimizers = 'in_clause'")

    @property
    def version(self) -> str:
        """The engine and its version."""
        return f"duckdb {duckdb.__version__}"

    def open_parquet(self, name: str, paths: Sequence[Path], *, row_number: str | None = None) -> Relation:
        """The rows of Parquet files under ``name``; ``row_number`` names a column for the 1-based row in its file.

        Raises:
            InputError: ``unreadable_parquet``.
        """
        arrow = _parquet_schema(paths)
        schema = {field.name: from_arrow_type(field.type) for field in arrow}
        files = ", ".join(_quoted(str(path)) for path in paths)
        columns = [
            f"CAST({_identifier(n)} AS {type_sql(t, self.dialect)}) AS {_identifier(n)}" for n, t in schema.items()
        ]
        if row_number is not None:
            columns.append(f"CAST(file_row_number + 1 AS BIGINT) AS {_identifier(row_number)}")
            schema[row_number] = INT
        option = ", file_row_number = true" if row_number is not None else ""
        self._execute(
            f"CREATE OR REPLACE TEMP VIEW {_identifier(name)} AS SELECT {', '.join(columns)} FROM read_parquet([{files}]{option})"
        )
        return scan(name, schema)

    def open_arrow(self, name: str, table: pa.Table, schema: Schema) -> Relation:
        """The rows of an Arrow table under ``name``, as ``schema``."""
        self.connection.register(f"{name} arrow", table.cast(to_arrow_schema(schema)))
        columns = ", ".join(
            f"CAST({_identifier(n)} AS {type_sql(t, self.dialect)}) AS {_identifier(n)}" for n, t in schema.items()
        )
        self._execute(
            f"CREATE OR REPLACE TEMP TABLE {_identifier(name)} AS SELECT {columns} FROM {_identifier(f'{name} arrow')}"
        )
        self.connection.unregister(f"{name} arrow")
        return scan(name, schema)

    def keep(self, name: str, relation: Relation) -> Relation:
        """The relation computed now and held under ``name``."""
        self._execute(f"CREATE OR REPLACE TEMP TABLE {_identifier(name)} AS {to_select(relation, self.dialect)}")
        return scan(name, relation.schema)

    def drop(self, name: str) -> None:
        """Let go of a kept relation."""
        self._execute(f"DROP TABLE IF EXISTS {_identifier(name)}")

    def check(self, relation: Relation) -> None:
        """Plan the relation without running it."""
        self._execute(f"EXPLAIN {to_select(relation, self.dialect)}")

    def count(self, relation: Relation) -> int:
        """How many rows."""
        # fetchall, because a result that is not read to its end blocks the connection for the next query.
        rows = self._execute(f"SELECT count(*) FROM ({to_select(relation, self.dialect)}) AS counted").fetchall()
        return int(rows[0][0])

    def fetch(self, relation: Relation, order_by: Sequence[str] = ()) -> pa.Table:
        """The rows as an Arrow table of the relation's own types."""
        text = to_select(relation, self.dialect, order_by)
        if len(text) > _LONG:
            # A relation of DuckDB's reads and plans its text more than once; the text of a law has a million characters.
            self._execute(f"CREATE OR REPLACE TEMP TABLE {_identifier('fetched')} AS {text}")
            text = f"FROM {_identifier('fetched')}"
        try:
            result = self.connection.sql(text).to_arrow_table()
        except duckdb.Error as error:
            raise _refusal(error) from error
        finally:
            self.drop("fetched")
        return result.cast(to_arrow_schema(relation.schema))

    def write(self, relation: Relation, path: Path, order_by: Sequence[str] = ()) -> int:
        """One Parquet file with the rows, in order; the same bytes for the same rows.

        Raises:
            OutputError: ``cannot_write``.
        """
        select = to_select(relation, self.dialect, order_by)
        try:
            rows = self._execute(
                f"COPY ({select}) TO {_quoted(str(path))} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 122880)"
            ).fetchall()
        except InputError as error:
            raise OutputError(
                "cannot_write", error.message, file=path, do="Free space or choose another folder."
            ) from error
        return int(rows[0][0])

    def close(self) -> None:
        """Let go of everything."""
        self.connection.close()
        self._spill.cleanup()

    def _execute(self, sql: str) -> duckdb.DuckDBPyConnection:
        try:
            return self.connection.execute(sql)
        except duckdb.Error as error:
            raise _refusal(error) from error


def _refusal(error: duckdb.Error) -> ForbearError:
    """The engine's refusal as ours: no memory or no room to spill is about the output, all else about the input."""
    text = str(error)
    if isinstance(error, duckdb.OutOfMemoryException):
        do = "Allow more with --memory, or free disk for spilling."
        return OutputError("out_of_memory", text.splitlines()[0], do=do)
    if isinstance(error, duckdb.IOException) and any(sign in text for sign in _NO_ROOM):
        return OutputError("cannot_write", text.splitlines()[0], do="Free space or choose another folder.")
    return InputError("engine_refused", text)


def _parquet_schema(paths: Sequence[Path]) -> pa.Schema:
    try:
        return pq.read_schema(paths[0])
    except (OSError, pa.ArrowException) as error:
        raise InputError(
            "unreadable_parquet", f"Not a readable Parquet file: {error}.", file=paths[0], do="Export it again."
        ) from error


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
