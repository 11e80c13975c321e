"""The questions about Regulation F that have a reference."""

from __future__ import annotations

from collections.abc import Mapping

from reference_gate.order import Reference
from reference_gate.regf.charge import charge
from reference_gate.regf.collection import collection
from reference_gate.regf.contact import contact
from reference_gate.regf.credit_report import credit_report
from reference_gate.regf.message import message
from reference_gate.regf.referral import referral
from reference_gate.regf.retention import retention
from reference_gate.regf.transfer import transfer
from reference_gate.regf.validation import validation

QUESTIONS: Mapping[str, Reference] = {
    "contact": contact,
    "collection": collection,
    "message": message,
    "charge": charge,
    "credit_report": credit_report,
    "referral": referral,
    "validation": validation,
    "retention": retention,
    "transfer": transfer,
}
