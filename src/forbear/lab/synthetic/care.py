"""What stands between a person and collection: holds, consents and refusals, agreed arrangements."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forbear.book.schema import CHANNELS, CONSENTS, HOLD_KINDS
from forbear.lab.synthetic.draws import MILLION, NULL, Draws, Ints, Rows
from forbear.lab.synthetic.loans import Loans
from forbear.lab.synthetic.payments import Standing
from forbear.lab.synthetic.people import IN_DIFFICULTY, SEASONAL, People
from forbear.lab.synthetic.places import to_home_instant

FAR = 10_000_000
CONSENTS_MAX = 8


@dataclass(frozen=True)
class HoldHabit:
    """How often a kind of hold occurs: per million, among people who pay (``calm``) and among those who do not."""

    calm: int
    strained: int
    is_for_one_loan: bool = False
    pauses_ageing: bool = False


_HOLD_HABITS = {
    "dispute": HoldHabit(1_500, 15_000, is_for_one_loan=True),
    "hardship": HoldHabit(1_000, 45_000),
    "bereavement": HoldHabit(500, 1_000),
    "bankruptcy": HoldHabit(450, 2_500),
    "moratorium": HoldHabit(800, 4_000, pauses_ageing=True),
    "legal": HoldHabit(500, 6_000, is_for_one_loan=True),
    "complaint": HoldHabit(1_500, 9_000),
    "settled_elsewhere": HoldHabit(500, 2_000, is_for_one_loan=True),
    "no_contact_order": HoldHabit(500, 1_500),
    "grace": HoldHabit(3_000, 12_000, is_for_one_loan=True, pauses_ageing=True),
    "identity_theft": HoldHabit(500, 1_500, is_for_one_loan=True),
}


@dataclass(frozen=True)
class Care:
    """Rows of the three tables, and per person the periods (start, end) in which nobody may contact."""

    holds: Rows
    consents: Rows
    arrangements: Rows
    pauses: tuple[tuple[Ints, Ints], ...]
    refused_channel: Ints
    refused_on: Ints


def first_days(people: People, loans: Loans) -> Ints:
    """The day of each person's first disbursal."""
    first = np.full(len(people.number), FAR, dtype=np.int64)
    np.minimum.at(first, loans.person, loans.disbursed_on)
    return first


def make_holds(
    seed: int, chunk: int, people: People, loans: Loans, first: Ints, as_of: int
) -> tuple[Rows, list[tuple[Ints, Ints]]]:
    """Holds of every kind, and the periods they cover."""
    draws = Draws(seed, chunk, "holds")
    tables, pauses = [], []
    for index, kind in enumerate(HOLD_KINDS):
        start, end = _hold_periods(draws, _HOLD_HABITS[kind], people, first, as_of)
        if kind == "bereavement":
            start = np.where(people.is_deceased & (start == FAR), np.maximum(first, as_of - 90), start)
            end = np.where(people.is_deceased, FAR, end)
        pauses.append((start, end))
        tables.append(_hold_rows(draws, index, people, loans, start, end))
    return join(tables), pauses


def _hold_periods(draws: Draws, habit: HoldHabit, people: People, first: Ints, as_of: int) -> tuple[Ints, Ints]:
    count = len(first)
    held = draws.happens(count, np.where(people.kind >= IN_DIFFICULTY, habit.strained, habit.calm))
    start = np.maximum(first, as_of - 1 - draws.below(count, 200))
    end = start + draws.between(count, 7, 240)
    end = np.where(draws.happens(count, 350_000), FAR, end)
    return np.where(held, start, FAR), end


def _hold_rows(draws: Draws, kind: int, people: People, loans: Loans, start: Ints, end: Ints) -> Rows:
    habit = _HOLD_HABITS[HOLD_KINDS[kind]]
    rows = np.flatnonzero(start != FAR)
    loan_of = np.searchsorted(loans.person, rows)
    is_known_late = draws.happens(len(rows), 100_000)
    return {
        "person": rows,
        "hold_id": people.number[rows] * len(HOLD_KINDS) + kind,
        "person_id": people.number[rows],
        "loan_id": loans.number[loan_of] if habit.is_for_one_loan else full(rows, NULL),
        "kind": full(rows, kind),
        "starts_on": start[rows],
        "ends_on": np.where(end[rows] == FAR, NULL, end[rows]),
        "pauses_ageing": full(rows, int(habit.pauses_ageing)),
        "recorded_at": np.where(is_known_late, NULL, to_home_instant(start[rows], full(rows, 36_000))),
    }


_REFUSABLE = ("voice_agent", "voice_bot", "sms", "push", "email", "im_official", "visit")
_REFUSAL_WEIGHTS = (20, 30, 10, 15, 8, 7, 6, 4)
# Kind: how often per million (who pays, who does not), chance per million that it was asked one by one.
_CONSENT_HABITS = {
    "night_contact": (110_000, 110_000, 60_000),
    "contact_frequency": (9_000, 12_000, 700_000),
    "home_entry": (6_000, 15_000, 600_000),
    "channel_refusal": (9_000, 70_000, 1_000_000),
    "marketing": (80_000, 60_000, 200_000),
}


def make_consents(seed: int, chunk: int, people: People, first: Ints, as_of: int) -> tuple[Rows, Ints, Ints]:
    """Consents and refusals, and per person the refused channel (-1: every one) with the day of the refusal."""
    draws = Draws(seed, chunk, "consents")
    refused_channel, refused_on = full(first, NULL), full(first, FAR)
    tables = []
    for kind, (calm, strained, individual) in _CONSENT_HABITS.items():
        rows = np.flatnonzero(draws.happens(len(first), np.where(people.kind >= IN_DIFFICULTY, strained, calm)))
        table = _consent_rows(draws, kind, individual, rows, people, first, as_of)
        tables.append(table)
        if kind == "channel_refusal":
            refused_channel[rows] = np.where(table["channel"] == NULL, -1, table["channel"])
            refused_on[rows] = table.pop("given_on")
        else:
            table.pop("given_on")
    return join(tables), refused_channel, refused_on


