"""What the loaded law asks of the facts: what to count, and by which of its values to age."""

from __future__ import annotations

from datetime import date

from forbear.book.windows import CountWindow
from forbear.compliance import Gate, covered_from, load_gate, read_law
from forbear.compliance.deriving import legal_settings
from forbear.kernel.errors import LawError

__all__ = ["count_windows", "gate_for", "legal_settings"]


def gate_for(law: str, day: date, profile: str) -> Gate:
    """The gate of the law in force on the day; for a day before the pack begins, that of the first day it knows.

    ``gate.pack.on`` says whose law it is, and every record of the run repeats it.

    Raises:
        LawError: the pack is unknown or off.
        UsageError: ``unknown_profile``.
    """
    try:
        return load_gate(law, day, profile)
    except LawError as error:
        if error.code != "law_not_covered":
            raise
    return load_gate(law, covered_from(read_law(law, day)), profile)


def count_windows(gate: Gate) -> tuple[CountWindow, ...]:
    """The counts that the gate's caps need, as the facts engine takes them."""
    return gate.count_windows
