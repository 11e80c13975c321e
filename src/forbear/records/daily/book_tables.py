"""The ten tables of the book as the records hold them, for a whole tenant: what a day is computed from.

They are read in one snapshot over ADBC, as Arrow, into Parquet files: the memory it takes does not grow with the book. Personal data
stays sealed but the date of birth, which tells a minor.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import adbc_driver_postgresql.dbapi as adbc
import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from forbear.book.intake import Book, Count
from forbear.book.intake.rejects import SCHEMA as REJECTS
from forbear.book.schema import TABLES
from forbear.book.windows import PENDING
from forbear.columns.arrow import to_arrow_schema
from forbear.columns.dtypes import DType, Kind
from forbear.columns.engines.engine import Engine
from forbear.records.book_rows import IN_HAND, NEVER_LEFT, SEALED
from forbear.records.feed.mirror import MIRRORS
from forbear.records.lender import LenderSettings
from forbear.records.scope import Scope
from forbear.records.sealing import Sealer, sealer

BIRTH = "birth_on_sealed"
_ONLY = {
    # A loan that is gone from the lender's book is nobody's to plan for.
    "loans": " AND gone_on IS NULL",
    "contact_points": " AND removed_at IS NULL",
    "contacts": f" AND state NOT IN ({', '.join(repr(each) for each in NEVER_LEFT)})",
}
_HERE = ", ".join(repr(each) for each in IN_HAND)
# Of a contact in hand it is not known what it will be: it counts as whatever it may become.
_RESULT = f"(CASE WHEN state IN ({_HERE}) AND result = 'unknown' THEN '{PENDING}' ELSE result END)::text AS result"
_SPEAKS_FOR = ("tenant", "actor", "reach", "team", "agency")


class RecordsBook:
    """A tenant's book out of the records, as a day takes it in.

    Args:
        scope: who asks; it must reach the whole tenant.
    """

    def __init__(self, scope: Scope, lender: LenderSettings) -> None:
        self._scope, self._lender = scope, lender
        self.name = scope.tenant

    def take(self, engine: Engine, as_of: date, work: Path) -> Book:
        """The tables on the engine, read from files in ``work``; all rows are accepted, since they were when they came in."""
        work.mkdir(parents=True, exist_ok=True)
        tables, counts = {}, {}
        box = sealer(self._scope.tenant)
        with _snapshot(self._scope) as connection:
            for table in TABLES:
                path = work / f"records_{table.name}.parquet"
                rows = _export(connection, self._scope.tenant, table.name, table.schema, path, box)
                tables[table.name] = engine.open_parquet(f"records_{table.name}", [path])
                counts[table.name] = Count(rows, rows, 0)
        rejects = engine.open_arrow("records_rejects", to_arrow_schema(REJECTS).empty_table(), REJECTS)
        return Book(tables, rejects, counts, self._lender.currency, self._lender.time_zone, ())


class _snapshot:
    """A connection that reads one moment, in a scope."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def __enter__(self) -> Any:
        scope = self._scope
        # In autocommit first: the level must be said before the transaction begins.
        self._connection = adbc.connect(settings.FORBEAR.database_url, autocommit=True)
        values = (scope.tenant, scope.actor, scope.reach, scope.team, scope.agency_id)
        with self._connection.cursor() as cursor:
            for name, value in zip(_SPEAKS_FOR, values, strict=True):
                cursor.execute("SELECT set_config($1, $2, false)", (f"forbear.{name}", value))
                cursor.fetchall()
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return self._connection

    def __exit__(self, *_of: object) -> None:
        self._connection.close()


def _export(
    connection: Any, tenant: str, name: str, schema: Mapping[str, DType], path: Path, box: Sealer
) -> int:  # fmt: skip
    """One table into a Parquet file of exactly the book's columns; says how many rows."""
    target = MIRRORS[name].target
    sealed = SEALED.get(name, ())
    columns = [_column(column, dtype) for column, dtype in schema.items() if column not in sealed]
    columns += [BIRTH] if "birth_on" in sealed else []
    rows = 0
    arrow = to_arrow_schema(schema)
    with (
        connection.cursor() as cursor,
        pq.ParquetWriter(path, arrow, compression="zstd", compression_level=1) as writer,
    ):
        cursor.execute(
            f"SELECT {', '.join(columns)} FROM {target} WHERE tenant_id = $1{_ONLY.get(name, '')}", (tenant,)
        )
        for batch in cursor.fetch_record_batch():
            writer.write_batch(pa.RecordBatch.from_arrays(list(_as_book(batch, arrow, box)), schema=arrow))
            rows += batch.num_rows
    return rows


def _column(name: str, dtype: DType) -> str:
    """Empty text is how the records say nothing; an exact decimal comes as text."""
    if name == "result":
        return _RESULT
    if dtype.kind is Kind.TEXT:
        return f"NULLIF({name}, '')::text AS {name}"
    if dtype.kind is Kind.DECIMAL:
        return f"{name}::text AS {name}"
    return f"{name}::bigint AS {name}" if dtype.kind is Kind.INT else name


def _as_book(batch: pa.RecordBatch, schema: pa.Schema, box: Sealer) -> Iterator[pa.Array]:
    for field in schema:
        if field.name in batch.schema.names:
            yield batch.column(field.name).cast(field.type)
        elif field.name == "birth_on":
            opened = (box.open("birth_on", each) for each in batch.column(BIRTH).to_pylist())
            yield pa.array([None if text is None else date.fromisoformat(text) for text in opened], field.type)
        else:
            yield pa.nulls(batch.num_rows, field.type)
