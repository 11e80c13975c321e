"""Is a table complete, free of contradictions and free of dead rules? Answered before any row is seen."""

from forbear.tables.checking.findings import Finding, check

__all__ = ["Finding", "check"]
