"""Things that go wrong in a lender's files, put in on purpose and counted.

A row that no intake can use is always an extra row: the copy of a good one under an id of its own, then damaged.
So the good part of a book is the same whatever the share of faults, and nothing is orphaned by accident.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from forbear.book.schema import ABSURD_CENTS, BY_NAME, Field, Table
from forbear.columns.dtypes import DATE, INT
from forbear.lab.synthetic.draws import MILLION, NULL, Draws, Ints, Rows
from forbear.lab.synthetic.encode import BAD_DATE
from forbear.lab.synthetic.payments import REVERSED, SETTLED

# Rows that cannot be used.
UNUSABLE = (
    "duplicate_id",
    "orphan",
    "unparseable_date",
    "missing_value",
    "unknown_code",
    "negative_amount",
    "absurd_amount",
)
# Rows that can be read but tell of something odd.
ODD = ("payment_before_disbursal", "overpayment", "bounced_payment", "due_date_overwritten", "due_date_lost")
_NUMBER_OF_EXTRA_INSTALMENT = 5_000


@dataclass(frozen=True)
class Fault:
    """One kind of fault in one table: the columns it can hit, and how it damages a copied row."""

    kind: str
    columns: tuple[str, ...] = ()


def faults_of(table: Table) -> tuple[Fault, ...]:
    """The kinds of fault that the table can have."""
    required = tuple(field.name for field in table.fields if field.required)
    dates = tuple(field.name for field in table.fields if field.required and field.dtype == DATE)
    coded = tuple(field.name for field in table.fields if field.codes)
    amounts = tuple(field.name for field in table.fields if _is_amount(field) and field.required)
    parents = tuple(column for column, _ in table.references)
    found = [
        Fault("duplicate_id"),
        Fault("orphan", parents),
        Fault("unparseable_date", dates),
        Fault("missing_value", required),
        Fault("unknown_code", coded),
        Fault("negative_amount", amounts),
        Fault("absurd_amount", amounts),
    ]
    kept = [fault for fault in found if fault.columns or fault.kind == "duplicate_id"]
    if table.name == "payments":
        kept += [Fault(kind) for kind in ODD[:3]]
    if table.name == "instalments":
        kept += [Fault(kind) for kind in ODD[3:]]
    return tuple(kept)


def _is_amount(field: Field) -> bool:
    return field.dtype == INT and field.name.endswith("_cents")


def add_faults(draws: Draws, tables: dict[str, Rows], share: float, *, as_text: bool) -> dict[str, Ints]:
    """Adds faults to about ``share`` of the rows of every table, in place; says whose rows got each kind.

    A date that no calendar has can only be written ``as_text``; else the date is missing, and counts as such.
    """
    chance = round(share * MILLION)
    hit: dict[str, Ints] = {}
    for name, rows in tables.items():
        kinds = faults_of(BY_NAME[name])
        chosen = np.flatnonzero(draws.happens(len(rows["person"]), chance))
        which = draws.below(len(chosen), len(kinds))
        extras = []
        for index, fault in enumerate(kinds):
            at = chosen[which == index]
            is_lost = fault.kind == "unparseable_date" and not as_text
            key = f"{name}.{'missing_value' if is_lost else fault.kind}"
            hit[key] = np.concatenate((hit.get(key, at[:0]), rows["person"][at]))
            extra = _apply(draws, BY_NAME[name], fault, rows, at)
            extras += [extra] if extra is not None else []
        tables[name] = {column: np.concatenate([rows[column], *(extra[column] for extra in extras)]) for column in rows}
    return hit


def _apply(draws: Draws, table: Table, fault: Fault, rows: Rows, at: Ints) -> Rows | None:
    """The extra rows of a fault; ``None`` when it changes rows in place."""
    if fault.kind in ("due_date_overwritten", "due_date_lost"):
        rows["original_due_on"][at] = rows["due_on"][at] if fault.kind == "due_date_overwritten" else NULL
        rows["due_on"][at] += draws.between(len(at), 15, 45)
        return None
    extra = {column: values[at] for column, values in rows.items()}
    if fault.kind == "duplicate_id":
        return extra
    _rename(table, extra)
    if fault.kind in _PAYMENT_ODDITIES:
        _PAYMENT_ODDITIES[fault.kind](draws, extra)
        return extra
    column = draws.below(len(at), len(fault.columns))
    for index, name in enumerate(fault.columns):
        hit = column == index
        extra[name][hit] = _damaged(fault.kind, table.field(name), extra[name][hit])
    return extra


def _rename(table: Table, extra: Rows) -> None:
    if table.name == "instalments":
        extra["instalment_number"] += _NUMBER_OF_EXTRA_INSTALMENT
    else:
        extra[table.key[0]] = -1 - extra[table.key[0]]


def _damaged(kind: str, field: Field, values: Ints) -> Ints:
    made = {
        "orphan": -1 - np.maximum(values, 0),
        "unparseable_date": np.full_like(values, BAD_DATE),
        "missing_value": np.full_like(values, NULL),
        "unknown_code": np.full_like(values, len(field.codes)),
        "negative_amount": -1 - np.maximum(values, 0),
        "absurd_amount": ABSURD_CENTS * 10 + np.maximum(values, 0),
    }
    return made[kind]


def _before_disbursal(draws: Draws, extra: Rows) -> None:
    extra["effective_on"] = extra["disbursed_on"] - draws.between(len(extra["person"]), 1, 30)
    _settle(extra)


def _overpaid(draws: Draws, extra: Rows) -> None:
    """More than any schedule asks for."""
    extra["amount_cents"] = extra["principal_cents"] * draws.between(len(extra["person"]), 2, 4)
    _settle(extra)


def _settle(extra: Rows) -> None:
    extra["status"][:] = SETTLED
    extra["reversed_on"][:] = NULL
    extra["reversal_recorded_at"][:] = NULL


def _bounced(draws: Draws, extra: Rows) -> None:
    extra["status"][:] = REVERSED
    extra["reversed_on"] = extra["effective_on"].copy()
    extra["reversal_recorded_at"] = extra["recorded_at"].copy()


_PAYMENT_ODDITIES: dict[str, Callable[[Draws, Rows], None]] = {
    "payment_before_disbursal": _before_disbursal,
    "overpayment": _overpaid,
    "bounced_payment": _bounced,
}
