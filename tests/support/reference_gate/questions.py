"""The questions about the law of the mainland that have a reference."""

from __future__ import annotations

from collections.abc import Mapping

from reference_gate.agency import agency
from reference_gate.allocation import allocation
from reference_gate.arrangement import arrangement
from reference_gate.calendar_day import calendar_day
from reference_gate.charge import charge
from reference_gate.classification import classification
from reference_gate.collection import collection
from reference_gate.contact import contact
from reference_gate.credit_report import credit_report
from reference_gate.decision import decision
from reference_gate.governance import governance
from reference_gate.message import message
from reference_gate.order import Reference
from reference_gate.personal_information import personal_information
from reference_gate.referral import referral
from reference_gate.request import request
from reference_gate.retention import retention

QUESTIONS: Mapping[str, Reference] = {
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
    "retention": retention,
}
