"""What the reference answers: the strongest of the findings, and the duties that are not known to be met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

WEAKEST_FIRST = ("ALLOW", "PRESUMED_COMPLIANCE", "WARN", "REQUIRE", "REVIEW", "PRESUMED_VIOLATION", "DENY")
_STRENGTH = {word: strength for strength, word in enumerate(WEAKEST_FIRST)}


@dataclass
class Answer:
    """The findings on one proposal, in the order in which they were made.

    What nothing permits is refused.
    """

    findings: list[tuple[str, str]] = field(default_factory=list)
    duties: set[str] = field(default_factory=set)

    def deny(self, clause: str) -> None:
        self.findings.append(("DENY", clause))

    def review(self, clause: str) -> None:
        self.findings.append(("REVIEW", clause))

    def require(self, clause: str) -> None:
        self.findings.append(("REQUIRE", clause))

    def warn(self, clause: str) -> None:
        self.findings.append(("WARN", clause))

    def advise_against(self, clause: str, is_bar: bool) -> None:
        """Advice against an act; a bar where the profile takes advice for law."""
        self.findings.append(("DENY" if is_bar else "WARN", clause))

    def presume_violation(self, clause: str) -> None:
        self.findings.append(("PRESUMED_VIOLATION", clause))

    def presume_compliance(self, clause: str) -> None:
        self.findings.append(("PRESUMED_COMPLIANCE", clause))

    def permit(self, clause: str) -> None:
        self.findings.append(("ALLOW", clause))

    @property
    def verdict(self) -> str:
        """The strongest finding; what nothing permits is refused."""
        found = {word for word, _ in self.findings}
        return max(found, key=_STRENGTH.__getitem__) if "ALLOW" in found else "DENY"


@dataclass(frozen=True)
class Duty:
    """A duty and whether it is met, by the facts that say so."""

    name: str
    clause: str
    facts: tuple[str, ...]
    is_met: bool


def hold_to(answer: Answer, duty: Duty, given: Mapping[str, Any]) -> None:
    """A duty known to be unmet bars the act; one that may yet be met is asked for."""
    if duty.is_met:
        return
    answer.duties.add(duty.name)
    if all(given.get(fact) is not None for fact in duty.facts):
        answer.deny(duty.clause)
    else:
        answer.require(duty.clause)
