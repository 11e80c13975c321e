"""The runner of the public test cases reads their format and compares as they mean it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from forbear.kernel.errors import TableError
from forbear.tables.conformance import CaseResult, run_cases

HEAD = (
    '<tc:testCases xmlns:tc="http://www.omg.org/spec/DMN/20160719/testcase" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
)


@pytest.fixture
def run(
    tmp_path: Path, write_table: Callable[..., str], write_model: Callable[..., str]
) -> Callable[..., list[CaseResult]]:
    """Runs one case on a table over ``x`` with two outputs, policy C; the words of the case are given without prefix."""
    rules = [["a", "> 1", "x / 3", '"p"'], ["b", "> 2", "null", '"q"']]

    def run_one(inputs: str, result: str, **change: Any) -> list[CaseResult]:
        text = write_model(write_table("D", "COLLECT", ["x : number"], ["n", "t"], rules), inputs=["x"])
        (tmp_path / "m.dmn").write_text(
            change.get("model", text.replace('name="x"/>', 'name="x"><variable typeRef="number"/></inputData>'))
        )
        case = f'<testCase id="001">{inputs}<resultNode name="D" type="decision"><expected>{result}</expected></resultNode></testCase>'
        (tmp_path / "c.xml").write_text(
            HEAD + case.replace("</", "</tc:").replace("<", "<tc:").replace("<tc:/tc:", "</tc:") + "</tc:testCases>"
        )
        return run_cases(tmp_path / "m.dmn", tmp_path / "c.xml")

    return run_one


ITEM = '<item><component name="n">{n}</component><component name="t"><value xsi:type="xsd:string">{t}</value></component></item>'
X_IS_2 = '<inputNode name="x"><value xsi:type="xsd:decimal">2</value></inputNode>'


@pytest.mark.parametrize(
    ("n", "t", "passed"),
    [
        ("<value>0.6666666667</value>", "p", True),
        ('<value xsi:type="xsd:double">0.66666666666</value>', "p", True),
        ("<value>0.6667</value>", "p", False),
        ('<value xsi:nil="true"/>', "p", False),
        ("<value>0.6666666667</value>", "q", False),
    ],
)
def test_one_record_in_a_list_is_compared_field_by_field(
    run: Callable[..., list[CaseResult]], n: str, t: str, passed: bool
) -> None:
    (result,) = run(X_IS_2, "<list>" + ITEM.format(n=n, t=t) + "</list>")
    assert (result.case, result.decision, result.passed, result.problem) == ("001", "D", passed, "")


def test_an_input_without_a_type_takes_the_declared_one(run: Callable[..., list[CaseResult]]) -> None:
    inputs = '<inputNode name="x"><value>3</value></inputNode>'
    expected = ITEM.format(n="<value>1</value>", t="p") + ITEM.format(n="<value/>", t="q")
    assert [result.passed for result in run(inputs, f"<list>{expected}</list>")] == [True]


def test_nothing_matched_is_the_empty_list_and_not_null(run: Callable[..., list[CaseResult]]) -> None:
    inputs = '<inputNode name="x"><value>0</value></inputNode>'
    assert [result.passed for result in run(inputs, "<list/>")] == [True]
    assert [result.passed for result in run(inputs, '<value xsi:nil="true"/>')] == [False]


def test_a_model_outside_the_subset_fails_with_its_refusal(run: Callable[..., list[CaseResult]]) -> None:
    (result,) = run("", "<value>1</value>", model='<definitions><decision name="D"><context/></decision></definitions>')
    assert not result.passed
    assert "only decision tables" in result.problem


def test_a_case_file_that_is_not_xml_is_refused(tmp_path: Path) -> None:
    (tmp_path / "c.xml").write_text("no")
    with pytest.raises(TableError):
        run_cases(tmp_path / "m.dmn", tmp_path / "c.xml")
