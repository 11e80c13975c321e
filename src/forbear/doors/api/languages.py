"""The language an answer is asked for in: English, 简体 or 繁體."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from forbear.kernel.language import choose_language

TAGS = {"en": "en", "zh": "zh-Hans", "zh_TW": "zh-Hant"}
"""The tag (BCP 47) of each language."""


def language_of(request: HttpRequest) -> str:
    """The first language of ``Accept-Language`` that there is: ``en``, ``zh`` or ``zh_TW``; English where none is."""
    for tag, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:200]):
        if tag.split("-")[0] in ("en", "zh"):
            return choose_language({"LANG": tag})
    return "en"


def tag_of(language: str) -> str:
    """The tag of a language.

    >>> tag_of("zh_TW")
    'zh-Hant'
    """
    return TAGS[language]
