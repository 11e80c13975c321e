"""Personal data as somebody may see it who need not know all of it: enough to recognise, too little to use."""

from __future__ import annotations

import re

HIDDEN = "****"
_DISTRICT = re.compile(r"^.*?(?:自治县|自治旗|新区|[区县旗])")
_CITY = re.compile(r"^.*?(?:自治州|[市州盟])")


def mask_name(text: str) -> str:
    """The first character: of a Chinese name the family name's.

    >>> mask_name("张晓北"), mask_name("Anna Li"), mask_name("")
    ('张*', 'A*', '')
    """
    return text[:1] + "*" if text else ""


def mask_number(text: str) -> str:
    """The first three digits and the last four; of a short number the last two.

    >>> mask_number("13812341234"), mask_number("+8613812341234"), mask_number("12345678"), mask_number("123")
    ('138****1234', '+861******1234', '******78', '***')
    """
    if len(text) >= 11:
        head = 4 if text.startswith("+") else 3
        return text[:head] + "*" * (len(text) - head - 4) + text[-4:]
    shown = 2 if len(text) >= 5 else 0
    return "*" * (len(text) - shown) + text[len(text) - shown :]


def mask_email(text: str) -> str:
    """The first character and the provider.

    >>> mask_email("xiaobei@example.cn"), mask_email("no address")
    ('x***@example.cn', '****')
    """
    name, at, provider = text.rpartition("@")
    return f"{name[:1]}***@{provider}" if at and name else HIDDEN


def mask_address(text: str) -> str:
    """Down to the district; where none is named, to the city; where that is not either, nothing.

    >>> mask_address("上海市浦东新区世纪大道100号"), mask_address("广东省东莞市南城街道1号"), mask_address("Century Ave 100")
    ('上海市浦东新区****', '广东省东莞市****', '****')
    """
    found = _DISTRICT.match(text) or _CITY.match(text)
    return (found.group() if found else "") + HIDDEN


def mask_birth(text: str) -> str:
    """The year.

    >>> mask_birth("1990-05-01")
    '1990-**-**'
    """
    return text[:4] + "-**-**"


def mask_words(text: str) -> str:
    """Nothing of what was said.

    >>> mask_words("请联系张三")
    '****'
    """
    return HIDDEN if text else ""
