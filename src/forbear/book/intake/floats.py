"""Floating point in Parquet that no decimal can hold: not a number, infinite, or too large.

Engines read floating point as decimals, and stop at such a value. A file that has one is read from a copy in which its
column is text, so that the row is rejected like any other whose value cannot be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from forbear.columns.arrow import from_arrow_type, to_arrow_type

NOT_FINITE = ("nan", "inf", "-inf")
_BEYOND = pa.scalar("1e18").cast(pa.float64())  # a decimal(24,6) has 18 digits before the point
_BATCH_ROWS = 1 << 17


def spell_out_odd_floats(paths: Sequence[Path], name: str, work: Path) -> tuple[list[Path], frozenset[str]]:
    """The files to read in place of ``paths``, which have the same columns, and the columns that are text in them.

    Nearly always these are the files themselves, and no column.
    """
    floating = [field.name for field in pq.read_schema(paths[0]) if pa.types.is_floating(field.type)]
    odd = frozenset(column for path in paths for column in _odd_columns(path, floating))
    if not odd:
        return list(paths), odd
    copies = [work / f"{name}-floats-{index}.parquet" for index in range(len(paths))]
    for path, copy in zip(paths, copies, strict=True):
        _write_copy(path, copy, odd)
    return copies, odd


def _odd_columns(path: Path, names: Sequence[str]) -> set[str]:
    odd: set[str] = set()
    if names:
        for batch in pq.ParquetFile(path).iter_batches(_BATCH_ROWS, columns=list(names)):
            for name, values in zip(batch.schema.names, batch.columns, strict=True):
                if name not in odd and pc.any(pc.invert(_is_plain(values.cast(pa.float64())))).as_py():
                    odd.add(name)
    return odd


def _is_plain(values: pa.Array) -> pa.Array:
    """Whether a decimal can hold each value; null for null."""
    return pc.and_(pc.is_finite(values), pc.less(pc.abs(values), _BEYOND))


def _write_copy(path: Path, copy: Path, odd: frozenset[str]) -> None:
    file = pq.ParquetFile(path)
    fields = [pa.field(field.name, pa.string()) if field.name in odd else field for field in file.schema_arrow]
    schema = pa.schema(fields)
    with pq.ParquetWriter(copy, schema, compression="zstd", compression_level=1) as writer:
        for batch in file.iter_batches(_BATCH_ROWS):
            columns = [
                _spelt_out(values.cast(pa.float64())) if name in odd else values
                for name, values in zip(batch.schema.names, batch.columns, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))


def _spelt_out(values: pa.Array) -> pa.Array:
    """What the values would be shown as in decimals, whole ones without a fraction; large ones as all their digits."""
    is_plain = _is_plain(values)
    exact = pc.if_else(is_plain, values, pa.scalar(None, pa.float64())).cast(
        to_arrow_type(from_arrow_type(values.type)), safe=False
    )
    plain = pc.replace_substring_regex(exact.cast(pa.string()), r"^(-?[0-9]{1,15})\.0+$", r"\1")
    rest = [
        None if value is None or fits else f"{value:.0f}"
        for value, fits in zip(values.to_pylist(), is_plain.to_pylist(), strict=True)
    ]
    return pc.coalesce(plain, pa.array(rest, pa.string()))
