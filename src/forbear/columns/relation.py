"""Relations: what is read, kept, joined, grouped. Lazy; an engine runs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from forbear.columns.dtypes import DType
from forbear.columns.expression import Column, Operand, as_column, column, null, references
from forbear.columns.sql import Dialect, to_sql_tree
from forbear.kernel.errors import ExpressionError

Schema = Mapping[str, DType]


@dataclass(frozen=True)
class Relation:
    """Rows with typed columns. Every method gives a new relation; ``relation["name"]`` is a column of it."""

    kind: str
    schema: Schema
    inputs: tuple[Relation, ...] = ()
    details: Mapping[str, object] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Column:
        try:
            return column(name, self.schema[name])
        except KeyError:
            raise ExpressionError(
                "no_such_column", f"There is no column {name!r} here.", do=f"There are: {', '.join(self.schema)}."
            ) from None

    def columns(self, *names: str) -> dict[str, Column]:
        """The named columns (all of them for no names), by name."""
        return {name: self[name] for name in (names or self.schema)}

    def keep(self, condition: Column) -> Relation:
        """The rows on which the condition is true."""
        self._check(condition)
        return Relation("filter", self.schema, (self,), {"condition": condition})

    def select(self, *names: str, **expressions: Operand) -> Relation:
        """These columns and no others."""
        chosen = {
            **{name: self[name] for name in names},
            **{name: as_column(value) for name, value in expressions.items()},
        }
        for expression in chosen.values():
            self._check(expression)
        return Relation("project", {name: value.dtype for name, value in chosen.items()}, (self,), {"columns": chosen})

    def derive(self, **expressions: Operand) -> Relation:
        """All columns, and these (new, or in the place of one of the same name)."""
        return self.select(**{**self.columns(), **expressions})

    def drop(self, *names: str) -> Relation:
        """All columns but these."""
        return self.select(*(name for name in self.schema if name not in names))

    def rename(self, **names: str) -> Relation:
        """``new="old"``: the same columns with other names."""
        olds = {old: new for new, old in names.items()}
        return self.select(**{olds.get(name, name): self[name] for name in self.schema})

    def group(self, *keys: str, **aggregates: Column) -> Relation:
        """One row per distinct key, with aggregates; one row in all for no keys."""
        schema = {
            **{key: self.schema[key] for key in keys},
            **{name: value.dtype for name, value in aggregates.items()},
        }
        for value in aggregates.values():
            self._check(value)
        return Relation("group", schema, (self,), {"keys": keys, "aggregates": aggregates})

    def distinct(self, *names: str) -> Relation:
        """The different rows of these columns."""
        return self.group(*(names or self.schema))

    def join(self, other: Relation, on: str | Sequence[str], how: str = "left") -> Relation:
        """Equal keys, ``how`` left or inner. The columns of both; the other's columns must have new names. Null keys never match."""
        keys = [on] if isinstance(on, str) else list(on)
        clash = [name for name in other.schema if name in self.schema and name not in keys]
        if clash or how not in ("left", "inner"):
            raise ExpressionError("bad_join", f"Both sides have {clash}." if clash else f"{how!r} is no join.")
        self._check_keys(other, keys)
        schema = {**self.schema, **{name: dtype for name, dtype in other.schema.items() if name not in keys}}
        return Relation("join", schema, (self, other), {"keys": keys, "how": how})

    def having(self, other: Relation, on: str | Sequence[str]) -> Relation:
        """The rows that have a match in the other (semi-join)."""
        keys = [on] if isinstance(on, str) else list(on)
        self._check_keys(other, keys)
        return Relation("semi", self.schema, (self, other), {"keys": keys})

    def lacking(self, other: Relation, on: str | Sequence[str]) -> Relation:
        """The rows that have no match in the other (anti-join); a null key has no match."""
        keys = [on] if isinstance(on, str) else list(on)
        self._check_keys(other, keys)
        return Relation("anti", self.schema, (self, other), {"keys": keys})

    def union(self, *others: Relation) -> Relation:
        """The rows of all; the columns must be the same (by name; order follows this one)."""
        for other in others:
            if dict(other.schema) != dict(self.schema):
                odd = set(other.schema.items()) ^ set(self.schema.items())
                raise ExpressionError(
                    "bad_union", f"The columns differ: {sorted((name, str(dtype)) for name, dtype in odd)}."
                )
        aligned = tuple(other.select(*self.schema) for other in others)
        return Relation("union", self.schema, (self, *aligned))

    def conform(self, schema: Schema) -> Relation:
        """Exactly these columns: a missing one is null, an extra one is left out."""
        return self.select(
            **{name: self[name] if name in self.schema else null(dtype) for name, dtype in schema.items()}
        )

    def _check(self, expression: Column) -> None:
        unknown = references(expression) - set(self.schema)
        if unknown:
            raise ExpressionError("no_such_column", f"There is no column {', '.join(sorted(unknown))} here.")

    def _check_keys(self, other: Relation, keys: Sequence[str]) -> None:
        for key in keys:
            if self[key].dtype != other[key].dtype:
                raise ExpressionError("bad_join", f"Key {key} is {self[key].dtype} here and {other[key].dtype} there.")


def scan(name: str, schema: Schema) -> Relation:
    """The rows of a table or view that the engine knows by that name."""
    return Relation("scan", dict(schema), (), {"name": name})


def to_select(relation: Relation, dialect: Dialect, order_by: Sequence[str] = ()) -> str:
    """The relation as one SQL statement of the dialect."""
    tree = _Builder(dialect).build(relation)
    if order_by:
        tree = exp.Select(expressions=[exp.Star()]).from_(_aliased(tree, "final"), copy=False)
        for name in order_by:
            tree = tree.order_by(exp.Ordered(this=_name(name), nulls_first=False), copy=False)
    # The tree is used once: writing it out may change it.
    text: str = tree.sql(dialect=dialect.value, copy=False)
    return text


