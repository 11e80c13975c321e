"""Regulation F (12 CFR part 1006), and Massachusetts over it, as plain conditions: each names the paragraph it carries out."""

from reference_gate.regf.questions import QUESTIONS
from reference_gate.regf.stories import PROPOSALS

__all__ = ["PROPOSALS", "QUESTIONS"]
