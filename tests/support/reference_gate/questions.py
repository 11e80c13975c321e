"""The questions that have a reference."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reference_gate.agency import agency
from reference_gate.allocation import allocation
from reference_gate.answer import Answer
from reference_gate.arrangement import arrangement
from reference_gate.calendar_day import calendar_day
from reference_gate.charge import charge
from reference_gate.classification import classification
from reference_gate.collection import collection
from reference_gate.contact import contact
from reference_gate.credit_report import credit_report
from reference_gate.decision import decision
from reference_gate.governance import governance
from reference_gate.law import Law
from reference_gate.message import message
from reference_gate.personal_information import personal_information
from reference_gate.referral import referral
from reference_gate.request import request

QUESTIONS: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any], Law], Answer]] = {
    "contact": contact,
    "collection": collection,
    "message": message,
    "charge": charge,
    "allocation": allocation,
    "agency": agency,
    "credit_report": credit_report,
    "classification": classification,
    "decision": decision,
    "personal_information": personal_information,
    "request": request,
    "referral": referral,
    "governance": governance,
    "calendar": calendar_day,
    "arrangement": arrangement,
}


def answer(question: str, given: Mapping[str, Any], unfavourable: Mapping[str, Any], law: Law) -> Answer:
    """The reference's answer to a proposal."""
    return QUESTIONS[question](filled(given, unfavourable), given, law)


def filled(given: Mapping[str, Any], unfavourable: Mapping[str, Any]) -> dict[str, Any]:
    """The facts; one that is missing counts as its unfavourable value."""
    return {name: value if (found := given.get(name)) is None else found for name, value in unfavourable.items()}
