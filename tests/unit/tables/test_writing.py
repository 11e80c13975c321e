"""What is written is read back the same, and written the same again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from forbear.kernel.errors import OutputError
from forbear.tables import Model, parse_dmn, read_dmn, write_dmn
from forbear.tables.dmn.writing import MODEL, render_dmn

FULL = f"""<definitions xmlns="{MODEL}" id="m" name="一个模型" namespace="forbear:test">
<itemDefinition id="i1" name="tLoan"><itemComponent id="i2" name="amount"><typeRef>number</typeRef></itemComponent></itemDefinition>
<itemDefinition id="i3" name="tChannel"><typeRef>string</typeRef>
  <allowedValues id="i4"><text>"sms", "voice"</text></allowedValues></itemDefinition>
<inputData id="in1" name="loan"><variable name="loan" typeRef="tLoan"/></inputData>
<decision id="d1" name="base"><description>What all start with.</description><question>How much?</question>
  <variable name="base" typeRef="number"/><literalExpression id="l1"><text>loan.amount * 2</text></literalExpression></decision>
<decision id="d2" name="pick &amp; choose"><variable name="pick &amp; choose"/>
  <informationRequirement><requiredInput href="#in1"/></informationRequirement>
  <informationRequirement><requiredDecision href="#d1"/></informationRequirement>
  <decisionTable id="t1" hitPolicy="RULE ORDER" outputLabel="choice">
    <input id="c1" label="how much"><inputExpression id="e1" typeRef="number"><text>base</text></inputExpression>
      <inputValues id="v1"><text>[0..100]</text></inputValues></input>
    <output id="o1" name="channel" label="Channel" typeRef="tChannel"><outputValues id="v2"><text>"sms", "voice"</text></outputValues>
      <defaultOutputEntry id="x1"><text>"sms"</text></defaultOutputEntry></output>
    <output id="o2" name="minute" typeRef="number"/>
    <annotation name="because"/><annotation name="cites"/>
    <rule id="row.one"><description>First.</description><inputEntry id="x2"><text>&lt; 3, (5..9]</text></inputEntry>
      <outputEntry id="x3"><text>"voice"</text></outputEntry><outputEntry id="x4"><text>base + 1</text></outputEntry>
      <annotationEntry><text>因为早 &lt; 3</text></annotationEntry><annotationEntry><text>cn.a cn.b</text></annotationEntry></rule>
  </decisionTable></decision>
</definitions>"""


def test_nothing_is_lost_on_the_way_out_and_back(tmp_path: Path) -> None:
    model = parse_dmn(FULL)
    path = tmp_path / "out.dmn"
    write_dmn(model, path)
    again = read_dmn(path)
    assert replace(again.definitions, path=None) == model.definitions
    assert render_dmn(again.definitions) == path.read_bytes()


def test_every_policy_and_aggregation_survives(one_table: Callable[..., Model]) -> None:
    for policy in ("UNIQUE", "ANY", "FIRST", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT"):
        for aggregation in ("", "SUM", "COUNT", "MIN", "MAX") if policy == "COLLECT" else ("",):
            model = one_table("D", policy, ["x"], ["o : number : 2, 1"], [["a", "-", "1"]], aggregation=aggregation)
            table = parse_dmn(render_dmn(model.definitions)).decisions["D"].table
            assert table is not None
            assert table.policy == model.decisions["D"].table.policy  # type: ignore[union-attr]


def test_the_diagram_shows_every_fact_and_decision_once() -> None:
    root = etree.fromstring(render_dmn(parse_dmn(FULL).definitions))
    drawn = [shape.get("dmnElementRef") for shape in root.iter("{*}DMNShape")]
    assert sorted(drawn) == ["d1", "d2", "in1"]
    edges = {edge.get("dmnElementRef") for edge in root.iter("{*}DMNEdge")}
    assert edges == {requirement.get("id") for requirement in root.iter("{*}informationRequirement")}
    assert len(edges) == 2


def test_ids_are_made_where_the_model_has_none(
    write_table: Callable[..., str], write_model: Callable[..., str]
) -> None:
    text = write_model(write_table("D", "FIRST", ["x"], ["o"], [["a", "-", "1"]]), inputs=["x"])
    model = parse_dmn(text.replace(' id="id_D"', "").replace(' id="in_x"', ""))
    written = etree.fromstring(render_dmn(model.definitions))
    assert [element.get("id") for element in written.iter("{*}inputData", "{*}decision")] == ["input_1", "decision_1"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as refused:
        write_dmn(parse_dmn(FULL), tmp_path / "no folder" / "out.dmn")
    assert refused.value.code == "cannot_write"
