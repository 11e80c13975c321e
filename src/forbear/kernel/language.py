"""The words people see, in their language.

Messages are written in English in the source and looked up in ``locale/<language>/LC_MESSAGES/forbear.po``. The catalog
is read at run time, so a changed catalog needs no build step. Codes (a treatment, a reason, a verdict) get their
words by context, in English too: ``code_words("treatment", "leave_alone")``.
"""

from __future__ import annotations

import gettext as stdlib_gettext
import io
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CATALOGS = Path(__file__).parent.parent / "locale"
DOMAIN = "forbear"
LANGUAGES: Mapping[str, str] = {"en": "en", "zh": "zh_CN"}
"""The language codes a person may give, and the catalog folder of each. English has words for codes only."""


@dataclass(frozen=True)
class Translator:
    """One language."""

    language: str

    @property
    def locale(self) -> str:
        """The name of the catalog, such as ``zh_CN``."""
        return LANGUAGES[self.language]

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
    """The translator of ``"en"`` or ``"zh"``; any other code gives English."""
    return Translator(language if language in LANGUAGES else "en")


@cache
def _catalog(language: str) -> stdlib_gettext.NullTranslations:
    """Compile the ``.po`` file in memory. Babel is imported here because plain English needs no catalog."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    locale = LANGUAGES[language]
    with (CATALOGS / locale / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        catalog = read_po(file, locale=locale, domain=DOMAIN)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return stdlib_gettext.GNUTranslations(compiled)


def choose_language(environ: Mapping[str, str]) -> str:
    """The language that ``LC_ALL``, ``LC_MESSAGES`` or ``LANG`` asks for, in that order.

    >>> choose_language({"LANG": "zh_CN.UTF-8"}), choose_language({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"})
    ('zh', 'en')
    """
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environ.get(name)
        if value:
            code = value.split(".")[0].split("_")[0].lower()
            return code if code in LANGUAGES else "en"
    return "en"


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
