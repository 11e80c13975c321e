"""Many rows of a model written by one short statement: what they hold goes to the database as one JSON text.

The statement is the same however many rows there are, so that next to nothing of it is made anew each time; with many columns and
rows that is most of what writing them costs here.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, cast
from uuid import UUID

from django.db import connection
from django.db.models import Field, Model
from django.db.models.fields import NOT_PROVIDED


def add_rows(rows: Sequence[Model], given: Mapping[str, str] | None = None, *, may_be_there: bool = False) -> None:
    """Add new rows, all of one model; a column that the database fills by itself is left to it.

    Args:
        given: columns with an SQL expression that says their value, the same for all rows.
        may_be_there: leave out rows whose key is there already.
    """
    if not rows:
        return
    said = dict(given or {})
    fields = [each for each in _written(rows[0].__class__) if each.column not in said]
    names = ", ".join(each.column for each in fields)
    tail = " ON CONFLICT DO NOTHING" if may_be_there else ""
    into, values = ", ".join(["", *said]), ", ".join(["", *said.values()])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {type(rows[0])._meta.db_table} ({names}{into}) SELECT {names}{values}"
            f" FROM jsonb_to_recordset(%s::jsonb) AS v({_typed(tuple(fields))}){tail}",
            [_as_json(rows, fields)],
        )


def change_rows(rows: Sequence[Model], names: Sequence[str]) -> None:
    """Write these fields of rows that are there, all of one model."""
    if not rows:
        return
    model = type(rows[0])
    fields = [model._meta.get_field(name) for name in names]
    key = model._meta.pk
    assigned = ", ".join(f"{each.column} = v.{each.column}" for each in fields)
    typed = _typed((key, *fields))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {model._meta.db_table} t SET {assigned}"
            f" FROM jsonb_to_recordset(%s::jsonb) AS v({typed}) WHERE t.{key.column} = v.{key.column}",
            [_as_json(rows, [key, *fields])],
        )


@cache
def _written(model: Hashable) -> tuple[Field[Any, Any], ...]:
    """The columns that are not the database's own to fill."""
    return tuple(
        each
        for each in cast(type[Model], model)._meta.concrete_fields
        if not each.primary_key and each.db_default is NOT_PROVIDED
    )


@cache
def _typed(fields: tuple[Field[Any, Any], ...]) -> str:
    return ", ".join(
        f"{each.column} {each.rel_db_type(connection) if each.primary_key else each.db_type(connection)}"
        for each in fields
    )


def _as_json(rows: Sequence[Model], fields: Sequence[Field[Any, Any]]) -> str:
    return json.dumps(
        [{each.column: getattr(row, each.attname) for each in fields} for row in rows],
        default=_plain, ensure_ascii=False,
    )  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return f"\\x{bytes(value).hex()}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no value of a row")
