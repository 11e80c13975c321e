"""What a short answer means, by a closed list of words."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

from opencc import OpenCC

from forbear.kernel.reading import read_yaml_text

WORDS = Path(__file__).parent / "intents.yaml"
OTHER = "other"
_SILENT = ("Cf", "Zs", "Cc", "Po", "Ps", "Pe", "Pd", "Pi", "Pf")


def intent_of(text: str) -> str:
    """The intent of a text; ``other`` where the list has none.

    >>> intent_of("TD"), intent_of("打錯了！"), intent_of("I have paid."), intent_of("好的")
    ('opt_out', 'wrong_person', 'paid', 'other')
    """
    plain = unicodedata.normalize("NFKC", text)
    kept = "".join(each for each in plain if unicodedata.category(each) not in _SILENT)
    read = str(_simplified().convert(kept)).casefold()
    return next((intent for intent, words in _words().items() if any(word.search(read) for word in words)), OTHER)


def intents() -> tuple[str, ...]:
    """All that a text may mean."""
    return (*_words(), OTHER)


@cache
def _words() -> dict[str, tuple[re.Pattern[str], ...]]:
    raw = read_yaml_text(WORDS.read_text(encoding="utf-8"))
    return {intent: tuple(re.compile(word) for word in words) for intent, words in raw.items()}


@cache
def _simplified() -> OpenCC:
    return OpenCC("t2s")
