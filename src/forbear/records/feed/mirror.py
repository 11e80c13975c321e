"""How each table of the book lies in the records: its columns, its key, and which rows a feed may change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.db.models.fields import NOT_PROVIDED

from forbear.book.schema import BY_NAME, TABLES, Table
from forbear.columns.dtypes import DType, Kind
from forbear.records.models import (
    Arrangement,
    Consent,
    Contact,
    ContactPoint,
    Hold,
    Instalment,
    Loan,
    Payment,
    Person,
    PromiseToPay,
)

PERSONAL = {
    "borrowers": {"name": "name_sealed", "birth_on": "birth_on_sealed"},
    "contact_points": {"value": "value_sealed"},
}
"""Columns that are sealed on their way in, and what they are called then."""
INDEX = {"borrowers": "personal_index", "contact_points": "value_index"}
"""The column with the digest of what was sealed: equal digests, nothing new."""

_SQL_TYPES = {
    Kind.BOOL: "boolean",
    Kind.INT: "bigint",
    Kind.TEXT: "text",
    Kind.DATE: "date",
    Kind.INSTANT: "timestamptz",
}
# A payment goes forward only: on its way, money, taken back. A stale export must not undo what was heard since.
_PAYMENT_STEP = "array_position(ARRAY['in_flight', 'settled', 'reversed'], {}.status::text)"
_MAY_CHANGE = {
    "payments": f"{_PAYMENT_STEP.format('s')} >= {_PAYMENT_STEP.format('t')}",
    "contact_points": "t.is_fed AND t.removed_at IS NULL",
}


@dataclass(frozen=True)
class Mirror:
    """One table of the book and the model that holds it."""

    table: Table
    model: type[Model]

    @property
    def name(self) -> str:
        """The book's name of it."""
        return self.table.name

    @property
    def target(self) -> str:
        """The table in the database."""
        return str(self.model._meta.db_table)

    @property
    def staging(self) -> str:
        """The temporary table with what came in."""
        return f"feed_{self.name}"

    @property
    def changed(self) -> str:
        """The temporary table with what is new or changed of it."""
        return f"feed_{self.name}_changed"

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that tell rows apart within a tenant."""
        return self.table.key

    @property
    def staged(self) -> dict[str, str]:
        """The columns of the staging table, with their types in SQL."""
        personal = PERSONAL.get(self.name, {})
        columns = {
            personal.get(name, name): "bytea" if name in personal else sql_type(dtype)
            for name, dtype in self.table.schema.items()
        }
        return columns | ({INDEX[self.name]: "text"} if self.name in INDEX else {})

    @property
    def values(self) -> dict[str, str]:
        """The columns that a feed writes, each with its expression over the staged row ``s``: null becomes what stands for it."""
        return {name: self._value(name) for name in self.staged}

    @property
    def updates(self) -> dict[str, str]:
        """The columns that a feed may change, with their expression over ``s`` and the row there is, ``t``."""
        found = {name: value for name, value in self.values.items() if name not in self.key}
        index = INDEX.get(self.name)
        if index:
            for sealed in PERSONAL[self.name].values():
                found[sealed] = f"CASE WHEN t.{index} = s.{index} THEN t.{sealed} ELSE s.{sealed} END"
        if self.name == "loans":
            # A loan that was placed or recalled here is where these records say; a stale export must not hand it out again.
            found["agency_id"] = "CASE WHEN t.placed_at IS NULL THEN s.agency_id ELSE t.agency_id END"
        return found

    @property
    def constants(self) -> dict[str, str]:
        """What a new row has in columns that the book knows nothing of."""
        found: dict[str, str] = {}
        for field in self.model._meta.concrete_fields:
            name = field.column
            if name in self.staged or name in ("id", "tenant_id") or field.null:
                continue
            if name == "is_fed":
                found[name] = "true"
            elif field.db_default is NOT_PROVIDED:
                found[name] = _literal(field.get_default())
        return found

    @property
    def may_change(self) -> str:
        """When a feed may change the row there is."""
        has_mark = any(field.column == "is_fed" for field in self.model._meta.concrete_fields)
        return _MAY_CHANGE.get(self.name, "t.is_fed" if has_mark else "true")

    @property
    def widths(self) -> dict[str, int]:
        """The longest text that each column of the book's keeps, in characters."""
        found = {}
        for field in self.model._meta.concrete_fields:
            if field.column in self.table.schema and getattr(field, "max_length", None):
                found[field.column] = int(field.max_length)
        return found

    def same_key(self, left: str, right: str) -> str:
        """The condition that two rows have the same key."""
        return " AND ".join(f"{left}.{name} = {right}.{name}" for name in self.key)

    def _value(self, name: str) -> str:
        field = next(each for each in self.model._meta.concrete_fields if each.column == name)
        return f"s.{name}" if field.null else f"COALESCE(s.{name}, {_literal(field.get_default())})"


def sql_type(dtype: DType) -> str:
    """The type that holds a column of the book in the database."""
    if dtype.kind is Kind.DECIMAL:
        return f"numeric({dtype.precision}, {dtype.scale})"
    return _SQL_TYPES[dtype.kind]


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


_MODELS: dict[str, type[Model]] = {
    "borrowers": Person,
    "loans": Loan,
    "instalments": Instalment,
    "payments": Payment,
    "contact_points": ContactPoint,
    "contacts": Contact,
    "promises": PromiseToPay,
    "arrangements": Arrangement,
    "holds": Hold,
    "consents": Consent,
}
MIRRORS: dict[str, Mirror] = {table.name: Mirror(BY_NAME[table.name], _MODELS[table.name]) for table in TABLES}
