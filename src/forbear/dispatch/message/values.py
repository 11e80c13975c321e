"""What stands in the places of a message: read from fresh facts, the lender's settings and the terms of what it is about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_date, format_time
from babel.numbers import format_currency

from forbear.compliance.permit import Held
from forbear.dispatch.message.places import PLACES, Place
from forbear.kernel.dates import zone
from forbear.kernel.language import Translator, translator
from forbear.kernel.money import minor_exponent

COMPONENTS = ("principal", "interest", "penalty", "fee")
LOCALES: Mapping[str, str] = {"zh_CN": "zh_Hans_CN", "zh_TW": "zh_Hant_TW", "en": "en"}
SPOKEN: Mapping[str, str] = {"zh_CN": "zh", "zh_TW": "zh_TW", "en": "en"}
_AMOUNT = re.compile(
    r"(?<![A-Za-z])[A-Z]{0,3}[¥￥$€£]\s?(-?\d[\d,]*(?:\.\d+)?)|(?<![A-Za-z])[A-Z]{3}\s?(\d[\d,]*(?:\.\d+)?)|(\d[\d,]*(?:\.\d+)?)\s*[元圆圓]"
)


@dataclass(frozen=True)
class Values:
    """What stands in the places, as text; the amounts behind it in minor units; and every fact that was read."""

    texts: Mapping[str, str]
    cents: Mapping[str, int]
    read: Mapping[str, Any]


@dataclass(frozen=True)
class _Scene:
    held: Held
    channel: str
    language: str
    links: Mapping[str, str]
    terms: Mapping[str, Any]

    @property
    def currency(self) -> str:
        return str(self.held.facts.get("currency") or "CNY")

    @property
    def locale(self) -> str:
        return LOCALES[self.language]

    @property
    def words(self) -> Translator:
        return translator(SPOKEN[self.language])


def values_of(
    held: Held, channel: str, language: str, links: Mapping[str, str], terms: Mapping[str, Any], wanted: frozenset[str]
) -> Values:
    """What stands in the wanted places. A place of which nothing is known has no entry.

    An amount of nought stands nowhere either: there is nothing to ask for.
    """
    scene = _Scene(held, channel, language, links, terms)
    texts: dict[str, str] = {}
    cents: dict[str, int] = {}
    read: dict[str, Any] = {}
    for name in sorted(wanted & set(PLACES)):
        place = PLACES[name]
        raw = _raw(place, scene)
        if place.source == "words":
            text, more = _WORDS[name](scene)
            read |= more
        else:
            text = _text(place, raw, scene)
            if text:
                read[place.reads] = raw
        if text:
            texts[name] = text
        if text and place.kind == "money":
            cents[name] = int(raw)
    return Values(texts, cents, read)


def format_money(cents: int, currency: str, language: str) -> str:
    """An amount as the language writes it.

    >>> format_money(123456, "CNY", "zh_CN"), format_money(123456, "CNY", "en"), format_money(500, "JPY", "en")
    ('¥1,234.56', 'CN¥1,234.56', '¥500')
    """
    amount = Decimal(cents).scaleb(-minor_exponent(currency))
    return format_currency(amount, currency, locale=LOCALES[language])


def amounts_in(text: str, currency: str) -> list[int]:
    """Every amount of money that a text states, in minor units, in the order of the text.

    >>> amounts_in("请还¥1,234.56，其中罚息34.5元", "CNY")
    [123456, 3450]
    """
    found = []
    for match in _AMOUNT.finditer(text):
        written = next(group for group in match.groups() if group).replace(",", "")
        found.append(int(Decimal(written).scaleb(minor_exponent(currency))))
    return found


def _raw(place: Place, scene: _Scene) -> Any:
    match place.source:
        case "lender":
            return scene.held.lender.get(place.reads)
        case "facts":
            return scene.held.facts.get(place.reads)
        case "terms":
            return scene.terms.get(place.reads)
        case "links":
            return scene.links.get(place.reads)
        case "person":
            return scene.held.recipient.name
    return None


def _text(place: Place, raw: Any, scene: _Scene) -> str:
    if raw is None or raw == "":
        return ""
    match place.kind:
        case "money":
            return format_money(int(raw), scene.currency, scene.language) if int(raw) > 0 else ""
        case "count":
            return str(int(raw)) if int(raw) > 0 else ""
        case "day":
            day = raw if isinstance(raw, date) else date.fromisoformat(str(raw))
            return format_date(day, "long", locale=scene.locale)
        case "minute":
            at = raw if isinstance(raw, datetime) else datetime.fromisoformat(str(raw))
            return format_time(at.astimezone(zone(scene.held.time_zone)), "HH:mm", locale=scene.locale)
    return str(raw)


def _product(scene: _Scene) -> tuple[str, dict[str, Any]]:
    kind = str(scene.held.facts.get("product_kind") or "instalment")
    return scene.words.code_words("product kind", kind), {"product_kind": kind}


def _components(scene: _Scene) -> tuple[str, dict[str, Any]]:
    cents = {f"overdue_{part}_cents": scene.held.facts.get(f"overdue_{part}_cents") or 0 for part in COMPONENTS}
    parts = [
        f"{scene.words.code_words('component', part)} {format_money(amount, scene.currency, scene.language)}"
        for part, amount in zip(COMPONENTS, cents.values(), strict=True)
        if amount
    ]
    return scene.words.gettext(", ").join(parts), cents


def _sender(scene: _Scene) -> tuple[str, dict[str, Any]]:
    """The lender; and the agency, where one acts. One that acts and has no name here leaves it empty: nobody writes unnamed."""
    name, facts = str(scene.held.lender.get("name", "")), scene.held.facts
    if not name or str(facts.get("actor_kind") or scene.held.act.actor_kind or "agency") == "lender":
        return name, {}
    agency = str(facts.get("agency_name") or "")
    said = scene.words.gettext("{institution} (through {agency}, on its behalf)") if agency else ""
    return said.format(institution=name, agency=agency), {"agency_name": agency}


def _signature(scene: _Scene) -> tuple[str, dict[str, Any]]:
    name, seal = str(scene.held.lender.get("name", "")), str(scene.held.lender.get("seal", ""))
    return (f"{name} {seal}".strip() if name else ""), {}


def _confirm(scene: _Scene) -> tuple[str, dict[str, Any]]:
    name, words = scene.held.recipient.name, scene.words
    if not name:
        return "", {}
    if scene.channel == "voice_bot":
        asked = words.gettext("Am I speaking with {name}? Please say yes or no.")
    else:
        asked = words.gettext(
            "Am I speaking with {name}? [Nothing of the account is said until they have confirmed it.]"
        )
    return asked.format(name=name), {}


def _options(scene: _Scene) -> tuple[str, dict[str, Any]]:
    return scene.words.gettext("an extension, instalments, or help in hardship"), {}


def _legal_basis(scene: _Scene) -> tuple[str, dict[str, Any]]:
    said = scene.words.gettext("The claim rests on the loan agreement, and on what the Civil Code says of loans.")
    return said, {}


def _rights(scene: _Scene) -> tuple[str, dict[str, Any]]:
    said = scene.words.gettext(
        "You may ask what you owe and how it came about, propose a plan, object, and complain; you are to repay what is due."
    )
    return said, {}


_WORDS = {
    "product": _product,
    "amount_by_component": _components,
    "sender": _sender,
    "signature": _signature,
    "confirm_person": _confirm,
    "options": _options,
    "legal_basis": _legal_basis,
    "rights": _rights,
}
"""How the places of source ``words`` are made, each with the facts that it read."""
