"""The gate: the same on columns and on one row, closed by default, and never opened by bad news."""

from __future__ import annotations

import itertools
from datetime import date

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from law_base import base_row

from forbear.columns.arrow import to_arrow_schema
from forbear.columns.dtypes import INT, TEXT, Kind
from forbear.columns.engines.duckdb import DuckDBEngine
from forbear.columns.relation import scan
from forbear.compliance import CountWindow, load_gate
from forbear.compliance.pack import VERDICTS
from forbear.kernel.errors import LawError, UsageError

ON = date(2026, 11, 18)
GATE = load_gate("cn+house", ON)
SCHEMA = {name: dtype for name, (dtype, _) in GATE.required_facts.items()}
CHANNELS = (
    "voice_agent", "voice_bot", "sms", "push", "email", "im_official", "im_private", "letter", "visit", "notice",
    "judicial", "agency", "none",
)  # fmt: skip
PURPOSES = ("collection", "pre_due_reminder", "locate", "service_reply", "statutory_notice")
ROLES = (
    "debtor", "co_debtor", "guarantor_joint", "guarantor_general", "legal_representative", "agreed_contact",
    "spouse", "heir", "debt_related_third", "unrelated_third",
)  # fmt: skip
ACTORS = ("lender", "agency", "platform")
CODES = {
    "channel": (*CHANNELS, "megaphone"),
    "purpose": (*PURPOSES, "marketing"),
    "recipient_role": ROLES,
    "actor_kind": ACTORS,
    "initiated_by": ("collector", "counterparty"),
    "device": ("official", "private"),
    "contact_point_source": ("given_by_debtor", "verified_update", "public_record", "purchased", "unknown"),
    "contact_point_state": ("valid", "invalid", "unknown"),
    "time_zone": ("Asia/Shanghai", "Asia/Tokyo", "America/New_York"),
    "product_kind": ("card", "instalment"),
    "ledger_status": ("active", "settled", "cancelled", "written_off"),
    "legal_capacity": ("full", "limited", "none"),
}
NUMBERS = {
    "earliest_minute": st.integers(0, 1440),
    "latest_minute": st.integers(0, 1440),
    "utc_offset_minutes_difference": st.integers(-1260, 360),
    "overdue_cents": st.sampled_from((0, 1, 5_000, 120_000)),
    "in_flight_cents": st.sampled_from((0, 4_999, 5_000, 120_000)),
    "agreed_attempts_max": st.sampled_from((None, 0, 2, 6, 10)),
}
BAD_NEWS = [
    "recipient_has_refused", "is_agency_sub_delegated", "has_active_arrangement", "has_payment_in_flight", "is_minor",
    "has_representative", "has_no_contact_order", "has_identity_theft", "has_dispute", "has_bankruptcy",
    "has_moratorium", "has_settled_elsewhere", "has_bereavement", "has_hardship", "has_grace", "has_legal",
    "has_complaint", "refuses_voice", "refuses_sms", "refuses_push", "refuses_email", "refuses_im", "refuses_visit",
]  # fmt: skip
COUNTERS = [window.name for window in GATE.count_windows]


def values_of(name):
    """Values a fact may take, with null."""
    if name in NUMBERS:
        return NUMBERS[name]
    if name in CODES:
        return st.sampled_from((*CODES[name], None))
    kind = SCHEMA[name].kind
    if kind is Kind.TEXT:
        return st.sampled_from((*GATE.needs[name].codes, None))
    return st.sampled_from((True, False, None) if kind is Kind.BOOL else (None, 0, 1, 2, 3, 5, 6, 7, 12, 13))


@st.composite
def changes(draw):
    """Up to a dozen facts that differ from the base facts, so that every verdict comes up."""
    names = draw(st.lists(st.sampled_from(sorted(SCHEMA)), max_size=12, unique=True))
    return {name: draw(values_of(name)) for name in names}


def rows():
    """The base facts with some of them replaced."""
    return changes().map(lambda changed: {**base_row(GATE), **changed})


def worse_or_equal(after: str, before: str) -> bool:
    return VERDICTS.index(after) <= VERDICTS.index(before)


