"""A table on an engine, as a closure and on plain values is one table."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forbear.columns.arrow import to_arrow_schema
from forbear.columns.dtypes import BOOL, DATE, INT, TEXT, TEXTS, DType, decimal
from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.columns.engines.engine import Engine
from forbear.columns.expression import column, literal
from forbear.kernel.errors import TableError
from forbear.tables import Model, parse_dmn

MakeModel = Callable[..., Model]
Rows = Sequence[Mapping[str, Any]]


def on_engine(
    engine: Engine, model: Model, schema: Mapping[str, DType], rows: Rows, **names: Any
) -> list[dict[str, Any]]:
    """The compiled columns, row by row, as the engine gives them."""
    compiled = model.compile(schema, {name.replace("__", "."): value for name, value in names.items()})
    table = pa.Table.from_pylist([dict(row) for row in rows], schema=to_arrow_schema(schema))
    relation = engine.open_arrow(
        "facts", table.append_column("row", pa.array(range(len(rows)))), {**schema, "row": INT}
    )
    result = engine.fetch(compiled.apply(relation), order_by=["row"]).to_pylist()
    return [{name: row[name] for name in compiled.columns} for row in result]


SCHEMA = {"x": INT, "t": TEXT, "b": BOOL, "r": decimal(9, 4), "day": DATE}
ROWS = [
    dict(zip(SCHEMA, values, strict=True))
    for values in itertools.product(
        [None, -1, 0, 2, 3], [None, "sms", "voice"], [None, True, False], [None, Decimal("0.2400")], [date(2026, 1, 31)]
    )
]


@pytest.fixture(scope="module")
def duck() -> Iterator[DuckDBEngine]:
    """One DuckDB for all the random tables."""
    engine = DuckDBEngine(memory_gib=1.0, threads=1)
    yield engine
    engine.close()


NUMBER_CELLS = [
    "-",
    "null",
    "0",
    "2.0",
    "2.5",
    "< 2.5",
    "[0..3)",
    "not(2)",
    "not(< 2)",
    "not(null)",
    "0, 3",
    "limit",
    "> limit",
]
TEXT_CELLS = ["-", "null", '"sms"', 'not("sms")', '"sms", null', '"sms", "voice"', 'not("sms", "voice")']
BOOL_CELLS = ["-", "true", "false", "not(true)", "null"]
RATE_CELLS = ["-", "<= 0.24", "0.24", "not(0.24)", "(0.1..0.3)"]
OUTPUTS = ["1", "2", "1.5", "null", "x + 1", "x"]
one_rule = st.tuples(*(st.sampled_from(cells) for cells in (NUMBER_CELLS, TEXT_CELLS, BOOL_CELLS, RATE_CELLS, OUTPUTS)))
POLICIES = ["UNIQUE", "ANY", "FIRST", "COLLECT SUM", "COLLECT COUNT", "COLLECT MIN", "COLLECT MAX"]


@settings(max_examples=60, deadline=None)
@given(
    policy=st.sampled_from(POLICIES),
    rows=st.lists(one_rule, min_size=1, max_size=5),
    default=st.sampled_from(["", " = 7"]),
)
def test_engine_closure_and_plain_evaluation_agree_on_every_row(
    duck: DuckDBEngine, one_table: MakeModel, policy: str, rows: list[tuple[str, ...]], default: str
) -> None:
    hit_policy, _, aggregation = policy.partition(" ")
    model = one_table(
        "D", hit_policy, ["x : number", "t : string", "b : boolean", "r : number"], [f"o : number{default}"],
        [[f"rule.{number}", *row] for number, row in enumerate(rows)], aggregation=aggregation,
    )  # fmt: skip
    closure = model.closure(SCHEMA, {"limit": literal(2)})
    for row, found in zip(ROWS, on_engine(duck, model, SCHEMA, ROWS, limit=literal(2)), strict=True):
        assert closure(row) == found
        assert model.evaluate({**row, "limit": 2})["D"] == found["D"]
        trace = model.trace("D", row, {"limit": literal(2)})
        fired = [rule.rule for rule in trace if rule.fired]
        if aggregation:
            assert found["D.rule"] == fired
        elif hit_policy == "UNIQUE":
            assert (found["D.rule"], found["D.conflict"]) == (fired[0] if len(fired) == 1 else None, len(fired) > 1)
        else:
            assert found["D.rule"] == (fired[0] if fired and not found.get("D.conflict") else None)


def every_policy(write_table: Callable[..., str], write_model: Callable[..., str]) -> Model:
    """One small table per policy over the same facts, and a table that reads two of them."""
    rules = [["low", "< 3", '"a"'], ["mid", "[2..5]", '"b"'], ["null", "null", '"a"'], ["high", "> 4", '"c"']]
    allowed = 'o : string : "c", "b", "a"'
    tables = []
    for name, policy, output in [
        ("U", "UNIQUE", "o"), ("A", "ANY", "o"), ("F", "FIRST", "o"), ("P", "PRIORITY", allowed),
        ("R", "RULE ORDER", "o"), ("O", "OUTPUT ORDER", allowed), ("C", "COLLECT", "o"),
    ]:  # fmt: skip
        own = [[f"{name}.{rule[0]}", *rule[1:]] for rule in rules]
        tables.append(write_table(name, policy, ["x"], [output], own))
    last = [["both", '"a"', "- 1 + x", '"low"', "true"], ["else", "-", "0.25", '"high"', "false"]]
    tables.append(write_table("Z", "FIRST", ["P"], ["n", "t", "b"], last, requires=["P", "F"]))
    return parse_dmn(write_model(*tables))


def test_every_policy_means_the_same_on_every_engine(
    engine: Engine, write_table: Callable[..., str], write_model: Callable[..., str]
) -> None:
    model = every_policy(write_table, write_model)
    rows = [{"x": x} for x in (None, 1, 2, 4, 5, 6)]
    found = on_engine(engine, model, {"x": INT}, rows)
    assert [row["U"] for row in found] == ["a", "a", None, "b", None, "c"]
    assert [row["U.conflict"] for row in found] == [False, False, True, False, True, False]
    assert [row["U.rule"] for row in found] == ["U.null", "U.low", None, "U.mid", None, "U.high"]
    assert [row["A"] for row in found] == ["a", "a", None, "b", None, "c"]
    assert [row["F"] for row in found] == ["a", "a", "a", "b", "b", "c"]
    assert [row["P"] for row in found] == ["a", "a", "b", "b", "c", "c"]
    assert found[2]["R"] == ["a", "b"]
    assert found[2]["O"] == ["b", "a"]
    assert found[2]["C.rule"] == ["C.low", "C.mid"]
    assert [row["Z.n"] for row in found] == [
        None,
        Decimal(0),
        Decimal("0.25"),
        Decimal("0.25"),
        Decimal("0.25"),
        Decimal("0.25"),
    ]
    assert [row["Z.rule"] for row in found] == ["both", "both", "else", "else", "else", "else"]
    closure = model.closure({"x": INT})
    assert [closure(row) for row in rows] == found


def test_sums_and_computed_outputs_mean_the_same_on_every_engine(
    engine: Engine, write_table: Callable[..., str], write_model: Callable[..., str]
) -> None:
    two = [["> 1", "r * 2"], ["> 2", "0.5"]]
    tables = [
        write_table(
            name, "COLLECT", ["x"], ["o"], [[f"{name}.{i}", *rule] for i, rule in enumerate(rules)], aggregation=kind
        )
        for name, kind, rules in [
            ("S", "SUM", two),
            ("N", "COUNT", two),
            ("L", "MIN", two),
            ("H", "MAX", two),
            ("L1", "MIN", two[:1]),
            ("H1", "MAX", two[:1]),
        ]
    ]
    tables.append(
        write_table("A", "ANY", ["x"], ["n", "b"], [["A.0", "> 1", "x + 1", "b"], ["A.1", "> 2", "4", "true"]])
    )
    tables.append(write_table("A1", "ANY", ["x"], ["n"], [["A1.0", "> 1", "x + 1"]]))
    model = parse_dmn(write_model(*tables))
    schema = {"x": INT, "r": decimal(9, 4), "b": BOOL}
    rows = [
        {"x": x, "r": Decimal("0.2400"), "b": b}
        for x, b in [(1, True), (2, False), (3, True), (3, None), (4, True), (None, None)]
    ]
    found = on_engine(engine, model, schema, rows)
    closure = model.closure(schema)
    assert [closure(row) for row in rows] == found
    assert [row["S"] for row in found] == [None, Decimal("0.48"), *[Decimal("0.98")] * 3, None]
    assert [row["N"] for row in found] == [0, 1, 2, 2, 2, 0]
    assert [row["L"] for row in found] == [None, *[Decimal("0.48")] * 4, None]
    assert [row["H1"] for row in found] == [None, *[Decimal("0.48")] * 4, None]
    assert [row["A.n"] for row in found] == [None, 3, 4, None, None, None]
    assert [row["A.conflict"] for row in found] == [False, False, False, True, True, False]


def test_rules_of_policy_any_that_agree_are_no_conflict(one_table: MakeModel) -> None:
    model = one_table(
        "D", "ANY", ["x"], ["o", "p"], [["a", "> 1", "1", '"y"'], ["b", "> 2", "1", '"y"'], ["c", "9", "1", '"n"']]
    )
    closure = model.closure({"x": INT})
    assert closure({"x": 5}) == {"D.o": 1, "D.p": "y", "D.rule": "a", "D.conflict": False}
    assert closure({"x": 9}) == {"D.o": None, "D.p": None, "D.rule": None, "D.conflict": True}


def test_a_default_is_not_given_where_rules_contradict_each_other(one_table: MakeModel) -> None:
    model = one_table("D", "UNIQUE", ["x"], ["o = 0"], [["a", "> 1", "1"], ["b", "> 2", "2"]])
    closure = model.closure({"x": INT})
    assert [closure({"x": x})["D"] for x in (0, 2, 3)] == [0, 1, None]


def test_a_rate_of_four_decimals_is_compared_exactly(engine: Engine, one_table: MakeModel) -> None:
    rules = [["in", "<= 0.2400", "r * 100"], ["out", "-", "0"]]
    model = one_table("D", "FIRST", ["r : number"], ["o : number"], rules)
    rows = [{"r": Decimal(text)} for text in ("0.2399", "0.2400", "0.2401")]
    found = on_engine(engine, model, {"r": decimal(9, 4)}, rows)
    assert [row["D"] for row in found] == [Decimal("23.99"), Decimal("24.00"), Decimal("0")]


def test_the_largest_whole_number_meets_a_fraction_without_overflow(duck: DuckDBEngine, one_table: MakeModel) -> None:
    model = one_table("D", "FIRST", ["x"], ["o"], [["a", "> 2.5", "1"], ["b", "<= -2.5", "2"], ["c", "2.5", "3"]])
    rows = [{"x": 2**63 - 1}, {"x": -(2**63)}, {"x": 2}, {"x": 3}, {"x": -3}]
    assert [row["D"] for row in on_engine(duck, model, {"x": INT}, rows)] == [1, 2, None, 1, 2]


def test_a_dotted_constant_and_another_column_may_stand_in_a_cell(duck: DuckDBEngine, one_table: MakeModel) -> None:
    model = one_table("D", "FIRST", ["x"], ["o"], [["a", "[law.calls_max..y)", "y - x"]])
    rows = [{"x": 3, "y": 9}, {"x": 2, "y": 9}, {"x": 3, "y": None}, {"x": 9, "y": 9}]
    found = on_engine(duck, model, {"x": INT, "y": INT}, rows, law__calls_max=literal(3))
    assert [row["D"] for row in found] == [6, None, None, None]


def test_a_name_may_stand_for_an_expression_over_the_facts(one_table: MakeModel) -> None:
    model = one_table("D", "FIRST", ["x"], ["o"], [["a", "> twice", "1"]])
    names = {"twice": column("y", INT) + column("y", INT)}
    closure = model.closure({"x": INT, "y": INT}, names)
    assert [closure({"x": x, "y": 2})["D.rule"] for x in (4, 5)] == [None, "a"]
    assert [rule.fired for rule in model.trace("D", {"x": 5, "y": 2}, names)] == [True]


def test_applying_keeps_the_columns_there_were_and_adds_only_the_decisions(
    duck: DuckDBEngine, one_table: MakeModel
) -> None:
    model = one_table("D", "UNIQUE", ["x + 1"], ["o"], [["a", "1", '"yes"']])
    relation = duck.open_arrow("t", pa.table({"x": [0]}), {"x": INT})
    assert list(model.compile({"x": INT}).apply(relation).schema) == ["x", "D", "D.rule", "D.conflict"]


def test_lists_of_outputs_that_are_no_texts_become_texts(one_table: MakeModel) -> None:
    model = one_table("D", "COLLECT", ["x"], ["n", "t = null"], [["a", "> 1", "1", '"p"'], ["b", "> 2", "2", "null"]])
    assert model.compile({"x": INT}).columns["D.n"].dtype == TEXTS
    assert model.closure({"x": INT})({"x": 3}) == {"D.n": ["1", "2"], "D.t": ["p"], "D.rule": ["a", "b"]}


BAD: list[tuple[str, list[str], list[str], list[list[str]], str, dict[str, str]]] = [
    ("a number in a text column", ["t"], ["o"], [["a", "0", "1"]], "type_clash", {"rule": "a", "cell": "t: 0"}),
    ("zero in a column of truths", ["b"], ["o"], [["a", "0", "1"]], "type_clash", {"rule": "a"}),
    ("an order of truths", ["b"], ["o"], [["a", "< true", "1"]], "type_clash", {"rule": "a"}),
    ("a typeRef that the fact denies", ["t : number"], ["o"], [["a", "-", "1"]], "type_clash", {"cell": "t"}),
    ("an unknown fact", ["z"], ["o"], [["a", "-", "1"]], "unknown_name", {"cell": "z: z"}),
    ("an unknown name in a cell", ["x"], ["o"], [["a", "> limmit", "1"]], "unknown_name", {"rule": "a", "cell": "x: > limmit"}),
    ("an unknown name in an output", ["x"], ["o"], [["a", "-", "limmit"]], "unknown_name", {"rule": "a", "cell": "o: limmit"}),
    ("outputs of two types", ["x"], ["o"], [["a", "-", "1"], ["b", "-", '"p"']], "type_clash", {"cell": "o"}),
    ("a quotient", ["x"], ["o"], [["a", "-", "x / 3"]], "outside_subset", {"rule": "a"}),
    ("a time of day", ["x"], ["o"], [["a", "-", 'time("08:00:00")']], "outside_subset", {"rule": "a"}),
    ("a comparison with null", ["x"], ["o"], [["a", "< null", "1"]], "type_clash", {"rule": "a"}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "inputs", "outputs", "rules", "code", "where"), BAD, ids=[case[0] for case in BAD])
def test_a_table_that_the_facts_cannot_bear_is_refused_by_cell(
    one_table: MakeModel,
    why: str,
    inputs: list[str],
    outputs: list[str],
    rules: list[list[str]],
    code: str,
    where: dict[str, str],
) -> None:
    with pytest.raises(TableError) as refused:
        one_table("D", "FIRST", inputs, outputs, rules).compile(SCHEMA, {"limit": literal(1)})
    assert refused.value.code == code
    assert refused.value.where["table"] == "D"
    assert where.items() <= refused.value.where.items()
    assert refused.value.do


def test_a_close_name_is_offered(one_table: MakeModel) -> None:
    with pytest.raises(TableError, match=r"Did you mean days_past_due\?"):
        one_table("D", "FIRST", ["day_past_due"], ["o"], [["a", "-", "1"]]).compile({"days_past_due": INT})


def test_a_decision_that_is_not_required_is_not_seen(
    write_table: Callable[..., str], write_model: Callable[..., str]
) -> None:
    model = parse_dmn(
        write_model(
            write_table("A", "FIRST", ["x"], ["o"], [["a", "-", "1"]]),
            write_table("B", "FIRST", ["A"], ["o"], [["b", "-", "1"]]),
        )
    )
    with pytest.raises(TableError, match="does not require it"):
        model.compile({"x": INT})


def test_a_decision_may_not_hide_a_fact_that_differs_in_capitals_only(one_table: MakeModel) -> None:
    with pytest.raises(TableError) as refused:
        one_table("Stage", "FIRST", ["x"], ["o"], [["a", "-", "1"]]).compile({"x": INT, "stage": TEXT})
    assert refused.value.code == "name_clash"


def test_a_literal_expression_is_a_decision_like_any_other(
    write_model: Callable[..., str], write_table: Callable[..., str]
) -> None:
    literal_text = (
        '<decision id="e" name="is late"><variable name="is late" typeRef="boolean"/>'
        "<literalExpression><text>x &gt; 3 and not(b)</text></literalExpression></decision>"
    )
    table = write_table("D", "FIRST", ["is late"], ["o"], [["a", "true", "1"], ["b", "-", "2"]])
    table = table.replace(
        "<decisionTable", '<informationRequirement><requiredDecision href="#e"/></informationRequirement><decisionTable'
    )
    model = parse_dmn(write_model(literal_text, table))
    closure = model.closure({"x": INT, "b": BOOL})
    found = [closure(row) for row in ({"x": 4, "b": False}, {"x": 4, "b": None}, {"x": 3, "b": None})]
    assert [(row["is late"], row["D"]) for row in found] == [(True, 1), (None, 2), (False, 2)]
