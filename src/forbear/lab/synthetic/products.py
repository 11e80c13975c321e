"""What is lent: six invented products with everyday terms."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from forbear.book.schema import LOANS
from forbear.lab.synthetic.draws import MILLION, Ints

_KINDS = LOANS.field("product_kind").codes
_LENDERS = LOANS.field("lender_type").codes
_SCALE = 1_000_000_000


@dataclass(frozen=True)
class Product:
    """Amounts in yuan, rates in millionths a year, terms in months; ``is_level`` means equal instalments, else equal principal."""

    code: str
    kind: str
    lender: str
    weight: int
    terms: tuple[tuple[int, int], ...]
    rates: tuple[int, ...]
    median_yuan: int
    sigma_percent: int
    low_yuan: int
    high_yuan: int
    is_level: bool


PRODUCTS = (
    Product(
        "cash-instalment",
        "instalment",
        "consumer_finance",
        38,
        ((3, 10), (6, 25), (12, 50), (24, 15)),
        (144_000, 168_000, 180_000, 198_000, 216_000, 235_000, 240_000),
        9_000,
        70,
        500,
        200_000,
        True,
    ),
    Product(
        "revolving-line",
        "revolving",
        "bank",
        16,
        ((10, 1),),
        (126_000, 144_000, 162_000, 180_000),
        12_000,
        70,
        500,
        200_000,
        False,
    ),
    Product("card-balance", "card", "bank", 18, ((12, 1),), (152_000, 182_500), 8_000, 80, 300, 100_000, False),
    Product(
        "micro-loan",
        "microloan",
        "microloan_company",
        18,
        ((1, 45), (3, 55)),
        (216_000, 234_000, 240_000),
        2_000,
        60,
        300,
        20_000,
        True,
    ),
    Product("wage-advance", "advance", "other", 4, ((1, 1),), (108_000, 144_000), 1_200, 40, 200, 5_000, True),
    Product(
        "car-instalment",
        "instalment",
        "auto_finance",
        6,
        ((24, 40), (36, 60)),
        (108_000, 118_800, 129_600),
        62_000,
        40,
        15_000,
        300_000,
        True,
    ),
)
KIND_OF = np.array([_KINDS.index(product.kind) for product in PRODUCTS], dtype=np.int64)
LENDER_OF = np.array([_LENDERS.index(product.lender) for product in PRODUCTS], dtype=np.int64)
TERM_MAX = max(term for product in PRODUCTS for term, _ in product.terms)
# A monthly service fee, in millionths of the principal, that a few cash instalments carry.
FEE_PPM = 2_500


@cache
def level_factor(rate_ppm: int, term: int) -> int:
    """The level monthly instalment of one unit of principal, times a thousand million, half up."""
    base = 12 * MILLION
    grown: int = (base + rate_ppm) ** term
    whole: int = base**term
    return (2 * _SCALE * rate_ppm * grown + base * (grown - whole)) // (2 * base * (grown - whole))


def level_payment(principal_cents: Ints, rates: Ints, terms: Ints) -> Ints:
    """The level monthly instalment of each loan, in cents, half up."""
    keys = rates * 100 + terms
    known, place = np.unique(keys, return_inverse=True)
    factors = np.array([level_factor(int(key) // 100, int(key) % 100) for key in known], dtype=np.int64)
    payments: Ints = (principal_cents * factors[place] + _SCALE // 2) // _SCALE
    return payments


@cache
def all_in_rate(rate_ppm: int, term: int, fee_ppm: int) -> int:
    """Yearly cost with a monthly fee, in millionths: twelve times the monthly rate that discounts all instalments to the principal."""
    paid = level_factor(rate_ppm, term) + fee_ppm * (_SCALE // MILLION)
    low, high = 0, MILLION
    while low < high:
        middle = (low + high + 1) // 2
        if level_factor(middle, term) <= paid:
            low = middle
        else:
            high = middle - 1
    return low


def all_in_rates(rates: Ints, terms: Ints) -> Ints:
    """``all_in_rate`` with the service fee, for each loan."""
    keys = rates * 100 + terms
    known, place = np.unique(keys, return_inverse=True)
    found = [all_in_rate(int(key) // 100, int(key) % 100, FEE_PPM) for key in known]
    return np.array(found, dtype=np.int64)[place]
