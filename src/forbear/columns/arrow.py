"""Between dtypes and Arrow types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from forbear.columns.dtypes import BOOL, DATE, INSTANT, INT, TEXT, TEXTS, DType, Kind, decimal
from forbear.columns.relation import Relation, Schema

if TYPE_CHECKING:
    from forbear.columns.engines.engine import Engine

_PLAIN = {
    Kind.BOOL: pa.bool_(),
    Kind.INT: pa.int64(),
    Kind.TEXT: pa.string(),
    Kind.DATE: pa.date32(),
    Kind.INSTANT: pa.timestamp("us", tz="UTC"),
    Kind.TEXTS: pa.list_(pa.string()),
}


def to_arrow_type(dtype: DType) -> pa.DataType:
    """The Arrow type that holds a dtype."""
    if dtype.kind is Kind.DECIMAL:
        return pa.decimal128(dtype.precision, dtype.scale)
    if dtype.kind is Kind.RECORD:
        return pa.struct([pa.field(name, to_arrow_type(part)) for name, part in dtype.fields])
    return _PLAIN[dtype.kind]


def to_arrow_schema(schema: Schema) -> pa.Schema:
    """The Arrow schema of a relation."""
    return pa.schema([pa.field(name, to_arrow_type(dtype)) for name, dtype in schema.items()])


def from_arrow_type(arrow: pa.DataType) -> DType:
    """The dtype that an Arrow column is read as. Floating point is read as decimal(24,6); anything unknown as text."""
    if pa.types.is_boolean(arrow):
        return BOOL
    if pa.types.is_integer(arrow):
        return INT
    if pa.types.is_decimal(arrow):
        return decimal(arrow.precision, arrow.scale)
    if pa.types.is_floating(arrow):
        return decimal(24, 6)
    if pa.types.is_date(arrow):
        return DATE
    if pa.types.is_timestamp(arrow):
        return INSTANT
    if pa.types.is_list(arrow) or pa.types.is_large_list(arrow):
        return TEXTS
    return TEXT


def open_rows(engine: Engine, name: str, rows: Sequence[Mapping[str, Any]], schema: Schema) -> Relation:
    """Rows of plain values under a name on an engine; a name that a row lacks is null."""
    table = pa.Table.from_pylist([{key: row.get(key) for key in schema} for row in rows], to_arrow_schema(schema))
    return engine.open_arrow(name, table, schema)


def fetch_rows(engine: Engine, relation: Relation, order_by: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The rows of a relation as plain values."""
    rows: list[dict[str, Any]] = engine.fetch(relation, order_by).to_pylist()
    return rows
