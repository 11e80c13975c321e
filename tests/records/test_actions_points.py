"""A number that is somebody else's: removed in one step, for everybody, for good, and nothing is told to whom it belongs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from records_cast import NOON, TODAY, Life, add_person
from senders import queue_act, sender
from small_books import due, loan

from forbear.book.schema import BY_NAME
from forbear.columns.arrow import to_arrow_schema
from forbear.dispatch import Inbound
from forbear.kernel.clock import FixedClock
from forbear.kernel.errors import InputError
from forbear.records import audit
from forbear.records.actions.inbound import hear
from forbear.records.actions.intents import intent_of
from forbear.records.actions.points import lift_block, remove_point
from forbear.records.actions.tenants import change_settings
from forbear.records.feed import feed_book, take_in_delta
from forbear.records.models import (
    Act,
    AuditEntry,
    Complaint,
    Consent,
    Contact,
    ContactPoint,
    Dispute,
    Hold,
    PointBlock,
)
from forbear.records.models import Inbound as Heard
from forbear.records.scope import acting

CLOCK = FixedClock(NOON)
INTENTS = {
    "opt_out": ("不要再发了", "退訂", "STOP"),
    "paid": ("我已还款", "已經還清了", "I have already paid"),
    "call_back": ("请给我回电", "請聯繫我", "Please call me"),
    "wrong_person": ("不是本人", "打錯了", "Wrong number!"),
    "dispute": ("金额不对", "這不是我借的", "This is an incorrect amount"),
    "hardship": ("我失业了", "生病住院，還不起", "I can’t pay, I lost my job"),
    "complaint": ("我要投诉", "我要向金融監管舉報", "I will complain to the regulator"),
    "other": ("好的", "收到，謝謝", "Fine, thanks"),
}


def said(text: str, from_value: str, inbound_id: str = "i1", **values: Any) -> Inbound:
    return Inbound("sms", from_value, text, NOON, inbound_id, **values)


def book(folder, **tables):
    """A book of two people, a loan each; ``P1`` has one number."""
    rows = {
        "borrowers": [{"person_id": "P1", "name": "王文豪"}, {"person_id": "P2", "name": "李四"}],
        "loans": [loan(), loan(loan_id="L2", person_id="P2")],
        "instalments": [due(1, "2026-11-08", 10_000), due(1, "2026-11-08", 10_000, loan_id="L2")],
        "payments": [],
        "contact_points": [point("K1", "P1")],
    } | tables
    folder.mkdir()
    for name, given in rows.items():
        schema = BY_NAME[name].schema
        full = [{column: row.get(column, BY_NAME[name].field(column).default) for column in schema} for row in given]
        pq.write_table(pa.Table.from_pylist(full, to_arrow_schema(schema)), folder / f"{name}.parquet")
    (folder / "mapping.yaml").write_text("may_be_empty: [payments]\n", encoding="utf-8")
    return folder


def point(point_id: str, person_id: str, value: str = "138 0000 7777", **values):
    return {
        "contact_point_id": point_id,
        "person_id": person_id,
        "kind": "mobile",
        "value": value,
        "state": "valid",
    } | values


@pytest.mark.parametrize("intent", INTENTS)
def test_each_intent_is_read_in_three_scripts(intent):
    """简体, 繁體 and English say the same."""
    assert {intent_of(text) for text in INTENTS[intent]} == {intent}


@pytest.mark.parametrize(
    ("text", "intent"), [("已经还不起了", "hardship"), ("I can't pay", "hardship"), ("Stop please.", "opt_out")]
)
def test_words_that_look_like_another_intent_are_read_for_what_they_say(text, intent):
    """ "Cannot repay any more" is no "already repaid"."""
    assert intent_of(text) == intent


@pytest.mark.parametrize("intent", INTENTS)
@pytest.mark.parametrize("place", range(3))
def test_each_intent_does_at_once_what_it_asks(scope, tenant, cast, intent, place):
    """One transaction: what was sent, what follows of it, and silence for the day."""
    queue_act(tenant, cast.north)
    heard = hear(scope, said(INTENTS[intent][place], cast.north.phone))
    assert (heard.intent, heard.person_id, heard.is_new) == (intent, "north", True)
    with acting(scope):
        assert Act.objects.get(purpose="collection").state == "withdrawn"
        inbound = Contact.objects.get(direction="in")
        assert (inbound.person_id, inbound.next_at) == ("north", NOON if intent == "call_back" else None)
        found = {
            "opt_out": Consent.objects.filter(kind="channel_refusal", channel="sms").count(),
            "paid": Hold.objects.filter(kind="grace", ends_on=TODAY + timedelta(days=3)).count(),
            "wrong_person": ContactPoint.objects.filter(removed_at__isnull=False).count(),
            "dispute": Dispute.objects.count(),
            "hardship": Hold.objects.filter(kind="hardship").count(),
            "complaint": Complaint.objects.count(),
        }
        assert found == {name: int(name == intent) for name in found}


@pytest.mark.parametrize("text", [texts[0] for texts in INTENTS.values()])
@pytest.mark.parametrize("channel", ["sms", "voice_agent"])
def test_whoever_wrote_is_not_collected_from_on_that_day(scope, tenant, cast, tmp_path, text, channel):
    """By no channel, also by acts that are planned after it; on the next day it depends on what was said."""
    hear(scope, said(text, cast.north.phone))
    with acting(scope):
        # The database's clock runs; the story's stands still, and the facts of its day know of nothing later.
        Hold.objects.update(recorded_at=NOON)
        Act.objects.filter(purpose="service_reply").delete()  # that it is answered is another matter
    queue_act(tenant, cast.north, channel=channel)
    with sender(tenant, tmp_path / "log", channel=channel) as own:
        (outcome,) = own.drain()
        assert own.channel.handed_over() == []
    assert outcome.refusal.code == ("point_gone" if intent_of(text) == "wrong_person" else "denied")


def test_the_silence_of_the_day_is_one_day_and_a_longer_one_stands_beside_it(scope, cast):
    """Two messages, one day; that it was paid lasts longer, whichever came first."""
    for number, text in enumerate(("好的", "已还款", "谢谢")):
        hear(scope, said(text, cast.north.phone, f"i{number}"))
    with acting(scope):
        assert sorted(Hold.objects.values_list("ends_on", flat=True)) == [
            TODAY + timedelta(days=1),
            TODAY + timedelta(days=3),
        ]


def test_what_may_be_answered_is_the_same_whatever_was_said(scope, cast):
    """The wrong person learns nothing from it, and a stranger gets nothing at all."""
    for (intent, texts), each in zip(INTENTS.items(), cast.all * 2, strict=True):
        if intent not in ("wrong_person", "opt_out"):
            assert hear(scope, said(texts[0], each.phone, f"i-{intent}")).reply, intent
    assert hear(scope, said("打错了", cast.south.phone, "i-wrong")).reply == ""
    assert hear(scope, said("打错了", "+8613000000000", "i-stranger")).reply == ""
    with acting(scope):
        assert set(Act.objects.filter(purpose="service_reply").values_list("template", flat=True)) == {
            "message_received"
        }


def test_a_stranger_changes_nothing_but_is_kept(scope, tenant, cast):
    """Without a person, visible to whoever reads what came in."""
    queue_act(tenant, cast.north)
    hear(scope, said("打错了", "+8613000000000"))
    with acting(scope):
        assert Heard.objects.get().person_id == ""
        assert (Act.objects.get().state, Contact.objects.count(), PointBlock.objects.count()) == ("queued", 0, 0)


def test_a_stop_from_a_shared_number_binds_for_all_who_have_it(scope, tenant, cast):
    """Two debtors with one number: a stop must not fail because it is not known which of them it was."""
    add_person(tenant, "spouse", "张同", cast.north.phone, Life(team="north"))
    heard = hear(scope, said("退订", cast.north.phone))
    assert heard.person_id == ""
    with acting(scope):
        assert sorted(Consent.objects.values_list("person_id", flat=True)) == ["north", "spouse"]
        assert sorted(Contact.objects.values_list("person_id", flat=True)) == ["north", "spouse"]


def test_what_else_comes_from_a_shared_number_is_left_to_a_person(scope, tenant, cast):
    """Nobody guesses who of them disputes; both are left alone for the day."""
    spouse = add_person(tenant, "spouse", "张同", cast.north.phone, Life(team="north"))
    for each in (cast.north, spouse):
        queue_act(tenant, each)
    hear(scope, said("金额不对", cast.north.phone))
    with acting(scope):
        assert Dispute.objects.count() == 0
        assert set(Act.objects.filter(purpose="collection").values_list("state", flat=True)) == {"withdrawn"}


def test_a_wrong_person_is_left_alone_about_everybody(scope, tenant, cast):
    """Whoever else was said to have the number: also as a landline, all in one step."""
    add_person(tenant, "second", "钱二", cast.north.phone)
    add_person(tenant, "third", "钱三", cast.north.phone, Life(kind="landline"))
    hear(scope, said("Wrong number", cast.north.phone))
    with acting(scope):
        removed = ContactPoint.objects.filter(removed_reason="wrong_person").values_list("person_id", flat=True)
        assert sorted(removed) == ["north", "second", "third"]
        assert AuditEntry.objects.filter(action="contact_point.removed").count() == 3
        assert list(audit.verify()) == []


def test_somebody_who_sees_one_case_removes_the_number_for_all(as_reach, scope, tenant, cast):
    """What the wrong person is owed does not depend on how far the caller sees."""
    add_person(tenant, "second", "钱二", cast.mine.phone)
    assert remove_point(as_reach("own", actor="wang"), cast.mine.point_id, "wrong_person")
    assert not remove_point(as_reach("own", actor="wang"), cast.north.point_id, "wrong_person")
    with acting(scope):
        assert ContactPoint.objects.filter(removed_at__isnull=False).count() == 2


@pytest.mark.parametrize("whole", [True, False], ids=["book", "delta"])
def test_no_feed_brings_a_wrong_number_back(scope, tenant, tmp_path, whole):
    """Neither under its own id, nor another's, nor another person's, nor written in another way, nor by changing a good one."""
    feed_book(
        scope,
        book(tmp_path / "first", contact_points=[point("K1", "P1"), point("K2", "P2", "13900001111")]),
        as_of=TODAY,
        clock=CLOCK,
        mapping=tmp_path / "first" / "mapping.yaml",
    )
    assert hear(scope, said("打错了", "+8613800007777")).person_id == "P1"
    again = [
        point("K1", "P1"),
        point("K2", "P2", "+86 138-0000-7777"),
        point("K3", "P1", "13800007777"),
        point("K4", "P2", "138 0000 7777", kind="landline"),
        point("K5", "P2", "13700002222"),
    ]
    tomorrow = date(2026, 11, 24)
    if whole:
        feed_book(
            scope,
            book(tmp_path / "next", contact_points=again),
            as_of=tomorrow,
            clock=CLOCK,
            mapping=tmp_path / "next" / "mapping.yaml",
        )
    else:
        take_in_delta(scope, {"contact_points": again}, as_of=tomorrow, clock=CLOCK)
    with acting(scope):
        standing = ContactPoint.objects.filter(removed_at__isnull=True).values_list("contact_point_id", flat=True)
        assert list(standing) == ["K5"]
        states = ContactPoint.objects.exclude(contact_point_id="K5").values_list("state", "removed_reason")
        assert set(states) == {("invalid", "wrong_person")}


def test_no_act_reaches_a_wrong_number_that_was_written_by_hand(scope, tenant, cast, tmp_path):
    """The database itself removes it as it is written."""
    remove_point(scope, cast.north.point_id, "wrong_person")
    other = add_person(tenant, "late", "周晚", cast.north.phone)
    queue_act(tenant, other)
    with sender(tenant, tmp_path / "log") as own:
        (outcome,) = own.drain()
        assert own.channel.handed_over() == []
    assert outcome.refusal.code == "point_gone"


def test_a_number_that_was_proved_to_be_ones_own_may_come_back(scope, tenant, cast):
    """By a decision that is written down; the lender next door was never bound by it."""
    remove_point(scope, cast.north.point_id, "wrong_person")
    with pytest.raises(InputError, match="A reason is a code"):
        lift_block(scope, "mobile", cast.north.phone, "")
    assert lift_block(scope, "mobile", f"+86 {cast.north.phone}", "verified")
    assert not lift_block(scope, "mobile", cast.north.phone, "verified")
    add_person(tenant, "owner", "周主", cast.north.phone)
    with acting(scope):
        assert ContactPoint.objects.get(person_id="owner").removed_at is None
        assert ContactPoint.objects.get(person_id="north").removed_at is not None


def test_a_block_binds_one_lender_only(scope, tenant, other_tenant, cast):
    """And is seen by no other."""
    remove_point(scope, cast.north.point_id, "wrong_person")
    neighbour = add_person(other_tenant, "north", "孙同", cast.north.phone)
    from forbear.records.scope import Scope

    with acting(Scope(other_tenant, "tester")):
        assert PointBlock.objects.count() == 0
        assert ContactPoint.objects.get(contact_point_id=neighbour.point_id).removed_at is None


def test_the_lender_says_how_long_the_word_that_it_was_paid_is_taken(scope, tenant, cast):
    """A setting of the tenant."""
    change_settings(tenant, {"paid_days": 5})
    hear(scope, said("已还款", cast.north.phone))
    with acting(scope):
        hold = Hold.objects.get()
        assert (hold.kind, (hold.ends_on - hold.starts_on).days) == ("grace", 5)


def test_a_complaint_is_tied_to_the_message_that_it_answers(scope, tenant, cast, tmp_path):
    """Where the provider says which one it was; an id that is none of ours ties nothing."""
    queue_act(tenant, cast.north)
    with sender(tenant, tmp_path / "log") as own:
        (outcome,) = own.drain()
    hear(scope, said("我要投诉", cast.north.phone, "a", in_reply_to=outcome.contact_id))
    hear(scope, said("我要投诉", cast.south.phone, "b", in_reply_to="0" * 32))
    with acting(scope):
        assert Complaint.objects.get(person_id="north").contact_id == outcome.contact_id
        assert Complaint.objects.get(person_id="south").contact_id == ""
