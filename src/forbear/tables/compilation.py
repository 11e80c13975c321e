"""A model as column expressions: on an engine for many rows, as a closure for one."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from forbear.columns.closure import compile_row
from forbear.columns.dtypes import DType
from forbear.columns.expression import Column, all_of, column
from forbear.columns.relation import Relation
from forbear.kernel.errors import ExpressionError, TableError
from forbear.kernel.language import gettext as _
from forbear.tables.compiling.cells import compile_test, compile_value
from forbear.tables.compiling.tables import DECLARED, KINDS, TableColumns, common_type
from forbear.tables.definitions import Decision, DecisionTable, Definitions, LiteralExpression, Rule, ValueCell
from forbear.tables.feel.tree import Name

Step = Mapping[str, Column]


@dataclass(frozen=True)
class CompiledModel:
    """A model over a schema.

    ``columns`` are whole expressions over the schema, by name: ``D`` (or ``D.<output>`` for several outputs), ``D.rule``
    and, for hit policies U and A, ``D.conflict``. ``steps`` say the same in stages, each reading the one before.
    """

    columns: Mapping[str, Column]
    steps: Sequence[Step] = field(default_factory=tuple)

    def apply(self, relation: Relation) -> Relation:
        """The relation with the columns added. Each rule's condition is computed once: use this on an engine."""
        before = list(relation.schema)
        for step in self.steps:
            relation = relation.derive(**step)
        return relation.select(*before, *self.columns)

    def closure(self) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
        """The columns as a function of one row."""
        return compile_row(self.columns)


def compile_definitions(
    definitions: Definitions, schema: Mapping[str, DType], names: Mapping[str, Column] | None = None
) -> CompiledModel:
    """The model over a schema.

    Args:
        schema: the columns that input expressions and cells may name.
        names: constants or other expressions over the schema that they may name too; dots are allowed.

    Raises:
        TableError: ``unknown_name``, ``type_clash``, ``name_clash``, ``outside_subset``, with the cell named.
    """
    whole = _Compiler(definitions, schema, names or {}, staged=False)
    staged = _Compiler(definitions, schema, names or {}, staged=True)
    columns = whole.run()
    staged.run()
    return CompiledModel(columns, tuple(step for step in staged.steps if step))


