"""Chance, in whole numbers only: the same on every machine.

Every draw comes from a PCG64 stream seeded by (seed, chunk, step). Draws are integers, so no rounding of a
processor's floating-point functions can change a byte.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
# A table before it is encoded: every column in whole numbers.
Rows = dict[str, Ints]

MILLION = 1_000_000
# Stands for "no value" in every whole-number column.
NULL = int(np.iinfo(np.int64).min)
_QUANTILES = 4096
# The order is part of the seed: add at the end only.
_STEPS = (
    "people",
    "loans",
    "behaviour",
    "payments",
    "points",
    "holds",
    "consents",
    "contacts",
    "promises",
    "plans",
    "faults",
    "ladder",
    "ledger",
)


class Draws:
    """One stream of chance."""

    def __init__(self, seed: int, chunk: int, step: str) -> None:
        key = np.random.SeedSequence(seed, spawn_key=(chunk, _STEPS.index(step)))
        self._generator = np.random.Generator(np.random.PCG64(key))

    def below(self, count: int, high: int) -> Ints:
        """``count`` whole numbers from 0 up to, not including, ``high``."""
        return self._generator.integers(0, high, size=count, dtype=np.int64)

    def between(self, count: int, low: int, high: int) -> Ints:
        """``count`` whole numbers from ``low`` to ``high``, both included."""
        return self._generator.integers(low, high + 1, size=count, dtype=np.int64)

    def happens(self, count: int, per_million: int | Ints) -> Bools:
        """Whether each of ``count`` chances, given in millionths, comes true."""
        return self.below(count, MILLION) < per_million

    def pick(self, count: int, weights: Sequence[int]) -> Ints:
        """``count`` positions in ``weights``, each as likely as its weight."""
        edges = np.cumsum(np.asarray(weights, dtype=np.int64))
        return np.searchsorted(edges, self.below(count, int(edges[-1])), side="right").astype(np.int64)

    def pick_by(self, kinds: Ints, weights: Sequence[Sequence[int]]) -> Ints:
        """For each kind, a position in the weights of that kind; every row of weights adds up to the same sum."""
        edges = np.cumsum(np.asarray(weights, dtype=np.int64), axis=1)
        drawn = self.below(len(kinds), int(edges[0, -1]))
        places: Ints = (drawn[:, None] >= edges[kinds]).sum(axis=1).astype(np.int64)
        return places

    def lognormal(self, count: int, *, median: int, sigma_percent: int) -> Ints:
        """``count`` whole numbers, lognormal around ``median`` with spread ``sigma_percent`` / 100."""
        return _lognormal_quantiles(median, sigma_percent)[self.below(count, _QUANTILES)]


@cache
def _lognormal_quantiles(median: int, sigma_percent: int) -> Ints:
    """Middle quantiles of the lognormal, rounded to whole numbers once."""
    normal = NormalDist()
    spread = sigma_percent / 100
    values = [
        round(median * math.exp(spread * normal.inv_cdf((rank + 0.5) / _QUANTILES))) for rank in range(_QUANTILES)
    ]
    return np.asarray(values, dtype=np.int64)


def divide(numerator: Ints, denominator: int) -> Ints:
    """Non-negative whole numbers divided, halves up."""
    return (numerator + denominator // 2) // denominator


def count_within(groups: Ints) -> Ints:
    """0, 1, 2 … within each run of equal neighbours.

    >>> count_within(np.array([7, 7, 9])).tolist()
    [0, 1, 0]
    """
    size = len(groups)
    if size == 0:
        return np.zeros(0, dtype=np.int64)
    starts = np.flatnonzero(np.concatenate(([True], groups[1:] != groups[:-1])))
    lengths = np.diff(np.append(starts, size))
    return np.arange(size, dtype=np.int64) - np.repeat(starts, lengths)


def add_by(groups: Ints, amounts: Ints, count: int) -> Ints:
    """The exact sum of the amounts of each group 0 … count - 1."""
    sums = np.zeros(count, dtype=np.int64)
    np.add.at(sums, groups, amounts)
    return sums
