"""Words for what a run's files hold as codes: reasons of the playbook, rules of the law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from forbear.book.fact_definitions import FACTS
from forbear.compliance import LawPack, read_law
from forbear.compliance.explanation import badge, filled
from forbear.compliance.rows import rows_of
from forbear.kernel.errors import ForbearError
from forbear.kernel.language import Translator, in_language
from forbear.kernel.money import format_cents
from forbear.strategy import Playbook, reasons


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
    """The rows of a law's packs in words, whatever their date."""

    def __init__(self, packs: Sequence[LawPack]) -> None:
        self.packs = tuple(packs)
        self.rows = {row.id: row for pack in self.packs for row in rows_of(pack, in_force_only=False)}

    @classmethod
    def named(cls, law: str, on: date) -> LawBook:
        """The law of that name; empty when it is not among those of this program."""
        try:
            return cls(read_law(law, on))
        except ForbearError:
            return cls(())

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


class RuleBook:
    """The rows of a law and of a playbook in words: whoever decided, it is quoted."""

    def __init__(self, packs: Sequence[LawPack], playbook: Playbook) -> None:
        self.law = LawBook(packs)
        tables = [each.table for model in playbook.models.values() for each in model.decisions.values()]
        self.wishes = {
            rule.id: {"en": table.note(rule, "because"), "zh": table.note(rule, "because_zh")}
            for table in tables
            if table is not None
            for rule in table.rules
        }

    def quote(self, words: Translator, rule: str) -> LawQuote:
        """The rule in words; a playbook's row rests on no instrument."""
        if rule in self.law.rows or rule not in self.wishes:
            return self.law.quote(words, rule)
        because = in_language(self.wishes[rule], words.language)
        return LawQuote(rule, because, because, "", "", True)


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


def hours_words(start: int | None, end: int | None) -> str:
    """Hours of a day from minutes after midnight.

    >>> hours_words(480, 1260)
    '08:00–21:00'
    """
    return f"{clock_words(start)}–{clock_words(end)}"
