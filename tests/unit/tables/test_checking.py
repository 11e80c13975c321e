"""Gaps, overlaps and dead rules are found, all of them, and nothing else is."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from time import perf_counter

from hypothesis import given, settings
from hypothesis import strategies as st

from forbear.columns.dtypes import BOOL, DATE, INT, TEXT, decimal
from forbear.columns.expression import literal
from forbear.tables import Model, parse_dmn
from forbear.tables.checking import Finding, check
from forbear.tables.definitions import HitPolicy, rule_order
from forbear.tables.feel.meaning import holds

MakeModel = Callable[..., Model]


def kinds(findings: list[Finding]) -> list[tuple[str, tuple[str, ...]]]:
    return [(finding.kind, finding.rules) for finding in findings]


def test_a_gap_between_two_intervals_is_found_with_a_row_in_it(one_table: MakeModel) -> None:
    model = one_table("d", "UNIQUE", ["x : number"], ["o"], [["a", "< 5", "1"], ["b", "> 6", "2"]])
    (gap,) = check(model, {"x": INT}, never_null=["x"])
    assert (gap.kind, gap.level, dict(gap.example)) == ("gap", "error", {"x": 5})
    assert gap.where == "x is 5 or 6"


def test_whole_numbers_have_no_gap_between_neighbours_but_decimals_have(one_table: MakeModel) -> None:
    model = one_table("d", "UNIQUE", ["x : number"], ["o"], [["a", "<= 5", "1"], ["b", ">= 6", "2"]])
    assert check(model, {"x": INT}, never_null=["x"]) == []
    (gap,) = check(model, {"x": decimal(9, 2)}, never_null=["x"])
    assert str(gap.example["x"]) == "5.01"


def test_days_have_no_gap_between_neighbours(one_table: MakeModel) -> None:
    rules = [["a", '<= date("2026-01-31")', "1"], ["b", '>= date("2026-02-01")', "2"]]
    assert check(one_table("d", "UNIQUE", ["x : date"], ["o"], rules), {"x": DATE}, never_null=["x"]) == []


def test_the_last_day_of_the_calendar_is_no_stumbling_block(one_table: MakeModel) -> None:
    model = one_table("d", "UNIQUE", ["x : date"], ["o"], [["a", '<= date("9999-12-31")', "1"]])
    assert check(model, never_null=["x"]) == []


def test_null_is_a_gap_unless_a_rule_takes_it_or_it_cannot_be(one_table: MakeModel) -> None:
    rules = [["a", "true", "1"], ["b", "false", "2"]]
    (gap,) = check(one_table("d", "UNIQUE", ["x : boolean"], ["o"], rules))
    assert gap.example == {"x": None}
    assert check(one_table("d", "UNIQUE", ["x : boolean"], ["o"], rules), never_null=["x"]) == []
    assert check(one_table("d", "UNIQUE", ["x : boolean"], ["o"], [*rules, ["c", "null", "3"]])) == []


def test_allowed_values_bound_the_domain(one_table: MakeModel) -> None:
    rules = [["a", '"sms"', "1"], ["b", '"voice"', "2"]]
    assert check(one_table("d", "UNIQUE", ['x : string : "sms", "voice"'], ["o"], rules)) == []
    (gap,) = check(one_table("d", "UNIQUE", ['x : string : "sms", "voice", null'], ["o"], rules))
    assert gap.example == {"x": None}


def test_a_default_output_leaves_no_gap(one_table: MakeModel) -> None:
    assert check(one_table("d", "UNIQUE", ["x : number"], ["o = 0"], [["a", "> 1", "1"]])) == []


def test_an_overlap_names_both_rules_and_a_row_that_both_match(one_table: MakeModel) -> None:
    model = one_table(
        "d", "UNIQUE", ["x : number", "y : boolean"], ["o"],
        [["a", ">= 3", "-", "1"], ["b", "< 3", "-", "1"], ["c", "[0..3]", "true", "1"], ["d", "null", "-", "1"]],
    )  # fmt: skip
    found = [f for f in check(model, {"x": INT, "y": BOOL}) if f.kind == "overlap"]
    assert kinds(found) == [("overlap", ("a", "c")), ("overlap", ("b", "c"))]
    assert found[0].example == {"x": 3, "y": True}


def test_policy_any_lets_rules_agree_but_not_differ(one_table: MakeModel) -> None:
    rules = [["a", ">= 3", "1"], ["b", "<= 3", "1"], ["c", "7", "2"], ["d", "null", "3"]]
    findings = check(one_table("d", "ANY", ["x : number"], ["o"], rules), {"x": INT})
    assert kinds(findings) == [("overlap", ("a", "c"))]


def test_policy_any_with_computed_outputs_is_not_called_checked(one_table: MakeModel) -> None:
    rules = [["a", "-", "x + 1"], ["b", "-", "x * 2"]]
    (finding,) = check(one_table("d", "ANY", ["x : number"], ["o"], rules))
    assert (finding.kind, finding.rules) == ("unchecked", ("a", "b"))


def test_a_rule_hidden_by_the_union_of_two_earlier_ones_is_unreachable(one_table: MakeModel) -> None:
    rules = [["a", "<= 5", "1"], ["b", "> 3", "2"], ["c", "[0..9]", "3"], ["d", "-", "4"]]
    (finding,) = check(one_table("d", "FIRST", ["x : number"], ["o"], rules))
    assert (finding.kind, finding.rules, finding.level) == ("unreachable", ("c", "a", "b"), "warning")


def test_priority_and_not_place_decides_what_is_hidden(one_table: MakeModel) -> None:
    model = one_table(
        "d", "PRIORITY", ["x : number"], ['o : string : "high", "low"'], [["a", "-", '"low"'], ["b", "-", '"high"']]
    )
    assert kinds(check(model)) == [("unreachable", ("a", "b"))]


def test_an_empty_interval_never_matches(one_table: MakeModel) -> None:
    rules = [["a", "[5..3]", "1"], ["b", "-", "2"]]
    assert kinds(check(one_table("d", "UNIQUE", ["x : number"], ["o"], rules))) == [("unreachable", ("a",))]


def test_a_named_constant_counts_as_its_value(one_table: MakeModel) -> None:
    rules = [["a", "< law.calls_max", "1"], ["b", ">= 3", "2"]]
    model = one_table("d", "UNIQUE", ["x : number"], ["o"], rules)
    assert check(model, {"x": INT}, {"law.calls_max": literal(3)}, never_null=["x"]) == []
    assert kinds(check(model, {"x": INT}, {"law.calls_max": literal(4)}, never_null=["x"])) == [("overlap", ("a", "b"))]


def test_a_cell_that_names_another_column_is_reported_as_not_checked(one_table: MakeModel) -> None:
    model = one_table("d", "FIRST", ["x : number"], ["o"], [["a", "< y", "1"], ["b", "-", "2"]])
    (finding,) = check(model, {"x": INT, "y": INT})
    assert (finding.kind, finding.rules) == ("unchecked", ("a",))
    assert "'< y' in x compares with y" in finding.message


def test_two_columns_over_one_fact_are_one_input(one_table: MakeModel) -> None:
    rules = [["a", "> 3", "< 2", "1"], ["b", "-", "-", "2"]]
    assert kinds(check(one_table("d", "UNIQUE", ["x : number", "x : number"], ["o"], rules))) == [
        ("unreachable", ("a",))
    ]


def test_a_collecting_table_may_stay_silent_but_it_is_noted(one_table: MakeModel) -> None:
    (gap,) = check(one_table("d", "COLLECT", ["x : number"], ["o"], [["a", "> 3", "1"]]), never_null=["x"])
    assert (gap.kind, gap.level) == ("gap", "note")


def test_an_input_that_is_a_decision_has_only_the_values_it_can_give(
    write_table: Callable[..., str], write_model: Callable[..., str]
) -> None:
    first = write_table("stage", "FIRST", ["x : number"], ["o"], [["a", "< 3", '"early"'], ["b", "-", '"late"']])
    second = write_table(
        "act", "UNIQUE", ["stage : string"], ["o"], [["c", '"early"', "1"], ["d", '"late"', "2"]], requires=["stage"]
    )
    assert check(parse_dmn(write_model(first, second))) == []


def test_gaps_beyond_the_limit_are_said_to_exist(one_table: MakeModel) -> None:
    rules = [[f"r{i}", str(i), str(i), "1"] for i in range(20)]
    findings = check(one_table("d", "UNIQUE", ["x : number", "y : number"], ["o"], rules), limit=3)
    assert len(findings) == 3
    assert findings[-1].message.endswith("There are more gaps.")


def test_a_broad_table_is_checked_in_seconds(one_table: MakeModel) -> None:
    rules = [
        [f"r{i}", *(f"[{(i * 7 + j) % 11}..{(i * 7 + j) % 11 + 6}]" if (i + j) % 3 else "-" for j in range(8)), str(i)]
        for i in range(30)
    ]
    started = perf_counter()
    findings = check(one_table("d", "FIRST", [f"x{j} : number" for j in range(8)], ["o"], rules))
    assert perf_counter() - started < 20
    assert any(finding.kind == "gap" for finding in findings)


CELLS = ["-", "1", "< 2", ">= 2", "[1..3]", "(0..2]", "not(1)", "not(< 2)", "null", "0, 3", "not(null)"]
TEXT_CELLS = ["-", '"a"', '"b"', 'not("a")', '"a", "b"', "null"]
POLICIES = ["UNIQUE", "ANY", "FIRST", "PRIORITY", "COLLECT"]
rule_rows = st.lists(
    st.tuples(st.sampled_from(CELLS), st.sampled_from(TEXT_CELLS), st.sampled_from(CELLS), st.sampled_from(["1", "2"])),
    min_size=1,
    max_size=6,
)
DOMAIN = [
    dict(zip("xty", row, strict=True))
    for row in itertools.product([None, *range(-1, 6)], [None, "a", "b", "c"], [None, *range(-1, 6)])
]


@settings(max_examples=150, deadline=None)
@given(policy=st.sampled_from(POLICIES), rows=rule_rows)
def test_findings_are_those_of_trying_every_row(one_table: MakeModel, policy: str, rows: list[tuple[str, ...]]) -> None:
    rules = [[f"r{number}", *row] for number, row in enumerate(rows)]
    model = one_table("d", policy, ["x : number", "t : string", "y : number"], ["o : number : 1, 2"], rules)
    findings = check(model, {"x": INT, "t": TEXT, "y": INT}, limit=1000)
    table = model.decisions["d"].table
    assert table is not None

    def matching(row: dict[str, object]) -> list[str]:
        values = [row["x"], row["t"], row["y"]]
        pairs = [(rule, zip(rule.tests, values, strict=True)) for rule in table.rules]
        return [rule.id for rule, cells in pairs if all(holds(c.test, v, lambda name: None) is True for c, v in cells)]

    hits = [matching(row) for row in DOMAIN]
    outputs = {rule.id: rule.values[0].text for rule in table.rules}
    gaps = [finding for finding in findings if finding.kind == "gap"]
    assert all(matching(dict(gap.example)) == [] for gap in gaps)
    assert bool(gaps) == ([] in hits)
    overlaps = {
        pair
        for hit in hits
        for pair in itertools.combinations(hit, 2)
        if policy == "UNIQUE" or (policy == "ANY" and outputs[pair[0]] != outputs[pair[1]])
    }
    assert {f.rules for f in findings if f.kind == "overlap"} == overlaps
    assert all(set(f.rules) <= set(matching(dict(f.example))) for f in findings if f.kind == "overlap")
    order = [table.rules[index].id for index in rule_order(table)]
    if table.hit_policy in (HitPolicy.FIRST, HitPolicy.PRIORITY):
        deciding = {min(hit, key=order.index) for hit in hits if hit}
    else:
        deciding = {rule for hit in hits for rule in hit}
    assert {f.rules[0] for f in findings if f.kind == "unreachable"} == set(outputs) - deciding
