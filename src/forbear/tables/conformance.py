"""Runs the test cases of the public DMN Technology Compatibility Kit (github.com/dmn-tck/tck) on a model.

``run_cases("0004-simpletable-U.dmn", "0004-simpletable-U-test-01.xml")`` gives one result per expected value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from lxml import etree

from forbear.kernel.errors import TableError
from forbear.kernel.language import gettext as _
from forbear.tables.definitions import Definitions, ItemDefinition
from forbear.tables.dmn.reading import read_definitions
from forbear.tables.dmn.xml import children, first_child, parse_xml
from forbear.tables.evaluation import evaluate_definitions
from forbear.tables.feel.parsing import parse_temporal
from forbear.tables.feel.tree import kind_of_value

_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"
_CLOSE = Decimal("0.00000001")
"""Numbers that the kit rounded are the same when they differ by less than this."""


@dataclass(frozen=True)
class CaseResult:
    """One expected result of one case. ``problem`` says why there is no actual value, if there is none."""

    case: str
    decision: str
    expected: Any
    actual: Any
    passed: bool
    problem: str = ""


@dataclass(frozen=True)
class _Untyped:
    """A text whose type the case does not say."""

    text: str


def run_cases(dmn_path: str | Path, cases_path: str | Path) -> list[CaseResult]:
    """Every expected result in a TCK case file, beside what the model gives.

    A model outside the subset does not raise: each of its results fails, with the refusal as ``problem``.

    Raises:
        TableError: ``unreadable_file``, ``not_xml``: the case file cannot be read.
    """
    path = Path(cases_path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TableError(
            "unreadable_file", _("The cases cannot be read: {reason}.").format(reason=error.strerror), file=path
        ) from error
    root = parse_xml(content, path)
    try:
        definitions, problem = read_definitions(Path(dmn_path)), ""
    except TableError as error:
        definitions, problem = None, str(error)
    results: list[CaseResult] = []
    for case in children(root, "testCase"):
        results += _run_case(case, definitions, problem)
    return results


def _run_case(case: etree._Element, definitions: Definitions | None, problem: str) -> list[CaseResult]:
    values: Mapping[str, Any] = {}
    if definitions is not None:
        try:
            given = {node.get("name", ""): _value_of(node) for node in children(case, "inputNode")}
            types = {item.name: item.type_ref for item in definitions.inputs}
            inputs = {name: _typed(value, definitions, types.get(name)) for name, value in given.items()}
            values = evaluate_definitions(definitions, inputs)
        except TableError as error:
            problem = str(error)
    return [_compared(case, node, values, problem) for node in children(case, "resultNode")]


def _compared(case: etree._Element, node: etree._Element, values: Mapping[str, Any], problem: str) -> CaseResult:
    name = " ".join(node.get("name", "").split())
    expected_node = first_child(node, "expected", "computed")
    expected = None if expected_node is None else _value_of(expected_node)
    if problem or name not in values:
        return CaseResult(case.get("id", ""), name, _shown(expected), None, False, problem or "no such decision")
    actual = values[name]
    return CaseResult(case.get("id", ""), name, _shown(expected), actual, _same(expected, actual))


# values in the case file


def _value_of(node: etree._Element) -> Any:
    """A node's value: a list, a dict of components, or one value."""
    if (items := first_child(node, "list")) is not None:
        return [_value_of(item) for item in children(items, "item")]
    components = list(children(node, "component"))
    if components:
        return {component.get("name", ""): _value_of(component) for component in components}
    value = first_child(node, "value")
    if value is None or _is_nil(value) or _is_nil(node):
        return None
    text = "".join(str(part) for part in value.itertext())
    type_name = (value.get(f"{_INSTANCE}type") or "").rpartition(":")[2]
    return None if not text and not type_name else _scalar(text, type_name)  # an untyped empty value is the kit's null


def _is_nil(node: etree._Element) -> bool:
    return node.get(f"{_INSTANCE}nil") in ("true", "1")


def _scalar(text: str, type_name: str) -> Any:
    kind = _XSD_KINDS.get(type_name)
    return _Untyped(text) if kind is None else _parsed(text, kind)


_XSD_KINDS = {
    "string": "string",
    "decimal": "number",
    "double": "number",
    "float": "number",
    "integer": "number",
    "int": "number",
    "long": "number",
    "boolean": "boolean",
    "date": "date",
    "dateTime": "date and time",
    "time": "time",
    "duration": "duration",
}


def _parsed(text: str, kind: str) -> Any:
    if kind == "boolean":
        return {"true": True, "1": True, "false": False, "0": False}.get(text.strip())
    if kind == "number":
        try:
            number = Decimal(text.strip())
        except InvalidOperation:
            return None
        return int(number) if number % 1 == 0 else number
    return text if kind == "string" else parse_temporal(kind, text.strip())


def _typed(value: Any, definitions: Definitions, type_ref: str | None) -> Any:
    """An input whose texts take the types that the model declares."""
    item: ItemDefinition | None = definitions.items.get(type_ref or "")
    if isinstance(value, list):
        return [_typed(part, definitions, item.type_ref if item and item.is_collection else type_ref) for part in value]
    if isinstance(value, dict):
        parts = {part.name: part.type_ref for part in item.components} if item else {}
        return {name: _typed(part, definitions, parts.get(name)) for name, part in value.items()}
    if not isinstance(value, _Untyped):
        return value
    kind = definitions.kind_of(type_ref)
    return value.text if kind is None else _parsed(value.text, kind)


def _same(expected: Any, actual: Any) -> bool:
    if isinstance(expected, list):
        return isinstance(actual, list) and len(actual) == len(expected) and all(map(_same, expected, actual))
    if isinstance(expected, dict):
        if not isinstance(actual, dict) or set(actual) != set(expected):
            return False
        return all(_same(value, actual[name]) for name, value in expected.items())
    if isinstance(expected, _Untyped):
        if isinstance(actual, list | dict) or actual is None:
            return False
        expected = _parsed(expected.text, kind_of_value(actual))
    if expected is None or actual is None:
        return expected is None and actual is None
    if kind_of_value(expected) != kind_of_value(actual):
        return False
    if kind_of_value(expected) == "number":
        return abs(Decimal(expected) - Decimal(actual)) < _CLOSE
    return bool(expected == actual)


def _shown(value: Any) -> Any:
    if isinstance(value, list):
        return [_shown(part) for part in value]
    if isinstance(value, dict):
        return {name: _shown(part) for name, part in value.items()}
    return value.text if isinstance(value, _Untyped) else value
