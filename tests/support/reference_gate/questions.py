"""The questions that have a reference."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reference_gate.answer import Answer
from reference_gate.collection import collection
from reference_gate.contact import contact
from reference_gate.law import Law

QUESTIONS: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any], Law], Answer]] = {
    "contact": contact,
    "collection": collection,
}


def answer(question: str, given: Mapping[str, Any], unfavourable: Mapping[str, Any], law: Law) -> Answer:
    """The reference's answer to a proposal."""
    return QUESTIONS[question](filled(given, unfavourable), given, law)


def filled(given: Mapping[str, Any], unfavourable: Mapping[str, Any]) -> dict[str, Any]:
    """The facts; one that is missing counts as its unfavourable value."""
    return {name: value if (found := given.get(name)) is None else found for name, value in unfavourable.items()}
