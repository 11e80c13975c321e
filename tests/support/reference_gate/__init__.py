"""The law of each legal order, and the house's own rules, written a second time as plain conditions.

Nothing here reads a decision table. Each condition names the clause that it carries out, so that a lawyer can read it
beside the law; the proof compares what it says with what the gate says, proposal by proposal.
"""

from reference_gate.answer import Answer
from reference_gate.law import Law
from reference_gate.order import Order
from reference_gate.orders import ORDERS

__all__ = ["ORDERS", "Answer", "Law", "Order"]
