"""What stands in the bar at the top: the sections, in the order of the day, each for the roles that work there."""

from __future__ import annotations

from dataclasses import dataclass

from forbear.kernel.language import N_


@dataclass(frozen=True)
class Section:
    """A section: its words, its first page, and for whom it is."""

    words: str
    name: str
    roles: tuple[str, ...]


SECTIONS = (
    Section(N_("Worklist"), "worklist", ("collector", "leader")),
    Section(N_("Find people"), "people", ("collector", "leader", "compliance", "auditor")),
    Section(N_("Team"), "team", ("leader",)),
    Section(N_("Approvals"), "approvals", ("leader", "compliance")),
    Section(N_("Complaints"), "complaints", ("leader", "compliance")),
    Section(N_("Conduct"), "conduct", ("compliance", "auditor")),
    Section(N_("Tables"), "tables", ("strategist", "compliance", "auditor")),
    Section(N_("Portfolio"), "portfolio", ("leader", "compliance", "strategist", "auditor")),
    Section(N_("Audit"), "audit", ("compliance", "auditor")),
    Section(N_("Administration"), "administration", ("administrator",)),
)


def sections_of(role: str) -> list[Section]:
    """The sections of a role."""
    return [section for section in SECTIONS if role in section.roles]
