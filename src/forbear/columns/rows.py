"""A relation as a Python function of rows: the same meaning as on an engine, for a handful of rows.

An engine plans every statement anew each time that it runs it; for a few rows the plan is nearly all of the work. Here a relation
is compiled once, and running it is all that is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any

from forbear.columns.closure import compile_row
from forbear.columns.expression import Column, column
from forbear.columns.relation import Relation
from forbear.kernel.errors import ExpressionError

Row = Mapping[str, Any]
Rows = Sequence[Row]
Tables = Mapping[str, Rows]
Run = Callable[[Tables, dict[int, Rows]], Rows]
"""What makes the rows of the tables; what it made of a relation that several others use, it finds in the second argument."""


def compile_rows(relation: Relation) -> Callable[[Tables], Rows]:
    """A function from the rows of tables, by name, to the rows of the relation; in no order, as on an engine.

    A table that is not given has no rows; a column that a row lacks is null.

    Raises:
        ExpressionError: ``not_for_one_row``.
    """
    run = _Compiler().compile(relation)
    return lambda tables: run(tables, {})


def sorted_rows(rows: Iterable[Row], names: Sequence[str]) -> list[Row]:
    """The rows by these columns, ascending, nulls last."""
    return sorted(rows, key=lambda row: tuple(_ordered(row.get(name)) for name in names))


class _Compiler:
    """Compiles each relation once, however many others it is an input of."""

    def __init__(self) -> None:
        self._done: dict[int, Run] = {}
        self._keep: list[Relation] = []

    def compile(self, relation: Relation) -> Run:
        key = id(relation)
        if key not in self._done:
            self._keep.append(relation)
            make = getattr(self, f"_{relation.kind}", None)
            if make is None:
                raise ExpressionError("not_for_one_row", f"A {relation.kind} is not defined on rows.")
            self._done[key] = _once(key, make(relation))
        return self._done[key]

    def _scan(self, relation: Relation) -> Run:
        name = str(relation.details["name"])
        return lambda tables, made: tables.get(name, ())

    def _filter(self, relation: Relation) -> Run:
        source = self.compile(relation.inputs[0])
        condition: Column = relation.details["condition"]  # type: ignore[assignment]
        test = compile_row({"is_kept": condition})
        return lambda tables, made: [row for row in source(tables, made) if test(row)["is_kept"]]

    def _project(self, relation: Relation) -> Run:
        source = self.compile(relation.inputs[0])
        chosen: Mapping[str, Column] = relation.details["columns"]  # type: ignore[assignment]
        windows = _Parts(_is_window)
        evaluate = compile_row({name: windows.outside(value) for name, value in chosen.items()})
        if not windows.found:
            return lambda tables, made: [evaluate(row) for row in source(tables, made)]
        fills = [_window(name, node) for name, node in windows.found.items()]

        def run(tables: Tables, made: dict[int, Rows]) -> Rows:
            rows = [dict(row) for row in source(tables, made)]
            for fill in fills:
                fill(rows)
            return [evaluate(row) for row in rows]

        return run

    def _group(self, relation: Relation) -> Run:
        source = self.compile(relation.inputs[0])
        keys: Sequence[str] = relation.details["keys"]  # type: ignore[assignment]
        aggregates: Mapping[str, Column] = relation.details["aggregates"]  # type: ignore[assignment]
        parts = _Parts(_is_aggregate)
        outside = {name: parts.outside(value) for name, value in aggregates.items()}
        evaluate = compile_row({**{key: column(key, relation.schema[key]) for key in keys}, **outside})
        before = compile_row(_inside(parts.found))
        folds = [(name, _FOLDS[node.op], _filtered(node)) for name, node in parts.found.items()]

        def run(tables: Tables, made: dict[int, Rows]) -> Rows:
            groups: dict[tuple[Any, ...], list[Row]] = {} if keys else {(): []}
            for row in source(tables, made):
                groups.setdefault(tuple(row.get(key) for key in keys), []).append(before(row) if folds else row)
            found = []
            for key, rows in groups.items():
                summed: dict[str, Any] = dict(zip(keys, key, strict=True))
                for name, fold, is_filtered in folds:
                    summed[name] = fold([row[name] for row in rows if not is_filtered or row[f"{name}?"]])
                found.append(evaluate(summed))
            return found

        return run

    def _join(self, relation: Relation) -> Run:
        left, right = (self.compile(each) for each in relation.inputs)
        keys: Sequence[str] = relation.details["keys"]  # type: ignore[assignment]
        nothing = {name: None for name in relation.inputs[1].schema if name not in keys}
        is_left = relation.details["how"] == "left"

        def run(tables: Tables, made: dict[int, Rows]) -> Rows:
            matches = _by_key(right(tables, made), keys)
            found: list[Row] = []
            for row in left(tables, made):
                matched = matches.get(_key(row, keys))
                if matched:
                    found.extend({**row, **other} for other in matched)
                elif is_left:
                    found.append({**row, **nothing})
            return found

        return run

    def _semi(self, relation: Relation) -> Run:
        return self._matching(relation, wanted=True)

    def _anti(self, relation: Relation) -> Run:
        return self._matching(relation, wanted=False)

    def _matching(self, relation: Relation, *, wanted: bool) -> Run:
        left, right = (self.compile(each) for each in relation.inputs)
        keys: Sequence[str] = relation.details["keys"]  # type: ignore[assignment]

        def run(tables: Tables, made: dict[int, Rows]) -> Rows:
            matches = _by_key(right(tables, made), keys)
            return [row for row in left(tables, made) if (_key(row, keys) in matches) is wanted]

        return run

    def _union(self, relation: Relation) -> Run:
        parts = [self.compile(each) for each in relation.inputs]
        return lambda tables, made: [row for part in parts for row in part(tables, made)]


class _Parts:
    """Takes parts of a kind out of expressions, and gives each a name."""

    def __init__(self, is_part: Callable[[Column], bool]) -> None:
        self._is_part = is_part
        self.found: dict[str, Column] = {}
        self._names: dict[int, str] = {}
        self._rewritten: dict[int, Column] = {}

    def outside(self, node: Column) -> Column:
        """The expression with a column in the place of each part. A node that is shared stays one."""
        if self._is_part(node):
            if id(node) not in self._names:
                self._names[id(node)] = name = f"part§{len(self.found)}"
                self.found[name] = node
            return column(self._names[id(node)], node.dtype)
        if node.op in ("literal", "column"):
            return node
        if id(node) not in self._rewritten:
            args = tuple(self.outside(arg) if isinstance(arg, Column) else arg for arg in node.args)
            changed = any(new is not old for new, old in zip(args, node.args, strict=True))
            self._rewritten[id(node)] = Column(node.op, args, node.dtype) if changed else node
        return self._rewritten[id(node)]


def _once(key: int, run: Run) -> Run:
    def once(tables: Tables, made: dict[int, Rows]) -> Rows:
        if key not in made:
            made[key] = run(tables, made)
        return made[key]

    return once


def _is_aggregate(node: Column) -> bool:
    return node.op in _FOLDS


def _is_window(node: Column) -> bool:
    return node.op in ("row_number", "running_sum", "running_max", "sum_over", "max_over")


def _inside(aggregates: Mapping[str, Column]) -> dict[str, Column]:
    """Of each aggregate the value it is over, and under its name with a question mark its filter."""
    found = {}
    for name, node in aggregates.items():
        *value, where = node.args
        found[name] = value[0] if value else column(name, node.dtype)
        if where is not None:
            found[f"{name}?"] = where
    return found  # type: ignore[return-value]


def _filtered(node: Column) -> bool:
    return node.args[-1] is not None


def _key(row: Row, keys: Sequence[str]) -> tuple[Any, ...] | None:
    """The row's key; None, which nothing matches, where a part of it is null."""
    key = tuple(row.get(name) for name in keys)
    return None if None in key else key


