"""A legal order that is proved: its laws and profiles, the questions that have a reference, and what is proposed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from reference_gate.answer import Answer
from reference_gate.law import Law
from reference_gate.proposals import Proposals

Reference = Callable[[Mapping[str, Any], Mapping[str, Any], Law], Answer]


@dataclass(frozen=True)
class Order:
    """One legal order.

    Of its ``laws`` the first is the whole order and the others are parts of it that are proved as well. ``with_duties`` are the
    questions whose duties are compared too; ``disputed`` says by question where reference and tables read the law differently.
    """

    name: str
    laws: tuple[str, ...]
    covers_from: date
    questions: Mapping[str, Reference]
    proposals: Proposals
    with_duties: frozenset[str]
    disputed: Mapping[str, Mapping[str, str]]
    profiles: tuple[str, ...] = ("strict", "letter")

    @property
    def packs(self) -> tuple[str, ...]:
        """The packs of the whole order."""
        return tuple(self.laws[0].split("+"))

    def answer(self, question: str, given: Mapping[str, Any], unfavourable: Mapping[str, Any], law: Law) -> Answer:
        """The reference's answer to a proposal; a fact that is missing counts as its unfavourable value."""
        facts = {name: value if (found := given.get(name)) is None else found for name, value in unfavourable.items()}
        return self.questions[question](facts, given, law)
