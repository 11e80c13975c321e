"""Who was tried how, who answered, and where a person may be reached: per person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import reduce

from forbear.book.ageing import Moment
from forbear.book.schema import CHANNELS, CONTACTS
from forbear.book.settings import AgeingSettings
from forbear.book.windows import FAILED, CountWindow
from forbear.columns.dtypes import INT
from forbear.columns.expression import (
    Column,
    all_of,
    any_of,
    any_true,
    case,
    coalesce,
    count,
    count_distinct,
    literal,
    local_date,
    make_record,
    max_of,
    min_of,
    multiply,
    when,
)
from forbear.columns.relation import Relation

ATTITUDES = CONTACTS.field("attitude").codes
REASONS = CONTACTS.field("reason_code").codes
_POINT_KINDS = {
    "mobile": ("mobile", "landline"),
    "email": ("email",),
    "app": ("app",),
    "im": ("im",),
    "address": ("address",),
}
_REFUSABLE = {
    "voice": ("voice_agent", "voice_bot"),
    "sms": ("sms",),
    "push": ("push",),
    "email": ("email",),
    "im": ("im_official", "im_private"),
    "visit": ("visit",),
}


def contact_facts(contacts: Relation, people: Relation, moment: Moment, windows: Sequence[CountWindow]) -> Relation:
    """Per person with a contact: attempts, right parties, attitude, and the counts that the law asks for.

    ``people`` has person_id, time_zone, mobile_point_id and overdue_since_on (null where nothing is overdue): only their
    contacts are looked at. Days are the person's own calendar days. What is counted "since" begins on overdue_since_on.
    """
    rows = _known_contacts(contacts, people, moment)
    rows = rows.derive(
        is_since=(rows["contact_on"] >= rows["overdue_since_on"]).is_true(),
        is_attempt=(rows["direction"] == "out") & rows["purpose"].isin(("collection", "locate")),
        is_inbound=rows["direction"] == "in",
        is_right_party=coalesce(rows["is_right_party"], False),
    )
    since_attempt = rows["is_since"] & rows["is_attempt"]
    attitude, reason = rows["attitude"], rows["reason_code"]
    facts = rows.group(
        "person_id",
        attempts_count=count(since_attempt),
        attempts_7_days_count=count(rows["is_attempt"] & (rows["days_ago"] < 7)),
        attempts_30_days_count=count(rows["is_attempt"] & (rows["days_ago"] < 30)),
        attempt_days_count=count_distinct(when(since_attempt, rows["contact_on"])),
        failed_attempts_count=count(since_attempt & rows["result"].isin(FAILED)),
        **{f"tried_{channel}": any_true(since_attempt & (rows["channel"] == channel)) for channel in CHANNELS},
        right_party_contacts_count=count(rows["is_since"] & rows["is_right_party"]),
        inbound_contacts_count=count(rows["is_since"] & rows["is_inbound"]),
        visits_made_count=count(since_attempt & (rows["channel"] == "visit")),
        stalling_count=count(rows["is_since"] & (attitude == "stalling")),
        refusal_count=count(rows["is_since"] & (attitude == "refusing")),
        willing_count=count(rows["is_since"] & (attitude == "willing")),
        last_channel_place=max_of(_latest_place(rows, rows["channel"], CHANNELS), rows["is_attempt"]),
        last_channel_days_ago=min_of(rows["days_ago"], rows["is_attempt"]),
        last_attitude_place=max_of(_latest_place(rows, attitude, ATTITUDES), attitude.is_known()),
        last_attitude_days_ago=min_of(rows["days_ago"], attitude.is_known()),
        last_reason_place=max_of(_latest_place(rows, reason, REASONS), reason.is_known()),
        last_reason_days_ago=min_of(rows["days_ago"], reason.is_known()),
        last_visit_on=max_of(rows["contact_on"], rows["is_attempt"] & (rows["channel"] == "visit")),
        last_right_party_on=max_of(rows["contact_on"], rows["is_right_party"]),
        last_sign_on=max_of(rows["contact_on"], rows["is_right_party"] | rows["is_inbound"]),
        **{window.name: count(window.condition(rows)) for window in windows},
    )
    return _read_out(facts, moment)


def debt_counts(
    contacts: Relation, people: Relation, loans: Relation, moment: Moment, windows: Sequence[CountWindow]
) -> Relation:
    """Per loan with a contact of its person: the counts that the law asks for of each debt by itself.

    ``loans`` has person_id and asked_loan_id. A contact about no loan that was named counts for every loan of the person.
    """
    pairs = _known_contacts(contacts, people, moment).join(loans, "person_id", "inner")
    counts = pairs.group("asked_loan_id", **{window.name: count(window.condition(pairs)) for window in windows})
    return counts.rename(loan_id="asked_loan_id")


def _known_contacts(contacts: Relation, people: Relation, moment: Moment) -> Relation:
    """The people's contacts that are known on the date, with the person's own calendar day and how long ago it was."""
    known = contacts.keep(contacts["at"] < moment.known_before + timedelta(days=1))
    rows = known.join(people, "person_id", "inner")
    rows = rows.derive(contact_on=local_date(rows["at"], rows["time_zone"]))
    rows = rows.keep(rows["contact_on"] <= moment.date)
    return rows.derive(days_ago=moment.days_since(rows["contact_on"]))


def _latest_place(rows: Relation, code: Column, codes: Sequence[str]) -> Column:
    """A whole number that is greatest for the latest day and, on one day, for the code that stands last in ``codes``.

    The greatest record of a person would say the same, but on millions of rows a number costs a tenth of a record.
    """
    place = case([(code == name, number) for number, name in enumerate(codes)], 0)
    return place - multiply(rows["days_ago"], len(codes), INT)


def _code_at(latest_place: Column, days_ago: Column, codes: Sequence[str]) -> Column:
    """The code that :func:`_latest_place` stands for, given the days since."""
    place = latest_place + multiply(days_ago, len(codes), INT)
    return case([(place == number, name) for number, name in enumerate(codes)])


def _read_out(facts: Relation, moment: Moment) -> Relation:
    """Turn keys and dates into channels and ages."""
    tried = [when(facts[f"tried_{channel}"], 1, 0) for channel in CHANNELS]
    last = {"channel": CHANNELS, "attitude": ATTITUDES, "reason": REASONS}
    codes = {
        name: _code_at(facts[f"last_{name}_place"], facts[f"last_{name}_days_ago"], listed)
        for name, listed in last.items()
    }
    out = facts.derive(
        channels_tried_count=reduce(lambda left, right: left + right, tried),
        last_attempt_channel=codes["channel"],
        last_attitude=codes["attitude"],
        reason_code=codes["reason"],
        days_since_last_attempt=facts["last_channel_days_ago"],
        days_since_last_visit=moment.days_since(facts["last_visit_on"]),
        days_since_right_party_contact=moment.days_since(facts["last_right_party_on"]),
    )
    read = [f"last_{name}_{part}" for name in last for part in ("place", "days_ago")]
    return out.drop(*read, "last_visit_on", "last_right_party_on", *(f"tried_{channel}" for channel in CHANNELS))


def is_lost_contact(facts: Relation, settings: AgeingSettings) -> Column:
    """The lost-contact predicate (F6, P7): tried often enough, on enough days, by enough channels, and nothing but silence."""
    return all_of(
        facts["attempts_count"] >= settings.lost_contact_attempts_min,
        facts["attempt_days_count"] >= settings.lost_contact_attempt_days_min,
        facts["channels_tried_count"] >= settings.lost_contact_channels_min,
        facts["right_party_contacts_count"] == 0,
        facts["inbound_contacts_count"] == 0,
        facts["days_silent"] >= settings.lost_contact_silent_days_min,
    ).is_true()


def point_facts(points: Relation, moment: Moment) -> Relation:
    """Per person: the best usable point of each kind, with its source and state. Points known to be dead are left out.

    Best: confirmed valid before unknown; given by the debtor before anything else; then the smallest id.
    """
    usable = points.keep(moment.knows(points["recorded_at"]) & (points["state"] != "invalid"))
    state_rank = when(usable["state"] == "valid", 0, 1)
    source_rank = case(
        [
            (usable["source"] == "given_by_debtor", 0),
            (usable["source"] == "verified_update", 1),
            (usable["source"] == "public_record", 2),
        ],
        3,
    )
    best: dict[str, Column] = {}
    for kind, kinds in _POINT_KINDS.items():
        candidate = make_record(
            state=state_rank,
            source=source_rank,
            point_id=usable["contact_point_id"],
            source_code=usable["source"],
            state_code=usable["state"],
        )
        best[kind] = min_of(candidate, usable["kind"].isin(kinds))
    chosen = usable.group("person_id", **best)
    columns: dict[str, Column] = {"person_id": chosen["person_id"]}
    for kind in _POINT_KINDS:
        columns[f"{kind}_point_id"] = chosen[kind].field("point_id")
        columns[f"{kind}_point_source"] = chosen[kind].field("source_code")
        columns[f"{kind}_point_state"] = chosen[kind].field("state_code")
    return chosen.select(**columns)


def consent_facts(consents: Relation, moment: Moment) -> Relation:
    """Per person: refusals in force, and consents in force by kind and form."""
    in_force = all_of(
        consents["given_at"] < moment.known_before,
        any_of(consents["expires_at"].is_null(), consents["expires_at"] >= moment.known_before),
        any_of(consents["revoked_at"].is_null(), consents["revoked_at"] >= moment.known_before),
    )
    rows = consents.keep(in_force)
    individual = rows["form"] == "individual"
    night = rows["kind"] == "night_contact"
    refusals = {
        f"refuses_{name}": any_true(
            (rows["kind"] == "channel_refusal") & any_of(rows["channel"].is_null(), rows["channel"].isin(channels))
        )
        for name, channels in _REFUSABLE.items()
    }
    return rows.group(
        "person_id",
        **refusals,
        has_night_consent=any_true(night & individual),
        has_boilerplate_night_consent=any_true(night & ~individual),
        has_home_entry_consent=any_true((rows["kind"] == "home_entry") & individual),
        agreed_attempts_max=max_of(rows["attempts_max"], (rows["kind"] == "contact_frequency") & individual),
    )


def flags_of_nobody() -> dict[str, Column]:
    """Refusals and consents of a person without any: false."""
    names = [f"refuses_{name}" for name in _REFUSABLE]
    names += ["has_night_consent", "has_boilerplate_night_consent", "has_home_entry_consent"]
    return {name: literal(False) for name in names}
