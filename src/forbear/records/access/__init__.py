"""Machines that are let in: their tokens, and how often they may ask."""

from forbear.records.access.admitting import Admitted, admit, admit_signer, at_most
from forbear.records.access.tokens import SCOPES, Issued, issue, revoke, tokens_of

__all__ = ["SCOPES", "Admitted", "Issued", "admit", "admit_signer", "at_most", "issue", "revoke", "tokens_of"]
