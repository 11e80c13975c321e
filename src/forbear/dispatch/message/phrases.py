"""Phrases by which a text asserts something, found however they are written.

A text is read twice. For phrases in Chinese everything but letters and digits is left out and traditional characters are
simplified, so that ``逮 捕``, ``逮.捕`` and ``逮捕`` are one. For phrases in Latin letters anything may stand between two letters, so that
``a r r e s t`` is found; but a word begins and ends where the phrase does, so that ``bar restaurant`` is no arrest.

How a phrase is written in ``assertions.yaml``: words with spaces between them; ``|`` parts words that serve alike; ``~`` after
a word says that it may be missing, ``*`` that any ending may follow; ``..`` lets a few words stand between, within one sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from opencc import OpenCC

from forbear.kernel.reading import read_yaml_text

ASSERTIONS = Path(__file__).parent / "assertions.yaml"
STOP = "。"
_STOPS = frozenset("。！？!?；;\n")
_HAN = re.compile(r"[㐀-鿿豈-﫿\U00020000-\U0003ffff]")
_GAP_HAN = rf"[^{STOP}]{{0,6}}?"
_GAP_LATIN = rf"(?![a-z])[^{STOP}!?;\n]{{0,36}}?(?<![a-z])"  # counted in characters, since words may be spelled out
_FULL_STOP = re.compile(r"(?<=[a-z]{2})\.(?=\s|$)")
"""A full stop that ends a sentence; one between single letters does not."""


@dataclass(frozen=True)
class Phrase:
    """One phrase: the fact that it makes, the value of it, and its pattern over one of the two readings of a text."""

    fact: str
    value: bool | str
    pattern: re.Pattern[str]
    is_han: bool


@dataclass(frozen=True)
class Hit:
    """Where a text says it: ``[start, end)`` are places in the text as it was given."""

    fact: str
    value: bool | str
    words: str
    start: int
    end: int


@dataclass(frozen=True)
class Reading:
    """A text as phrases are looked for in it, and where in the text each character stands."""

    text: str
    at: tuple[int, ...]


@cache
def data() -> dict[str, Any]:
    """The data file: ``asserts``, ``claims`` and ``shows``, each a list of entries with a reason in both languages."""
    found: dict[str, Any] = read_yaml_text(ASSERTIONS.read_text(encoding="utf-8"))
    return found


@cache
def phrases(part: str) -> tuple[Phrase, ...]:
    """The phrases of a part of the data file."""
    found = []
    for entry in data()[part]:
        for text in (*entry["zh"], *entry["en"], *entry.get("pinyin", ())):
            is_han = bool(_HAN.search(text))
            pattern = _pattern(text, is_han)
            found.append(Phrase(entry["fact"], entry.get("value", True), re.compile(pattern), is_han))
    return tuple(found)


def assertions() -> dict[str, Mapping[str, str]]:
    """Every fact that a text may assert, and why it is on the list, by language."""
    return {entry["fact"]: entry["because"] for entry in data()["asserts"]}


def asserted(text: str) -> dict[str, str]:
    """What a text asserts of the closed list, and the words by which it does.

    >>> asserted("否则将逮 捕你"), asserted("we are glad to help")
    ({'message_asserts_arrest': '逮 捕'}, {})
    """
    found: dict[str, str] = {}
    for hit in hits(text, "asserts"):
        found.setdefault(hit.fact, hit.words)
    return found


def hits(text: str, part: str) -> list[Hit]:
    """Every phrase of a part of the data file that a text holds, in the order of the text."""
    han, latin = read_text(text)
    any_han, any_latin = _any(part)
    held = {True: any_han.search(han.text), False: any_latin.search(latin.text)}
    found = []
    for phrase in phrases(part):
        if held[phrase.is_han] is None:  # most texts hold none: one search says so
            continue
        reading = han if phrase.is_han else latin
        for match in phrase.pattern.finditer(reading.text):
            start, end = reading.at[match.start()], reading.at[match.end() - 1] + 1
            found.append(Hit(phrase.fact, phrase.value, text[start:end], start, end))
    return sorted(found, key=lambda hit: (hit.start, hit.fact))


@cache
def _any(part: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """One pattern for all phrases in Chinese, and one for all others."""
    either = (
        "|".join(each.pattern.pattern for each in phrases(part) if each.is_han is is_han) for is_han in (True, False)
    )
    han, latin = (re.compile(each) for each in either)
    return han, latin


@lru_cache(maxsize=64)
def read_text(text: str) -> tuple[Reading, Reading]:
    """The two readings of a text: its letters and digits with the stops of sentences, and all that can be seen of it."""
    seen = [(each, place) for place, character in enumerate(text) for each in _folded(character)]
    stopped = _FULL_STOP.sub(STOP, "".join(each for each, _ in seen))
    latin = Reading(stopped, tuple(place for _, place in seen))
    kept = [(STOP if each in _STOPS else each, place) for each, place in seen if each in _STOPS or each.isalnum()]
    simplified = str(_simplifier().convert("".join(each for each, _ in kept)))
    at = tuple(place for _, place in kept)
    if len(simplified) != len(at):  # a phrase that has another length in simplified characters: place by place then
        simplified = "".join(str(_simplifier().convert(each))[:1] for each, _ in kept)
    return Reading(simplified, at), latin


def strange_letters(text: str) -> list[tuple[str, int]]:
    """Letters of neither Chinese nor Latin script, by which words can be hidden from a reader of phrases, and their places."""
    found = []
    for place, each in enumerate(text):
        name = unicodedata.name(each, "")
        if each.isalpha() and not name.startswith(("CJK", "LATIN", "FULLWIDTH LATIN", "BOPOMOFO", "IDEOGRAPHIC")):
            found.append((each, place))
    return found


@lru_cache(maxsize=8192)
def _folded(character: str) -> str:
    """Plain and lower case, without what cannot be seen and without marks on letters."""
    if character in _STOPS:
        return character
    plain = unicodedata.normalize("NFKD", character)
    hidden = ("Cf", "Mn", "Me", "Cc", "Cs", "Co")
    return "".join(each for each in plain.casefold() if unicodedata.category(each) not in hidden)


def _pattern(text: str, is_han: bool) -> str:
    parts: list[str] = []
    for word in text.split():
        if word == "..":
            parts.append(_GAP_HAN if is_han else _GAP_LATIN)
        else:
            parts.append(_word(word, is_han))
    if is_han:
        return "".join(parts)
    between = r"(?:[^\w。]|_)*"
    return r"(?<![a-z])" + between.join(parts) + r"(?![a-z])"


def _word(word: str, is_han: bool) -> str:
    is_optional, word = word.endswith("~"), word.removesuffix("~")
    found = []
    for each in word.split("|"):
        stem = each.removesuffix("*")
        # A stop between the characters of a word is a way to hide it; spaces and signs are gone already from a Chinese reading.
        spelled = (f"{STOP}?" if is_han else r"[\W_]{0,3}").join(re.escape(letter) for letter in stem.casefold())
        found.append(spelled + ("[a-z]*" if each.endswith("*") else ""))
    return f"(?:{'|'.join(found)})" + ("?" if is_optional else "")


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")
