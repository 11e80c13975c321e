"""How silent it is after what forbids contact is measured, and whoever is wronged is found; tenants and their people are made."""

from __future__ import annotations

import json
from datetime import UTC, date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import authenticate
from django.test import RequestFactory
from records_cast import NOON, TODAY
from senders import queue_act, sender

from forbear.dispatch.disposition import Disposition
from forbear.doors.cli.main import run
from forbear.kernel.errors import UsageError
from forbear.kernel.language import speaking
from forbear.records.actions.dispositions import record_unpermitted
from forbear.records.actions.holds import place_hold, refuse_channel, sign_arrangement
from forbear.records.actions.payments import PaymentIn, accept_payments
from forbear.records.actions.templates import (
    TemplateText,
    approve_template,
    propose_template,
    usable_template,
    withdraw_template,
)
from forbear.records.actions.tenants import add_user, change_settings
from forbear.records.lender import lender_settings, read_settings
from forbear.records.models import AuditEntry, Contact, Tenant, User
from forbear.records.scope import acting
from forbear.records.silence import Silence, silence_between

EVER = date(2026, 1, 1), date(2040, 1, 1)
PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def english():
    with speaking("en"):
        yield


def measured(scope) -> Silence:
    with acting(scope):
        return silence_between(*EVER)


def sent(tenant, member, tmp_path) -> Contact:
    """A message that was permitted and began."""
    queue_act(tenant, member)
    with sender(tenant, tmp_path / f"log-{member.person_id}") as own:
        (outcome,) = own.drain()
    return Contact.objects.get(contact_id=outcome.contact_id) if outcome.refusal is None else pytest.fail(str(outcome))


