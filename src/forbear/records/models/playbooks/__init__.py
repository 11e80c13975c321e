"""Playbooks that a lender keeps, and comparisons on the book."""

from forbear.records.models.playbooks.comparison import Comparison
from forbear.records.models.playbooks.versions import PlaybookRelease, PlaybookVersion

__all__ = ["Comparison", "PlaybookRelease", "PlaybookVersion"]
