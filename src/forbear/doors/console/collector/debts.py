"""What a person owes: every loan by instalment and component, with the sum proved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, Sum

from forbear.doors.console.places import Visitor
from forbear.records.desk.standing import standing_of
from forbear.records.models import Loan, Payment

PARTS = ("principal", "interest", "penalty", "fee")


@dataclass(frozen=True)
class Debt:
    """One loan. Amounts are whole minor units.

    Args:
        overdue_cents: what fell due before today and is unpaid: the sum of the instalments' unpaid parts.
        due_cents, paid_cents: what fell due before today in all, and what was paid: the other way to the same sum.
        parts: what is overdue by component.
        instalments: those that are unpaid, and the next one to come.
    """

    loan: Loan
    currency: str
    overdue_cents: int
    outstanding_cents: int
    due_cents: int
    paid_cents: int
    days_past_due: int
    parts: Mapping[str, int]
    instalments: Sequence[Mapping[str, Any]]

    @property
    def parts_owed(self) -> list[str]:
        """The components of which anything is unpaid in the instalments shown."""
        return [part for part in PARTS if any(row[f"unpaid_{part}_cents"] for row in self.instalments)]

    @property
    def is_proved(self) -> bool:
        """Whether both ways, and the components, come to one sum."""
        return self.overdue_cents == max(self.due_cents - self.paid_cents, 0) == sum(self.parts.values())


def debts_of(visitor: Visitor, person_id: str, day: date) -> list[Debt]:
    """The loans of a person that the visitor sees, what is overdue first."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in standing_of(visitor.tenant, person_id, visitor.lender, day):
        rows.setdefault(row["loan_id"], []).append(row)
    loans = Loan.objects.filter(tenant_id=visitor.tenant, person_id=person_id)
    paid = _paid(visitor.tenant, [loan.loan_id for loan in loans], day)
    debts = [
        _debt(loan, rows.get(loan.loan_id, []), paid.get(loan.loan_id, 0), visitor.lender.currency, day)
        for loan in loans
    ]
    return sorted(debts, key=lambda debt: (-debt.overdue_cents, -debt.outstanding_cents, debt.loan.loan_id))


def _paid(tenant: str, loan_ids: Sequence[str], day: date) -> dict[str, int]:
    """What counts as paid by the end of a day: settled, or reversed only later."""
    counting = Q(status="settled") | Q(status="reversed", reversed_on__gt=day)
    rows = Payment.objects.filter(counting, tenant_id=tenant, loan_id__in=loan_ids, effective_on__lte=day)
    return {row["loan_id"]: int(row["cents"]) for row in rows.values("loan_id").annotate(cents=Sum("amount_cents"))}


def _debt(loan: Loan, rows: Sequence[Mapping[str, Any]], paid_cents: int, currency: str, day: date) -> Debt:
    past = [row for row in rows if row["due_on"] < day]
    unpaid = [row for row in rows if row["unpaid_cents"] > 0]
    overdue = [row for row in unpaid if row["due_on"] < day]
    coming = next((row for row in unpaid if row["due_on"] >= day), None)
    return Debt(
        loan=loan,
        currency=loan.currency or currency,
        overdue_cents=sum(row["unpaid_cents"] for row in overdue),
        outstanding_cents=sum(row["unpaid_cents"] for row in unpaid),
        due_cents=sum(row["amount_cents"] for row in past),
        paid_cents=paid_cents,
        days_past_due=(day - overdue[0]["due_on"]).days if overdue else 0,
        parts={part: sum(row[f"unpaid_{part}_cents"] for row in overdue) for part in PARTS},
        instalments=[*overdue, *([coming] if coming else [])],
    )
