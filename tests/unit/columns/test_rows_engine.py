"""A handful of rows in plain Python give what DuckDB gives: every kind of relation, with nulls in every place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count as numbers
from typing import Any

import pytest

from forbear.columns.arrow import fetch_rows, open_rows
from forbear.columns.closure import uniform_of
from forbear.columns.dtypes import BOOL, DATE, INSTANT, INT, TEXT, decimal
from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.columns.engines.rows import RowsEngine
from forbear.columns.expression import (
    any_true,
    count,
    count_distinct,
    latest,
    max_of,
    max_over,
    min_of,
    row_number,
    running_max,
    running_sum,
    sum_of,
    sum_over,
    when,
)
from forbear.columns.relation import Relation

LEFT = {"id": INT, "key": TEXT, "flag": BOOL, "cents": INT, "rate": decimal(9, 4), "on": DATE, "at": INSTANT}
RIGHT = {"key": TEXT, "other": INT}
Make = Callable[[Relation, Relation], Relation]


def _rows(seed: int) -> dict[str, list[dict[str, Any]]]:
    turn = numbers()

    def pick(*values: Any) -> Any:
        return [*values, None][uniform_of(f"{next(turn)}", f"{seed}") % (len(values) + 1)]

    left = [
        {
            "id": number,
            "key": pick("a", "b", "c", "d"),
            "flag": pick(True, False),
            "cents": pick(*range(-3, 4)),
            "rate": pick(Decimal("0.1"), Decimal("2.5000"), Decimal(7)),
            "on": pick(*(date(2026, 1, 1) + timedelta(days=days) for days in range(4))),
            "at": pick(*(datetime(2026, 1, 1, hour, tzinfo=UTC) for hour in range(3))),
        }
        for number in range(40)
    ]
    return {"left": left, "right": [{"key": pick("a", "b", "e"), "other": number} for number in range(8)]}


def _windows(left: Relation, right: Relation) -> Relation:
    order = [(left["cents"], "desc"), (left["on"], "asc"), (left["id"], "asc")]
    return left.derive(
        place=row_number([left["key"]], order),
        so_far=running_sum(left["cents"], [left["key"]], order) + 1,
        reached=running_max(left["on"], [left["key"], left["flag"]], order),
        whole=sum_over(left["cents"], [left["key"]]),
        last=max_over(left["rate"], [left["flag"]]),
    )


def _group(*keys: str) -> Make:
    def make(left: Relation, right: Relation) -> Relation:
        newest = latest(left["at"], left["id"], left["flag"], cents=left["cents"])
        return left.group(
            *keys,
            rows=count(),
            flagged=count(left["flag"]),
            different=count_distinct(left["cents"], left["id"] > 5),
            cents=sum_of(left["cents"], left["flag"]),
            rate=sum_of(left["rate"]),
            first=min_of(left["on"]),
            text=max_of(left["key"], left["cents"] > 0),
            is_any=any_true(left["flag"], left["cents"] > 1),
            newest=newest.field("cents"),
            at=newest.field("at"),
        )

    return make


RELATIONS: Mapping[str, Make] = {
    "kept": lambda left, right: left.keep(left["flag"] | (left["cents"] > 0)).select("id", double=left["cents"] + 1),
    "joined": lambda left, right: left.join(right, "key"),
    "joined_inside": lambda left, right: left.join(right, "key", "inner"),
    "joined_by_two": lambda left, right: left.join(left.select("key", "flag", twin="id"), ["key", "flag"]),
    "having": lambda left, right: left.having(right, "key"),
    "lacking": lambda left, right: left.lacking(right, "key"),
    "different": lambda left, right: left.distinct("key", "flag"),
    "all_together": _group(),
    "by_key": _group("key"),
    "by_two": _group("key", "flag"),
    "none": lambda left, right: _group("key")(left.keep(left["id"] > 1000), right),
    "nothing_together": lambda left, right: _group()(left.keep(left["id"] > 1000), right),
    "united": lambda left, right: left.select("id", "key").union(right.select("key", id=right["other"])),
    "windows": _windows,
    "in_a_row": lambda left, right: _windows(left, right).group("key", most=max_of(when(left["flag"], left["cents"]))),
}


@pytest.mark.parametrize("name", RELATIONS)
@pytest.mark.parametrize("seed", range(3))
def test_rows_say_what_columns_say(name: str, seed: int) -> None:
    """The same rows, each value of the same type."""
    found = []
    for engine in (DuckDBEngine(threads=1), RowsEngine()):
        given = _rows(seed)
        left, right = (
            open_rows(engine, each, given[each], schema) for each, schema in (("left", LEFT), ("right", RIGHT))
        )
        kept = engine.keep("kept", RELATIONS[name](left, right))
        found.append(fetch_rows(engine, kept, list(kept.schema)))
        assert engine.count(kept) == len(found[-1])
        engine.close()
    assert found[0] == found[1]
    assert [[type(value) for value in row.values()] for row in found[0]] == [
        [type(value) for value in row.values()] for row in found[1]
    ]
    assert found[0] or name == "none"
