"""Numbers and addresses in one form each, so that the same point is found however it is written."""

from __future__ import annotations

import unicodedata

import phonenumbers

REGION = "CN"
"""Where a number without a country is."""


def normal_value(kind: str, value: str) -> str:
    """The value in the form by which it is found: E.164, a mailbox in lower case, an address without spaces.

    What cannot be read stays as it is, without spaces: it is found when it is written the same way.

    >>> normal_value("mobile", "138 0013 8000"), normal_value("email", " Zhang@Example.CN ")
    ('+8613800138000', 'zhang@example.cn')
    """
    plain = unicodedata.normalize("NFKC", value).strip()
    if kind in ("mobile", "landline"):
        try:
            number = phonenumbers.parse(plain, REGION)
        except phonenumbers.NumberParseException:
            return "".join(plain.split())
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return "".join(plain.split()) if kind == "address" else plain.casefold()
