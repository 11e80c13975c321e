"""Small books said in a few words, for tests of the facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from forbear.book.facts import FactsRequest, compute_facts
from forbear.book.schema import TABLES
from forbear.columns.arrow import to_arrow_schema
from forbear.columns.engines.engine import Engine
from forbear.columns.relation import Relation

Rows = Sequence[Mapping[str, Any]]


def day(text: str) -> date:
    """A date from its ISO form."""
    return date.fromisoformat(text)


def loan(loan_id: str = "L1", person_id: str = "P1", **values: Any) -> dict[str, Any]:
    """A loan of 10 000 cents disbursed at the start of 2026."""
    return {
        "loan_id": loan_id,
        "person_id": person_id,
        "disbursed_on": day("2026-01-01"),
        "principal_cents": 10_000,
        **values,
    }


def due(number: int, due_on: str, principal_cents: int, loan_id: str = "L1", **values: Any) -> dict[str, Any]:
    """An instalment of principal only unless said otherwise."""
    return {
        "loan_id": loan_id,
        "instalment_number": number,
        "due_on": day(due_on),
        "principal_cents": principal_cents,
        **values,
    }


def payment(
    amount_cents: int, effective_on: str, loan_id: str = "L1", payment_id: str = "", **values: Any
) -> dict[str, Any]:
    """A settled payment unless said otherwise."""
    name = payment_id or f"{loan_id}-{effective_on}-{amount_cents}"
    return {
        "payment_id": name,
        "loan_id": loan_id,
        "amount_cents": amount_cents,
        "effective_on": day(effective_on),
        **values,
    }


def open_book(engine: Engine, tables: Mapping[str, Rows]) -> dict[str, Relation]:
    """All ten tables on an engine; defaults of the schema filled in, as the intake does."""
    opened = {}
    for table in TABLES:
        rows = [
            {field.name: row.get(field.name, field.default) for field in table.fields}
            for row in tables.get(table.name, ())
        ]
        data = pa.Table.from_pylist(rows, schema=to_arrow_schema(table.schema))
        opened[table.name] = engine.open_arrow(f"book_{table.name}", data, table.schema)
    return opened


def facts_of(engine: Engine, as_of: str, tables: Mapping[str, Rows], **request: Any) -> dict[str, dict[str, Any]]:
    """The facts by loan id."""
    opened = open_book(engine, tables)
    wanted = FactsRequest(day(as_of), request.pop("time_zone", "Asia/Shanghai"), **request)
    rows = engine.fetch(compute_facts(engine, opened, wanted), ["loan_id"]).to_pylist()
    return {row["loan_id"]: row for row in rows}


def write_book(folder: Path, tables: Mapping[str, Rows]) -> Path:
    """The compulsory tables and those given, as Parquet files of a book; a column that no row has is left out."""
    folder.mkdir(parents=True)
    for table in TABLES:
        rows = tables.get(table.name, ())
        if not (rows or table.compulsory):
            continue
        named = {name for row in rows for name in row}
        chosen = {name: dtype for name, dtype in table.schema.items() if name in named or not rows}
        data = pa.Table.from_pylist(
            [{name: row.get(name) for name in chosen} for row in rows], schema=to_arrow_schema(chosen)
        )
        pq.write_table(data, folder / f"{table.name}.parquet")
    return folder
