"""What must be true of a model before it is used, whatever the facts: refused here, with the cell named."""

from __future__ import annotations

from collections.abc import Iterator

from forbear.kernel.errors import TableError
from forbear.kernel.language import gettext as _
from forbear.tables.definitions import (
    DecisionTable,
    Definitions,
    HitPolicy,
    OutputClause,
    Rule,
    ValueCell,
)
from forbear.tables.feel.tree import Expression, Literal, Value, endpoints, kind_of_value, literals_of


def check_definitions(definitions: Definitions) -> None:
    """Refuse tables that cannot mean anything.

    Raises:
        TableError: ``duplicate_rule_id``, ``no_rules``, ``no_outputs``, ``missing_output_name``, ``bad_aggregation``,
            ``no_priorities``, ``type_clash``, ``value_not_allowed``.
    """
    seen: dict[str, str] = {}
    for decision in definitions.decisions.values():
        if decision.table is not None:
            _TableCheck(definitions, decision.name, decision.table).run(seen)


class _TableCheck:
    def __init__(self, definitions: Definitions, name: str, table: DecisionTable) -> None:
        self.definitions, self.name, self.table = definitions, name, table

    def run(self, seen: dict[str, str]) -> None:
        self._check_shape()
        self._check_ids(seen)
        for index, output in enumerate(self.table.outputs):
            self._check_output(index, output)
        for rule in self.table.rules:
            self._check_tests(rule)

    def _refuse(self, code: str, message: str, do: str, **where: str) -> TableError:
        return TableError(code, message, do=do, file=self.definitions.path, table=self.name, **where)

    def _check_shape(self) -> None:
        table = self.table
        if not table.outputs:
            raise self._refuse("no_outputs", _("The table has no output column."), _("Add one."))
        if not table.rules:
            raise self._refuse("no_rules", _("The table has no rules."), _("Add a rule."))
        names = [output.name for output in table.outputs]
        if len(names) > 1 and ("" in names or len(set(names)) < len(names)):
            raise self._refuse(
                "missing_output_name", _("Several outputs need names of their own."), _("Name each output.")
            )
        if table.aggregation and (table.hit_policy is not HitPolicy.COLLECT or len(names) > 1):
            raise self._refuse(
                "bad_aggregation",
                _("Only a table with hit policy COLLECT and one output can be aggregated."),
                _("Remove the aggregation or the other outputs."),
            )
        if table.hit_policy in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER) and not any(
            o.allowed for o in table.outputs
        ):
            raise self._refuse(
                "no_priorities",
                _("Hit policy {policy} takes its order from output values, and none are listed.").format(
                    policy=table.hit_policy.value
                ),
                _("List the output values, most important first."),
            )

    def _check_ids(self, seen: dict[str, str]) -> None:
        for rule in self.table.rules:
            if rule.id in seen:
                raise self._refuse(
                    "duplicate_rule_id",
                    _("The rule id is used already, in table {table}.").format(table=seen[rule.id]),
                    _("Give each rule an id of its own."),
                    rule=rule.id,
                )
            seen[rule.id] = self.name

    def _check_output(self, index: int, output: OutputClause) -> None:
        label = output.name or output.label or self.name
        kind = self.definitions.kind_of(output.type_ref)
        listed = literals_of(output.allowed.test) if output.allowed else None
        ordered = self.table.hit_policy in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER) and output.allowed is not None
        for rule_id, cell in self._entries(index, output):
            where = {"rule": rule_id, "cell": label} if rule_id else {"cell": label}
            if not isinstance(cell.value, Literal):
                if ordered and cell.value is not None:
                    raise self._refuse(
                        "no_priorities",
                        _("{text!r} is no constant, so it has no place in the order.").format(text=cell.text),
                        _("Use one of the output values."),
                        **where,
                    )
                continue
            self._check_kind(cell.value, kind, cell.text, where)
            if output.allowed and not _is_listed(cell.value.value, listed):
                raise self._refuse(
                    "value_not_allowed",
                    _("{text} is not one of {allowed}.").format(text=cell.text, allowed=output.allowed.text),
                    _("Correct the entry or the output values."),
                    **where,
                )

    def _entries(self, index: int, output: OutputClause) -> Iterator[tuple[str, ValueCell]]:
        for rule in self.table.rules:
            yield rule.id, rule.values[index]
        if output.default is not None:
            yield "", output.default

    def _check_tests(self, rule: Rule) -> None:
        for clause, cell in zip(self.table.inputs, rule.tests, strict=True):
            where = {"rule": rule.id, "cell": clause.label}
            kind = self.definitions.kind_of(clause.type_ref)
            for value in endpoints(cell.test):
                self._check_kind(value, kind, cell.text, where)
            listed = literals_of(clause.allowed.test) if clause.allowed else None
            for literal in literals_of(cell.test) or () if listed is not None else ():
                if literal is not None and not _contains(listed or (), literal):
                    raise self._refuse(
                        "value_not_allowed",
                        _("{text} can never match: the input is one of {allowed}.").format(
                            text=cell.text, allowed=clause.allowed.text if clause.allowed else ""
                        ),
                        _("Correct the entry or the input values."),
                        **where,
                    )

    def _check_kind(self, value: Expression, kind: str | None, text: str, where: dict[str, str]) -> None:
        if kind is None or not isinstance(value, Literal) or value.value is None:
            return
        found = kind_of_value(value.value)
        if found != kind:
            raise self._refuse(
                "type_clash",
                _("{text} is a {found} in a column of type {kind}.").format(text=text, found=found, kind=kind),
                _("Correct the entry or the type."),
                **where,
            )


def _contains(values: tuple[Value, ...], wanted: Value) -> bool:
    return any(kind_of_value(value) == kind_of_value(wanted) and value == wanted for value in values)


def _is_listed(value: Value, listed: tuple[Value, ...] | None) -> bool:
    if value is None or listed is None:  # a null output, or a range of allowed values
        return True
    return _contains(listed, value)
