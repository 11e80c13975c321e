"""The words people see, in their language.

Messages are written in English in the source and looked up in ``locale/<language>/LC_MESSAGES/forbear.po``. The catalog
is read at run time, so a changed catalog needs no build step. Codes (a treatment, a reason, a verdict) get their
words by context, in English too: ``code_words("treatment", "leave_alone")``.

繁體 is the 简体 catalog in traditional characters. The law it speaks of is the mainland's, so the words stay the mainland's
(信息, 合同, 软件): only the script changes. ``locale/zh_TW/LC_MESSAGES/forbear.po``, where it exists, has words of its own.
"""

from __future__ import annotations

import gettext as stdlib_gettext
import io
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

CATALOGS = Path(__file__).parent.parent / "locale"
DOMAIN = "forbear"
LANGUAGES: Mapping[str, str] = {"en": "en", "zh": "zh_CN", "zh_TW": "zh_CN"}
"""The language codes a person may give, and the catalog folder of each. English has words for codes only; 繁體 is the 简体
catalog in traditional characters."""
TRADITIONAL = "zh_TW"
_TRADITIONAL_PLACES = {"tw", "hk", "mo"}
_MISREAD = re.compile(
    r"髮(?=[卡放〔])|(?<![標書抽竹牙])籤|(?<![合歸吞兼])併(?=為)|(?<=聲明)瞭|(?<![體派直旁母父])系(?![統列])"
)
_READ_AS = {"髮": "發", "籤": "簽", "併": "並", "瞭": "了", "系": "係"}
"""Where OpenCC takes the character of another word: 发卡 becomes a hairpin, 已签 a lot, and the 系 that means "is" a system."""


@dataclass(frozen=True)
class Translator:
    """One language."""

    language: str

    @property
    def locale(self) -> str:
        """The name of the locale, such as ``zh_CN``."""
        return TRADITIONAL if self.language == TRADITIONAL else LANGUAGES[self.language]

    @property
    def is_chinese(self) -> bool:
        """Whether it is Chinese, in either script."""
        return self.language.startswith("zh")

    def gettext(self, message: str) -> str:
        """The message in this language; the message itself when the catalog lacks it."""
        return message if self.language == "en" else _catalog(self.language).gettext(message)

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        """The form that ``count`` asks for."""
        if self.language == "en":
            return singular if count == 1 else plural
        return _catalog(self.language).ngettext(singular, plural, count)

    def pgettext(self, context: str, message: str) -> str:
        """The message within a context; the message itself when the catalog lacks it."""
        return _catalog(self.language).pgettext(context, message)

    def code_words(self, context: str, code: str) -> str:
        """The words for a code; a code the catalog lacks is shown with spaces for its underscores.

        >>> Translator("en").code_words("no such context", "broken_promise")
        'broken promise'
        """
        words = self.pgettext(context, code)
        return code.replace("_", " ") if words == code else words


def translator(language: str) -> Translator:
    """The translator of ``"en"``, ``"zh"`` or ``"zh_TW"``; any other code gives English."""
    return Translator(language if language in LANGUAGES else "en")


class _InTraditional(stdlib_gettext.NullTranslations):
    """The words of another catalog, in traditional characters."""

    def __init__(self, simplified: stdlib_gettext.NullTranslations) -> None:
        super().__init__()
        self._simplified = simplified

    def gettext(self, message: str) -> str:
        return traditional(self._simplified.gettext(message))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return traditional(self._simplified.ngettext(msgid1, msgid2, n))

    def pgettext(self, context: str, message: str) -> str:
        return traditional(self._simplified.pgettext(context, message))


def read_catalog(language: str, folder: Path = CATALOGS) -> stdlib_gettext.NullTranslations:
    """The words of a language. 繁體 has those written for it, if any, and takes the others from the 简体 catalog."""
    words = _compiled(folder, LANGUAGES[language])
    if language != TRADITIONAL:
        return words
    turned = _InTraditional(words)
    if not _file(folder, TRADITIONAL).is_file():
        return turned
    own = _compiled(folder, TRADITIONAL)
    own.add_fallback(turned)
    return own


