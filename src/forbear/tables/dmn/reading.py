"""DMN 1.1 to 1.5 XML to definitions. Namespaces differ by version, so elements are known by local name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from forbear.kernel.errors import TableError
from forbear.kernel.language import gettext as _
from forbear.tables.definitions import (
    Aggregation,
    Decision,
    DecisionTable,
    Definitions,
    HitPolicy,
    InputClause,
    InputData,
    ItemDefinition,
    LiteralExpression,
    OutputClause,
    Rule,
    TestCell,
    ValueCell,
)
from forbear.tables.dmn.ordering import order_decisions
from forbear.tables.dmn.soundness import check_definitions
from forbear.tables.dmn.xml import Element, children, first_child, parse_xml, tag_of, text_of
from forbear.tables.feel.parsing import parse_expression, parse_tests

_POLICIES = {policy.name.replace("_", " "): policy for policy in HitPolicy}
_AGGREGATIONS = {aggregation.name: aggregation for aggregation in Aggregation}


def read_definitions(path: Path) -> Definitions:
    """The definitions in a DMN file, checked.

    Raises:
        TableError: ``unreadable_file``, ``not_xml``, ``doctype_refused``, ``not_dmn``, ``no_decision_table`` and the
            codes of cells and tables; ``where`` names file, table, rule and cell.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TableError(
            "unreadable_file",
            _("The file cannot be read: {reason}.").format(reason=error.strerror),
            file=path,
            do=_("Check the path."),
        ) from error
    return parse_definitions(content, path)


def parse_definitions(content: bytes, path: Path | None = None) -> Definitions:
    """The definitions in DMN text; ``path`` is named in errors."""
    root = parse_xml(content, path)
    if tag_of(root) != "definitions":
        raise TableError(
            "not_dmn",
            _("The root element is {root!r}, not 'definitions'.").format(root=tag_of(root)),
            file=path,
            do=_("Give a DMN file."),
        )
    return _Reader(root, path).read()


def _name(element: Element, attribute: str = "name") -> str:
    return " ".join(element.get(attribute, "").split())


def _type_ref(element: Element | None) -> str | None:
    if element is None:
        return None
    text = element.get("typeRef") or text_of(element, "typeRef")
    plain = text.rpartition("}")[2].rpartition(":")[2].strip()
    return plain if plain and plain != "Any" else None