@given(st.lists(changes(), min_size=60, max_size=90))
@settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
def test_columns_say_what_one_row_says(changed):
    """On DuckDB the verdict is that of the closure, field by field."""
    many = [{**base_row(GATE), **each} for each in changed]
    numbered = [{"n": number, **{name: row.get(name) for name in SCHEMA}} for number, row in enumerate(many)]
    schema = {"n": INT, **SCHEMA}
    engine = DuckDBEngine()
    relation = engine.open_arrow("rows", pa.Table.from_pylist(numbered, to_arrow_schema(schema)), schema)
    judged = engine.fetch(GATE.apply(relation), ["n"]).to_pylist()
    engine.close()
    for row, found in zip(many, judged, strict=True):
        assert_same(found, GATE.judge(row))


@pytest.mark.spark
def test_spark_says_what_one_row_says(spark):
    """On Spark too: the base facts with each fact in turn unknown."""
    base = {name: base_row(GATE).get(name) for name in SCHEMA}
    many = [base, *({**base, name: None} for name in SCHEMA)]
    schema = {"n": INT, **SCHEMA}
    table = pa.Table.from_pylist([{"n": n, **row} for n, row in enumerate(many)], to_arrow_schema(schema))
    judged = spark.fetch(GATE.apply(spark.open_arrow("rows", table, schema)), ["n"]).to_pylist()
    for row, found in zip(many, judged, strict=True):
        assert_same(found, GATE.judge(row))


def assert_same(found, verdict):
    """A row of columns says what a verdict says."""
    assert (found["verdict"], found["decided_by"]) == (verdict.verdict, verdict.decided_by)
    assert (tuple(found["rules"]), tuple(found["duties"])) == (verdict.rules, verdict.duties)
    window = found["window_start_minute"], found["window_end_minute"]
    assert window == (verdict.window_start_minute, verdict.window_end_minute)
    assert found["pack_version"] == verdict.pack_version


@given(rows(), st.sampled_from(BAD_NEWS))
@settings(max_examples=300, deadline=None)
def test_bad_news_never_opens_a_closed_gate(row, name):
    """A hold, a stop or a refusal never makes a refused contact allowed."""
    before = GATE.judge({**row, name: False}).verdict
    after = GATE.judge({**row, name: True}).verdict
    if before == "DENY":
        assert after == "DENY"


@given(rows(), st.sampled_from(COUNTERS), st.integers(0, 8), st.integers(1, 5))
@settings(max_examples=300, deadline=None)
def test_more_contacts_never_better_the_verdict(row, name, count, more):
    """One more call or message counted never betters the verdict."""
    before = GATE.judge({**row, name: count}).verdict
    after = GATE.judge({**row, name: count + more}).verdict
    assert worse_or_equal(after, before)


@given(rows(), st.sampled_from(sorted(SCHEMA)))
@settings(max_examples=300, deadline=None)
def test_a_missing_fact_counts_as_its_unfavourable_value(row, name):
    """Absent, null and the declared unfavourable value fire the same rows; only a duty is asked for while nothing is known,
    and refuses once it is known to be unmet."""
    unfavourable = GATE.required_facts[name][1]
    absent = {key: value for key, value in row.items() if key != name}
    unknown, known = GATE.judge(absent), GATE.judge({**row, name: unfavourable})
    assert unknown == GATE.judge({**row, name: None})
    assert set(unknown.rules) == set(known.rules) and unknown.duties == known.duties
    assert unknown.verdict == known.verdict or (known.verdict == "DENY" and unknown.duties)


@given(rows())
@settings(max_examples=300, deadline=None)
def test_the_window_left_lies_within_the_window_wanted(row):
    """What the law leaves is never wider than what was wanted, and no allowed contact has an empty one."""
    verdict = GATE.judge(row)
    low, high = row["earliest_minute"] or 0, row["latest_minute"] or 0
    if verdict.window_start_minute < verdict.window_end_minute:
        assert low <= verdict.window_start_minute and verdict.window_end_minute <= high
    elif row["channel"] not in ("letter", "judicial", "agency", "none") and low < high:
        assert verdict.verdict in ("DENY", "REVIEW")


