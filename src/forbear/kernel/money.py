"""Whole minor units. The only module that rounds."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from enum import Enum

# Minor units per major unit, as powers of ten (ISO 4217). Currencies not named here have two.
_EXPONENTS = {"JPY": 0, "KRW": 0, "VND": 0, "IDR": 2, "KWD": 3, "BHD": 3, "TND": 3}
_SYMBOLS = {"CNY": "¥", "EUR": "€", "USD": "$", "GBP": "£", "HKD": "HK$", "JPY": "¥"}


class Rounding(Enum):
    """How a fraction of a minor unit is settled; every caller names one."""

    HALF_UP = ROUND_HALF_UP
    HALF_EVEN = ROUND_HALF_EVEN


def minor_exponent(currency: str) -> int:
    """Decimal places of the currency's minor unit (ISO 4217).

    >>> minor_exponent("CNY"), minor_exponent("JPY")
    (2, 0)
    """
    return _EXPONENTS.get(currency, 2)


def to_cents(amount: Decimal, currency: str, rounding: Rounding) -> int:
    """A major-unit amount in whole minor units.

    >>> to_cents(Decimal("12.345"), "CNY", Rounding.HALF_UP)
    1235
    """
    scaled = amount.scaleb(minor_exponent(currency))
    return int(scaled.quantize(Decimal(1), rounding=rounding.value))


def split_cents(total_cents: int, weights: Sequence[int]) -> list[int]:
    """Parts in proportion to ``weights`` that add up to the whole; leftover cents go to the largest remainders, ties to the first.

    >>> split_cents(100, [1, 1, 1])
    [34, 33, 33]
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must be non-negative and not all zero")
    sign = -1 if total_cents < 0 else 1
    shares = [divmod(abs(total_cents) * weight, whole) for weight in weights]
    left = abs(total_cents) - sum(share for share, _ in shares)
    order = sorted(range(len(weights)), key=lambda index: (-shares[index][1], index))
    extra = set(order[:left])
    return [sign * (share + (index in extra)) for index, (share, _) in enumerate(shares)]


def format_cents(cents: int, currency: str) -> str:
    """Symbol, thousands separators and minor units, with a real minus.

    >>> format_cents(123450, "CNY"), format_cents(-5, "EUR")
    ('¥1,234.50', '−€0.05')
    """
    exponent = minor_exponent(currency)
    amount = Decimal(abs(cents)).scaleb(-exponent)
    return f"{'−' if cents < 0 else ''}{_SYMBOLS.get(currency, currency + ' ')}{amount:,.{exponent}f}"