def forbear(capsys, *arguments: str) -> tuple[int, dict[str, Any]]:
    code = run([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_every_reason_is_measured_and_nothing_is_wrongful_that_came_before(scope, tenant, cast, tmp_path):
    """Payment, hold, refusal, arrangement: each with how long before it the last contact began."""
    with acting(scope):
        sent(tenant, cast.north, tmp_path)
    accept_payments(scope, [PaymentIn("Y1", cast.north.loan_id, 100, TODAY)])
    place_hold(scope, "south", "dispute", TODAY)
    refuse_channel(scope, "mine", "sms", said_at=NOON - timedelta(days=400))
    sign_arrangement(scope, "A1", cast.placed.loan_id, "deferment", TODAY)
    found = measured(scope)
    assert (found.accepted_count, found.wrongful, found.unpermitted) == (4, (), ())
    by_reason = {each.reason: each for each in found.measured}
    assert sorted(by_reason) == ["arrangement", "dispute", "payment", "refusal"]
    assert by_reason["payment"].seconds_max == found.seconds_max is not None and found.seconds_max >= 0
    assert by_reason["dispute"].seconds_median is None


def test_a_contact_that_began_after_a_payment_is_found_with_how_late_it_was(scope, tenant, cast, tmp_path, capsys):
    """One that was permitted before and begun after; about another loan it is not wrongful. The command's exit code says so."""
    with acting(scope):
        wrong, right = sent(tenant, cast.north, tmp_path), sent(tenant, cast.south, tmp_path)
    accepted = accept_payments(scope, [PaymentIn("Y1", cast.north.loan_id, 100, TODAY)])[0]
    code, _ = forbear(capsys, "records", "silence", "--tenant", tenant, "--from", "2026-01-01", "--until", "2040-01-01")
    assert code == 0
    with acting(scope):
        for each in (wrong, right):
            Contact.objects.filter(pk=each.pk).update(started_at=accepted.at + timedelta(seconds=7))
    found = measured(scope)
    assert [(each.contact_id, each.reason, each.seconds_after) for each in found.wrongful] == [
        (wrong.contact_id, "payment", 7.0)
    ]
    assert [each.wrongful_count for each in found.measured] == [1]
    code, told = forbear(
        capsys, "records", "silence", "--tenant", tenant, "--from", "2026-01-01", "--until", "2040-01-01"
    )
    assert (code, told["wrongful"][0]["contact_id"]) == (1, wrong.contact_id)
    assert run(["records", "silence", "--tenant", tenant, "--from", "2026-01-01", "--until", "2040-01-01"]) == 1
    assert "payment" in capsys.readouterr().out


def test_only_the_days_that_are_asked_about_count(scope, tenant, cast):
    """From the first, to before the last."""
    at = accept_payments(scope, [PaymentIn("Y1", cast.north.loan_id, 100, TODAY)])[0].at.astimezone(UTC).date()
    with acting(scope):
        counts = [
            silence_between(at + timedelta(days=n), at + timedelta(days=n + 1)).accepted_count for n in (-1, 0, 1)
        ]
    assert counts == [0, 1, 0]


def test_a_contact_without_a_permit_is_listed(scope, tenant, cast):
    """Nothing could have stopped it."""
    call = Disposition("own-1", NOON, 60, "conversation")
    contact_id = record_unpermitted(scope, "north", "voice_agent", call, agency_id="a1")
    assert measured(scope).unpermitted == (contact_id,)


def test_a_tenant_is_made_and_its_settings_are_changed_one_by_one(records, capsys):
    """What is not named stays; null takes one back; what cannot be is refused with its name."""
    code = f"c{uuid4().hex[:10]}"
    assert forbear(capsys, "records", "tenant", "new", code, "Lender C")[0] == 0
    exit_code, told = forbear(
        capsys, "records", "tenant", "set", code, "paid_days=5", "law=cn", "attests_lawful_debt=true"
    )
    assert (exit_code, told["settings"]) == (0, {"paid_days": 5, "law": "cn", "attests_lawful_debt": True})
    assert forbear(capsys, "records", "tenant", "set", code, "law=null")[1]["settings"] == {
        "paid_days": 5, "attests_lawful_debt": True,
    }  # fmt: skip
    for change in ("paid_days=many", "paid_days", "colour=red", "time_zone=Moon/Base"):
        assert forbear(capsys, "records", "tenant", "set", code, change)[0] != 0
    assert run(["records", "tenant", "set", code, "paid_days=6", "--lang", "en"]) == 0
    assert "paid_days = 6" in capsys.readouterr().out
    assert lender_settings(code).paid_days == 6


def test_the_settings_of_nobody_cannot_be_changed(records):
    """Nothing is made in passing."""
    with pytest.raises(UsageError, match="no tenant"):
        change_settings("nobody", {"paid_days": 5})
    assert not Tenant.objects.filter(code="nobody").exists()


@pytest.mark.parametrize(
    ("name", "inside", "outside"),
    [
        ("feed_hours_max", 1, 0),
        ("permit_minutes_max", 24 * 60, 24 * 60 + 1),
        ("paid_days", 0, -1),
        ("promise_threshold_percent", 100, 101),
        ("promise_grace_days", 31, 32),
        ("tries_max", 0, True),
        ("attests_lawful_debt", False, 0),
        ("institution", {"name": "x"}, {"name": 1}),
        ("time_zone", "Asia/Urumqi", "Asia/Nowhere"),
        ("law", "cn", ""),
        ("law", "cn", None),
    ],
)
def test_a_setting_is_checked_just_inside_and_just_outside(name, inside, outside):
    """With its name in the error."""
    assert getattr(read_settings({name: inside}), name) == inside
    with pytest.raises(UsageError, match=name):
        read_settings({name: outside})


def test_a_user_signs_in_with_a_password_that_is_kept_as_its_digest(tenant):
    """Argon2; a weak password, a taken name and a reach without its team are refused."""
    name = f"u{uuid4().hex[:8]}"
    add_user(tenant, name, PASSWORD, role="collector", reach="own")
    user = User.objects.get(username=name)
    assert user.password.startswith("argon2") and PASSWORD not in user.password
    asked = RequestFactory().post("/desk/sign-in")
    assert authenticate(asked, username=name, password=PASSWORD) == user
    assert authenticate(asked, username=name, password="x") is None
    for given, says in (
        ({"name": name}, "of this name"), ({"password": "12345"}, "password"), ({"reach": "team"}, "must be of one"),
        ({"role": "king"}, "Roles are"),
    ):  # fmt: skip
        made = {"name": f"u{uuid4().hex[:8]}", "password": PASSWORD, "role": "collector", "reach": "own"} | given
        with pytest.raises(UsageError, match=says):
            add_user(tenant, **made)


def test_a_withdrawn_template_leaves_the_field_to_the_version_before(as_reach, tenant):
    """And a newer one counts only once it is approved."""
    writer, other = as_reach(actor="writer"), as_reach(actor="other")

    def usable() -> int | None:
        with acting(other):
            row = usable_template(tenant, "reminder", "sms", "zh_CN")
            return None if row is None else int(row.version)

    seen = []
    for digest in ("a" * 64, "b" * 64):
        text = TemplateText("reminder", "sms", "collection", "zh_CN", "", "您好", digest)
        version = propose_template(writer, text, [])
        seen.append(usable())
        approve_template(other, "reminder", "sms", "zh_CN", version)
        seen.append(usable())
    for version in (2, 1, 1):
        withdraw_template(writer, "reminder", "sms", "zh_CN", version)
        seen.append(usable())
    assert seen == [None, 1, 1, 2, 1, None, None]
    with acting(other):
        assert AuditEntry.objects.filter(action="template.withdrawn").count() == 2


def test_the_measure_of_an_empty_book_is_nothing(scope, tenant):
    """No reason, no contact, no number."""
    assert measured(scope) == Silence(0, (), None)
    assert json.loads(json.dumps(measured(scope).to_json()))["accepted_count"] == 0
