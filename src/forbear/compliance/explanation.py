"""Why a verdict is what it is: the rows that fired, in words, with their citations, the facts they read, and what would
have to change."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from forbear.compliance.law import needs_of
from forbear.compliance.needs import FactValue
from forbear.compliance.pack import LawPack
from forbear.compliance.rows import LawRow
from forbear.compliance.verdict import Verdict
from forbear.kernel.language import Translator, in_language, translator
from forbear.statutes import StatuteValue

FactValues = Mapping[str, tuple[FactValue, bool]]
"""Facts by name: the value read, and whether it was assumed because it was missing."""


@dataclass(frozen=True)
class Citation:
    """A statute a row rests on, as in force on the date. ``verified``: the original text was read."""

    id: str
    title: str
    instrument: str
    article: str
    force: str
    provenance: str
    verified: bool
    value: str
    quote: str


@dataclass(frozen=True)
class FactRead:
    """A fact as the gate read it; ``assumed`` when it was missing and its unfavourable value stood in."""

    name: str
    words: str
    value: str
    assumed: bool


@dataclass(frozen=True)
class FiredRule:
    """A row that fired: what it means for the act, why, what would end it and who can, and what it rests on.

    ``rebuttal`` says what may overcome a presumption; empty for a row that presumes nothing.
    """

    id: str
    verdict: str
    because: str
    what_would_change: str
    remedy: str
    rebuttal: str
    citations: tuple[Citation, ...]
    facts: tuple[FactRead, ...]


@dataclass(frozen=True)
class Explanation:
    """A verdict with all its reasons, the deciding one first."""

    verdict: Verdict
    rules: tuple[FiredRule, ...]
    trust: str
    language: str

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)

    def to_text(self) -> str:
        """As lines to read."""
        words = translator(self.language)
        lines = [f"{words.gettext('Verdict')}: {words.code_words('verdict', self.verdict.verdict)}"]
        if self.verdict.decided_by is None:
            lines.append(words.gettext("No rule speaks for this act, so it is refused."))
        for rule in self.rules:
            lines += ["", *_rule_lines(rule, words)]
        return "\n".join([*lines, "", self.trust])


def explanation_of(
    packs: Sequence[LawPack], fired: Sequence[tuple[LawRow, str]], verdict: Verdict, facts: FactValues, language: str
) -> Explanation:
    """The explanation of a verdict from the rows that fired (with the verdict of each) and the facts they read."""
    writer = _Writer(packs, facts, language)
    rules = tuple(writer.rule(row, effect) for row, effect in fired)
    return Explanation(verdict, rules, trust_sentence(packs, language), writer.language)


def trust_sentence(packs: Sequence[LawPack], language: str) -> str:
    """How many of the statutes in force rest on a text that was not read in the original: no claim of conformity."""
    values = [value for pack in packs for value in pack.statutes.values.values()]
    return (
        translator(language)
        .gettext(
            "{unverified} of the {all} statutes in force on {date} rest on a text that was not read in the original, and "
            "{house} are house policy. Nothing here claims conformity with any of them."
        )
        .format(
            unverified=sum(pack.statutes.unverified_count() for pack in packs),
            all=len(values),
            date=packs[0].on.isoformat(),
            house=sum(value.statute.is_house_policy for value in values),
        )
    )


def filled(packs: Sequence[LawPack], sentence: str, language: str) -> str:
    """A row's sentence without a case: ``{statute}`` gives its value on the date, ``{fact}`` the fact's name in words."""
    needs = needs_of(packs)
    values = {name: value for pack in packs for name, value in pack.statutes.values.items()}

    def words_of(found: re.Match[str]) -> str:
        name = found[1]
        if name in needs:
            return f"‹{in_language(needs[name].words, language)}›"
        value = values.get(name)
        return "–" if value is None else str(value.value)

    return re.sub(r"\{([^}]+)\}", words_of, sentence)


def badge(value_or_statute: Any, words: Translator) -> str:
    """Whether the text was read in the original, in words, with the code of its provenance."""
    if value_or_statute.provenance == "HOUSE":
        return words.gettext("house policy")
    seen = words.gettext("verified") if value_or_statute.verified else words.gettext("unverified")
    return f"{seen}, {value_or_statute.provenance}"


def citation_of(value: StatuteValue, language: str) -> Citation:
    """A statute as a rule cites it, in a language."""
    source = value.source
    return Citation(
        id=value.statute.id,
        title=in_language(value.statute.title, language),
        instrument=source.title,
        article=source.article,
        force=value.force,
        provenance=value.provenance,
        verified=value.verified,
        value="" if value.value is None else str(value.value),
        quote=source.quote,
    )


class _Writer:
    def __init__(self, packs: Sequence[LawPack], facts: FactValues, language: str) -> None:
        self.needs, self.facts = needs_of(packs), facts
        self.values = {name: value for pack in packs for name, value in pack.statutes.values.items()}
        self.words = translator(language)
        self.language = self.words.language

    def rule(self, row: LawRow, verdict: str) -> FiredRule:
        """A row that fired, in words."""
        values = [self.values[cited] for cited in row.cites if cited in self.values]
        return FiredRule(
            id=row.id,
            verdict=verdict,
            because=self.fill(in_language(row.because, self.language)),
            what_would_change=self.fill(in_language(row.changes, self.language)),
            remedy=row.remedy,
            rebuttal=self.fill(in_language(row.rebuttal, self.language)),
            citations=tuple(citation_of(value, self.language) for value in values),
            facts=tuple(self._fact(name) for name in row.facts_read if name in self.facts),
        )

    def fill(self, sentence: str) -> str:
        """The sentence with ``{statute or fact}`` replaced by its value."""
        return re.sub(r"\{([^}]+)\}", lambda found: self._value_of(found[1]), sentence)

    def _value_of(self, name: str) -> str:
        if name in self.facts:
            return self._fact(name).value
        value = self.values.get(name)
        return "–" if value is None else str(value.value)

    def _fact(self, name: str) -> FactRead:
        value, assumed = self.facts[name]
        text = self._text(name, value)
        return FactRead(name, in_language(self.needs[name].words, self.language), text, assumed)

    def _text(self, name: str, value: FactValue) -> str:
        if isinstance(value, bool):
            return self.words.gettext("yes") if value else self.words.gettext("no")
        if name in ("earliest_minute", "latest_minute"):
            return f"{int(value) // 60:02d}:{int(value) % 60:02d}"
        return str(value)


def _rule_lines(rule: FiredRule, words: Translator) -> list[str]:
    lines = [f"{words.code_words('verdict', rule.verdict)}  {rule.id}", f"  {rule.because}"]
    for each in rule.citations:
        place = " ".join(part for part in (each.instrument, each.article) if part)
        lines.append(f"  – {each.title}: {place} [{badge(each, words)}]")
    for fact in rule.facts:
        assumed = f" ({words.gettext('assumed: not on file')})" if fact.assumed else ""
        lines.append(f"  · {fact.words}: {fact.value}{assumed}")
    if rule.rebuttal:
        lines.append(f"  ~ {rule.rebuttal}")
    if rule.what_would_change:
        lines.append(f"  → {rule.what_would_change}")
    return lines
