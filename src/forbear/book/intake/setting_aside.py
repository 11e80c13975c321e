"""Files that are no table of the book: each row is put on record, none is lost."""

from __future__ import annotations

from collections.abc import Mapping

from forbear.book.intake.deriving import Scope, as_text, condition
from forbear.book.intake.mapping import AsideRule
from forbear.book.intake.reading import FILE, ROW, Source
from forbear.book.intake.rejects import NOTED, SET_ASIDE, record
from forbear.columns import expression as e
from forbear.columns.relation import Relation


def set_aside_file(
    name: str, rule: AsideRule, source: Source, others: Mapping[str, Source], minor_exponent: int
) -> list[Relation]:
    """Entries for all rows, under the first rule that holds or the last word, and the notes besides."""
    scope = Scope(source, others, minor_exponent)
    tests = [(condition(named.where, scope), named) for named in rule.rules]
    notes = [(condition(named.where, scope), named) for named in rule.notes]
    chosen = e.case([(test, named.rule) for test, named in tests], rule.otherwise) if tests else rule.otherwise
    says = e.case([(test, named.says) for test, named in tests], rule.says) if tests else rule.says
    marks = {f"__note{index}": test for index, (test, _named) in enumerate(notes)}
    row_id = e.coalesce(as_text(scope.column(rule.row_id)), "")
    rows = scope.joined(source.numbered).select(FILE, ROW, row_id=row_id, rule=chosen, says=says, **marks)
    entries = [record(rows, table=name, key=("row_id",), rule=rows["rule"], disposition=SET_ASIDE, text=rows["says"])]
    for index, (_test, named) in enumerate(notes):
        kept = rows.keep(rows[f"__note{index}"])
        entries.append(record(kept, table=name, key=("row_id",), rule=named.rule, disposition=NOTED, text=named.says))
    return entries