def _by_key(rows: Rows, keys: Sequence[str]) -> dict[tuple[Any, ...] | None, list[Row]]:
    found: dict[tuple[Any, ...] | None, list[Row]] = {}
    for row in rows:
        key = _key(row, keys)
        if key is not None:
            found.setdefault(key, []).append(row)
    return found


def _ordered(value: Any) -> Any:
    """Something that compares as the value does on an engine: null last, records field by field."""
    if isinstance(value, dict):
        return tuple(_ordered(each) for each in value.values())
    return (True, 0) if value is None else (False, value)


def _known(values: Sequence[Any]) -> list[Any]:
    return [value for value in values if value is not None]


def _sum(values: Sequence[Any]) -> Any:
    known = _known(values)
    return sum(known[1:], known[0]) if known else None


def _most(values: Sequence[Any]) -> Any:
    return max(_known(values), key=_ordered, default=None)


_FOLDS: dict[str, Callable[[Sequence[Any]], Any]] = {
    "agg_count": len,
    "agg_count_distinct": lambda values: len(set(_known(values))),
    "agg_sum": _sum,
    "agg_min": lambda values: min(_known(values), key=_ordered, default=None),
    "agg_max": _most,
}


def _window(name: str, node: Column) -> Callable[[list[dict[str, Any]]], None]:
    """What writes the value of a window under a name into each row."""
    *value, partition, order = node.args
    parts: Sequence[Column] = partition  # type: ignore[assignment]
    ways: Sequence[tuple[Column, str]] = order  # type: ignore[assignment]
    read = compile_row({f"p{number}": each for number, each in enumerate(parts)})
    places = [(compile_row({"by": each}), way == "desc") for each, way in ways]
    over = compile_row({"value": value[0]}) if value else None  # type: ignore[dict-item]
    along = _ALONG[node.op]

    def fill(rows: list[dict[str, Any]]) -> None:
        groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
        for row in rows:
            groups.setdefault(tuple(read(row).values()), []).append(row)
        for group in groups.values():
            # By the last column first: sorting keeps what it finds equal in order. Nulls are last either way.
            for place, is_descending in reversed(places):
                known = [row for row in group if place(row)["by"] is not None]
                known.sort(key=lambda row, place=place: _ordered(place(row)["by"]), reverse=is_descending)  # type: ignore[misc]
                group[:] = [*known, *(row for row in group if place(row)["by"] is None)]
            values = along([over(row)["value"] if over else None for row in group])
            for row, each in zip(group, values, strict=True):
                row[name] = each

    return fill


def _running(fold: Callable[[Sequence[Any]], Any], values: Sequence[Any]) -> list[Any]:
    return list(accumulate(values, lambda left, right: fold((left, right))))


_ALONG: dict[str, Callable[[Sequence[Any]], Sequence[Any]]] = {
    "row_number": lambda values: range(1, len(values) + 1),
    "running_sum": lambda values: _running(_sum, values),
    "running_max": lambda values: [None, *_running(_most, values)[:-1]],
    "sum_over": lambda values: [_sum(values)] * len(values),
    "max_over": lambda values: [_most(values)] * len(values),
}
