"""Rows of the pack's decision tables as conditions on columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from forbear.columns.expression import Column, all_of
from forbear.compliance.pack import EFFECTS, LawPack
from forbear.kernel.errors import LawError
from forbear.statutes import Statute
from forbear.tables import Decision, DecisionTable, Rule
from forbear.tables.compiling.cells import Resolve, compile_test, compile_value
from forbear.tables.feel.tree import Expression, Name, names_in


@dataclass(frozen=True)
class LawRow:
    """One row of a table: where it stands, the statute it carries out, and its words by language.

    ``changes`` says what would have to change for the row to fall silent; ``reads`` are the facts its cells read.
    """

    id: str
    kind: str
    decision: Decision
    rule: Rule
    statute: Statute
    effect: str
    cites: tuple[str, ...]
    because: Mapping[str, str]
    changes: Mapping[str, str]
    reads: tuple[str, ...]

    @property
    def table(self) -> DecisionTable:
        """The table it is a row of."""
        table = self.decision.table
        assert table is not None
        return table

    @property
    def facts_read(self) -> tuple[str, ...]:
        """Every fact that bears on whether it fires: those of its cells, and those of its kind."""
        more = [self.text("counter"), self.text("agreed_by")] if self.kind == "caps" else []
        if self.kind == "windows":
            more = ["earliest_minute", "latest_minute", "time_zone"]
        return tuple(dict.fromkeys([*self.reads, *(name for name in more if name)]))

    def text(self, output: str) -> str:
        """The constant text of an output; empty where the cell is."""
        value = self._value(output)
        constant = getattr(value, "value", None)
        return constant if isinstance(constant, str) else ""

    def column(self, output: str, facts: Mapping[str, Column], values: Mapping[str, Column]) -> Column:
        """The value of an output over the facts and the statutes' values.

        Raises:
            LawError: ``bad_row`` when the cell is empty.
        """
        value = self._value(output)
        compiled = None if value is None else compile_value(value, _resolver(self.id, facts, values))
        if compiled is None:
            raise bad_row(self.id, f"its {output} is empty")
        return compiled

    def condition(self, facts: Mapping[str, Column], values: Mapping[str, Column]) -> Column:
        """Whether its condition cells hold. Facts are never null here, so the condition never is."""
        resolve = _resolver(self.id, facts, values)
        tests = []
        for clause, cell in zip(self.table.inputs, self.rule.tests, strict=True):
            if cell.text not in ("", "-") and clause.expression.value is not None:
                read = compile_value(clause.expression.value, resolve)
                if read is None:
                    raise bad_row(self.id, f"its input {clause.label} is null")
                tests.append(compile_test(cell.test, read, resolve))
        return all_of(*tests)

    def cells(self) -> Iterator[tuple[str, str]]:
        """Input and text of the condition cells that say something."""
        for clause, cell in zip(self.table.inputs, self.rule.tests, strict=True):
            if cell.text not in ("", "-"):
                yield clause.expression.text, cell.text

    def _value(self, output: str) -> Expression | None:
        for clause, cell in zip(self.table.outputs, self.rule.values, strict=True):
            if output in (clause.name, clause.label):
                return cell.value
        return None


def rows_of(pack: LawPack, *, in_force_only: bool = True) -> list[LawRow]:
    """The rows of all tables in their order; by default those whose statute is in force on the pack's date.

    Raises:
        LawError: ``bad_row``: no statute begins the row's id, or its effect is unknown.
    """
    rows = []
    for kind, model in pack.models.items():
        for decision in model.decisions.values():
            if decision.table is not None:
                rows += [_row(pack, kind, decision, decision.table, rule) for rule in decision.table.rules]
    return [row for row in rows if not in_force_only or row.statute.id in pack.statutes.values]


def _row(pack: LawPack, kind: str, decision: Decision, table: DecisionTable, rule: Rule) -> LawRow:
    statute = pack.statutes.governing(rule.id)
    if statute is None:
        raise bad_row(rule.id, "no statute has the id that the row's id begins with")
    row = LawRow(
        id=rule.id,
        kind=kind,
        decision=decision,
        rule=rule,
        statute=statute,
        effect="",
        cites=tuple(table.note(rule, "cites").split()),
        because={"en": table.note(rule, "because"), "zh": table.note(rule, "because_zh")},
        changes={"en": table.note(rule, "changes"), "zh": table.note(rule, "changes_zh")},
        reads=_facts_read(pack, table, rule),
    )
    effect = row.text("effect")
    if effect not in EFFECTS:
        raise bad_row(rule.id, f"its effect {effect!r} is none of {', '.join(EFFECTS)}")
    return LawRow(**{**row.__dict__, "effect": effect})


def _facts_read(pack: LawPack, table: DecisionTable, rule: Rule) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for clause, cell in zip(table.inputs, rule.tests, strict=True):
        if cell.text not in ("", "-"):
            inputs = () if clause.expression.value is None else names_in(clause.expression.value)
            found |= {str(name): None for name in (*inputs, *names_in(cell.test))}
    return tuple(name for name in found if name in pack.needs)


def _resolver(row_id: str, facts: Mapping[str, Column], values: Mapping[str, Column]) -> Resolve:
    def resolve(name: Name) -> Column:
        text = str(name)
        if text in facts:
            return facts[text]
        if text in values:
            return values[text]
        raise bad_row(row_id, f"it names {text}, which is neither a declared fact nor a statute with a value")

    return resolve


def bad_row(row_id: str, reason: str) -> LawError:
    """The error of a row that cannot be used."""
    return LawError("bad_row", f"The row cannot be used: {reason}.", row=row_id)