class _Compiler:
    def __init__(
        self, definitions: Definitions, schema: Mapping[str, DType], names: Mapping[str, Column], *, staged: bool
    ) -> None:
        self.definitions, self.schema, self.names, self.staged = definitions, schema, names, staged
        self.made: dict[str, Column] = {}
        self.levels: dict[str, int] = {}
        self.steps: list[dict[str, Column]] = []

    def run(self) -> dict[str, Column]:
        for decision in self.definitions.decisions.values():
            self.levels[decision.name] = 1 + max((self.levels[name] for name in decision.requires), default=-1)
            for name, value in self._decision(decision).items():
                self._check_new(name, decision)
                self.made[name] = self._keep(name, value, self.levels[decision.name], _OUTPUTS)
        return self.made

    def _keep(self, name: str, value: Column, level: int, stage: int) -> Column:
        """The column itself; or, when staged, a reference to it in a later step."""
        if not self.staged:
            return value
        place = level * (_OUTPUTS + 1) + stage
        while len(self.steps) <= place:
            self.steps.append({})
        self.steps[place][name] = value
        return column(name, value.dtype)

    def _check_new(self, name: str, decision: Decision) -> None:
        taken = {known.lower(): known for known in (*self.schema, *self.made)}
        if name.lower() in taken:
            raise self._refuse(
                decision,
                "name_clash",
                _("The column {name!r} would stand beside {taken!r}.").format(name=name, taken=taken[name.lower()]),
                _("Rename the decision; engines do not tell capitals apart."),
            )

    def _refuse(self, decision: Decision, code: str, message: str, do: str, **where: str) -> TableError:
        return TableError(code, message, do=do, file=self.definitions.path, table=decision.name, **where)

    def _located(self, error: TableError, decision: Decision, **where: str) -> TableError:
        return self._refuse(decision, error.code, error.message, error.do, **where)

    def _decision(self, decision: Decision) -> dict[str, Column]:
        if isinstance(decision.logic, LiteralExpression):
            return {decision.name: self._literal(decision, decision.logic)}
        return self._table(decision, decision.logic)

    def _literal(self, decision: Decision, logic: LiteralExpression) -> Column:
        value = self._cell(decision, logic.cell, cell="literal expression")
        if value is None:
            raise self._refuse(decision, "type_clash", _("The decision is always null."), _("Give it a value."))
        return value

    def _table(self, decision: Decision, table: DecisionTable) -> dict[str, Column]:
        level = self.levels[decision.name]
        inputs = self._inputs(decision, table, level)
        fires = [self._fires(decision, table, rule, inputs, number) for number, rule in enumerate(table.rules)]
        values = [
            [
                self._cell(decision, entry, rule=rule.id, cell=output.name or output.label or decision.name)
                for entry, output in zip(rule.values, table.outputs, strict=True)
            ]
            for rule in table.rules
        ]
        defaults = [
            None if output.default is None else self._cell(decision, output.default, cell="default output")
            for output in table.outputs
        ]
        stages = iter(range(_RULES + 1, _OUTPUTS))
        parts = TableColumns(
            name=decision.name,
            table=table,
            fires=fires,
            values=values,
            defaults=defaults,
            types=[self._output_type(decision, table, i, values, defaults) for i in range(len(table.outputs))],
            keep=lambda name, value: self._keep(f"{decision.name}§{name}", value, level, next(stages)),
        )
        return self._apply_policy(decision, parts)

    def _apply_policy(self, decision: Decision, parts: TableColumns) -> dict[str, Column]:
        try:
            return parts.columns()
        except ExpressionError as error:
            raise self._refuse(decision, "type_clash", error.message, error.do) from None

    def _inputs(self, decision: Decision, table: DecisionTable, level: int) -> list[Column]:
        columns = []
        for number, clause in enumerate(table.inputs, 1):
            value = self._cell(decision, clause.expression, cell=clause.label)
            if value is None:
                raise self._refuse(
                    decision, "type_clash", _("The input is null."), _("Name a fact."), cell=clause.label
                )
            kind, found = self.definitions.kind_of(clause.type_ref), KINDS.get(value.dtype.kind)
            if kind is not None and found is not None and kind != found:
                raise self._refuse(
                    decision,
                    "type_clash",
                    _("The input is a {kind} in the table and a {found} in the facts.").format(kind=kind, found=found),
                    _("Correct the typeRef, or the name the input reads."),
                    cell=clause.label,
                )
            if value.op not in ("column", "literal"):
                value = self._keep(f"{decision.name}§input {number}", value, level, _INPUTS)
            columns.append(value)
        return columns

    def _fires(
        self, decision: Decision, table: DecisionTable, rule: Rule, inputs: Sequence[Column], number: int
    ) -> Column:
        tests = []
        for clause, cell, value in zip(table.inputs, rule.tests, inputs, strict=True):
            try:
                test = compile_test(cell.test, value, lambda name: self._resolve(decision, name))
            except TableError as error:
                raise self._located(error, decision, rule=rule.id, cell=f"{clause.label}: {cell.text}") from None
            if test.op != "literal" or test.args[0] is not True:
                tests.append(test)
        return self._keep(f"{decision.name}§rule {number}", all_of(*tests), self.levels[decision.name], _RULES)

    def _cell(self, decision: Decision, entry: ValueCell, *, cell: str, **where: str) -> Column | None:
        if entry.value is None:
            return None
        try:
            return compile_value(entry.value, lambda name: self._resolve(decision, name))
        except TableError as error:
            raise self._located(error, decision, **where, cell=f"{cell}: {entry.text}") from None

    def _output_type(
        self,
        decision: Decision,
        table: DecisionTable,
        index: int,
        values: Sequence[Sequence[Column | None]],
        defaults: Sequence[Column | None],
    ) -> DType:
        output = table.outputs[index]
        kind = self.definitions.kind_of(output.type_ref)
        if kind is None and len(table.outputs) == 1:
            kind = self.definitions.kind_of(decision.type_ref)
        counted = table.aggregation is not None
        try:
            dtype = common_type([*(row[index] for row in values), defaults[index]], DECLARED.get(kind or ""))
        except ExpressionError as error:
            raise self._refuse(
                decision,
                "type_clash",
                _("The entries have different types: {reason}").format(reason=error.message),
                _("Give the output one type."),
                cell=output.name or decision.name,
            ) from None
        found = KINDS.get(dtype.kind)
        if kind is not None and found is not None and kind != found and not counted:
            raise self._refuse(
                decision,
                "type_clash",
                _("The output is a {kind} by its type and a {found} by its entries.").format(kind=kind, found=found),
                _("Correct the typeRef or the entries."),
                cell=output.name or decision.name,
            )
        return dtype

    def _resolve(self, decision: Decision, name: Name) -> Column:
        text = str(name)
        outputs = {
            column_name
            for required in decision.requires
            for column_name in self.definitions.decisions[required].output_columns().values()
        }
        if text in outputs:
            return self.made[text]
        if text in self.schema:
            return column(text, self.schema[text])
        if text in self.names:
            return self.names[text]
        raise self._unknown(decision, text, outputs)

    def _unknown(self, decision: Decision, text: str, outputs: set[str]) -> TableError:
        if text in self.made:
            message = _("{text!r} is another decision, and this one does not require it.").format(text=text)
            return self._refuse(decision, "unknown_name", message, _("Add an information requirement."))
        close = difflib.get_close_matches(text, [*outputs, *self.schema, *self.names], n=3)
        do = (
            _("Did you mean {close}?").format(close=", ".join(close))
            if close
            else _("Name a fact, a required decision or a constant.")
        )
        return self._refuse(decision, "unknown_name", _("There is no {text!r} here.").format(text=text), do)


_INPUTS, _RULES, _OUTPUTS = 0, 1, 5
"""Places of the stages within a level: input expressions, rule conditions, three for the policy, outputs."""
