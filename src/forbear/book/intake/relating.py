"""Checks between tables: references that lead nowhere, and odd things that are put on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forbear.book.intake.checking import note_name
from forbear.book.intake.mapping import TableRule
from forbear.book.intake.overlapping import overlapping_rows
from forbear.book.intake.rejects import NOTED, REJECTED, record, sentence
from forbear.book.intake.table import Desk, Taken, refuse
from forbear.columns import expression as e
from forbear.columns.dtypes import DATE, TEXT
from forbear.columns.expression import Column
from forbear.columns.relation import Relation
from forbear.kernel.dates import zone
from forbear.kernel.errors import UsageError

DISBURSED = "__disbursed_on"


@dataclass(frozen=True)
class Note:
    """Something worth a word about accepted rows: the rule, the column it is about, and when."""

    rule: str
    column: str
    holds: Column


_CLOSED, _DISBURSED_ON, _STATUS = e.column("closed_on", DATE), e.column("disbursed_on", DATE), e.column("status", TEXT)
_DUE, _PARENT = e.column("due_on", DATE), e.column(DISBURSED, DATE)
NOTES: Mapping[str, Sequence[Note]] = {
    "loans": (
        Note("closed_before_disbursed", "closed_on", _CLOSED < _DISBURSED_ON),
        Note("settled_date_unknown", "closed_on", (_STATUS == "settled") & _CLOSED.is_null()),
    ),
    "instalments": (
        Note("due_date_overwritten", "due_on", e.column("original_due_on", DATE) != _DUE),
        Note("due_before_disbursal", "due_on", _DUE < _PARENT),
    ),
    "payments": (
        Note("bounced_payment", "status", _STATUS == "reversed"),
        Note("payment_before_disbursal", "effective_on", e.column("effective_on", DATE) < _PARENT),
    ),
}


def relate(desk: Desk, taken: Taken, parents: Mapping[str, Relation]) -> Taken:
    """Refuses rows whose reference leads nowhere, and puts notes on record: one pass when all is well.

    ``parents`` holds the accepted rows of the tables that may be referred to; loans with their day of disbursal.
    """
    references = dict(taken.table.references)
    person, loan = _column_to(references, "borrowers"), _column_to(references, "loans")
    if person is not None and "borrowers" in parents:
        targets = parents["borrowers"].select(**{person: parents["borrowers"]["person_id"]})
        if desk.engine.count(taken.plain.select(person).lacking(targets, person)):
            taken = _refuse_orphans(desk, taken, person, targets)
    counts = _counts(desk, taken, parents, loan)
    if loan is not None and counts["orphan"]:
        taken = _refuse_orphans(desk, taken, loan, parents["loans"].select("loan_id"))
        counts = _counts(desk, taken, parents, loan)
    located = _with_loan(taken.located, parents, loan)
    for note in NOTES.get(taken.table.name, ()):
        if counts[note.rule]:
            taken.entries.append(_entry(taken, located.keep(note.holds), note))
    return taken


def _column_to(references: Mapping[str, str], table: str) -> str | None:
    return next((column for column, parent in references.items() if parent == table), None)


def _with_loan(rows: Relation, parents: Mapping[str, Relation], loan: str | None) -> Relation:
    return rows if loan is None else rows.join(parents["loans"], "loan_id")


def _counts(desk: Desk, taken: Taken, parents: Mapping[str, Relation], loan: str | None) -> dict[str, int]:
    """How many rows have no loan, and how many each note is about: the loan's day of disbursal is always known."""
    notes = NOTES.get(taken.table.name, ())
    counted = {note.rule: e.count(note.holds) for note in notes}
    if loan is not None:
        counted["orphan"] = e.count(_PARENT.is_null())
    if not counted:
        return {}
    found: dict[str, int] = desk.engine.fetch(_with_loan(taken.plain, parents, loan).group(**counted)).to_pylist()[0]
    return found


def _refuse_orphans(desk: Desk, taken: Taken, column: str, targets: Relation) -> Taken:
    orphans = desk.settle(f"{taken.table.name}_orphans_of_{column}", taken.located.lacking(targets, column))
    entry = record(
        orphans,
        table=taken.table.name,
        key=taken.table.key,
        rule="orphan",
        disposition=REJECTED,
        text=sentence("orphan", column),
        column=column,
        value=orphans[column],
    )
    return refuse(desk, taken, orphans, entry, f"with_{column}")


def _entry(taken: Taken, rows: Relation, note: Note) -> Relation:
    return record(
        rows,
        table=taken.table.name,
        key=taken.table.key,
        rule=note.rule,
        disposition=NOTED,
        text=sentence(note.rule, note.column),
        column=note.column,
        value=rows[note.column],
    )


def note_by_mapping(taken: Taken, rule: TableRule) -> None:
    """Puts the mapping's own notes on record."""
    rows = taken.located
    found = [(note.rule, note.says, rows.keep(rows[note_name(note.rule)])) for note in rule.notes]
    found += [(overlap.rule, overlap.says, overlapping_rows(rows, overlap)) for overlap in rule.overlaps]
    name, key = taken.table.name, taken.table.key
    for own, says, noted in found:
        taken.entries.append(record(noted, table=name, key=key, rule=own, disposition=NOTED, text=says))


def note_unknown_zones(desk: Desk, borrowers: Taken) -> None:
    """Borrowers whose time zone is none, so that the book's zone stands in for it."""
    names = desk.engine.fetch(borrowers.plain.distinct("time_zone"))["time_zone"].to_pylist()
    unknown = sorted(name for name in names if name is not None and not _is_zone(name))
    if unknown:
        rows = borrowers.located
        note = Note("unknown_time_zone", "time_zone", rows["time_zone"].isin(unknown))
        borrowers.entries.append(_entry(borrowers, rows.keep(note.holds), note))


def _is_zone(name: str) -> bool:
    try:
        zone(name)
    except UsageError:
        return False
    return True


def note_overpayments(desk: Desk, loans: Taken, instalments: Relation, payments: Relation) -> None:
    """Loans on which more was paid (settled) than is due in all: one sum a loan over both tables, which beats a join."""
    components = ("principal_cents", "interest_cents", "penalty_cents", "fee_cents")
    due = instalments["principal_cents"]
    for name in components[1:]:
        due = due + instalments[name]
    settled = payments.keep(payments["status"] == "settled")
    flows = instalments.select("loan_id", cents=due).union(
        settled.select("loan_id", cents=e.literal(0) - settled["amount_cents"])
    )
    left = flows.group("loan_id", left=e.sum_of(flows["cents"]))
    overpaid = left.keep(left["left"] < 0)
    if not desk.engine.count(overpaid):
        return
    rows = loans.located.join(overpaid, "loan_id", "inner")
    loans.entries.append(
        record(
            rows,
            table="loans",
            key=("loan_id",),
            rule="overpayment",
            disposition=NOTED,
            text=sentence("overpayment", None),
            value=e.literal(0) - rows["left"],
        )
    )
