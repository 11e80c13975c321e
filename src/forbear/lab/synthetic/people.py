"""Who the borrowers are, and how they are with money."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forbear.lab.synthetic.draws import MILLION, NULL, Bools, Draws, Ints
from forbear.lab.synthetic.places import OVERSEAS_ZONES, REGION_WEIGHTS, REGIONS, ZONES
from forbear.lab.synthetic.words import GIVEN_COUNT, SURNAME_WEIGHTS

# Borrowers made at a time. Fixed, so that a borrower does not depend on how many others there are.
CHUNK = 10_000
LOANS_MAX = 5

ON_TIME, FORGETFUL, SEASONAL, IN_DIFFICULTY, REFUSER, LOST = range(6)
# Assumed shares of the hidden types among borrowers, per thousand.
_TYPE_WEIGHTS = (625, 155, 96, 78, 22, 24)
_LOAN_COUNT_WEIGHTS = (600, 250, 100, 40, 10)
_PAY_DAYS = np.array([5, 10, 15, 20, 25], dtype=np.int64)
_PAY_DAY_WEIGHTS = (20, 30, 25, 10, 15)
# Days since the last honoured due date of those who stopped paying: (up to, weight).
_STOPPED_AGES = ((31, 37), (61, 13), (91, 9), (121, 7), (151, 6), (181, 5), (365, 14), (720, 9))


@dataclass(frozen=True)
class People:
    """One row a borrower. Dates are days since 1970; ``stopped_on`` is ``NULL`` for those who still pay."""

    number: Ints
    kind: Ints
    loans_count: Ints
    pay_day: Ints
    lean_month: Ints
    stopped_on: Ints
    name: Ints
    language: Ints
    zone: Ints
    region: Ints
    birth_on: Ints
    legal_capacity: Ints
    is_deceased: Bools
    monthly_income_cents: Ints
    has_representative: Bools
    has_local_agency: Ints


def make_people(seed: int, chunk: int, as_of: int) -> People:
    """The borrowers of one chunk, as on the day ``as_of`` (days since 1970)."""
    draws = Draws(seed, chunk, "people")
    kind = draws.pick(CHUNK, _TYPE_WEIGHTS)
    is_deceased = draws.happens(CHUNK, 700)
    kind = np.where(is_deceased, LOST, kind)
    region = draws.pick(CHUNK, REGION_WEIGHTS)
    return People(
        number=chunk * CHUNK + np.arange(CHUNK, dtype=np.int64),
        kind=kind,
        loans_count=draws.pick(CHUNK, _LOAN_COUNT_WEIGHTS) + 1,
        pay_day=_PAY_DAYS[draws.pick(CHUNK, _PAY_DAY_WEIGHTS)],
        lean_month=draws.below(CHUNK, 12),
        stopped_on=np.where(kind >= IN_DIFFICULTY, as_of - _stopped_age(draws), NULL),
        name=draws.pick(CHUNK, SURNAME_WEIGHTS) * GIVEN_COUNT + draws.below(CHUNK, GIVEN_COUNT),
        language=draws.pick(CHUNK, (985, 10, 5)),
        zone=_zone(draws, region),
        region=np.where(draws.happens(CHUNK, 15_000), NULL, region),
        birth_on=_birth_on(draws, as_of),
        legal_capacity=draws.pick(CHUNK, (9_990, 7, 3)),
        is_deceased=is_deceased,
        monthly_income_cents=_income(draws),
        has_representative=draws.happens(CHUNK, 1_500),
        has_local_agency=draws.pick(CHUNK, (25, 65, 10)),
    )


def _stopped_age(draws: Draws) -> Ints:
    edges = np.array([0, *(upper for upper, _ in _STOPPED_AGES)], dtype=np.int64)
    band = draws.pick(CHUNK, [weight for _, weight in _STOPPED_AGES])
    ages: Ints = edges[band] + draws.below(CHUNK, MILLION) * (edges[band + 1] - edges[band]) // MILLION
    return ages


def _zone(draws: Draws, region: Ints) -> Ints:
    """The book's zone for nearly all; Urumqi time for some of Xinjiang; a few overseas; some not stated."""
    zone = np.zeros(CHUNK, dtype=np.int64)
    is_xinjiang = np.array([code.startswith("65") for code in REGIONS])[region]
    zone[is_xinjiang & draws.happens(CHUNK, 300_000)] = ZONES.index("Asia/Urumqi")
    overseas = draws.happens(CHUNK, 3_000)
    zone = np.where(overseas, OVERSEAS_ZONES[draws.below(CHUNK, len(OVERSEAS_ZONES))], zone)
    return np.where((zone == 0) & draws.happens(CHUNK, 80_000), NULL, zone)


def _birth_on(draws: Draws, as_of: int) -> Ints:
    """Ages 20 to 58, thinner at the top; one in five thousand is a minor; one in fifty is not stated."""
    age_days = 20 * 366 + np.minimum(draws.below(CHUNK, 38 * 365), draws.below(CHUNK, 48 * 365))
    age_days = np.where(draws.happens(CHUNK, 200), 17 * 365 - draws.below(CHUNK, 300), age_days)
    return np.where(draws.happens(CHUNK, 20_000), NULL, as_of - age_days)


def _income(draws: Draws) -> Ints:
    income = draws.lognormal(CHUNK, median=6_500, sigma_percent=50) // 100 * 10_000
    return np.where(draws.happens(CHUNK, 250_000), NULL, income)