@dataclass
class _Reader:
    root: Element
    path: Path | None
    known_names: set[str] = field(default_factory=set)

    def read(self) -> Definitions:
        self._refuse_unsupported()
        self.known_names = {_name(e) for e in self.root.iter() if tag_of(e) in _NAMED} - {""}
        decisions = [self._decision(element) for element in children(self.root, "decision")]
        if not decisions:
            raise TableError(
                "no_decision_table",
                _("The file has no decision."),
                file=self.path,
                do=_("Add a decision with a table."),
            )
        items = [self._item(element) for element in children(self.root, "itemDefinition")]
        definitions = Definitions(
            name=_name(self.root),
            decisions=order_decisions(decisions, self.path),
            inputs=tuple(self._input_data(element) for element in children(self.root, "inputData")),
            items={item.name: item for item in items},
            namespace=self.root.get("namespace", ""),
            id=self.root.get("id", ""),
            path=self.path,
        )
        check_definitions(definitions)
        return definitions

    def _refuse_unsupported(self) -> None:
        if (element := first_child(self.root, "import")) is not None:
            raise TableError(
                "unsupported_element",
                _("The file imports {namespace!r}; each file must stand alone.").format(
                    namespace=element.get("namespace")
                ),
                file=self.path,
                do=_("Copy the imported decisions into this file."),
            )

    def _input_data(self, element: Element) -> InputData:
        return InputData(_name(element), _type_ref(first_child(element, "variable")), element.get("id", ""))

    def _item(self, element: Element) -> ItemDefinition:
        name = _name(element)
        allowed = self._allowed(element, "allowedValues", {"table": name, "cell": "allowed values"})
        components = tuple(self._item(child) for child in children(element, "itemComponent"))
        collection = element.get("isCollection") == "true"
        return ItemDefinition(name, _type_ref(element), collection, allowed, components, element.get("id", ""))

    def _decision(self, element: Element) -> Decision:
        name = _name(element)
        table, literal = first_child(element, "decisionTable"), first_child(element, "literalExpression")
        logic: DecisionTable | LiteralExpression
        if table is not None:
            logic = self._table(table, name)
        elif literal is not None:
            cell = self._value(literal, {"table": name, "cell": "literal expression"})
            logic = LiteralExpression(cell, literal.get("id", ""))
        else:
            raise self._no_logic(element, name)
        variable = first_child(element, "variable")
        return Decision(
            name=name,
            logic=logic,
            requires=self._required(element, "requiredDecision", "decision"),
            inputs=self._required(element, "requiredInput", "inputData"),
            type_ref=_type_ref(variable),
            question=text_of(element, "question"),
            description=text_of(element, "description"),
            id=element.get("id", ""),
        )

    def _no_logic(self, element: Element, name: str) -> TableError:
        found = next((tag_of(child) for child in element if tag_of(child) in _UNSUPPORTED_LOGIC), None)
        if found is None:
            return TableError(
                "no_decision_table",
                _("The decision has no table."),
                file=self.path,
                table=name,
                do=_("Give it a table."),
            )
        return TableError(
            "outside_subset",
            _("The decision is a {found}; only decision tables and literal expressions are read.").format(found=found),
            file=self.path,
            table=name,
            do=_("Say it as a table."),
        )

    def _required(self, element: Element, tag: str, target: str) -> tuple[str, ...]:
        names = []
        for requirement in children(element, "informationRequirement"):
            for child in children(requirement, tag):
                names.append(self._referred(child.get("href", ""), target, _name(element)))
        return tuple(names)

    def _referred(self, href: str, target: str, table: str) -> str:
        wanted = href.rpartition("#")[2]
        for element in children(self.root, target):
            if element.get("id") == wanted:
                return _name(element)
        raise TableError(
            "unknown_requirement",
            _("It requires {href!r}, and there is no such {target}.").format(href=href, target=target),
            file=self.path,
            table=table,
            do=_("Correct the requirement."),
        )

    def _table(self, element: Element, name: str) -> DecisionTable:
        where = {"table": name}
        inputs = tuple(self._input(child, i, where) for i, child in enumerate(children(element, "input"), 1))
        outputs = tuple(self._output(child, i, where) for i, child in enumerate(children(element, "output"), 1))
        columns = [clause.label for clause in inputs], [clause.name or clause.label or name for clause in outputs]
        rules = tuple(self._rule(child, i, name, columns) for i, child in enumerate(children(element, "rule"), 1))
        return DecisionTable(
            hit_policy=self._hit_policy(element, name),
            aggregation=self._aggregation(element, name),
            inputs=inputs,
            outputs=outputs,
            rules=rules,
            note_names=tuple(_name(child) for child in children(element, "annotation")),
            output_label=element.get("outputLabel", ""),
            id=element.get("id", ""),
        )

    def _hit_policy(self, element: Element, name: str) -> HitPolicy:
        text = element.get("hitPolicy", "UNIQUE")
        if text in _POLICIES:
            return _POLICIES[text]
        raise TableError(
            "unknown_hit_policy",
            _("The hit policy {text!r} is unknown.").format(text=text),
            file=self.path,
            table=name,
            do=_("Use one of {policies}.").format(policies=", ".join(_POLICIES)),
        )

    def _aggregation(self, element: Element, name: str) -> Aggregation | None:
        text = element.get("aggregation")
        if text is None or text in _AGGREGATIONS:
            return _AGGREGATIONS[text] if text else None
        raise TableError(
            "unknown_hit_policy",
            _("The aggregation {text!r} is unknown.").format(text=text),
            file=self.path,
            table=name,
            do=_("Use one of {aggregations}.").format(aggregations=", ".join(_AGGREGATIONS)),
        )

    def _input(self, element: Element, number: int, where: dict[str, str]) -> InputClause:
        expression = first_child(element, "inputExpression")
        label = _name(element, "label")
        cell = {**where, "cell": label or f"input {number}"}
        value = self._value(expression if expression is not None else element, cell)
        if value.value is None:
            raise TableError(
                "no_input_expression", _("The input reads nothing."), file=self.path, **cell, do=_("Name a fact there.")
            )
        allowed = self._allowed(element, "inputValues", cell)
        return InputClause(label or value.text, value, _type_ref(expression), allowed, element.get("id", ""))

    def _output(self, element: Element, number: int, where: dict[str, str]) -> OutputClause:
        name = _name(element)
        cell = {**where, "cell": name or f"output {number}"}
        default = first_child(element, "defaultOutputEntry")
        return OutputClause(
            name=name,
            label=_name(element, "label"),
            type_ref=_type_ref(element),
            allowed=self._allowed(element, "outputValues", cell),
            default=self._value(default, cell) if default is not None else None,
            id=element.get("id", ""),
        )

    def _rule(self, element: Element, number: int, table: str, columns: tuple[list[str], list[str]]) -> Rule:
        rule_id = element.get("id") or f"{table}.{number}"
        tests, values = list(children(element, "inputEntry")), list(children(element, "outputEntry"))
        self._check_width("input", tests, columns[0], table, rule_id)
        self._check_width("output", values, columns[1], table, rule_id)
        where = {"table": table, "rule": rule_id}
        return Rule(
            id=rule_id,
            tests=tuple(self._test(e, {**where, "cell": c}) for e, c in zip(tests, columns[0], strict=True)),
            values=tuple(self._value(e, {**where, "cell": c}) for e, c in zip(values, columns[1], strict=True)),
            notes=tuple(text_of(child) for child in children(element, "annotationEntry")),
            description=text_of(element, "description"),
        )

    def _check_width(self, what: str, found: Sequence[Element], columns: list[str], table: str, rule: str) -> None:
        if len(found) != len(columns):
            raise TableError(
                "wrong_width",
                _("The rule has {found} {what} entries and the table has {wanted} {what} columns.").format(
                    found=len(found), what=what, wanted=len(columns)
                ),
                file=self.path,
                table=table,
                rule=rule,
                do=_("Give one entry for each column."),
            )

    def _test(self, element: Element, where: dict[str, str]) -> TestCell:
        text = text_of(element)
        try:
            return TestCell(text, parse_tests(text, self.known_names), element.get("id", ""))
        except TableError as error:
            raise self._located(error, where) from None

    def _value(self, element: Element, where: dict[str, str]) -> ValueCell:
        text = text_of(element)
        try:
            value = None if text in ("", "-") else parse_expression(text, self.known_names)
        except TableError as error:
            raise self._located(error, where) from None
        return ValueCell(text, value, element.get("id", ""))

    def _allowed(self, element: Element, tag: str, where: dict[str, str]) -> TestCell | None:
        child = first_child(element, tag)
        return self._test(child, where) if child is not None and text_of(child) else None

    def _located(self, error: TableError, where: dict[str, str]) -> TableError:
        return TableError(error.code, error.message, do=error.do, file=self.path, **where)


_NAMED = ("inputData", "decision", "itemComponent", "output")
_UNSUPPORTED_LOGIC = (
    "context",
    "invocation",
    "relation",
    "list",
    "functionDefinition",
    "conditional",
    "for",
    "every",
    "some",
    "filter",
)
