"""The one way out to a borrower, and what a message is."""

from forbear.dispatch.channel import Channel, Health, Inbound, Message, Receipt, Report
from forbear.dispatch.desk import Composed, Composer, Desk, Holding
from forbear.dispatch.disposition import Disposition, read_disposition
from forbear.dispatch.send import Outcome, send

__all__ = [
    "Channel", "Composed", "Composer", "Desk", "Disposition", "Health", "Holding", "Inbound", "Message", "Outcome", "Receipt",
    "Report", "read_disposition", "send",
]  # fmt: skip
