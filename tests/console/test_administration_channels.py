"""Channels are seen as they are, and a person says what became of a contact that may have left."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
import records_server

records_server.prepare()

from django.db import connections  # noqa: E402
from records_cast import NOON, TODAY, add_person  # noqa: E402
from senders import queue_act, sender  # noqa: E402

from forbear.dispatch import Receipt  # noqa: E402
from forbear.dispatch.disposition import Disposition  # noqa: E402
from forbear.kernel.clock import FixedClock  # noqa: E402
from forbear.kernel.errors import InputError  # noqa: E402
from forbear.records import audit  # noqa: E402
from forbear.records.actions.dispositions import record_disposition  # noqa: E402
from forbear.records.actions.payments import PaymentIn, accept_payments  # noqa: E402
from forbear.records.desk.fate import Word, tell_fate  # noqa: E402
from forbear.records.lender import lender_settings  # noqa: E402
from forbear.records.models import Act, AuditEntry, Contact  # noqa: E402
from forbear.records.scope import Scope, acting  # noqa: E402

PATH = "/desk/administration/channels"
CALLS_A_DAY = 3


@pytest.fixture
def admin(lender):
    from console_staff import hire, signed_in

    return signed_in(hire(lender, "administrator", f"adm.{lender}"))


@pytest.fixture
def doubtful(lender, cast, tmp_path):
    """The id of a contact that was handed over and never answered for."""
    queue_act(lender, cast.north)
    (contact_id,) = make_doubtful(lender, tmp_path / "log")
    return contact_id


def tell(admin, contact_id, fate, source="provider_records", reference="T-2026/118"):
    given = {"contact": contact_id, "fate": fate, "source": source, "reference": reference}
    return admin.post(PATH, given).status_code


def at_once(*deeds):
    """Deeds begun at the same moment, each with its own connection to the database; what each came to."""
    barrier = threading.Barrier(len(deeds))

    def one(deed):
        barrier.wait()
        try:
            return deed()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(one, deeds))


def make_doubtful(lender, log, **values):
    """The ids of contacts that are handed over now and never answered for."""
    with sender(lender, log, **values) as own:
        own.channel._answer = lambda message: Receipt(message.message_id, "uncertain", NOON, reason="no_answer")
        return [each.contact_id for each in own.drain()]


def state_of(scope, contact_id):
    with acting(scope):
        contact = Contact.objects.get(contact_id=contact_id)
        act = Act.objects.get(act_id=contact.permit.act_id)
        return contact.state, act.state


def test_what_left_is_settled_once_and_never_sent_again(admin, scope, doubtful, lender, tmp_path):
    assert doubtful in admin.get(PATH).content.decode()
    assert [tell(admin, doubtful, "left"), tell(admin, doubtful, "left")] == [302, 302]
    assert state_of(scope, doubtful) == ("accepted", "done")
    assert doubtful not in admin.get(PATH).content.decode()
    with sender(lender, tmp_path / "again") as own:
        assert own.drain() == []
    with acting(scope):
        told = AuditEntry.objects.filter(subject_id=doubtful, action="contact.settled", actor=admin.user.username)
        assert [each.payload["reason"] for each in told] == ["provider_records"]


def test_what_did_not_leave_is_queued_again_and_sent_once_more(admin, scope, doubtful, lender, tmp_path):
    assert [tell(admin, doubtful, "stayed"), tell(admin, doubtful, "stayed")] == [302, 302]
    assert state_of(scope, doubtful) == ("put_back", "queued")
    with sender(lender, tmp_path / "again") as own:
        assert [each.receipt.status for each in own.drain()] == ["accepted"]
        assert own.drain() == []
    assert tell(admin, doubtful, "stayed") == 302
    assert state_of(scope, doubtful) == ("put_back", "done")
    with acting(scope):
        (told,) = AuditEntry.objects.filter(subject_id=doubtful, action="contact.fate_told")
        assert told.payload == {"has_left": False, "source": "provider_records", "reference": "T-2026/118"}


def test_what_moved_meanwhile_is_not_sent_again(admin, scope, cast, doubtful, lender, tmp_path):
    """A payment after it was handed over: the next plan decides, not the old act."""
    accept_payments(scope, [PaymentIn("pay-1", cast.north.loan_id, 5_000, TODAY)])
    assert tell(admin, doubtful, "stayed") == 302
    assert state_of(scope, doubtful) == ("put_back", "done")
    with sender(lender, tmp_path / "again") as own:
        assert own.drain() == []


@pytest.mark.parametrize("status", ["delivered", "failed"])
def test_a_receipt_after_it_was_put_back_is_heard_and_nothing_is_sent_twice(
    admin, scope, doubtful, lender, tmp_path, status
):
    """Delivered after all: it is not sent again. Failed, as was said: it is sent again once, not twice."""
    tell(admin, doubtful, "stayed")
    with sender(lender, tmp_path / "again") as own:
        own.desk.settle((doubtful, Receipt(doubtful, status, NOON)))
        assert len(own.drain()) == (0 if status == "delivered" else 1)
        own.desk.settle((doubtful, Receipt(doubtful, status, NOON)))
        assert own.drain() == []
    assert state_of(scope, doubtful) == (status, "done")


@pytest.mark.parametrize("status", ["delivered", "failed"])
def test_of_a_receipt_and_two_administrators_at_the_same_moment_one_is_believed(scope, cast, lender, tmp_path, status):
    """Whoever holds the person first says what is known; whatever the order, nothing is sent twice."""
    for number in range(6):
        queue_act(lender, add_person(lender, f"r{number}", "陈某", f"1381000000{number}"))
    log, clock = tmp_path / "log", FixedClock(NOON)
    names = make_doubtful(lender, log)
    assert len(names) == 6
    settings, one, other = lender_settings(lender), Scope(lender, "adm.one"), Scope(lender, "adm.two")

    def told(by, contact_id, has_left):
        try:
            return tell_fate(by, contact_id, Word(has_left, "provider_staff", "case-77"), clock, settings)
        except InputError as error:
            return error.code

    def heard(contact_id):
        with sender(lender, log) as own:
            own.desk.settle((contact_id, Receipt(contact_id, status, NOON)))

    for name in names:
        _, left, stayed = at_once(
            partial(heard, name), partial(told, one, name, True), partial(told, other, name, False)
        )
        assert left is not True or stayed is not True
        with acting(scope):
            contact = Contact.objects.get(contact_id=name)
            act = contact.permit.act
            assert contact.state in ({"delivered"} if status == "delivered" else {"accepted", "failed", "put_back"})
            assert (act.state == "done") == (contact.state in ("delivered", "accepted"))
            words = AuditEntry.objects.filter(subject_id=name, action="contact.fate_told").count()
            assert words == [left, stayed].count(True) <= 1
    with acting(scope):
        Act.objects.update(try_after_at=None)
    with sender(lender, log) as own:
        again = len(own.drain())
        handed = Counter(name for name, _ in own.channel.handed_over())
    assert set(handed.values()) == {1} and len(handed) == 6 + again
    with acting(scope):
        assert list(audit.verify()) == []


def test_a_cap_is_not_exceeded_by_what_is_put_back(admin, scope, lender, tmp_path):
    """Three calls a day: all uncertain, all put back, dialled by four workers at once. None is made beyond the three that may
    have been, even were the provider wrong."""
    member = add_person(lender, "capped", "陈某", "13810000000")
    for number in range(6):
        queue_act(lender, member, treatment=f"call_{number}", channel="voice_agent")
    names = []
    while found := make_doubtful(lender, tmp_path / "log", channel="voice_agent"):
        names += [name for name in found if name]
    assert len(names) == CALLS_A_DAY
    assert {tell(admin, name, "stayed") for name in names} == {302}

    def dial():
        with sender(lender, tmp_path / "log", channel="voice_agent") as own:
            own.drain()

    at_once(dial, dial, dial, dial)
    dial()
    with acting(scope):
        assert Counter(Contact.objects.values_list("state", flat=True)) == {"put_back": CALLS_A_DAY}
        assert Contact.objects.filter(recalled_at__isnull=False).count() == CALLS_A_DAY
        assert not Act.objects.filter(state="queued").exists()


def test_a_call_that_was_made_after_all_is_not_made_again(admin, scope, cast, lender, tmp_path):
    """The dialler's word comes after the provider's: the call counts, and what was queued in its place is done."""
    queue_act(lender, cast.north, channel="voice_agent")
    (name,) = make_doubtful(lender, tmp_path / "log", channel="voice_agent")
    tell(admin, name, "stayed")
    assert state_of(scope, name) == ("put_back", "queued")
    said = Disposition(name, NOON, 120, "no_answer")
    assert record_disposition(scope, said)
    assert state_of(scope, name) == ("undelivered", "done")
    with sender(lender, tmp_path / "log", channel="voice_agent") as own:
        assert own.drain() == []


def test_what_is_known_is_not_told_otherwise(admin, scope, doubtful):
    assert tell(admin, doubtful, "left") == 302
    assert tell(admin, doubtful, "stayed") == 422
    assert state_of(scope, doubtful) == ("accepted", "done")


@pytest.mark.parametrize(
    ("fate", "source", "reference"),
    [
        ("", "provider_records", "T-1"), ("perhaps", "provider_records", "T-1"), ("left", "a guess", "T-1"),
        ("stayed", "borrower_said", "T-1"), ("stayed", "provider_staff", ""), ("stayed", "provider_staff", "他说没有发出"),
    ],
)  # fmt: skip
def test_an_answer_that_is_none_changes_nothing(admin, scope, doubtful, fate, source, reference):
    assert tell(admin, doubtful, fate, source, reference) == 422
    assert state_of(scope, doubtful)[0] == "uncertain"


def test_another_lenders_contact_looks_like_none(other_tenant, doubtful, scope):
    from console_staff import hire, signed_in

    from forbear.records.actions.tenants import change_settings

    change_settings(other_tenant, {"second_factor": False})
    stranger = signed_in(hire(other_tenant, "administrator", f"adm.{other_tenant}"))
    assert doubtful not in stranger.get(PATH).content.decode()
    assert [tell(stranger, doubtful, "left"), tell(stranger, "nothing", "left")] == [404, 404]
    assert state_of(scope, doubtful)[0] == "uncertain"


def test_a_channel_shows_what_went_wrong_and_what_waits(admin, lender, cast, tmp_path):
    from forbear.doors.console.administration.channels import _health
    from forbear.doors.console.places import Visitor
    from forbear.kernel.clock import FixedClock
    from forbear.records.lender import lender_settings
    from forbear.records.scope import Scope

    queue_act(lender, cast.north)
    with sender(lender, tmp_path / "log") as own:
        own.drain()
        queue_act(lender, cast.south)
        own.channel._answer = lambda message: Receipt(message.message_id, "failed", NOON, reason="down")
        own.send()
    visitor = Visitor(admin.user, Scope(lender, admin.user.username), lender_settings(lender), FixedClock(NOON))
    with acting(visitor.scope):
        (row,) = _health(visitor)
    assert (row["channel"], row["went_count"], row["wrong_count"], row["waiting_count"]) == ("sms", 1, 1, 1)
    assert row["last_at"] is not None and row["oldest_at"] < NOON
