"""Loans placed with an agency and recalled: whoever has a person's loan sees that person, and nobody else's.

Whether a placement may be is the law's to say. It is asked here with what the register knows; what nobody wrote down counts
against the agency. That an agency may work at all says nothing of a single contact: each needs its own permit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models.functions import Now

from forbear.compliance import MAY_ACT, Gate, load_gate
from forbear.compliance.cases.history import whole_units
from forbear.kernel.errors import InputError, UsageError
from forbear.records import audit
from forbear.records.actions.agencies.register import access_agency
from forbear.records.actions.silence import fall_silent, lock_people_of_loans, moment
from forbear.records.desk.taking import agency_facts
from forbear.records.events import emit
from forbear.records.lender import lender_settings
from forbear.records.models import Agency, Case, Loan, Staff, User
from forbear.records.scope import Scope, acting

_QUESTION = ("agency",)


@dataclass(frozen=True)
class Placement:
    """What became of a placement.

    Args:
        is_placed: the loan is with the agency. Otherwise the law refuses, by ``rules``.
        is_new: this changed something.
        withdrawn_count: how many waiting acts of the loan were withdrawn: whoever acts is another now.
    """

    loan_id: str
    agency_id: str
    is_placed: bool
    is_new: bool = False
    rules: tuple[str, ...] = ()
    withdrawn_count: int = 0


def place_loan(scope: Scope, loan_id: str, agency_id: str, on: date) -> Placement:
    """Place a loan with an agency, on a day. A refusal by the law is an answer, and written down as one.

    From then on these records say where the loan is, and the lender's book does not.

    Raises:
        InputError: ``unknown_loan``, ``unknown_agency``; ``placed_elsewhere`` while the loan, or another one of the person, is
            with another agency: nobody is worked by two.
        LawError, UsageError: the tenant's law cannot be read.
    """
    with acting(scope):
        person_id = lock_people_of_loans(scope.tenant, [loan_id])[loan_id]
        agency = access_agency(scope.tenant, agency_id)
        others = Loan.objects.filter(tenant_id=scope.tenant, person_id=person_id).exclude(agency_id=None)
        elsewhere = set(others.values_list("agency_id", flat=True)) - {agency_id, ""}
        if elsewhere:
            do = "Recall it first."
            raise InputError(
                "placed_elsewhere",
                "The person is with another agency.",
                do=do,
                loan=loan_id,
                agency=sorted(elsewhere)[0],
            )
        loan = Loan.objects.get(tenant_id=scope.tenant, loan_id=loan_id)
        if loan.agency_id == agency_id and loan.placed_at is not None:
            return Placement(loan_id, agency_id, is_placed=True)
        may, rules = may_be_placed(scope.tenant, agency, on)
        told = {"loan": loan_id, "agency": agency_id, "rules": list(rules)}
        if not may:
            audit.record(audit.Entry("loan.placement_refused", "loan", loan_id, person_id, told))
            emit("loan.placement_refused", person_id, told)
            return Placement(loan_id, agency_id, is_placed=False, rules=rules)
        withdrawn = _move(scope.tenant, loan, person_id, agency_id, "placed")
        audit.record(audit.Entry("loan.placed", "loan", loan_id, person_id, told | {"withdrawn": withdrawn}))
        emit("loan.placed", person_id, {"person": person_id, **told})
        return Placement(loan_id, agency_id, True, True, rules, withdrawn)


def recall_loan(scope: Scope, loan_id: str, reason: str) -> Placement:
    """Take a loan back: the agency sees the person no more, and its permits end at once. A second time changes nothing.

    Args:
        reason: a code, as ``cured`` or ``complaint``.

    Raises:
        InputError: ``unknown_loan``.
    """
    with acting(scope):
        person_id = lock_people_of_loans(scope.tenant, [loan_id])[loan_id]
        loan = Loan.objects.get(tenant_id=scope.tenant, loan_id=loan_id)
        before = loan.agency_id or ""
        if not before:
            return Placement(loan_id, "", is_placed=False)
        withdrawn = _move(scope.tenant, loan, person_id, "", "recalled")
        told = {"loan": loan_id, "agency": before, "reason": reason, "withdrawn": withdrawn}
        audit.record(audit.Entry("loan.recalled", "loan", loan_id, person_id, told))
        emit("loan.recalled", person_id, {"person": person_id, **told})
        return Placement(loan_id, before, is_placed=False, is_new=True, withdrawn_count=withdrawn)


def _move(tenant: str, loan: Loan, person_id: str, agency_id: str, reason: str) -> int:
    loan.agency_id, loan.placed_at = agency_id or None, moment()
    loan.save(update_fields=["agency_id", "placed_at"])
    left = Loan.objects.filter(tenant_id=tenant, person_id=person_id).exclude(agency_id=None).exclude(agency_id="")
    seen_by = left.values_list("agency_id", flat=True).first() or ""
    case = Case.objects.filter(tenant_id=tenant, person_id=person_id, closed_on__isnull=True).first()
    if case is not None:
        case.agency_id, case.updated_at = seen_by, Now()
        # Who works for an agency that has the person no more keeps nothing of it.
        worker = User.objects.filter(tenant_id=tenant, username=case.assigned_to).exclude(agency_id="").first()
        if worker is not None and worker.agency_id != seen_by:
            case.assigned_to = ""
        case.save(update_fields=["agency_id", "assigned_to", "updated_at"])
    return fall_silent(tenant, [person_id], reason, loan_ids=[loan.loan_id])


def may_be_placed(tenant: str, agency: Agency, on: date) -> tuple[bool, tuple[str, ...]]:
    """Whether the law lets new work be placed with an agency on a day, and the rules that say so, or that stand against it.

    Raises:
        LawError, UsageError: the tenant's law cannot be read.
    """
    lender = lender_settings(tenant)
    gate = _gate(lender.law, lender.profile, on)
    if gate is None:
        return True, ()
    facts = {**agency.attested, **agency_facts(agency, on), **_mandate(agency, on), **_staff(tenant, agency, on)}
    verdict = gate.judge({**facts, "agency_request": "new_work"})
    may = verdict.verdict in MAY_ACT
    # Of a refusal, only what stands against it: that it may be asked at all is no reason.
    told = tuple(rule for rule in verdict.rules if may or rule in _refusing(gate))
    return may, told


def _mandate(agency: Agency, on: date) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    if agency.contract_ends_on is not None:
        facts["mandate_days_past_end"] = (on - agency.contract_ends_on).days
        facts["is_mandate_ended"] = agency.contract_ends_on <= on
    if agency.inspected_on is not None:
        facts["agency_months_since_inspection"] = whole_units(agency.inspected_on, on, "months_begun")
    return facts


def _staff(tenant: str, agency: Agency, on: date) -> dict[str, Any]:
    """What the register knows of those who work there; of an agency without any, nothing."""
    staff = Staff.objects.filter(tenant_id=tenant, agency_id=agency.agency_id)
    there = [each for each in staff if each.left_on is None or each.left_on > on]
    if not there:
        return {}
    taught = [
        each for each in there if each.trained_on and each.examined_on and each.trained_on.year == on.year == each.examined_on.year
    ]  # fmt: skip
    facts: dict[str, Any] = {
        "untrained_staff_count": len(there) - len(taught),
        "has_passed_exam": all(each.examined_on is not None for each in there),
    }
    days = [each.trained_on for each in there]
    if all(days):
        facts["staff_months_since_training"] = max(whole_units(day, on, "months_begun") for day in days if day)
    return facts


def _refusing(gate: Gate) -> set[str]:
    return {row.id for row in gate.rows if row.effect != "permit"}


@lru_cache(maxsize=4)
def _gate(law: str, profile: str, on: date) -> Gate | None:
    """The law of placing; None where the law asks nothing of it: then every contact is still asked for."""
    try:
        return load_gate(law, on, profile, _QUESTION)
    except UsageError as error:
        if error.code == "unknown_question":
            return None
        raise
