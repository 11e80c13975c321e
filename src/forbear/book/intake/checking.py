"""The checks of a table's rows, as column conditions, and the values they are about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forbear.book.intake.deriving import Derived, Scope, Target, condition, derive
from forbear.book.intake.mapping import NamedCondition, TableRule, Value
from forbear.book.intake.overlapping import overlap_columns
from forbear.book.intake.reading import Source
from forbear.book.intake.rejects import REJECTED, SET_ASIDE, sentence
from forbear.book.schema import RATE, Field, Table
from forbear.columns import expression as e
from forbear.columns.dtypes import TEXT
from forbear.columns.expression import Column
from forbear.columns.relation import Schema
from forbear.kernel.errors import BookError
from forbear.kernel.language import gettext as _


@dataclass(frozen=True)
class Check:
    """One way in which a row fails: the rule, the column, when, and the words."""

    rule: str
    column: str | None
    fails: Column
    text: str
    disposition: str = REJECTED


@dataclass(frozen=True)
class Plan:
    """How the rows of a source become rows of a table: values, what the file shows for them, checks, and columns with
    what the mapping's notes need, by name."""

    values: Mapping[str, Column]
    shown: Mapping[str, Column]
    checks: tuple[Check, ...]
    notes: Mapping[str, Column]


def is_money(field: Field) -> bool:
    """Whether the field is an amount in whole cents."""
    return field.name.endswith("_cents")


def fits_as_it_is(table: Table, schema: Schema) -> bool:
    """Whether a source has the table's own columns in the table's own types (optional ones may be absent)."""
    return all(
        schema[field.name] == field.dtype if field.name in schema else not field.required for field in table.fields
    )


@dataclass(frozen=True)
class CleanTest:
    """What tells that typed Parquet has no fault at all: smallest and largest values (which engines take from the
    files' own statistics), counts of rows that fail, and columns whose nulls are counted already."""

    bounds: Mapping[str, tuple[Column, str | int | None, int | None]]
    counts: Mapping[str, Column]
    is_hopeless: bool = False


def clean_test(table: Table, source: Source, currency: str | None) -> CleanTest:
    """The test for a source that :func:`fits_as_it_is`. A blank text makes it fail, and is settled the long way."""
    bounds: dict[str, tuple[Column, str | int | None, int | None]] = {}
    counts: dict[str, Column] = {}
    nulls_found = 0
    for field in table.fields:
        if field.name not in source.plain.schema:
            continue
        value = source.plain[field.name]
        if field.codes:
            counts[f"{field.name} code"] = e.count(~value.isin(field.codes))
        elif field.dtype == TEXT or field.low is not None:
            bounds[field.name] = (value, field.low if field.dtype != TEXT else "\x01", field.high)
        if field.name == "currency" and currency is not None:
            counts["currency"] = e.count(value != currency)
        if field.required and field.name in source.null_counts:
            nulls_found += source.null_counts[field.name]
        elif field.required:
            counts[f"{field.name} null"] = e.count(value.is_null())
    return CleanTest(bounds, counts, nulls_found > 0)


def plan_derived(table: Table, scope: Scope, rule: TableRule | None, currency: str | None) -> Plan:
    """The plan by a mapping rule, or by the columns of the same names.

    Raises:
        BookError: ``missing_column`` when a required column has no source.
    """
    checks = [_set_aside(named, scope) for named in (rule.set_aside if rule else ())]
    values: dict[str, Column] = {}
    shown: dict[str, Column] = {}
    for field in table.fields:
        value = _source_of(table, field, scope, rule)
        if value is None:
            values[field.name], shown[field.name] = e.null(field.dtype), e.null(TEXT)
            continue
        derived = derive(value, scope, Target(field.dtype, is_money(field)))
        values[field.name], shown[field.name] = derived.typed, derived.shown
        checks += _field_checks(field, derived, currency)
    notes = {note_name(note.rule): condition(note.where, scope) for note in (rule.notes if rule else ())}
    for overlap in rule.overlaps if rule else ():
        notes |= overlap_columns(overlap, scope)
    return Plan(values, shown, tuple(checks), notes)


def note_name(rule: str) -> str:
    """The column that holds a mapping note until the end."""
    return f"__note_{rule}"


def with_defaults(table: Table, values: Mapping[str, Column], currency: str | None) -> dict[str, Column]:
    """All columns of the table in order: a default or the book's currency where a value is missing."""
    full: dict[str, Column] = {}
    for field in table.fields:
        value = values.get(field.name, e.null(field.dtype))
        default = currency if field.name == "currency" else field.default
        full[field.name] = value if default is None else e.coalesce(value, e.literal(default))
    return full


def _source_of(table: Table, field: Field, scope: Scope, rule: TableRule | None) -> Value | None:
    if rule is not None and rule.columns:
        value = rule.columns.get(field.name)
    else:
        value = Value(column=field.name) if field.name in scope.source.plain.schema else None
    if value is None and field.required:
        raise BookError(
            "missing_column",
            _("The table {table} needs a column {name}.").format(table=table.name, name=field.name),
            do=_("Add it to the export, or say in the mapping file where it comes from."),
            file=scope.source.files[0].path,
        )
    return value


def _set_aside(named: NamedCondition, scope: Scope) -> Check:
    return Check(named.rule, None, condition(named.where, scope), named.says, SET_ASIDE)


def _field_checks(field: Field, derived: Derived, currency: str | None) -> list[Check]:
    found = [_check(rule, field, test) for rule, test in derived.faults]
    if field.required:
        found.append(_check("missing_value", field, derived.typed.is_null()))
    if field.codes:
        found.append(_check("unknown_code", field, ~derived.typed.isin(field.codes)))
    if field.low is not None:
        negative = is_money(field) and field.low == 0
        found.append(_check("negative_amount" if negative else "out_of_range", field, derived.typed < field.low))
    if field.high is not None:
        found.append(_check(_rule_above(field), field, derived.typed > field.high))
    if field.name == "currency" and currency is not None:
        found.append(_check("mixed_currencies", field, derived.typed != currency))
    return found


def _rule_above(field: Field) -> str:
    if is_money(field):
        return "absurd_amount"
    return "rate_in_percent" if field.dtype == RATE else "out_of_range"


def _check(rule: str, field: Field, fails: Column) -> Check:
    return Check(rule, field.name, fails, sentence(rule, field.name))


def fault_index(checks: Sequence[Check]) -> Column:
    """The place of the first check that fails; null where none does."""
    return e.case([(check.fails, index) for index, check in enumerate(checks)])
