"""Verdicts in words: the rules that decided, why they are there, what would change them, and what they rest on.

Facts about the person are named and not given: whoever asks learns what the law says of the act, not the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from functools import lru_cache
from threading import Lock

from ninja import Schema
from pydantic import Field

from forbear.compliance import LawPack, read_law
from forbear.compliance.quoting import LawIndex
from forbear.kernel.errors import ForbearError
from forbear.kernel.language import translator

DATES_KEPT, LAWS_KEPT = 2_000, 16
ANY_DATE = date(2026, 1, 1)


class Citation(Schema):
    """A statute that a rule rests on."""

    id: str
    title: str
    instrument: str
    article: str
    force: str = Field(description="`law`, `regulation`, `industry-standard` or `house-policy`.")
    verified: bool = Field(description="Whether the text was read in the original.")
    value: str = Field(description="The statute's value on the day; empty where it has none.")


class Rule(Schema):
    """A rule that speaks of the act."""

    id: str
    because: str = Field(description="Why, in the language asked for.")
    what_would_change: str
    remedy: str = Field(
        description="Who or what can change it: `time`, `actor`, `lender`, `authority`; empty for nobody."
    )
    citations: list[Citation]


class Duty(Schema):
    """What must be done with the act."""

    code: str
    says: str


def rules_in_words(law: str, on: date, rules: Sequence[str], language: str) -> list[Rule]:
    """The rules of a law on a date, in words; one that the program no longer has is left out."""
    index = _index(law, on)
    return [] if index is None else [Rule(**asdict(each)) for each in index.quote(rules, language)]


def duties_in_words(duties: Sequence[str], language: str) -> list[Duty]:
    """Duties in words."""
    words = translator(language)
    return [Duty(code=each, says=words.code_words("duty", each)) for each in duties]


@lru_cache(maxsize=DATES_KEPT)
def _index(law: str, on: date) -> LawIndex | None:
    """The law on a date; dates between which no statute changed share one."""
    try:
        packs = tuple(pack.at(on) for pack in _packs(law))
    except ForbearError:
        return None
    regime = law, tuple(pack.statutes.regime for pack in packs)
    with _lock:
        return _regimes.setdefault(regime, LawIndex(packs))


@lru_cache(maxsize=LAWS_KEPT)
def _packs(law: str) -> tuple[LawPack, ...]:
    """The packs of a law, read once; their date is set by whoever asks."""
    return read_law(law, ANY_DATE)


_regimes: dict[object, LawIndex] = {}
_lock = Lock()