def _name(name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True))


def _aliased(tree: exp.Expression, alias: str) -> exp.Subquery:
    return exp.Subquery(this=tree, alias=exp.TableAlias(this=exp.to_identifier(alias)))


class _Builder:
    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._aliases = 0

    def build(self, relation: Relation) -> exp.Select:
        method = getattr(self, f"_{relation.kind}")
        tree: exp.Select = method(relation)
        return tree

    def _alias(self) -> str:
        self._aliases += 1
        return f"t{self._aliases}"

    def _source(self, relation: Relation) -> tuple[exp.Expression, str]:
        alias = self._alias()
        if relation.kind == "scan":
            table = exp.to_table(
                exp.to_identifier(str(relation.details["name"]), quoted=True).sql(dialect=self.dialect.value),
                dialect=self.dialect.value,
            )
            table.set("alias", exp.TableAlias(this=exp.to_identifier(alias)))
            return table, alias
        return _aliased(self.build(relation), alias), alias

    def _select(self, names: Mapping[str, Column]) -> list[exp.Expression]:
        return [
            exp.Alias(this=to_sql_tree(value, self.dialect), alias=exp.to_identifier(name, quoted=True))
            for name, value in names.items()
        ]

    def _scan(self, relation: Relation) -> exp.Select:
        source, _ = self._source(relation)
        return exp.Select(expressions=[_name(name) for name in relation.schema]).from_(source, copy=False)

    def _filter(self, relation: Relation) -> exp.Select:
        source, _ = self._source(relation.inputs[0])
        condition: Column = relation.details["condition"]  # type: ignore[assignment]
        return (
            exp.Select(expressions=[_name(name) for name in relation.schema])
            .from_(source, copy=False)
            .where(to_sql_tree(condition, self.dialect), copy=False)
        )

    def _project(self, relation: Relation) -> exp.Select:
        chosen: Mapping[str, Column] = relation.details["columns"]  # type: ignore[assignment]
        inner = relation.inputs[0]
        condition: Column | None = None
        if inner.kind == "filter":
            condition, inner = inner.details["condition"], inner.inputs[0]  # type: ignore[assignment]
        source, _ = self._source(inner)
        tree = exp.Select(expressions=self._select(chosen)).from_(source, copy=False)
        return tree if condition is None else tree.where(to_sql_tree(condition, self.dialect), copy=False)

    def _group(self, relation: Relation) -> exp.Select:
        keys: Sequence[str] = relation.details["keys"]  # type: ignore[assignment]
        aggregates: Mapping[str, Column] = relation.details["aggregates"]  # type: ignore[assignment]
        source, _ = self._source(relation.inputs[0])
        tree = exp.Select(expressions=[*(_name(key) for key in keys), *self._select(aggregates)]).from_(
            source, copy=False
        )
        return tree.group_by(*(_name(key) for key in keys), copy=False) if keys else tree

    def _join(self, relation: Relation) -> exp.Select:
        left, right = relation.inputs
        keys: Sequence[str] = relation.details["keys"]  # type: ignore[assignment]
        left_source, left_alias = self._source(left)
        right_source, right_alias = self._source(right)
        chosen = [self._qualified(left_alias, name, aliased=True) for name in left.schema]
        chosen += [self._qualified(right_alias, name, aliased=True) for name in right.schema if name not in keys]
        return (
            exp.Select(expressions=chosen)
            .from_(left_source, copy=False)
            .join(
                right_source,
                on=self._equal(left_alias, right_alias, keys),
                join_type=str(relation.details["how"]),
                copy=False,
            )
        )

    def _semi(self, relation: Relation) -> exp.Select:
        return self._exists(relation, negated=False)

    def _anti(self, relation: Relation) -> exp.Select:
        return self._exists(relation, negated=True)

    def _exists(self, relation: Relation, *, negated: bool) -> exp.Select:
        left, right = relation.inputs
        keys: Sequence[str] = relation.details["keys"]  # type: ignore[assignment]
        left_source, left_alias = self._source(left)
        right_source, right_alias = self._source(right)
        inner = (
            exp.Select(expressions=[exp.Literal.number(1)])
            .from_(right_source, copy=False)
            .where(self._equal(left_alias, right_alias, keys), copy=False)
        )
        condition: exp.Expression = exp.Exists(this=inner)
        tree = exp.Select(expressions=[self._qualified(left_alias, name, aliased=True) for name in left.schema]).from_(
            left_source
        )
        return tree.where(exp.Not(this=condition) if negated else condition, copy=False)

    def _union(self, relation: Relation) -> exp.Select:
        trees = [self.build(part) for part in relation.inputs]
        union: exp.Expression = trees[0]
        for tree in trees[1:]:
            union = exp.Union(this=union, expression=tree, distinct=False)
        return exp.Select(expressions=[_name(name) for name in relation.schema]).from_(
            _aliased(union, self._alias()), copy=False
        )

    def _qualified(self, alias: str, name: str, *, aliased: bool = False) -> exp.Expression:
        tree = exp.column(exp.to_identifier(name, quoted=True), table=exp.to_identifier(alias))
        return exp.Alias(this=tree, alias=exp.to_identifier(name, quoted=True)) if aliased else tree

    def _equal(self, left: str, right: str, keys: Sequence[str]) -> exp.Expression:
        return exp.and_(
            *(exp.EQ(this=self._qualified(left, key), expression=self._qualified(right, key)) for key in keys)
        )
