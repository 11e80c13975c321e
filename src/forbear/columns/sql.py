"""An expression as a sqlglot tree for DuckDB or Spark. Each operator's contract test runs on both."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import Any

from sqlglot import exp

from forbear.columns.dtypes import DType, Kind
from forbear.columns.expression import Column
from forbear.kernel.errors import ExpressionError


class Dialect(Enum):
    """The engines' languages, by their sqlglot names."""

    DUCKDB = "duckdb"
    SPARK = "spark"


def to_sql_tree(node: Column, dialect: Dialect) -> exp.Expression:
    """The expression in one dialect.

    Raises:
        ExpressionError: ``unknown_operator``.
    """
    return _Renderer(dialect).render(node)


def type_tree(dtype: DType, dialect: Dialect) -> exp.DataType:
    """The engine's type for a dtype."""
    return _built_type(dtype, dialect).copy()


@cache
def _built_type(dtype: DType, dialect: Dialect) -> exp.DataType:
    return exp.DataType.build(type_sql(dtype, dialect), dialect=dialect.value)


def type_sql(dtype: DType, dialect: Dialect) -> str:
    """The engine's type as text."""
    match dtype.kind:
        case Kind.DECIMAL:
            return f"DECIMAL({dtype.precision},{dtype.scale})"
        case Kind.TEXTS:
            return "TEXT[]" if dialect is Dialect.DUCKDB else "ARRAY<STRING>"
        case Kind.TEXT:
            return "TEXT" if dialect is Dialect.DUCKDB else "STRING"
        case Kind.RECORD:
            if dialect is Dialect.DUCKDB:
                return "STRUCT(" + ", ".join(f"{name} {type_sql(part, dialect)}" for name, part in dtype.fields) + ")"
            return "STRUCT<" + ", ".join(f"{name}: {type_sql(part, dialect)}" for name, part in dtype.fields) + ">"
    return {Kind.BOOL: "BOOLEAN", Kind.INT: "BIGINT", Kind.DATE: "DATE", Kind.INSTANT: "TIMESTAMP"}[dtype.kind]


_COMPARISONS: dict[str, type[exp.Binary]] = {
    "eq": exp.EQ,
    "ne": exp.NEQ,
    "lt": exp.LT,
    "le": exp.LTE,
    "gt": exp.GT,
    "ge": exp.GTE,
}