@cache
def _catalog(language: str) -> stdlib_gettext.NullTranslations:
    return read_catalog(language)


def _file(folder: Path, locale: str) -> Path:
    return folder / locale / "LC_MESSAGES" / f"{DOMAIN}.po"


def _compiled(folder: Path, locale: str) -> stdlib_gettext.NullTranslations:
    """Compile the ``.po`` file in memory. Babel is imported here because plain English needs no catalog."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with _file(folder, locale).open("rb") as file:
        catalog = read_po(file, locale=locale, domain=DOMAIN)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return stdlib_gettext.GNUTranslations(compiled)


def choose_language(environ: Mapping[str, str]) -> str:
    """The language that ``LC_ALL``, ``LC_MESSAGES`` or ``LANG`` asks for, in that order.

    >>> choose_language({"LANG": "zh_CN.UTF-8"}), choose_language({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"})
    ('zh', 'en')
    >>> choose_language({"LANG": "zh_HK.UTF-8"}), choose_language({"LANG": "zh_Hant"}), choose_language({"LANG": "zh_Hans_HK"})
    ('zh_TW', 'zh_TW', 'zh')
    """
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environ.get(name)
        if value:
            code, *places = re.split(r"[.@]", value)[0].lower().replace("-", "_").split("_")
            if code == "zh" and _is_traditional(set(places)):
                return TRADITIONAL
            return code if code in LANGUAGES else "en"
    return "en"


def _is_traditional(places: set[str]) -> bool:
    """The script where it is named, else the place."""
    return "hant" in places or ("hans" not in places and bool(places & _TRADITIONAL_PLACES))


_current: ContextVar[Translator | None] = ContextVar("forbear_language", default=None)


def current() -> Translator:
    """The translator in use: what ``use_language`` chose, else what the environment asks for."""
    return _current.get() or translator(choose_language(os.environ))


def use_language(language: str) -> None:
    """Speak this language from here on."""
    _current.set(translator(language))


@contextmanager
def speaking(language: str) -> Iterator[Translator]:
    """Speak this language within the block."""
    token = _current.set(translator(language))
    try:
        yield current()
    finally:
        _current.reset(token)


def gettext(message: str) -> str:
    """The message in the language in use."""
    return current().gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form that ``count`` asks for, in the language in use."""
    return current().ngettext(singular, plural, count)


def pgettext(context: str, message: str) -> str:
    """The message within a context, in the language in use: how codes get their words."""
    return current().pgettext(context, message)


def code_words(context: str, code: str) -> str:
    """The words for a code, in the language in use."""
    return current().code_words(context, code)


def N_(message: str) -> str:
    """Mark a message for the catalog without translating it yet."""
    return message


def in_language(texts: Mapping[str, str], language: str) -> str:
    """A text of data, as packs and playbooks hold them by language: its own, else for 繁體 the 简体 turned into it, else English.

    >>> in_language({"en": "debtor", "zh": "债务人"}, "zh_TW")
    '債務人'
    """
    if language in texts:
        return texts[language]
    if language == TRADITIONAL and texts.get("zh"):
        return traditional(texts["zh"])
    return texts.get("en", "")


def traditional(text: str) -> str:
    """Simplified Chinese in traditional characters. Words stay those of the mainland's law: only the script changes.

    >>> traditional("发卡银行应当签订协议，并告知个人信息的处理。")
    '發卡銀行應當簽訂協議，並告知個人信息的處理。'
    """
    return _MISREAD.sub(lambda found: _READ_AS[found.group()], str(_converter().convert(text)))


@cache
def _converter() -> OpenCC:
    """OpenCC, imported when it is needed; ``s2tw`` turns characters, where ``s2twp`` would turn words too (信息 to 資訊)."""
    from opencc import OpenCC

    return OpenCC("s2tw")
