"""Every version of DMN is read, and a bad file is refused with file, table, rule and cell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from forbear.kernel.errors import TableError
from forbear.tables import HitPolicy, parse_dmn, read_dmn

VERSIONS = {
    "1.1": "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "1.2": "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "1.3": "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "1.4": "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "1.5": "https://www.omg.org/spec/DMN/20230324/MODEL/",
}

TWO_RULES = [["first.row", "< 3", '"a"'], ["second.row", ">= 3", '"b"']]


@pytest.fixture
def text(write_table: Callable[..., str], write_model: Callable[..., str]) -> str:
    """A sound model of one table ``D`` with two rules."""
    return write_model(write_table("D", "UNIQUE", ["x : number"], ["o : string"], TWO_RULES), inputs=["x"])


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("prefix", ["", "semantic:"])
def test_each_version_is_read_with_and_without_a_prefix(text: str, version: str, prefix: str) -> None:
    given = text.replace(VERSIONS["1.3"], VERSIONS[version])
    if prefix:
        given = given.replace("</", "</\0").replace("<", f"<{prefix}").replace(f"<{prefix}/\0", f"</{prefix}")
        given = given.replace("xmlns=", "xmlns:semantic=")
    model = parse_dmn(given)
    assert list(model.decisions) == ["D"]
    table = model.decisions["D"].table
    assert table is not None
    assert table.hit_policy is HitPolicy.UNIQUE
    assert [rule.id for rule in table.rules] == ["first.row", "second.row"]


def test_types_of_dmn_1_1_have_a_prefix(text: str) -> None:
    table = parse_dmn(text.replace('typeRef="number"', 'typeRef="feel:number"')).decisions["D"].table
    assert table is not None
    assert table.inputs[0].type_ref == "number"


def test_decisions_come_in_the_order_in_which_they_are_made(
    write_table: Callable[..., str], write_model: Callable[..., str]
) -> None:
    def one(name: str, *requires: str) -> str:
        return write_table(name, "FIRST", ["x"], ["o"], [[f"r.{name}", "-", "1"]], requires=requires)

    model = parse_dmn(write_model(one("c", "b"), one("b", "a"), one("a")))
    assert list(model.decisions) == ["a", "b", "c"]
    assert model.requirements == {"a": (), "b": ("a",), "c": ("b",)}


def test_a_rule_without_an_id_is_numbered(text: str) -> None:
    table = parse_dmn(text.replace(' id="first.row"', "")).decisions["D"].table
    assert table is not None
    assert [rule.id for rule in table.rules] == ["D.1", "second.row"]


def test_annotations_are_found_by_their_column(text: str) -> None:
    noted = text.replace('<rule id="first.row">', '<annotation name="because"/><rule id="first.row">', 1).replace(
        "</outputEntry></rule>", "</outputEntry><annotationEntry><text>It is early.</text></annotationEntry></rule>", 1
    )
    table = parse_dmn(noted).decisions["D"].table
    assert table is not None
    assert [table.note(rule, "because") for rule in table.rules] == ["It is early.", ""]


def test_an_item_definition_gives_a_type_and_its_allowed_values(text: str) -> None:
    item = '<itemDefinition name="tCount"><typeRef>number</typeRef><allowedValues><text>[0..9]</text></allowedValues></itemDefinition>'
    model = parse_dmn(
        text.replace("<inputData", item + "<inputData", 1).replace('typeRef="number"', 'typeRef="tCount"')
    )
    assert model.definitions.kind_of("tCount") == "number"


BAD: list[tuple[str, Callable[[str], str], str, dict[str, str]]] = [
    ("not XML", lambda text: "hello", "not_xml", {}),
    ("truncated", lambda text: text[: len(text) // 2], "not_xml", {}),
    ("empty", lambda text: "", "not_xml", {}),
    ("no DMN", lambda text: "<bpmn/>", "not_dmn", {}),
    ("no decision", lambda text: text[: text.index("<decision ")] + "</definitions>", "no_decision_table", {}),
    (
        "a decision without logic",
        lambda text: text[: text.index("<decisionTable")] + "</decision></definitions>",
        "no_decision_table",
        {"table": "D"},
    ),
    ("a boxed context", lambda text: text.replace("decisionTable", "context"), "outside_subset", {"table": "D"}),
    ("an unknown hit policy", lambda text: text.replace("UNIQUE", "BEST"), "unknown_hit_policy", {"table": "D"}),
    (
        "an unknown aggregation",
        lambda t: t.replace('UNIQUE"', 'COLLECT" aggregation="AVG"'),
        "unknown_hit_policy",
        {"table": "D"},
    ),
    (
        "an aggregation of a unique table",
        lambda t: t.replace('UNIQUE"', 'UNIQUE" aggregation="SUM"'),
        "bad_aggregation",
        {"table": "D"},
    ),
    (
        "a cell that cannot be read",
        lambda text: text.replace("&gt;= 3", "&gt;= "),
        "unparsable_cell",
        {"rule": "second.row", "cell": "x"},
    ),
    (
        "an output that cannot be read",
        lambda t: t.replace('"b"', '"b'),
        "unparsable_cell",
        {"rule": "second.row", "cell": "o"},
    ),
    (
        "a function",
        lambda text: text.replace("&gt;= 3", "f(3)"),
        "unparsable_cell",
        {"rule": "second.row", "cell": "x"},
    ),
    (
        "a text in a number column",
        lambda t: t.replace("&gt;= 3", '"3"'),
        "type_clash",
        {"rule": "second.row", "cell": "x"},
    ),
    ("a number in a text output", lambda t: t.replace('"b"', "3"), "type_clash", {"rule": "second.row", "cell": "o"}),
    (
        "one entry too few",
        lambda t: t.replace("<inputEntry><text>&gt;= 3</text></inputEntry>", ""),
        "wrong_width",
        {"rule": "second.row"},
    ),
    (
        "one output too many",
        lambda t: t.replace("</rule>", "<outputEntry><text>1</text></outputEntry></rule>", 1),
        "wrong_width",
        {"rule": "first.row"},
    ),
    (
        "the same id twice",
        lambda text: text.replace("second.row", "first.row"),
        "duplicate_rule_id",
        {"rule": "first.row"},
    ),
    (
        "the same decision twice",
        lambda t: t.replace("<decision ", t[t.index("<decision ") : t.index("</definitions>")] + "<decision ", 1),
        "duplicate_decision",
        {"table": "D"},
    ),
    (
        "no rules",
        lambda text: text[: text.index("<rule")] + "</decisionTable></decision></definitions>",
        "no_rules",
        {"table": "D"},
    ),
    (
        "no outputs",
        lambda t: (
            t.replace('<output name="o" typeRef="string"></output>', "")
            .replace('<outputEntry><text>"a"</text></outputEntry>', "")
            .replace('<outputEntry><text>"b"</text></outputEntry>', "")
        ),
        "no_outputs",
        {"table": "D"},
    ),
    (
        "an input that reads nothing",
        lambda t: t.replace("<text>x</text>", "<text/>"),
        "no_input_expression",
        {"cell": "x"},
    ),
    ("priority without an order", lambda text: text.replace("UNIQUE", "PRIORITY"), "no_priorities", {"table": "D"}),
    (
        "an output that is not allowed",
        lambda t: t.replace('typeRef="string">', 'typeRef="string"><outputValues><text>"a"</text></outputValues>'),
        "value_not_allowed",
        {"rule": "second.row"},
    ),
    (
        "a requirement of nothing",
        lambda t: t.replace(
            "<decisionTable",
            '<informationRequirement><requiredDecision href="#no"/></informationRequirement><decisionTable',
        ),
        "unknown_requirement",
        {"table": "D"},
    ),
    (
        "a requirement of itself",
        lambda t: t.replace(
            "<decisionTable",
            '<informationRequirement><requiredDecision href="#id_D"/></informationRequirement><decisionTable',
        ),
        "requirement_cycle",
        {"table": "D"},
    ),
    (
        "an import",
        lambda t: t.replace("<inputData", '<import namespace="other"/><inputData', 1),
        "unsupported_element",
        {},
    ),
]


@pytest.mark.parametrize(("spoil", "code", "where"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_a_bad_file_is_refused_by_place(
    tmp_path: Path, text: str, spoil: Callable[[str], str], code: str, where: dict[str, str]
) -> None:
    path = tmp_path / "bad.dmn"
    path.write_text(spoil(text), encoding="utf-8")
    with pytest.raises(TableError) as refused:
        read_dmn(path)
    assert refused.value.code == code
    assert refused.value.where["file"] == path
    assert where.items() <= refused.value.where.items()
    assert refused.value.do


def test_three_decisions_in_a_circle_are_named(
    write_table: Callable[..., str], write_model: Callable[..., str]
) -> None:
    def one(name: str, requires: str) -> str:
        return write_table(name, "FIRST", ["x"], ["o"], [[f"r.{name}", "-", "1"]], requires=[requires])

    with pytest.raises(TableError) as refused:
        parse_dmn(write_model(one("a", "b"), one("b", "c"), one("c", "a")))
    assert refused.value.code == "requirement_cycle"
    assert all(name in refused.value.message for name in "abc")


def test_an_entity_bomb_is_refused_without_being_opened(text: str) -> None:
    bomb = '<!DOCTYPE definitions [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    with pytest.raises(TableError) as refused:
        parse_dmn(bomb + text.replace("&gt;= 3", "&b;"))
    assert refused.value.code == "doctype_refused"


def test_a_file_on_this_machine_is_not_read_through_an_entity(tmp_path: Path, text: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text('"secret"')
    given = f'<!DOCTYPE definitions [<!ENTITY s SYSTEM "{secret.as_uri()}">]>' + text.replace('"b"', "&s;")
    with pytest.raises(TableError) as refused:
        parse_dmn(given)
    assert refused.value.code == "doctype_refused"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError) as refused:
        read_dmn(tmp_path / "none.dmn")
    assert refused.value.code == "unreadable_file"