def _consent_rows(
    draws: Draws, kind: str, individual: int, rows: Ints, people: People, first: Ints, as_of: int
) -> Rows:
    count = len(rows)
    index = CONSENTS.field("kind").codes.index(kind)
    refusable = np.array([*(CHANNELS.index(channel) for channel in _REFUSABLE), NULL], dtype=np.int64)
    is_refusal, is_frequency = kind == "channel_refusal", kind == "contact_frequency"
    on = first[rows] if not is_refusal else np.maximum(first[rows], as_of - 1 - draws.below(count, 300))
    noon = 43_200 + draws.below(count, 3_600)
    revoked_on = np.minimum(on + draws.between(count, 5, 300), as_of - 1)
    revoked = draws.happens(count, 60_000) & (revoked_on > on)
    return {
        "person": rows,
        "consent_id": people.number[rows] * CONSENTS_MAX + index,
        "person_id": people.number[rows],
        "kind": full(rows, index),
        "channel": refusable[draws.pick(count, _REFUSAL_WEIGHTS)] if is_refusal else full(rows, NULL),
        "form": np.where(draws.happens(count, individual), 0, 1),
        "given_at": to_home_instant(on, noon),
        "expires_at": np.where(
            draws.happens(count, 0 if is_refusal else 300_000), to_home_instant(on + 365, noon), NULL
        ),
        "revoked_at": np.where(revoked, to_home_instant(revoked_on, noon + 60), NULL),
        "attempts_max": draws.between(count, 1, 6) if is_frequency else full(rows, NULL),
        "given_on": on,
    }


_ACTIVE, _BROKEN, _ENDED, _PROPOSED = range(4)
_PLAN_STATE_WEIGHTS = (55, 28, 12, 5)
_PLAN_KIND_WEIGHTS = (55, 15, 12, 13, 5)


def make_arrangements(
    seed: int, chunk: int, people: People, loans: Loans, standing: Standing, as_of: int
) -> tuple[Rows, tuple[Ints, Ints]]:
    """Arrangements for overdue loans: active, broken, run out or only proposed; and the periods in which they bind."""
    draws = Draws(seed, chunk, "plans")
    rows = _arranged(draws, people, loans, standing, as_of)
    count = len(rows)
    signed = as_of - 1 - draws.below(count, MILLION) * (as_of - standing.overdue_since[rows] - 4) // MILLION
    term = draws.between(count, 1, 12)
    state = draws.pick(count, _PLAN_STATE_WEIGHTS)
    # What was signed a day or two ago can neither be broken nor have run out.
    state = np.where((state != _PROPOSED) & (signed >= as_of - 3), _ACTIVE, state)
    ends = signed + 30 * term
    ends = np.select([state == _ACTIVE, state == _ENDED], [np.maximum(ends, as_of + 5), np.minimum(ends, as_of)], ends)
    broken_on = signed + 1 + draws.below(count, MILLION) * (as_of - 1 - signed) // MILLION
    broken_on = np.minimum(broken_on, ends - 1)
    is_proposed, is_broken = state == _PROPOSED, state == _BROKEN
    table = {
        "person": loans.person[rows],
        "arrangement_id": loans.number[rows],
        "loan_id": loans.number[rows],
        "kind": draws.pick(count, _PLAN_KIND_WEIGHTS),
        "form": np.where(draws.happens(count, 850_000), 0, 1),
        "signed_on": np.where(is_proposed, NULL, signed),
        "ends_on": np.where(is_proposed, NULL, ends),
        "breached_on": np.where(is_broken, broken_on, NULL),
        "term_months": term,
    }
    start, end = full(people.number, FAR), full(people.number, NULL)
    held = np.flatnonzero(~is_proposed)
    np.minimum.at(start, loans.person[rows[held]], signed[held])
    np.maximum.at(end, loans.person[rows[held]], np.where(is_broken, broken_on, ends)[held])
    return table, (start, end)


def _arranged(draws: Draws, people: People, loans: Loans, standing: Standing, as_of: int) -> Ints:
    """The loans, overdue for ten days at least, that someone made an arrangement about."""
    kind = people.kind[loans.person]
    chance = np.select([kind == IN_DIFFICULTY, kind == SEASONAL], [180_000, 80_000], 20_000).astype(np.int64)
    is_late = (standing.overdue_since != NULL) & (standing.overdue_since <= as_of - 10)
    return np.flatnonzero(is_late & draws.happens(len(kind), chance))


def make_care(seed: int, chunk: int, people: People, loans: Loans, standing: Standing, *, as_of: int) -> Care:
    """Holds, consents and arrangements of a chunk."""
    first = first_days(people, loans)
    holds, pauses = make_holds(seed, chunk, people, loans, first, as_of)
    consents, refused_channel, refused_on = make_consents(seed, chunk, people, first, as_of)
    arrangements, plan_pause = make_arrangements(seed, chunk, people, loans, standing, as_of)
    return Care(holds, consents, arrangements, (*pauses, plan_pause), refused_channel, refused_on)


def full(like: Ints, value: int) -> Ints:
    """The value, once for each row."""
    return np.full(len(like), value, dtype=np.int64)


def join(tables: list[Rows]) -> Rows:
    """The rows of several tables of the same columns, in order of person; stable."""
    merged = {name: np.concatenate([table[name] for table in tables]) for name in tables[0] if name != "given_on"}
    order = np.argsort(merged["person"], kind="stable")
    return {name: column[order] for name, column in merged.items()}
