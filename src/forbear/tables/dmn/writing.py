"""Definitions to DMN 1.3 XML, with a plain diagram, so that dmn-js opens them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lxml import etree

from forbear.kernel.errors import OutputError
from forbear.kernel.language import gettext as _
from forbear.tables.definitions import (
    Decision,
    DecisionTable,
    Definitions,
    InputClause,
    ItemDefinition,
    OutputClause,
    Rule,
    TestCell,
    ValueCell,
)

Element = etree._Element

MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"
_DIAGRAM = "https://www.omg.org/spec/DMN/20191111/DMNDI/"
_BOUNDS = "http://www.omg.org/spec/DMN/20180521/DC/"
_EDGES = "http://www.omg.org/spec/DMN/20180521/DI/"
_WIDTH, _HEIGHT, _STEP_X, _STEP_Y = 180, 80, 220, 160


def write_definitions(definitions: Definitions, path: Path) -> None:
    """Write the definitions to a file.

    Raises:
        OutputError: ``cannot_write``.
    """
    try:
        path.write_bytes(render_dmn(definitions))
    except OSError as error:
        raise OutputError(
            "cannot_write",
            _("The file cannot be written: {reason}.").format(reason=error.strerror),
            file=path,
            do=_("Choose another place."),
        ) from error


def render_dmn(definitions: Definitions) -> bytes:
    """The definitions as DMN 1.3 text, in UTF-8. The same definitions give the same bytes."""
    return _Writer(definitions).render()


def _add(parent: Element, tag: str, text: str | None = None, **attributes: str | None) -> Element:
    element = etree.SubElement(parent, etree.QName(MODEL, tag))
    for name, value in attributes.items():
        if value:
            element.set(name, value)
    if text is not None:
        element.text = text
    return element


class _Writer:
    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.decision_ids = {d.name: d.id or f"decision_{i}" for i, d in enumerate(definitions.decisions.values(), 1)}
        self.input_ids = {d.name: d.id or f"input_{i}" for i, d in enumerate(definitions.inputs, 1)}
        self.edges: list[tuple[str, str, str]] = []
        prefixes: Any = {None: MODEL, "dmndi": _DIAGRAM, "dc": _BOUNDS, "di": _EDGES}
        self.root = etree.Element(etree.QName(MODEL, "definitions"), nsmap=prefixes)

    def render(self) -> bytes:
        definitions = self.definitions
        self.root.set("id", definitions.id or "definitions")
        self.root.set("name", definitions.name)
        self.root.set("namespace", definitions.namespace or "forbear:tables")
        for item in definitions.items.values():
            self._item(self.root, item, "itemDefinition")
        for data in definitions.inputs:
            element = _add(self.root, "inputData", id=self.input_ids[data.name], name=data.name)
            _add(element, "variable", name=data.name, typeRef=data.type_ref)
        for decision in definitions.decisions.values():
            self._decision(decision)
        self._diagram()
        etree.indent(self.root, space="  ")
        return etree.tostring(self.root, xml_declaration=True, encoding="UTF-8") + b"\n"

    def _item(self, parent: Element, item: ItemDefinition, tag: str) -> None:
        element = _add(parent, tag, id=item.id, name=item.name, isCollection="true" if item.is_collection else None)
        if item.type_ref:
            _add(element, "typeRef", item.type_ref)
        self._tests(element, "allowedValues", item.allowed)
        for component in item.components:
            self._item(element, component, "itemComponent")

    def _decision(self, decision: Decision) -> None:
        element = _add(self.root, "decision", id=self.decision_ids[decision.name], name=decision.name)
        if decision.description:
            _add(element, "description", decision.description)
        if decision.question:
            _add(element, "question", decision.question)
        _add(element, "variable", name=decision.name, typeRef=decision.type_ref)
        for name in decision.inputs:
            self._requirement(element, decision, "requiredInput", self.input_ids[name])
        for name in decision.requires:
            self._requirement(element, decision, "requiredDecision", self.decision_ids[name])
        if isinstance(decision.logic, DecisionTable):
            self._table(element, decision.logic)
        else:
            literal = _add(element, "literalExpression", id=decision.logic.id)
            _add(literal, "text", decision.logic.cell.text)

    def _requirement(self, element: Element, decision: Decision, tag: str, target: str) -> None:
        requirement_id = f"requirement_{len(self.edges) + 1}"
        requirement = _add(element, "informationRequirement", id=requirement_id)
        _add(requirement, tag, href=f"#{target}")
        self.edges.append((requirement_id, target, self.decision_ids[decision.name]))

    def _table(self, parent: Element, table: DecisionTable) -> None:
        element = _add(
            parent,
            "decisionTable",
            id=table.id,
            hitPolicy=table.hit_policy.name.replace("_", " "),
            aggregation=table.aggregation.name if table.aggregation else None,
            outputLabel=table.output_label,
        )
        for clause in table.inputs:
            self._input(element, clause)
        for output in table.outputs:
            self._output(element, output)
        for name in table.note_names:
            _add(element, "annotation", name=name)
        for rule in table.rules:
            self._rule(element, rule, len(table.note_names))

    def _input(self, parent: Element, clause: InputClause) -> None:
        element = _add(parent, "input", id=clause.id, label=clause.label)
        expression = _add(element, "inputExpression", id=clause.expression.id, typeRef=clause.type_ref)
        _add(expression, "text", clause.expression.text)
        self._tests(element, "inputValues", clause.allowed)

    def _output(self, parent: Element, output: OutputClause) -> None:
        element = _add(parent, "output", id=output.id, label=output.label, name=output.name, typeRef=output.type_ref)
        self._tests(element, "outputValues", output.allowed)
        if output.default is not None:
            self._cell(element, "defaultOutputEntry", output.default)

    def _rule(self, parent: Element, rule: Rule, notes: int) -> None:
        element = _add(parent, "rule", id=rule.id)
        if rule.description:
            _add(element, "description", rule.description)
        for test in rule.tests:
            self._cell(element, "inputEntry", test)
        for value in rule.values:
            self._cell(element, "outputEntry", value)
        for index in range(notes):
            entry = _add(element, "annotationEntry")
            _add(entry, "text", rule.notes[index] if index < len(rule.notes) else "")

    def _tests(self, parent: Element, tag: str, cell: TestCell | None) -> None:
        if cell is not None:
            self._cell(parent, tag, cell)

    def _cell(self, parent: Element, tag: str, cell: TestCell | ValueCell) -> None:
        _add(_add(parent, tag, id=cell.id), "text", cell.text)

    # the diagram: facts at the bottom, each decision above what it needs

    def _diagram(self) -> None:
        frame = etree.SubElement(self.root, etree.QName(_DIAGRAM, "DMNDI"))
        diagram = etree.SubElement(frame, etree.QName(_DIAGRAM, "DMNDiagram"), {"id": "diagram"})
        places = self._places()
        for element_id, (x, y) in places.items():
            shape = etree.SubElement(diagram, etree.QName(_DIAGRAM, "DMNShape"))
            shape.set("id", f"shape_{element_id}")
            shape.set("dmnElementRef", element_id)
            bounds = {"x": str(x), "y": str(y), "width": str(_WIDTH), "height": str(_HEIGHT)}
            etree.SubElement(shape, etree.QName(_BOUNDS, "Bounds"), bounds)
        for requirement_id, source, target in self.edges:
            edge = etree.SubElement(diagram, etree.QName(_DIAGRAM, "DMNEdge"))
            edge.set("id", f"edge_{requirement_id}")
            edge.set("dmnElementRef", requirement_id)
            self._waypoint(edge, places[source], bottom=False)
            self._waypoint(edge, places[target], bottom=True)

    def _waypoint(self, edge: Element, place: tuple[int, int], *, bottom: bool) -> None:
        x, y = place[0] + _WIDTH // 2, place[1] + (_HEIGHT if bottom else 0)
        etree.SubElement(edge, etree.QName(_EDGES, "waypoint"), {"x": str(x), "y": str(y)})

    def _places(self) -> Mapping[str, tuple[int, int]]:
        levels: dict[str, int] = {}
        for decision in self.definitions.decisions.values():
            levels[decision.name] = 1 + max((levels[name] for name in decision.requires), default=0)
        top = max(levels.values(), default=0)
        used: dict[int, int] = {}
        places: dict[str, tuple[int, int]] = {}
        named = [(self.input_ids[data.name], 0) for data in self.definitions.inputs]
        named += [(self.decision_ids[name], level) for name, level in levels.items()]
        for element_id, level in named:
            places[element_id] = (100 + used.get(level, 0) * _STEP_X, 80 + (top - level) * _STEP_Y)
            used[level] = used.get(level, 0) + 1
        return places