@given(rows())
@settings(max_examples=300, deadline=None)
def test_the_deciding_row_is_among_those_that_fired_and_has_the_verdict(row):
    """decided_by fired, and means the verdict; without it the verdict is DENY."""
    verdict = GATE.judge(row)
    fired = {each.id: GATE.verdict_on(each, row) for each in GATE.fired_rows(row)}
    assert tuple(fired) == verdict.rules
    if verdict.decided_by is None:
        assert verdict.verdict == "DENY" and "DENY" not in fired.values()
    else:
        assert fired[verdict.decided_by] == verdict.verdict


def test_some_row_speaks_for_every_known_proposal():
    """Known channel, purpose, recipient and actor: a row always decides, whatever it decides."""
    base = base_row(GATE)
    for channel, purpose, role, actor in itertools.product(CHANNELS, PURPOSES, ROLES, ACTORS):
        row = {**base, "channel": channel, "purpose": purpose, "recipient_role": role, "actor_kind": actor}
        assert GATE.judge(row).decided_by is not None, (channel, purpose, role, actor)


def test_nothing_known_is_refused():
    """An empty row is refused, and a row says why."""
    verdict = GATE.judge({})
    assert verdict.verdict == "DENY"
    assert verdict.decided_by is not None


def test_a_relation_without_columns_is_judged_as_unfavourable():
    """Columns that the relation lacks count like nulls."""
    engine = DuckDBEngine()
    relation = engine.open_arrow(
        "bare", pa.table({"loan_id": ["a"], "channel": ["sms"]}), {"loan_id": TEXT, "channel": TEXT}
    )
    found = engine.fetch(GATE.apply(relation)).to_pylist()[0]
    engine.close()
    assert found["loan_id"] == "a"
    assert found["decided_by"] == GATE.judge({"channel": "sms"}).decided_by


def test_a_column_of_the_wrong_type_is_refused():
    """A text in the place of a truth value is an error of the caller, not a verdict."""
    with pytest.raises(LawError) as caught:
        GATE.apply(scan("rows", {"has_dispute": TEXT}))
    assert caught.value.code == "wrong_fact_type"


def test_the_caps_say_what_is_counted():
    """The counts asked for are those of the caps in force: two of the law, one of the house."""
    assert GATE.count_windows == (
        CountWindow("effective_calls_today_count", "effective_call", ("voice_agent", "voice_bot"), "person", 1),
        CountWindow("unanswered_attempts_today_count", "unanswered_attempt", ("voice_agent", "voice_bot"), "contact_point", 1),
        CountWindow("messages_today_count", "attempt", ("sms", "push", "email", "im_official", "im_private"), "person", 1),
    )  # fmt: skip


def test_before_the_standard_its_calls_are_not_counted():
    """A cap that is not in force asks for no count."""
    names = [window.name for window in load_gate("cn+house", date(2025, 2, 27)).count_windows]
    assert names == ["messages_today_count"]


def test_the_version_names_pack_date_profile_and_digest():
    """Another date or profile is another version; the same is the same."""
    version = GATE.pack_version
    assert version.startswith("cn+house-2026-11-18-strict-") and len(version.rpartition("-")[2]) == 12
    assert load_gate("cn+house", ON).pack_version == version
    assert load_gate("cn+house", ON, "letter").pack_version != version


def test_the_letter_profile_differs_only_where_the_text_advises():
    """Under the letter profile only rows that advise against mean something else."""
    letter = load_gate("cn+house", ON, "letter")
    differing = {row.effect for row in GATE.rows if GATE.verdict_of(row) != letter.verdict_of(row)}
    assert differing == {"advise against"}


def test_a_date_before_the_pack_and_an_unknown_profile_are_errors():
    """No law is invented for a day the pack does not know, nor a profile."""
    with pytest.raises(LawError) as early:
        load_gate("cn", date(2021, 10, 31))
    assert early.value.code == "law_not_covered"
    assert load_gate("cn", date(2021, 11, 1)).rows
    with pytest.raises(UsageError) as unknown:
        load_gate("cn", ON, "lenient")
    assert unknown.value.code == "unknown_profile"
