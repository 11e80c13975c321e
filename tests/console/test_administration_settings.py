"""A setting is changed by two administrators, from a business date on: the day and the send then use the new value, and not before."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pyarrow.parquet as pq
import pytest
import records_server

records_server.prepare()

from django.db import Error  # noqa: E402
from records_cast import NOON, TODAY, feed  # noqa: E402
from senders import queue_act, sender  # noqa: E402

from forbear.day.wiring.business_day import BusinessDay, run_business_day  # noqa: E402
from forbear.kernel.clock import FixedClock  # noqa: E402
from forbear.records import audit  # noqa: E402
from forbear.records.actions.administration.setting_changes import CHANGEABLE, Wish, decide_change, propose_change  # noqa: E402
from forbear.records.actions.agreed.promises import make_promise  # noqa: E402
from forbear.records.actions.tenants import change_settings  # noqa: E402
from forbear.records.fresh_facts import fresh_facts, law_of_day  # noqa: E402
from forbear.records.lender import lender_settings, setting_of  # noqa: E402
from forbear.records.models import Act, AuditEntry, PromiseToPay, SettingChange  # noqa: E402
from forbear.records.scope import Scope, acting  # noqa: E402

PATH = "/desk/administration/settings"
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def admins(lender):
    from console_staff import hire, signed_in

    return [signed_in(hire(lender, "administrator", f"{name}.{lender}", language="en")) for name in ("one", "two")]


def ask(admin, name="paid_days", once=None, **values):
    given = {
        "value": "5",
        "from_on": TOMORROW.isoformat(),
        "reason": "the feed comes late",
        "once": once or str(uuid4()),
    }
    return admin.post(f"{PATH}/{name}", given | values).status_code


def decide(admin, change_id, decision="approve"):
    return admin.post(PATH, {"decision": decision, "once": str(change_id)}).status_code


def approved(tenant, name, value, from_on, now=NOON) -> UUID:
    """A change that two people agreed on."""
    change_id = uuid4()
    assert propose_change(Scope(tenant, "adm.one"), change_id, Wish(name, value, from_on, "a reason"), now)
    decide_change(Scope(tenant, "adm.two"), change_id, now, approve=True)
    return change_id


def test_one_asks_another_approves_and_it_stands_from_its_day(admins, lender, scope):
    one, two = admins
    key = str(uuid4())
    assert [ask(one, once=key), ask(one, once=key)] == [302, 302]
    assert ask(two) == 422  # a change of it waits already
    assert "Nobody approves what they asked for." in one.get(PATH).content.decode()
    assert "the feed comes late" in two.get(PATH).content.decode()
    assert decide(one, key) == 422
    assert lender_settings(lender, TOMORROW).paid_days == 3
    assert [decide(two, key), decide(two, key)] == [302, 422]
    assert [lender_settings(lender, day).paid_days for day in (TODAY, TOMORROW)] == [3, 5]
    # The day is the lender's: in Shanghai it begins eight hours before that of UTC.
    assert [lender_settings(lender, NOON + timedelta(hours=hours)).paid_days for hours in (11, 12)] == [3, 5]
    assert "5 from 2026-11-24" in one.get(PATH).content.decode()
    assert "the feed comes late" in one.get(f"{PATH}/paid_days").content.decode()
    with acting(scope):
        told = AuditEntry.objects.filter(subject_kind="setting", subject_id="paid_days").order_by("id")
        assert [(each.action, each.actor) for each in told] == [
            ("setting.asked", one.user.username), ("setting.approved", two.user.username),
        ]  # fmt: skip
        assert told[0].payload["before"] == 3
        assert list(audit.verify()) == []


def test_what_is_refused_changes_nothing(admins, lender):
    one, two = admins
    key = str(uuid4())
    assert [ask(one, once=key), decide(two, key, "refuse"), decide(two, key)] == [302, 302, 422]
    assert lender_settings(lender, TOMORROW).paid_days == 3


@pytest.mark.parametrize(
    ("name", "values", "status"),
    [
        ("paid_days", {"value": "32"}, 422), ("paid_days", {"value": "-1"}, 422), ("paid_days", {"value": "3"}, 422),
        ("paid_days", {"from_on": "2026-11-22"}, 422), ("paid_days", {"from_on": ""}, 422), ("paid_days", {"reason": ""}, 422),
        ("paid_days", {"reason": "x" * 201}, 422), ("second_factor", {"value": "perhaps"}, 422), ("paid_days", {"once": "1"}, 422),
        ("law", {"value": "cn"}, 404), ("playbook", {}, 404), ("nothing", {}, 404), ("ageing.buckets", {}, 404),
    ],
)  # fmt: skip
def test_what_cannot_be_is_not_asked_for(admins, scope, name, values, status):
    assert ask(admins[0], name, **values) == status
    with acting(scope):
        assert not SettingChange.objects.exists()


def test_the_database_itself_lets_nobody_decide_alone_or_rewrite_what_was_decided(lender, scope):
    change_id = approved(lender, "paid_days", 5, TOMORROW)
    own = {"tenant_id": lender, "changes": {"paid_days": 9}, "from_on": TODAY, "reason": "", "asked_by": "adm.one"}
    for deed in (
        lambda: SettingChange.objects.create(change_id=uuid4(), decision="approved", decided_by="adm.one", **own),
        lambda: SettingChange.objects.create(change_id=uuid4(), decision="approved", **own),
        lambda: SettingChange.objects.filter(change_id=change_id).update(changes={"paid_days": 30}),
        lambda: SettingChange.objects.filter(change_id=change_id).update(from_on=TODAY),
        lambda: SettingChange.objects.filter(change_id=change_id).update(decision="refused"),
    ):
        with pytest.raises(Error), acting(scope):
            deed()
    with pytest.raises(Error), acting(Scope(lender, "wang", "own")):
        SettingChange.objects.create(change_id=uuid4(), **own)
    # Who sees little of the book still works by what the lender chose.
    with acting(Scope(lender, "wang", "own")):
        assert lender_settings(lender, TOMORROW).paid_days == 5


def test_what_the_owner_of_the_deployment_sets_stands_above_it(lender, scope):
    approved(lender, "paid_days", 5, TODAY)
    approved(lender, "ageing.grace_days", 2, TODAY)
    change_settings(lender, {"paid_days": 3})
    now = lender_settings(lender, TODAY)
    assert (now.paid_days, setting_of(now, "ageing.grace_days")) == (3, 2)
    change_settings(lender, {"ageing": {"tolerance_cents": 100}})
    assert dict(lender_settings(lender, TODAY).ageing) == {"tolerance_cents": 100}
    with acting(scope):
        assert not SettingChange.objects.filter(ended_at__isnull=True).exists()


def test_a_change_that_waited_past_its_day_is_not_approved(admins, lender, clock):
    one, two = admins
    key = str(uuid4())
    ask(one, once=key)
    clock.move_to(NOON + timedelta(days=2))
    assert [decide(two, key), decide(two, key, "refuse")] == [422, 302]


def test_the_send_uses_it_from_its_day_on(lender, scope, cast, tmp_path):
    """The feed is four hours old: fresh enough today, too old by what stands from tomorrow on."""
    approved(lender, "feed_hours_max", 3, TOMORROW)
    queue_act(lender, cast.north)
    with sender(lender, tmp_path / "log") as own:
        assert [each.receipt.status for each in own.send()] == ["accepted"]
    later = NOON + timedelta(days=1)
    feed(lender, later - timedelta(hours=4))
    queue_act(lender, cast.south, business_date=TOMORROW, earliest_at=later, latest_at=later + timedelta(hours=8))
    with sender(lender, tmp_path / "log", later) as own:
        assert [each.refusal.code for each in own.send()] == ["feed_stale"]
    with acting(scope):
        Act.objects.update(try_after_at=None)
    approved(lender, "feed_hours_max", 5, TOMORROW, later)
    with sender(lender, tmp_path / "log", later) as own:
        assert [each.receipt.status for each in own.send()] == ["accepted"]


def test_the_day_uses_it_from_its_day_on_and_so_does_a_promise(lender, scope, cast):
    """Fifteen days past due, but not for whom has twenty days of grace from today on."""
    approved(lender, "ageing.grace_days", 20, TODAY)
    approved(lender, "promise_grace_days", 4, TOMORROW)
    done = run_business_day(BusinessDay(lender, TODAY, writes_report=False), FixedClock(NOON))
    facts = pq.read_table(Path(done["folder"]) / "facts.parquet", columns=["days_past_due"])
    assert facts.column("days_past_due").to_pylist() == [0, 0, 0, 0]
    for day, expected in ((TODAY - timedelta(days=1), 14), (TODAY, 0)):
        lender_then = lender_settings(lender, day)
        with acting(scope):
            found = fresh_facts(law_of_day(lender_then, day), lender, ["north"])
        assert found[cast.north.loan_id]["days_past_due"] == expected
    for day in (TODAY, TOMORROW):
        make_promise(scope, cast.north.loan_id, 1_000, day + timedelta(days=3), day)
    with acting(scope):
        assert list(PromiseToPay.objects.order_by("made_on").values_list("grace_days", flat=True)) == [0, 4]


def test_every_setting_has_its_words(admins):
    page = admins[0].get(PATH).content.decode()
    for name in CHANGEABLE:
        assert f'<code class="sub">{name}</code>' in page
        assert admins[0].get(f"{PATH}/{name}").status_code == 200


def test_another_lenders_change_is_not_decided(admins, other_tenant, lender):
    from console_staff import hire, signed_in

    key = str(uuid4())
    ask(admins[0], once=key)
    change_settings(other_tenant, {"second_factor": False})
    stranger = signed_in(hire(other_tenant, "administrator", f"adm.{other_tenant}"))
    assert decide(stranger, key) == 404
    assert "the feed comes late" not in stranger.get(PATH).content.decode()
