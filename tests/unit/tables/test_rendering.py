"""A table is drawn so that every cell can be read, in narrow terminals and in Chinese."""

from __future__ import annotations

import json
from collections.abc import Callable
from unicodedata import east_asian_width

import pytest

from forbear.tables import Model, parse_dmn, render_markdown, render_text, to_json


@pytest.fixture
def model(write_table: Callable[..., str], write_model: Callable[..., str]) -> Model:
    """A table with brackets, bars, Chinese words, a default and annotations."""
    table = write_table(
        "催收 stage",
        "FIRST",
        ["逾期 days"],
        ['o = "none"'],
        [["row.one", "[1..5)", '"a|b"'], ["row.two", "-", '"[x]"']],
    )
    table = table.replace('<rule id="row.one">', '<annotation name="because"/><rule id="row.one">').replace(
        "</outputEntry></rule>",
        "</outputEntry><annotationEntry><text>因为还早，先发短信提醒。</text></annotationEntry></rule>",
        1,
    )
    return parse_dmn(write_model(table))


def test_drawn_text_keeps_every_cell(model: Model) -> None:
    drawn = render_text(model, 100)
    for part in (
        "催收 stage (F)",
        "逾期 days",
        "→ o",
        "because",
        "row.one",
        "[1..5)",
        '"a|b"',
        '"[x]"',
        "因为还早，先发短信提醒。",
        "(none)",
    ):
        assert part in drawn


@pytest.mark.parametrize("width", [40, 80])
def test_drawn_text_is_no_wider_than_the_terminal(model: Model, width: int) -> None:
    for line in render_text(model, width).splitlines():
        assert sum(2 if east_asian_width(char) in "WF" else 1 for char in line) <= width
        assert line == line.rstrip()


def test_annotations_can_be_left_out(model: Model) -> None:
    assert "because" not in render_text(model.decisions["催收 stage"], 100, notes=False)


def test_markdown_escapes_bars(model: Model) -> None:
    lines = render_markdown(model, level=3).splitlines()
    assert lines[0] == "### 催收 stage (F)"
    assert lines[2:5] == [
        "| F | 逾期 days | → o | because |",
        "| --- | --- | --- | --- |",
        '| row.one | [1..5) | "a\\|b" | 因为还早，先发短信提醒。 |',
    ]


def test_json_holds_texts_and_ids_and_nothing_else(model: Model) -> None:
    plain = json.loads(json.dumps(to_json(model), ensure_ascii=False))
    (decision,) = plain["decisions"]
    assert decision["hit_policy"] == "FIRST"
    assert decision["outputs"][0]["default"] == '"none"'
    assert decision["rules"][0] == {
        "id": "row.one",
        "inputs": ["[1..5)"],
        "outputs": ['"a|b"'],
        "notes": {"because": "因为还早，先发短信提醒。"},
        "description": "",
    }


def test_an_expression_is_shown_as_written(write_model: Callable[..., str]) -> None:
    model = parse_dmn(
        write_model('<decision id="e" name="E"><literalExpression><text>x + 1</text></literalExpression></decision>')
    )
    assert "x + 1" in render_text(model, 60)
    assert "`x + 1`" in render_markdown(model)
    assert to_json(model)["decisions"][0]["expression"] == "x + 1"
