"""Law cases: YAML that a lawyer can read, run through the same columns as a book."""

from forbear.compliance.cases.reading import LawCase, read_cases
from forbear.compliance.cases.running import CaseResult, run_cases

__all__ = ["CaseResult", "LawCase", "read_cases", "run_cases"]
