"""The arithmetic under the synthetic book, against slow and obvious versions of it."""

from __future__ import annotations

from decimal import Decimal, localcontext

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from forbear.lab.synthetic.draws import NULL, Draws, add_by, count_within
from forbear.lab.synthetic.encode import encode_ids, encode_rates
from forbear.lab.synthetic.loans import due_on
from forbear.lab.synthetic.places import REGION_WEIGHTS, REGIONS
from forbear.lab.synthetic.products import FEE_PPM, all_in_rate, level_factor, level_payment


@given(st.integers(10_000, 400_000), st.integers(1, 60))
def test_the_level_factor_is_the_annuity_formula(rate_ppm: int, term: int) -> None:
    with localcontext(prec=60):
        monthly = Decimal(rate_ppm) / 12_000_000
        exact = monthly / (1 - (1 + monthly) ** -term)
        assert abs(Decimal(level_factor(rate_ppm, term)) / 1_000_000_000 - exact) <= Decimal("0.0000000005")


@given(st.integers(100_000, 240_000), st.sampled_from([6, 12, 24]))
def test_a_fee_raises_the_all_in_rate_to_where_the_payments_are_worth_the_principal(rate_ppm: int, term: int) -> None:
    found = all_in_rate(rate_ppm, term, FEE_PPM)
    paid = level_factor(rate_ppm, term) + FEE_PPM * 1_000
    assert level_factor(found, term) <= paid < level_factor(found + 20, term)
    assert found > rate_ppm


def test_level_payments_are_whole_cents() -> None:
    paid = level_payment(np.array([1_200_000]), np.array([240_000]), np.array([12]))
    assert paid.tolist() == [113_472]  # 12,000 yuan at 2 % a month for a year: 1,134.72


def test_the_31st_of_a_short_month_is_its_last_day() -> None:
    february_2027 = (2027 - 1970) * 12 + 1
    days = due_on(np.array([february_2027, february_2027 + 1]), np.array([31, 31]))
    assert [str(day) for day in days.astype("datetime64[D]")] == ["2027-02-28", "2027-03-31"]


@given(st.lists(st.one_of(st.none(), st.integers(-99_999_999, 99_999_999)), max_size=20))
def test_ids_are_a_letter_and_padded_digits(numbers: list[int | None]) -> None:
    made = encode_ids(np.array([NULL if n is None else n for n in numbers], dtype=np.int64), "P", 8).to_pylist()
    wanted = [None if n is None else f"{'X' if n < 0 else 'P'}{abs(n):08d}" for n in numbers]
    assert made == wanted


@given(st.lists(st.one_of(st.none(), st.integers(0, 999_999_999)), max_size=20))
def test_rates_are_exact_millionths(millionths: list[int | None]) -> None:
    made = encode_rates(np.array([NULL if n is None else n for n in millionths], dtype=np.int64)).to_pylist()
    assert made == [None if n is None else Decimal(n) / 1_000_000 for n in millionths]


@given(st.lists(st.integers(0, 5), max_size=30))
def test_counting_and_adding_within_groups(groups: list[int]) -> None:
    groups = sorted(groups)
    array = np.array(groups, dtype=np.int64)
    assert count_within(array).tolist() == [groups[:at].count(group) for at, group in enumerate(groups)]
    assert add_by(array, array + 1, 6).tolist() == [groups.count(group) * (group + 1) for group in range(6)]


def test_chance_follows_its_weights_and_its_seed() -> None:
    picked = Draws(1, 0, "people").pick(100_000, (1, 3))
    assert 0.74 < picked.mean() < 0.76
    assert (picked == Draws(1, 0, "people").pick(100_000, (1, 3))).all()
    assert (picked != Draws(1, 1, "people").pick(100_000, (1, 3))).any()
    assert (picked != Draws(1, 0, "loans").pick(100_000, (1, 3))).any()


def test_lognormal_draws_are_around_their_median() -> None:
    drawn = Draws(1, 0, "people").lognormal(100_000, median=9_000, sigma_percent=70)
    assert 8_800 < np.median(drawn) < 9_200
    assert 2.8 < np.quantile(drawn, 0.9375) / np.median(drawn) < 3.05  # e to the 0.7 × 1.534 is 2.93


def test_region_codes_are_prefectures() -> None:
    assert len(set(REGIONS)) == len(REGIONS) == len(REGION_WEIGHTS)
    assert all(len(code) == 6 and code.isdigit() and code.endswith("00") for code in REGIONS)
    assert len({code[:2] for code in REGIONS}) == 31
