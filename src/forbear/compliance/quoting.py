"""Rules named by their ids, in words: what they ask, what would change it, and what they rest on, without any case.

For whoever must know why but not the facts about a person: statutes are given by value, facts by name only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forbear.compliance.explanation import Citation, citation_of, filled
from forbear.compliance.pack import LawPack
from forbear.compliance.rows import LawRow, rows_of
from forbear.kernel.language import in_language


@dataclass(frozen=True)
class QuotedRule:
    """A rule in one language. ``remedy`` says who or what can change it: ``time``, ``actor``, ``lender``, ``authority``."""

    id: str
    because: str
    what_would_change: str
    remedy: str
    citations: tuple[Citation, ...]


class LawIndex:
    """The rows of a law on a date, found by id."""

    def __init__(self, packs: Sequence[LawPack]) -> None:
        self._packs = tuple(packs)
        self._rows = {row.id: row for pack in self._packs for row in rows_of(pack, in_force_only=False, values=True)}
        self._quoted: dict[tuple[str, str], QuotedRule] = {}
        self._values = {name: value for pack in self._packs for name, value in pack.statutes.values.items()}

    def quote(self, rules: Sequence[str], language: str) -> tuple[QuotedRule, ...]:
        """The rules in words, in the order given; an id that the law does not hold is left out."""
        return tuple(self._once(rule, language) for rule in rules if rule in self._rows)

    def _once(self, rule: str, language: str) -> QuotedRule:
        """The same rule is asked for again and again."""
        key = rule, language
        if key not in self._quoted:
            self._quoted[key] = self._quote(self._rows[rule], language)
        return self._quoted[key]

    def _quote(self, row: LawRow, language: str) -> QuotedRule:
        values = [self._values[cited] for cited in row.cites if cited in self._values]
        return QuotedRule(
            id=row.id,
            because=filled(self._packs, in_language(row.because, language), language),
            what_would_change=filled(self._packs, in_language(row.changes, language), language),
            remedy=row.remedy,
            citations=tuple(citation_of(value, language) for value in values),
        )
