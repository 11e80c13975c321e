"""The objects of the records. Every row belongs to a tenant; the database itself shows nobody another's."""

from forbear.records.models.agency import Agency, Staff
from forbear.records.models.approval import Approval
from forbear.records.models.audit import AuditEntry, AuditLane
from forbear.records.models.block import PointBlock
from forbear.records.models.book import (
    Arrangement,
    Consent,
    ContactPoint,
    Hold,
    Instalment,
    Loan,
    Payment,
    Person,
    PromiseToPay,
)
from forbear.records.models.case import Case, Decision, SavedFilter
from forbear.records.models.contact import Act, Contact, Inbound, Message, Permit, ReceiptHeard
from forbear.records.models.feed import Import, Run
from forbear.records.models.idempotency import IdempotencyKey
from forbear.records.models.outbox import EventOut, Subscription
from forbear.records.models.oversight import Allocation, Inspection, SettingChange
from forbear.records.models.playbooks import Comparison, PlaybookRelease, PlaybookVersion
from forbear.records.models.redress import Complaint, Dispute
from forbear.records.models.session import StaffSession
from forbear.records.models.template import MessageTemplate
from forbear.records.models.tenant import ApiToken, Tenant, User

__all__ = [
    "Act", "Agency", "Allocation", "ApiToken", "Approval", "Arrangement", "AuditEntry", "AuditLane", "Case", "Comparison",
    "Complaint", "Consent", "Contact", "ContactPoint", "Decision", "Dispute", "EventOut", "Hold", "IdempotencyKey", "Import",
    "Inbound", "Inspection", "Instalment", "Loan", "Message", "MessageTemplate", "Payment", "Permit", "Person",
    "PlaybookRelease", "PlaybookVersion", "PointBlock", "PromiseToPay", "ReceiptHeard", "Run", "SavedFilter", "SettingChange",
    "Staff", "StaffSession", "Subscription", "Tenant", "User",
]  # fmt: skip
