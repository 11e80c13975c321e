"""A message set as a PDF. The same letter has the same bytes, on every day and every machine with the same fonts."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock

import segno
import typst
from babel.dates import format_date

from forbear.dispatch.channel import Message
from forbear.dispatch.channels.letter.fonts import FAMILIES, Fonts
from forbear.dispatch.channels.letter.settings import LetterSettings
from forbear.kernel.dates import zone
from forbear.kernel.language import Translator, in_language

TEMPLATE = Path(__file__).parent / "letter.typ"
SPOKEN = {"zh_CN": "zh", "zh_TW": "zh_TW", "en": "en"}
LANGUAGE = {"zh_CN": ("zh", "cn"), "zh_TW": ("zh", "tw"), "en": ("en", "us")}
ADDRESS_LINES_MAX = 7
LINK_LENGTH_MAX = 300


@dataclass(frozen=True)
class Typeset:
    """A letter in print."""

    pdf: bytes
    pages_count: int


@dataclass(frozen=True)
class Unprintable:
    """Why a message cannot be a letter: a code, and what it is about without personal data."""

    reason: str
    detail: str = ""


class Typesetter:
    """Sets letters, one at a time; many threads may ask.

    Raises:
        InputError: ``fonts_missing``.
    """

    def __init__(self, settings: LetterSettings) -> None:
        self._settings = settings
        self._fonts = Fonts(settings.font_folders)
        # One compiler keeps what it knows of template and fonts; it cannot be used by two threads at once.
        self._compiler = typst.Compiler(str(TEMPLATE), root=str(TEMPLATE.parent), font_paths=self._fonts.found)
        self._lock = Lock()

    def typeset(self, message: Message, now: datetime) -> Typeset | Unprintable:
        """Set a message.

        Its fields may have ``name`` (the first line of the address), ``reference`` and ``date``, ready to be read; its link
        ``verify`` becomes a code to scan. Without a date it bears that of ``now``.
        """
        if message.language not in FAMILIES:
            return Unprintable("bad_language")
        verify = message.links.get("verify", "")
        if verify and (not verify.startswith("https://") or len(verify) > LINK_LENGTH_MAX):
            return Unprintable("bad_link")
        address = address_block(message)
        if not address or len(address.splitlines()) > ADDRESS_LINES_MAX:
            return Unprintable("bad_address")
        data = self._data(message, address, verify, now)
        texts = [value for value in json_texts(data) if value]
        missing = self._fonts.missing(message.language, texts)
        if missing:
            return Unprintable("no_such_character", " ".join(missing[:10]))
        try:
            return self._compile({**data, "qr": _code(verify)}, message.expires_at)
        except typst.TypstError as error:
            # The words of the error may quote the letter: the reason alone is told.
            return Unprintable("bad_address" if "address_too_long" in str(error) else "not_typeset")

    def _compile(self, data: dict[str, object], stamp: datetime) -> Typeset:
        inputs = {"letter": json.dumps(data, ensure_ascii=False)}
        with self._lock:
            pdf = self._compiler.compile(format="pdf", sys_inputs=inputs, timestamp=int(stamp.timestamp()))
            pages = self._compiler.query("<pages>", field="value", one=True)
        assert isinstance(pdf, bytes)
        return Typeset(pdf, int(json.loads(pages)))

    def _data(self, message: Message, address: str, verify: str, now: datetime) -> dict[str, object]:
        settings, spoken = self._settings, SPOKEN[message.language]
        words = Translator(spoken)
        today = format_date(now.astimezone(zone(settings.time_zone)).date(), "long", locale=message.language)
        reference, date = message.fields.get("reference", ""), message.fields.get("date") or today
        beside = [(words.gettext("Date"), date), (words.gettext("Reference"), reference)]
        lang, region = LANGUAGE[message.language]
        return {
            "fonts": self._fonts.names(message.language),
            "lang": lang,
            "region": region,
            "institution": in_language(settings.institution, spoken),
            "contact": in_language(settings.contact, spoken),
            "window": vars(settings.window),
            "address": address,
            "beside": [(name, value) for name, value in beside if value],
            "subject": message.subject,
            "body": message.body.replace("\r\n", "\n").strip("\n"),
            "verify": verify,
            "words": {
                "page": words.gettext("Page {page} of {pages}"),
                "verify": words.gettext("Scan this code to make sure that the letter comes from us:"),
            },
        }


def address_block(message: Message) -> str:
    """What shows in the window: the name and the address, and nothing else."""
    lines = [message.fields.get("name", "").strip(), *(line.strip() for line in message.to.splitlines())]
    return "\n".join(dict.fromkeys(line for line in lines if line))


def json_texts(value: object) -> list[str]:
    """Every text within a JSON value, but no key."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for each in value.values() for text in json_texts(each)]
    if isinstance(value, list | tuple):
        return [text for each in value for text in json_texts(each)]
    return []


def _code(link: str) -> str:
    """The link as a QR code, an SVG picture; empty for no link."""
    if not link:
        return ""
    picture = io.BytesIO()
    segno.make_qr(link, error="m").save(picture, kind="svg", xmldecl=False, dark="#000000")
    return picture.getvalue().decode()
