"""The objects of the records. Every row belongs to a tenant; the database itself shows nobody another's."""

from forbear.records.models.agency import Agency, Staff
from forbear.records.models.approval import Approval
from forbear.records.models.audit import AuditEntry, AuditLane
from forbear.records.models.book import (
    Arrangement,
    Consent,
    ContactPoint,
    Hold,
    Instalment,
    Loan,
    Payment,
    Person,
    PointBlock,
    PromiseToPay,
)
from forbear.records.models.case import Case, Decision, SavedFilter
from forbear.records.models.conduct import (
    AuditCheck,
    ConductDay,
    ConductFinding,
    ConductTally,
    OutcomeDay,
    OutcomeTally,
)
from forbear.records.models.contact import Act, Contact, Inbound, Message, Permit, ReceiptHeard
from forbear.records.models.feed import AskedJob, BookFigures, Import, Run
from forbear.records.models.idempotency import IdempotencyKey
from forbear.records.models.outbox import EventOut, Subscription
from forbear.records.models.oversight import Allocation, Inspection, SettingChange
from forbear.records.models.playbook import Comparison, PlaybookRelease, PlaybookVersion
from forbear.records.models.redress import Complaint, CorrectiveMeasure, Dispute, InformationRequest
from forbear.records.models.template import MessageTemplate
from forbear.records.models.tenant import ApiToken, StaffSession, Tenant, User

__all__ = [
    "Act",
    "Agency",
    "Allocation",
    "ApiToken",
    "Approval",
    "Arrangement",
    "AskedJob",
    "AuditCheck",
    "AuditEntry",
    "AuditLane",
    "BookFigures",
    "Case",
    "Comparison",
    "Complaint",
    "ConductDay",
    "ConductFinding",
    "ConductTally",
    "Consent",
    "Contact",
    "ContactPoint",
    "CorrectiveMeasure",
    "Decision",
    "Dispute",
    "EventOut",
    "Hold",
    "IdempotencyKey",
    "Import",
    "Inbound",
    "InformationRequest",
    "Inspection",
    "Instalment",
    "Loan",
    "Message",
    "MessageTemplate",
    "OutcomeDay",
    "OutcomeTally",
    "Payment",
    "Permit",
    "Person",
    "PlaybookRelease",
    "PlaybookVersion",
    "PointBlock",
    "PromiseToPay",
    "ReceiptHeard",
    "Run",
    "SavedFilter",
    "SettingChange",
    "Staff",
    "StaffSession",
    "Subscription",
    "Tenant",
    "User",
]  # fmt: skip
