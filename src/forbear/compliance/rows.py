"""Rows of the pack's decision tables as conditions on columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from forbear.columns.expression import Column, all_of, coalesce
from forbear.compliance.pack import EFFECTS, LawPack
from forbear.kernel.errors import LawError
from forbear.statutes import Statute, Statutes
from forbear.tables import Decision, DecisionTable, Rule
from forbear.tables.compiling.cells import Resolve, compile_test, compile_value
from forbear.tables.feel.tree import Expression, Name, names_in


@dataclass(frozen=True)
class LawRow:
    """One row of a table: where it stands, the statute it carries out, and its words by language.

    ``changes`` says what would have to change for the row to fall silent, ``remedy`` who or what can change it;
    ``rebuttal`` what may overcome a presumption; ``reads`` are the facts its cells read. A row of ``values`` has no effect.
    """

    id: str
    pack: str
    question: str
    kind: str
    decision: Decision
    rule: Rule
    statute: Statute
    effect: str
    cites: tuple[str, ...]
    because: Mapping[str, str]
    changes: Mapping[str, str]
    remedy: str
    rebuttal: Mapping[str, str]
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
        """Whether its condition cells hold; never null.

        Facts are never null here. A value of the question may be, where no row gives it: then a row that is against the
        act holds, and one for it does not.
        """
        resolve = _resolver(self.id, facts, values)
        tests = []
        for clause, cell in zip(self.table.inputs, self.rule.tests, strict=True):
            if cell.text not in ("", "-") and clause.expression.value is not None:
                read = compile_value(clause.expression.value, resolve)
                if read is None:
                    raise bad_row(self.id, f"its input {clause.label} is null")
                tests.append(compile_test(cell.test, read, resolve))
        held = all_of(*tests)
        reads_values = any(name in facts and name not in self.reads for name in self.names)
        return coalesce(held, self.effect not in FOR_THE_ACT) if reads_values else held

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every name that its cells hold, those of its conclusions among them."""
        found: dict[str, None] = {}
        for value in self.rule.values:
            if value.value is not None:
                found |= {str(name): None for name in names_in(value.value)}
        for clause, cell in zip(self.table.inputs, self.rule.tests, strict=True):
            if cell.text not in ("", "-"):
                inputs = () if clause.expression.value is None else names_in(clause.expression.value)
                found |= {str(name): None for name in (*inputs, *names_in(cell.test))}
        return tuple(found)

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


FOR_THE_ACT = ("permit", "presume compliance")
REMEDIES = ("authority", "lender", "actor", "time")
"""Who or what can end a refusal, in the order in which reasons are shown: see ``docs/explanation/how-a-reason-is-chosen.md``."""
_REMEDY_OF_KIND = {"windows": "time", "caps": "time", "duties": "actor"}


def rows_of(
    pack: LawPack, questions: Sequence[str] | None = None, *, in_force_only: bool = True, values: bool = False
) -> list[LawRow]:
    """The rows of the questions' tables (of all for None), each once, in their order; by default those in force.

    A row is in force when the statute it carries out is, on the pack's date. Rows of ``values`` tables are left out
    unless ``values`` asks for them too.

    Raises:
        LawError: ``bad_row``: no statute begins the row's id, or its effect or remedy is unknown.
    """
    rows: dict[str, LawRow] = {}
    for question in pack.questions.values():
        if questions is not None and question.name not in questions:
            continue
        for kind, models in question.models.items():
            if (kind == "values") <= values:
                for model in models:
                    for decision in model.decisions.values():
                        if decision.table is not None:
                            for rule in decision.table.rules:
                                row = _row(pack, question.name, kind, decision, decision.table, rule)
                                rows.setdefault(row.id, row)
    return [row for row in rows.values() if not in_force_only or row.statute.id in pack.statutes.values]


def _row(pack: LawPack, question: str, kind: str, decision: Decision, table: DecisionTable, rule: Rule) -> LawRow:
    statute = pack.statutes.governing(rule.id)
    if statute is None:
        raise bad_row(rule.id, "no statute has the id that the row's id begins with")
    row = LawRow(
        id=rule.id,
        pack=pack.name,
        question=question,
        kind=kind,
        decision=decision,
        rule=rule,
        statute=statute,
        effect="",
        cites=tuple(table.note(rule, "cites").split()),
        because=_both(table, rule, "because"),
        changes=_both(table, rule, "changes"),
        remedy=table.note(rule, "remedy") or _REMEDY_OF_KIND.get(kind, ""),
        rebuttal=_both(table, rule, "rebuttal"),
        reads=(),
    )
    reads = tuple(name for name in row.names if name in pack.needs)
    if kind == "values":
        return replace(row, reads=reads)
    effect = row.text("effect")
    if effect not in EFFECTS:
        raise bad_row(rule.id, f"its effect {effect!r} is none of {', '.join(EFFECTS)}")
    if row.remedy and row.remedy not in REMEDIES:
        raise bad_row(rule.id, f"its remedy {row.remedy!r} is none of {', '.join(REMEDIES)}")
    return replace(row, effect=effect, reads=reads)


def _both(table: DecisionTable, rule: Rule, note: str) -> Mapping[str, str]:
    return {"en": table.note(rule, note), "zh": table.note(rule, f"{note}_zh")}


def _resolver(row_id: str, facts: Mapping[str, Column], values: Mapping[str, Column]) -> Resolve:
    def resolve(name: Name) -> Column:
        text = str(name)
        if text in facts:
            return facts[text]
        if text in values:
            return values[text]
        raise bad_row(row_id, f"it names {text}, which is neither a declared fact nor a statute with a value")

    return resolve


def answers_to(row: LawRow, name: str, statutes: Statutes) -> bool:
    """Whether a rule that a case names is the row: its id, the beginning of its id at a ``.`` or ``_``, or the number in the
    register of a statute that it cites."""
    if row.id == name or (row.id.startswith(name) and row.id[len(name)] in "._"):
        return True
    cited = (statutes.statutes.get(each) for each in row.cites)
    return any(name in statute.register for statute in cited if statute is not None)


def bad_row(row_id: str, reason: str) -> LawError:
    """The error of a row that cannot be used."""
    return LawError("bad_row", f"The row cannot be used: {reason}.", row=row_id)