class _Renderer:
    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.is_duckdb = dialect is Dialect.DUCKDB

    def render(self, node: Column) -> exp.Expression:
        if node.op in _COMPARISONS:
            return exp.Paren(this=_COMPARISONS[node.op](this=self._arg(node, 0), expression=self._arg(node, 1)))
        method: Callable[[Column], exp.Expression] | None = getattr(self, f"_{node.op}", None)
        if method is None:
            raise ExpressionError("unknown_operator", f"{node.op} is not in the vocabulary.")
        return method(node)

    def _arg(self, node: Column, index: int) -> exp.Expression:
        return self._any(node.args[index])

    def _any(self, value: object) -> exp.Expression:
        if isinstance(value, Column):
            return self.render(value)
        return exp.Literal.string(value) if isinstance(value, str) else exp.Literal.number(str(value))

    def _all(self, node: Column) -> list[exp.Expression]:
        return [self._any(value) for value in node.args]

    def _cast_to(self, tree: exp.Expression, dtype: DType) -> exp.Expression:
        return exp.Cast(this=tree, to=type_tree(dtype, self.dialect))

    def _call(self, name: str, *arguments: exp.Expression) -> exp.Expression:
        return exp.Anonymous(this=name, expressions=list(arguments))

    # leaves
    def _literal(self, node: Column) -> exp.Expression:
        return literal_tree(node.args[0], node.dtype, self.dialect)

    def _column(self, node: Column) -> exp.Expression:
        return exp.Column(this=exp.Identifier(this=str(node.args[0]), quoted=True))

    # logic
    def _and(self, node: Column) -> exp.Expression:
        return exp.Paren(this=exp.and_(*self._all(node), wrap=False, copy=False))

    def _or(self, node: Column) -> exp.Expression:
        return exp.Paren(this=exp.or_(*self._all(node), wrap=False, copy=False))

    def _not(self, node: Column) -> exp.Expression:
        return exp.Paren(this=exp.Not(this=exp.Paren(this=self._arg(node, 0))))

    def _is_null(self, node: Column) -> exp.Expression:
        return exp.Paren(this=exp.Is(this=self._arg(node, 0), expression=exp.Null()))

    def _isin(self, node: Column) -> exp.Expression:
        first, *values = self._all(node)
        return exp.Paren(this=exp.In(this=first, expressions=values))

    def _coalesce(self, node: Column) -> exp.Expression:
        return exp.Coalesce(
            this=self._widened(node, 0), expressions=[self._widened(node, i) for i in range(1, len(node.args))]
        )

    def _greatest(self, node: Column) -> exp.Expression:
        return self._call("GREATEST", *self._skipping_nulls(node))

    def _least(self, node: Column) -> exp.Expression:
        return self._call("LEAST", *self._skipping_nulls(node))

    def _skipping_nulls(self, node: Column) -> list[exp.Expression]:
        return [self._widened(node, index) for index in range(len(node.args))]

    def _widened(self, node: Column, index: int) -> exp.Expression:
        child = node.args[index]
        tree = self._any(child)
        return tree if isinstance(child, Column) and child.dtype == node.dtype else self._cast_to(tree, node.dtype)

    def _case(self, node: Column) -> exp.Expression:
        branches = [
            exp.If(this=self._arg(node, index), true=self._widened(node, index + 1))
            for index in range(0, len(node.args) - 1, 2)
        ]
        return exp.Case(ifs=branches, default=self._widened(node, len(node.args) - 1))

    # arithmetic
    def _add(self, node: Column) -> exp.Expression:
        return self._arithmetic(node, exp.Add)

    def _subtract(self, node: Column) -> exp.Expression:
        return self._arithmetic(node, exp.Sub)

    def _arithmetic(self, node: Column, kind: type[exp.Binary]) -> exp.Expression:
        tree: exp.Expression = exp.Paren(this=kind(this=self._arg(node, 0), expression=self._arg(node, 1)))
        return tree if node.dtype.kind is Kind.INT else self._cast_to(tree, node.dtype)

    def _multiply(self, node: Column) -> exp.Expression:
        product = exp.Paren(this=exp.Mul(this=self._arg(node, 0), expression=self._arg(node, 1)))
        if node.dtype.kind is Kind.INT and any(
            isinstance(arg, Column) and arg.dtype.kind is Kind.DECIMAL for arg in node.args
        ):
            return self._cast_to(self._call("ROUND", product, exp.Literal.number(0)), node.dtype)
        return self._cast_to(product, node.dtype)

    def _integer_divide(self, node: Column) -> exp.Expression:
        left, right = self._arg(node, 0), exp.Nullif(this=self._arg(node, 1), expression=exp.Literal.number(0))
        if self.is_duckdb:
            return exp.Paren(this=exp.IntDiv(this=left, expression=right))
        return exp.Paren(this=exp.IntDiv(this=left, expression=right))

    def _round_int(self, node: Column) -> exp.Expression:
        return self._cast_to(self._call("ROUND", self._arg(node, 0), exp.Literal.number(0)), node.dtype)

    # dates
    def _days_between(self, node: Column) -> exp.Expression:
        later, earlier = self._arg(node, 0), self._arg(node, 1)
        if self.is_duckdb:
            return self._call("DATE_DIFF", exp.Literal.string("day"), earlier, later)
        return self._cast_to(self._call("DATEDIFF", later, earlier), node.dtype)

    def _add_days(self, node: Column) -> exp.Expression:
        day, days = self._arg(node, 0), exp.Cast(this=self._arg(node, 1), to=exp.DataType.build("INT"))
        if self.is_duckdb:
            return exp.Paren(this=exp.Add(this=day, expression=days))
        return self._call("DATE_ADD", day, days)

    def _add_months(self, node: Column) -> exp.Expression:
        day, months = self._arg(node, 0), exp.Cast(this=self._arg(node, 1), to=exp.DataType.build("INT"))
        if self.is_duckdb:
            return self._cast_to(exp.Add(this=day, expression=self._call("TO_MONTHS", months)), node.dtype)
        return self._call("ADD_MONTHS", day, months)

    def _utc_date(self, node: Column) -> exp.Expression:
        return self._cast_to(self._arg(node, 0), node.dtype)

    def _local_date(self, node: Column) -> exp.Expression:
        at, zone = self._arg(node, 0), self._arg(node, 1)
        if self.is_duckdb:
            there = self._call("TIMEZONE", zone, self._call("TIMEZONE", exp.Literal.string("UTC"), at))
            return self._cast_to(there, node.dtype)
        return self._cast_to(self._call("FROM_UTC_TIMESTAMP", at, zone), node.dtype)

    def _from_local(self, node: Column) -> exp.Expression:
        shown, zone = self._arg(node, 0), exp.Literal.string(str(node.args[1]))
        if not self.is_duckdb:
            return self._call("TO_UTC_TIMESTAMP", shown, zone)
        # Of two equal local times DuckDB takes the second; an hour earlier is never one of two, so the least is the first.
        hour = self._call("TO_HOURS", exp.Literal.number(1))
        at = self._cast_to(self._call("TIMEZONE", zone, shown), node.dtype)
        before = self._call("TIMEZONE", zone, exp.Paren(this=exp.Sub(this=shown.copy(), expression=hour)))
        via_before = exp.Paren(this=exp.Add(this=self._cast_to(before, node.dtype), expression=hour.copy()))
        return self._call("LEAST", at, via_before)

    def _key_hash(self, node: Column) -> exp.Expression:
        if not self.is_duckdb:
            return self._call("XXHASH64", *self._all(node))
        hashed = self._call("HASH", *self._all(node))
        return self._cast_to(
            exp.Paren(this=exp.BitwiseRightShift(this=hashed, expression=exp.Literal.number(1))), node.dtype
        )

    # text
    def _concat(self, node: Column) -> exp.Expression:
        tree, *rest = self._all(node)
        for part in rest:
            tree = exp.DPipe(this=tree, expression=part)
        return exp.Paren(this=tree)

    def _lower(self, node: Column) -> exp.Expression:
        return self._call("LOWER", self._arg(node, 0))

    def _trim(self, node: Column) -> exp.Expression:
        return self._call("TRIM", self._arg(node, 0))

    def _substring(self, node: Column) -> exp.Expression:
        return self._call("SUBSTR", *self._all(node))

    def _length(self, node: Column) -> exp.Expression:
        return self._cast_to(self._call("LENGTH", self._arg(node, 0)), node.dtype)

    def _matches(self, node: Column) -> exp.Expression:
        pattern = str(node.args[1])
        if self.is_duckdb:
            return self._call("REGEXP_FULL_MATCH", self._arg(node, 0), exp.Literal.string(pattern))
        return self._call("REGEXP_LIKE", self._arg(node, 0), exp.Literal.string(f"^(?:{pattern})$"))

    def _uniform(self, node: Column) -> exp.Expression:
        text = exp.DPipe(this=self._arg(node, 0), expression=exp.Literal.string(f"|{node.args[1]}"))
        start, size = exp.Literal.number(1), exp.Literal.number(12)
        if self.is_duckdb:
            digits = self._call("SUBSTR", self._call("SHA256", text), start, size)
            number = self._cast_to(exp.DPipe(this=exp.Literal.string("0x"), expression=digits), node.dtype)
        else:
            digits = self._call("SUBSTR", self._call("SHA2", text, exp.Literal.number(256)), start, size)
            number = self._cast_to(
                self._call("CONV", digits, exp.Literal.number(16), exp.Literal.number(10)), node.dtype
            )
        return exp.Paren(this=exp.Mod(this=number, expression=exp.Literal.number(1_000_000)))

    # lists and records
    def _list_of_present(self, node: Column) -> exp.Expression:
        if self.is_duckdb:
            if not node.args:
                return self._cast_to(exp.Array(expressions=[]), node.dtype)
            return self._call("LIST_FILTER", exp.Array(expressions=self._all(node)), _IS_PRESENT.copy())
        if not node.args:
            return self._cast_to(self._call("ARRAY"), node.dtype)
        return self._call("ARRAY_COMPACT", self._call("ARRAY", *self._all(node)))

    def _join_lists(self, node: Column) -> exp.Expression:
        empty = literal_tree([], node.dtype, self.dialect)
        trees: list[exp.Expression] = [exp.Coalesce(this=tree, expressions=[empty.copy()]) for tree in self._all(node)]
        if not self.is_duckdb:
            return self._call("CONCAT", *trees)
        joined = trees[0]
        for tree in trees[1:]:
            joined = self._call("LIST_CONCAT", joined, tree)
        return joined

    def _list_size(self, node: Column) -> exp.Expression:
        if self.is_duckdb:
            return self._call("LEN", self._arg(node, 0))
        return exp.Case(
            ifs=[
                exp.If(
                    this=exp.Not(this=exp.Is(this=self._arg(node, 0), expression=exp.Null())),
                    true=self._cast_to(self._call("SIZE", self._arg(node, 0)), node.dtype),
                )
            ]
        )

    def _first_text(self, node: Column) -> exp.Expression:
        if self.is_duckdb:
            return self._call("LIST_EXTRACT", self._arg(node, 0), exp.Literal.number(1))
        return self._call("TRY_ELEMENT_AT", self._arg(node, 0), exp.Literal.number(1))

    def _make_record(self, node: Column) -> exp.Expression:
        pairs = [(str(node.args[i]), self._arg(node, i + 1)) for i in range(0, len(node.args), 2)]
        if self.is_duckdb:
            entries = [exp.PropertyEQ(this=exp.to_identifier(name), expression=tree) for name, tree in pairs]
            return exp.Struct(expressions=entries)
        return self._call("NAMED_STRUCT", *(part for name, tree in pairs for part in (exp.Literal.string(name), tree)))

    def _field(self, node: Column) -> exp.Expression:
        if self.is_duckdb:
            return self._call("STRUCT_EXTRACT", self._arg(node, 0), exp.Literal.string(str(node.args[1])))
        return exp.Dot(this=exp.Paren(this=self._arg(node, 0)), expression=exp.to_identifier(str(node.args[1])))

    # casts
    def _cast(self, node: Column) -> exp.Expression:
        source = node.args[0]
        if node.dtype.kind is Kind.INT and isinstance(source, Column) and source.dtype.kind is Kind.DECIMAL:
            return self._round_int(node)
        return self._cast_to(self._arg(node, 0), node.dtype)

    def _try_cast(self, node: Column) -> exp.Expression:
        if self.is_duckdb and node.dtype.kind is Kind.INSTANT:  # a plain TIMESTAMP would ignore the offset in the text
            zoned = exp.TryCast(this=self._arg(node, 0), to=exp.DataType.build("TIMESTAMPTZ"), safe=True)
            return self._cast_to(zoned, node.dtype)
        return exp.TryCast(this=self._arg(node, 0), to=type_tree(node.dtype, self.dialect), safe=True)

    # aggregates
    def _aggregate(self, call: exp.Expression, where: object) -> exp.Expression:
        if where is None:
            return call
        return exp.Filter(this=call, expression=exp.Where(this=self._any(where)))

    def _agg_count(self, node: Column) -> exp.Expression:
        return self._aggregate(exp.Count(this=exp.Star()), node.args[0])

    def _agg_count_distinct(self, node: Column) -> exp.Expression:
        return self._aggregate(exp.Count(this=exp.Distinct(expressions=[self._arg(node, 0)])), node.args[1])

    def _agg_sum(self, node: Column) -> exp.Expression:
        return self._cast_to(self._aggregate(exp.Sum(this=self._arg(node, 0)), node.args[1]), node.dtype)

    def _agg_min(self, node: Column) -> exp.Expression:
        return self._aggregate(self._call("MIN", self._arg(node, 0)), node.args[1])

    def _agg_max(self, node: Column) -> exp.Expression:
        return self._aggregate(self._call("MAX", self._arg(node, 0)), node.args[1])

    # windows
    def _row_number(self, node: Column) -> exp.Expression:
        return self._cast_to(self._window(exp.RowNumber(), node.args[0], node.args[1], None), node.dtype)

    def _running_sum(self, node: Column) -> exp.Expression:
        tree = self._window(exp.Sum(this=self._arg(node, 0)), node.args[1], node.args[2], "CURRENT ROW")
        return self._cast_to(tree, node.dtype)

    def _running_max(self, node: Column) -> exp.Expression:
        return self._window(self._call("MAX", self._arg(node, 0)), node.args[1], node.args[2], "1 PRECEDING")

    def _sum_over(self, node: Column) -> exp.Expression:
        return self._cast_to(self._window(exp.Sum(this=self._arg(node, 0)), node.args[1], (), None), node.dtype)

    def _max_over(self, node: Column) -> exp.Expression:
        return self._window(self._call("MAX", self._arg(node, 0)), node.args[1], (), None)

    def _window(self, call: exp.Expression, partition: Any, order: Any, end: str | None) -> exp.Expression:
        ordered = [
            exp.Ordered(this=self.render(column), desc=direction == "desc", nulls_first=False)
            for column, direction in order
        ]
        spec = None
        if end is not None:
            value, side = ("CURRENT ROW", None) if end == "CURRENT ROW" else (exp.Literal.number(1), "PRECEDING")
            spec = exp.WindowSpec(kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end=value, end_side=side)
        return exp.Window(
            this=call,
            partition_by=[self.render(column) for column in partition],
            order=exp.Order(expressions=ordered) if ordered else None,
            spec=spec,
        )


_IS_PRESENT = exp.Lambda(
    this=exp.Not(this=exp.Is(this=exp.column("item"), expression=exp.Null())),
    expressions=[exp.to_identifier("item")],
    colon=True,
)


def literal_tree(value: object, dtype: DType, dialect: Dialect) -> exp.Expression:
    """A typed literal: nothing is left for an engine to guess."""
    if value is None:
        return exp.Cast(this=exp.Null(), to=type_tree(dtype, dialect))
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, list):
        empty = exp.Array(expressions=[]) if dialect is Dialect.DUCKDB else exp.Anonymous(this="ARRAY", expressions=[])
        return exp.Cast(this=empty, to=type_tree(dtype, dialect))
    if isinstance(value, datetime):
        text = value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        return exp.Cast(this=exp.Literal.string(text), to=type_tree(dtype, dialect))
    if isinstance(value, date):
        return exp.Cast(this=exp.Literal.string(value.isoformat()), to=type_tree(dtype, dialect))
    if isinstance(value, str):
        return exp.Literal.string(value)
    return exp.Cast(
        this=exp.Literal.string(f"{value:f}" if not isinstance(value, int) else str(value)),
        to=type_tree(dtype, dialect),
    )
