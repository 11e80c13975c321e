"""Where people can be reached, who tried when, what came of it, and what was promised."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forbear.book.schema import CHANNELS, CONTACT_POINTS, CONTACTS
from forbear.lab.synthetic.care import Care, first_days, full, join
from forbear.lab.synthetic.draws import MILLION, NULL, Bools, Draws, Ints, Rows, count_within
from forbear.lab.synthetic.loans import Loans, Schedule
from forbear.lab.synthetic.payments import Due, Standing
from forbear.lab.synthetic.people import LOST, People
from forbear.lab.synthetic.places import to_home_instant, to_instant

CONTACTS_MAX = 1_000
POINTS_MAX = 8
_RESULTS = CONTACTS.field("result").codes
_PURPOSES = CONTACTS.field("purpose").codes
_ATTITUDES = CONTACTS.field("attitude").codes
_REASONS = CONTACTS.field("reason_code").codes
_REFUSING = _ATTITUDES.index("refusing")
_POINT_KINDS = CONTACT_POINTS.field("kind").codes
VALID, INVALID, UNKNOWN = range(3)
# Slot: kind of point, how many people in a million have it, weights of its source and of its state.
_SLOTS = (
    ("mobile", 992_000, (900, 60, 0, 0, 40), (900, 20, 80)),
    ("app", 620_000, (1_000, 0, 0, 0, 0), (850, 100, 50)),
    ("email", 260_000, (950, 30, 0, 0, 20), (800, 60, 140)),
    ("im", 340_000, (900, 80, 0, 0, 20), (880, 50, 70)),
    ("address", 880_000, (850, 60, 30, 0, 60), (700, 60, 240)),
    ("landline", 50_000, (800, 0, 100, 0, 100), (600, 200, 200)),
    ("mobile", 60_000, (300, 300, 60, 40, 300), (150, 550, 300)),
)
_POINT_OF_CHANNEL = np.array([0, 0, 0, 1, 2, 3, 3, 4, 4, NULL, 4], dtype=np.int64)
# The ladder: days after the oldest unpaid due date, and by what. One attempt a day at most.
_LADDER = (
    (-3, "sms"),
    (1, "push"),
    (3, "voice_bot"),
    (5, "voice_agent"),
    (8, "sms"),
    (11, "voice_agent"),
    (14, "im_official"),
    (18, "voice_agent"),
    (23, "voice_agent"),
    (27, "email"),
    (32, "voice_agent"),
    (37, "letter"),
    (43, "voice_agent"),
    (50, "voice_agent"),
    (58, "sms"),
    (66, "visit"),
    (74, "voice_agent"),
    (84, "voice_agent"),
    (92, "notice"),
    (103, "voice_agent"),
    (118, "visit"),
    (135, "voice_agent"),
    (155, "sms"),
    (178, "voice_agent"),
    (210, "judicial"),
    (250, "voice_agent"),
    (300, "voice_agent"),
    (360, "letter"),
    (450, "voice_agent"),
    (560, "voice_agent"),
)
_LADDER_DAYS = np.array([day for day, _ in _LADDER], dtype=np.int64)
_LADDER_CHANNELS = np.array([CHANNELS.index(channel) for _, channel in _LADDER], dtype=np.int64)
_EARLIER_STEPS = ((1, "sms"), (4, "voice_agent"), (12, "voice_agent"), (22, "voice_agent"))
_EARLIER_DAYS = 180
# Nobody is called before 9 or after 20 on the person's own clock.
_FIRST_SECOND, _LAST_SECOND = 9 * 3_600, 20 * 3_600 - 1

# Weights per thousand of each result, in the order of the schema's codes.
_VOICE, _VOICE_LOST, _VOICE_DEAD, _SENT, _SENT_DEAD, _VISIT, _VISIT_LOST = range(7)
_RESULT_WEIGHTS = (
    (380, 400, 80, 90, 5, 30, 0, 0, 0, 0, 15),
    (10, 610, 60, 120, 150, 40, 0, 0, 0, 0, 10),
    (0, 100, 0, 0, 850, 50, 0, 0, 0, 0, 0),
    (0, 0, 0, 0, 0, 0, 960, 30, 0, 0, 10),
    (0, 0, 0, 0, 0, 0, 100, 880, 0, 0, 20),
    (0, 0, 0, 0, 0, 20, 0, 0, 400, 580, 0),
    (0, 0, 0, 0, 0, 50, 0, 0, 20, 930, 0),
)
# Per hidden type: willing, stalling, refusing, hardship, none shown.
_ATTITUDE_WEIGHTS = (
    (850, 100, 5, 15, 30),
    (820, 140, 5, 10, 25),
    (480, 330, 20, 140, 30),
    (250, 240, 50, 430, 30),
    (30, 330, 590, 20, 30),
    (300, 400, 200, 70, 30),
)
# Per hidden type: forgot, living cost, job loss, illness, sudden event, over-borrowed, disputes the debt, other, none given.
_REASON_WEIGHTS = (
    (500, 100, 20, 20, 100, 20, 10, 130, 100),
    (700, 60, 10, 10, 50, 10, 10, 50, 100),
    (100, 400, 100, 40, 120, 60, 10, 70, 100),
    (10, 170, 290, 170, 110, 130, 10, 10, 100),
    (10, 80, 40, 20, 20, 250, 320, 160, 100),
    (50, 150, 200, 50, 50, 250, 100, 50, 100),
)


@dataclass(frozen=True)
class Reach:
    """Contact points as rows, and per person and slot the state of the point (``NULL``: none)."""

    rows: Rows
    states: Ints


def make_points(seed: int, chunk: int, people: People, loans: Loans, as_of: int) -> Reach:
    """The contact points of a chunk. The lost have mostly dead ones."""
    draws = Draws(seed, chunk, "points")
    first = first_days(people, loans)
    states = np.full((len(people.number), len(_SLOTS)), NULL, dtype=np.int64)
    tables = []
    for slot, (kind, share, sources, state_weights) in enumerate(_SLOTS):
        rows = np.flatnonzero(draws.happens(len(first), share))
        state = draws.pick(len(rows), state_weights)
        dead = (people.kind[rows] == LOST) & draws.happens(len(rows), 600_000)
        states[rows, slot] = np.where(dead, INVALID, state)
        verified = np.minimum(first[rows] + draws.below(len(rows), 200), as_of - 1)
        known = (states[rows, slot] == VALID) & draws.happens(len(rows), 700_000)
        recorded = to_home_instant(first[rows], full(rows, 34_200))
        tables.append(
            {
                "person": rows,
                "contact_point_id": people.number[rows] * POINTS_MAX + slot,
                "person_id": people.number[rows],
                "kind": full(rows, _POINT_KINDS.index(kind)),
                "value": people.number[rows] * POINTS_MAX + slot,
                "source": draws.pick(len(rows), sources),
                "state": states[rows, slot],
                "verified_on": np.where(known, verified, NULL),
                "recorded_at": np.where(draws.happens(len(rows), 30_000), NULL, recorded),
            }
        )
    return Reach(join(tables), states)


@dataclass(frozen=True)
class Attempt:
    """Attempts before their results are known, row by row; ``loan`` and ``settles_on`` may be ``NULL``."""

    person: Ints
    loan: Ints
    day: Ints
    channel: Ints
    is_inbound: Bools
    is_reminder: Bools
    amount_cents: Ints
    settles_on: Ints


def make_contacts(
    seed: int,
    chunk: int,
    people: People,
    loans: Loans,
    attempts: list[Attempt],
    reach: Reach,
    care: Care,
    *,
    as_of: int,
) -> tuple[Rows, Rows]:
    """Contacts with their results, and the promises made in them."""
    draws = Draws(seed, chunk, "contacts")
    tried = _sort(draws, _allowed(_concatenate(attempts), people, reach, care, as_of))
    person, slot, within = tried.person, _POINT_OF_CHANNEL[tried.channel], count_within(tried.person)
    number = people.number[person] * CONTACTS_MAX + within
    outcome = _outcomes(draws, tried, people, reach)
    named = (tried.loan != NULL) & ~draws.happens(len(person), 60_000)
    seconds = draws.between(len(person), _FIRST_SECOND, _LAST_SECOND)
    contacts = {
        "person": person,
        "contact_id": number,
        "person_id": people.number[person],
        "loan_id": np.where(named, loans.number[np.maximum(tried.loan, 0)], NULL),
        "contact_point_id": np.where(slot == NULL, NULL, people.number[person] * POINTS_MAX + slot),
        "at": to_instant(tried.day, seconds, people.zone[person], as_of),
        "channel": tried.channel,
        "direction": tried.is_inbound.astype(np.int64),
        "purpose": _purpose(tried, people, within),
        **outcome,
    }
    is_right = outcome["is_right_party"] == 1
    can_promise = is_right & (outcome["attitude"] != _REFUSING) & (tried.loan != NULL)
    return contacts, _promises(Draws(seed, chunk, "promises"), loans, tried, number, can_promise, as_of)


def _outcomes(draws: Draws, tried: Attempt, people: People, reach: Reach) -> Rows:
    """What came of each attempt, and what the person showed and said when it was the person."""
    kind, slot, count = people.kind[tried.person], _POINT_OF_CHANNEL[tried.channel], len(tried.person)
    state = np.where(slot == NULL, VALID, reach.states[tried.person, np.maximum(slot, 0)])
    drawn = draws.pick_by(_result_group(tried.channel, state, kind), _RESULT_WEIGHTS)
    result = np.where(tried.is_inbound, _RESULTS.index("conversation"), drawn)
    talked = (result == _RESULTS.index("conversation")) | (result == _RESULTS.index("met"))
    is_right = talked & (tried.is_inbound | draws.happens(count, 900_000))
    attitude, reason = draws.pick_by(kind, _ATTITUDE_WEIGHTS), draws.pick_by(kind, _REASON_WEIGHTS)
    return {
        "result": result,
        "is_right_party": is_right.astype(np.int64),
        "attitude": np.where(is_right & (attitude < len(_ATTITUDES)), attitude, NULL),
        "reason_code": np.where(is_right & (reason < len(_REASONS)), reason, NULL),
    }


def current_ladder(draws: Draws, people: People, loans: Loans, standing: Standing, as_of: int) -> Attempt:
    """Attempts since the oldest unpaid due date of each overdue person, and calls from anyone."""
    heads = _oldest_overdue(loans, standing)
    since = standing.overdue_since[heads]
    days = since[:, None] + _LADDER_DAYS + draws.below(len(heads) * len(_LADDER), 2).reshape(len(heads), -1)
    kept = (days < as_of) & draws.happens(days.size, 800_000).reshape(days.shape)
    rows, steps = np.nonzero(kept)
    loan, day = heads[rows], days[rows, steps]
    tried = Attempt(
        person=loans.person[loan],
        loan=loan,
        day=day,
        channel=_LADDER_CHANNELS[steps],
        is_inbound=loan < 0,
        is_reminder=day < since[rows],
        amount_cents=standing.overdue_cents[loan],
        settles_on=full(loan, NULL),
    )
    return _concatenate([tried, _calls_in(draws, people, loans, standing, heads, as_of)])


def _oldest_overdue(loans: Loans, standing: Standing) -> Ints:
    """Of each overdue person, the loan that is overdue longest."""
    late = np.flatnonzero(standing.overdue_since != NULL)
    order = late[np.lexsort((late, standing.overdue_since[late], loans.person[late]))]
    heads: Ints = order[count_within(loans.person[order]) == 0]
    return heads


def _calls_in(draws: Draws, people: People, loans: Loans, standing: Standing, heads: Ints, as_of: int) -> Attempt:
    """Calls from people who are overdue, about that; and from a few others, about something else."""
    since = standing.overdue_since[heads]
    rows = np.flatnonzero(draws.happens(len(heads), 60_000) & (since < as_of - 2))
    late_days = since[rows] + 1 + draws.below(len(rows), MILLION) * (as_of - 1 - since[rows]) // MILLION
    other = np.flatnonzero(draws.happens(len(people.number), 3_000))
    other_days = np.maximum(as_of - 1 - draws.below(len(other), 20), first_days(people, loans)[other])
    loan = np.concatenate((heads[rows], full(other, NULL)))
    return Attempt(
        person=np.concatenate((loans.person[heads[rows]], other)),
        loan=loan,
        day=np.concatenate((late_days, other_days)),
        channel=full(loan, CHANNELS.index("voice_agent")),
        is_inbound=np.ones(len(loan), dtype=np.bool_),
        is_reminder=np.zeros(len(loan), dtype=np.bool_),
        amount_cents=np.where(loan == NULL, 0, standing.overdue_cents[np.maximum(loan, 0)]),
        settles_on=full(loan, NULL),
    )


def earlier_ladder(draws: Draws, loans: Loans, schedule: Schedule, due: Due, as_of: int) -> Attempt:
    """Attempts in earlier delays that ended in payment, within the last half year."""
    late = (due.paid_on != NULL) & (due.paid_on > schedule.due_on + 1) & (due.paid_on > as_of - _EARLIER_DAYS)
    late_rows = np.flatnonzero(late)
    parts, channels = [], []
    for after, channel in _EARLIER_STEPS:
        rows = late_rows[schedule.due_on[late_rows] + after < due.paid_on[late_rows]]
        rows = rows[draws.happens(len(rows), 700_000)]
        parts.append((rows, schedule.due_on[rows] + after))
        channels.append(full(rows, CHANNELS.index(channel)))
    rows = np.concatenate([part for part, _ in parts])
    loan = schedule.loan[rows]
    return Attempt(
        person=loans.person[loan],
        loan=loan,
        day=np.concatenate([day for _, day in parts]),
        channel=np.concatenate(channels),
        is_inbound=np.zeros(len(rows), dtype=np.bool_),
        is_reminder=np.zeros(len(rows), dtype=np.bool_),
        amount_cents=due.total_cents[rows],
        settles_on=due.paid_on[rows],
    )


def _concatenate(attempts: list[Attempt]) -> Attempt:
    names = Attempt.__dataclass_fields__
    return Attempt(**{name: np.concatenate([getattr(part, name) for part in attempts]) for name in names})


def _keep(tried: Attempt, rows: Ints | Bools) -> Attempt:
    return Attempt(**{name: getattr(tried, name)[rows] for name in Attempt.__dataclass_fields__})


def _allowed(tried: Attempt, people: People, reach: Reach, care: Care, as_of: int) -> Attempt:
    """Only attempts that had a point to go to, were not refused, and fell outside holds and arrangements."""
    person, day = tried.person, tried.day
    slot = _POINT_OF_CHANNEL[tried.channel]
    ok = (slot == NULL) | (reach.states[person, np.maximum(slot, 0)] != NULL)
    for start, end in care.pauses:
        ok &= ~((day >= start[person]) & (day < end[person]))
    refused = care.refused_channel[person]
    ok &= ~((refused != NULL) & ((refused == -1) | (refused == tried.channel)) & (day >= care.refused_on[person]))
    ok &= (tried.channel != CHANNELS.index("visit")) | (people.has_local_agency[person] == 1)
    ok |= tried.is_inbound
    ok &= ~(tried.is_inbound & people.is_deceased[person])
    return _keep(tried, np.flatnonzero(ok & (day < as_of)))


def _sort(draws: Draws, tried: Attempt) -> Attempt:
    """In order of person and day, one a person a day."""
    order = np.lexsort((draws.below(len(tried.person), 1_000_000), tried.is_inbound, tried.day, tried.person))
    tried = _keep(tried, order)
    person, day = tried.person, tried.day
    fresh = np.ones(len(person), dtype=np.bool_)
    fresh[1:] = (person[1:] != person[:-1]) | (day[1:] != day[:-1])
    return _keep(tried, np.flatnonzero(fresh))


def _result_group(channel: Ints, state: Ints, kind: Ints) -> Ints:
    is_voice = channel <= CHANNELS.index("voice_bot")
    is_visit = channel == CHANNELS.index("visit")
    is_dead, is_lost = state == INVALID, kind == LOST
    voice = np.where(is_dead, _VOICE_DEAD, np.where(is_lost, _VOICE_LOST, _VOICE))
    sent = np.where(is_dead, _SENT_DEAD, _SENT)
    return np.where(is_voice, voice, np.where(is_visit, np.where(is_lost, _VISIT_LOST, _VISIT), sent))


def _purpose(tried: Attempt, people: People, within: Ints) -> Ints:
    """What each attempt was for; later calls to the lost only try to find them."""
    is_call = tried.channel == CHANNELS.index("voice_agent")
    lost = (people.kind[tried.person] == LOST) & is_call & (within > 6)
    is_notice = (tried.channel == CHANNELS.index("notice")) | (tried.channel == CHANNELS.index("judicial"))
    conditions = [tried.is_inbound, is_notice, tried.is_reminder, lost]
    choices = [_PURPOSES.index(name) for name in ("service_reply", "statutory_notice", "pre_due_reminder", "locate")]
    return np.select(conditions, choices, _PURPOSES.index("collection")).astype(np.int64)


def _promises(draws: Draws, loans: Loans, tried: Attempt, number: Ints, can_promise: Bools, as_of: int) -> Rows:
    """Promises of those who were reached. Earlier ones fall due about when the money came; current ones are open or broken."""
    rows = np.flatnonzero(can_promise & draws.happens(len(number), 420_000) & (tried.amount_cents > 0))
    count = len(rows)
    made, settles = tried.day[rows], tried.settles_on[rows]
    about_payment = np.maximum(settles + draws.between(count, -2, 3), made)
    due = np.where(settles == NULL, made + draws.between(count, 1, 10), about_payment)
    half = draws.happens(count, 250_000)
    amount = np.where(half, tried.amount_cents[rows] // 2, tried.amount_cents[rows])
    cancelled = draws.happens(count, 20_000) & (made < as_of - 1) & (due > made + 1)
    return {
        "person": tried.person[rows],
        "promise_id": number[rows],
        "loan_id": loans.number[tried.loan[rows]],
        "made_on": made,
        "due_on": due,
        "amount_cents": np.maximum(amount, 1),
        "cancelled_on": np.where(cancelled, made + 1, NULL),
    }
