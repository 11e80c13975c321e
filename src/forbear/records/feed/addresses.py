"""Contact points written one way: that of the same number or mailbox there is one digest, however it was typed."""

from __future__ import annotations

import re
import unicodedata

import phonenumbers

REGION = "CN"
"""Where a number without its country is."""
BY_PHONE = ("mobile", "landline")
# How nearly every number of the mainland is written; the rest is read by the library, which is a hundred times slower.
_PLAIN_MOBILE = re.compile(r"1[3-9][0-9]{9}")


def normal_form(kind: str, value: str, region: str) -> str:
    """The one way to write a point: E.164 for a number, lower case for a mailbox, single spaces for all else.

    Args:
        kind: the kind of point, as in the book.
        value: as it was typed.
        region: the country (ISO 3166, two letters) of a number without its own.

    >>> normal_form("mobile", "138 0000 1234", "CN"), normal_form("email", " A.B@Example.CN ", "CN")
    ('+8613800001234', 'a.b@example.cn')
    """
    text = " ".join(unicodedata.normalize("NFKC", value).split())
    if kind in BY_PHONE:
        return _phone(text, region)
    return text.lower() if kind == "email" else text


def _phone(text: str, region: str) -> str:
    if region == "CN" and _PLAIN_MOBILE.fullmatch(text):
        return f"+86{text}"
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return text
    if not phonenumbers.is_possible_number(number):
        return text
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
