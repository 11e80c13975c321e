"""Channels are seen as they are, and a person says what became of a contact that may have left."""

from __future__ import annotations

import pytest
import records_server

records_server.prepare()

from records_cast import NOON  # noqa: E402
from senders import queue_act, sender  # noqa: E402

from forbear.dispatch import Receipt  # noqa: E402
from forbear.records.models import Act, AuditEntry, Contact  # noqa: E402
from forbear.records.scope import acting  # noqa: E402

PATH = "/desk/administration/channels"


@pytest.fixture
def admin(lender):
    from console_staff import hire, signed_in

    return signed_in(hire(lender, "administrator", f"adm.{lender}"))


@pytest.fixture
def doubtful(lender, cast, tmp_path):
    """The id of a contact that was handed over and never answered for."""
    queue_act(lender, cast.north)
    with sender(lender, tmp_path / "log") as own:
        own.channel._answer = lambda message: Receipt(message.message_id, "uncertain", NOON, reason="no_answer")
        (outcome,) = own.send()
    return outcome.contact_id


def tell(admin, contact_id, fate, source="provider_records"):
    return admin.post(PATH, {"contact": contact_id, "fate": fate, "source": source}).status_code


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
    assert tell(admin, doubtful, "stayed") == 302
    assert state_of(scope, doubtful) == ("failed", "queued")
    with acting(scope):
        Act.objects.update(try_after_at=None)
    with sender(lender, tmp_path / "again") as own:
        assert [each.receipt.status for each in own.drain()] == ["accepted"]


def test_what_is_known_is_not_told_otherwise(admin, scope, doubtful):
    assert tell(admin, doubtful, "left") == 302
    assert tell(admin, doubtful, "stayed") == 422
    assert state_of(scope, doubtful) == ("accepted", "done")


@pytest.mark.parametrize(
    ("fate", "source"), [("", "provider_records"), ("perhaps", "provider_records"), ("left", "a guess")]
)
def test_an_answer_that_is_none_changes_nothing(admin, scope, doubtful, fate, source):
    assert tell(admin, doubtful, fate, source) == 422
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


def test_the_page_in_a_real_browser(admin, doubtful, sit):
    from browsing import PHONE

    for language, viewport in (("en", None), ("zh", PHONE)):
        seat = sit(language=language, viewport=viewport)
        seat.enter(admin.user)
        seat.open(PATH)
        assert seat.broken_rules() == [] and not seat.is_wider_than_the_screen()
        seat.picture(f"administration/channels-{language}")
