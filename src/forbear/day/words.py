"""Words for what a run's files hold as codes: reasons of the playbook, rules of the law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from forbear.book.fact_definitions import FACTS
from forbear.compliance import LawPack, read_law
from forbear.compliance.explanation import badge, filled
from forbear.compliance.rows import rows_of
from forbear.kernel.errors import ForbearError
from forbear.kernel.language import Translator, in_language
from forbear.kernel.money import format_cents
from forbear.strategy import reasons


@dataclass(frozen=True)
class LawQuote:
    """A rule of the law in one language: its title, why it is there, where it is written, how that was read."""

    rule: str
    title: str
    because: str
    instrument: str
    read_as: str
    is_verified: bool


Texts = Mapping[str, Mapping[str, str]]


def reason_words(words: Translator, code: str, own: Texts | None = None) -> str:
    """The sentence of a reason: the playbook's ``own``, else that of all playbooks, else of the catalog."""
    texts = (own or {}).get(code) or reasons().get(code)
    return in_language(texts, words.language) if texts else words.code_words("reason", code)


class LawBook:
    """The rows of a law pack in words, whatever their date; empty when the pack is not among those of this program."""

    def __init__(self, law: str, on: date) -> None:
        try:
            self.packs: tuple[LawPack, ...] = read_law(law, on)
        except ForbearError:
            self.packs = ()
        self.rows = {row.id: row for pack in self.packs for row in rows_of(pack, in_force_only=False)}

    def quote(self, words: Translator, rule: str) -> LawQuote:
        """The rule in words; one that the pack does not hold is named by its id alone."""
        row = self.rows.get(rule)
        if row is None:
            title = words.code_words("rule", rule)
            return LawQuote(rule, title, title, "", "", False)
        statute, language = row.statute, words.language
        source = statute.versions[-1].source
        return LawQuote(
            rule=rule,
            title=in_language(statute.title, language),
            because=filled(self.packs, in_language(row.because, language), language),
            instrument="" if statute.is_house_policy else f"{source.title} {source.article}".strip(),
            read_as=badge(statute, words),
            is_verified=statute.verified or statute.is_house_policy,
        )


def fact_words(words: Translator, name: str) -> str:
    """The name of a fact: Chinese from its definition, English from its column."""
    fact = FACTS.get(name)
    if fact is not None and words.is_chinese:
        return in_language({"zh": fact.zh}, words.language)
    return name.removesuffix("_cents").replace("_", " ")


def value_words(words: Translator, name: str, value: object, currency: str) -> str:
    """The value of a fact: money with its currency, yes or no, a date, or that it is unknown."""
    if value is None:
        return words.gettext("unknown")
    if isinstance(value, bool):
        return words.gettext("yes") if value else words.gettext("no")
    if name.endswith("_cents") and isinstance(value, int):
        return format_cents(value, currency)
    return str(value)


def act_words(words: Translator, treatment: str, channel: str) -> str:
    """A wanted act: its treatment, and its channel where there is one to choose."""
    named = words.code_words("treatment", treatment)
    if channel in ("none", "visit", "judicial", "agency"):
        return named
    return words.gettext("{treatment} ({channel})").format(
        treatment=named, channel=words.code_words("channel", channel)
    )


def clock_words(minute: int | None) -> str:
    """Minutes after midnight as ``HH:MM``.

    >>> clock_words(1305)
    '21:45'
    """
    return "–" if minute is None else f"{minute // 60:02d}:{minute % 60:02d}"
