"""Is personal data seen only by who may, only as much as they need, and never unnoticed?"""

from __future__ import annotations

import logging
from datetime import date, timedelta

import pytest
from django.db import connection
from records_cast import NOON, TODAY, Life, add_person
from records_files import LONG_AGO, fill, settled_person

from forbear.kernel.clock import FixedClock
from forbear.kernel.errors import InputError
from forbear.records import audit
from forbear.records.actions.expiry import find_expired
from forbear.records.actions.holds import place_hold, refuse_channel
from forbear.records.actions.payments import PaymentIn, accept_payments
from forbear.records.actions.persons import erase, restrict
from forbear.records.events import deliverable, subscribe
from forbear.records.models import AuditEntry
from forbear.records.models.tenant import ROLES
from forbear.records.reveal import FIELDS, WHOLE, Asking, export, glimpse, reveal
from forbear.records.scope import acting
from forbear.records.sealing import sealer

CLOCK = FixedClock(NOON)
CREDIT_ALARM, OTHER_ALARM = "cn.picrime2017.credit_alarm.export", "cn.picrime2017.other_alarm.export"


def seen(
    scope,
    role: str,
    person_id: str = "north",
    fields=("name", "birth_on", "contact_points"),
    purpose: str = "case_work",
):
    return {each.kind: each.text for each in reveal(scope, Asking(role, purpose), person_id, fields, CLOCK)}


def entries(scope, action: str) -> list[AuditEntry]:
    with acting(scope):
        return list(AuditEntry.objects.filter(action=action).order_by("at", "id"))


@pytest.fixture
def opened_before(scope):
    """``opened_before(kind, count, on)``: entries as earlier openings of that day left them, without opening so many."""

    def write(kind: str, count: int, on: date = TODAY) -> None:
        from forbear.records.reveal.alarm import day_key

        key = day_key(scope, FixedClock(NOON.replace(day=on.day)))
        with acting(scope):
            audit.record(audit.Entry("personal_data.revealed", "opening", key, "south", {"opened": {kind: count}}))

    return write


def test_every_role_is_known(records):
    assert set(WHOLE) == set(ROLES)


@pytest.mark.parametrize(
    "role, sees",
    [
        ("collector", {"name": "张晓北", "birth_on": "1990-**-**", "mobile": "138****1234"}),
        ("auditor", {"name": "张*", "birth_on": "1990-**-**", "mobile": "138****1234"}),
        ("compliance", {"name": "张晓北", "birth_on": "1990-05-01", "mobile": "13800001234"}),
    ],
)
def test_a_role_sees_what_it_needs_and_the_rest_masked(cast, scope, role, sees):
    assert seen(scope, role) == sees


@pytest.mark.parametrize(
    "kind, value, masked",
    [
        ("email", "xiaobei@example.cn", "x***@example.cn"),
        ("address", "上海市浦东新区世纪大道100号", "上海市浦东新区****"),
        ("landline", "02151234567", "021****4567"),
        ("im", "wxid_12345", "****"),
    ],
)
def test_each_kind_of_contact_point_has_its_mask(tenant, scope, kind, value, masked):
    add_person(tenant, "point", "冯点", value, Life(kind=kind))
    assert seen(scope, "collector", "point")[kind] == masked


def test_a_visitor_sees_where_to_go_and_not_whom_to_ring(tenant, scope):
    add_person(tenant, "home", "陈家", "上海市浦东新区世纪大道100号", Life(kind="address"))
    add_person(tenant, "ring", "褚铃", "13800001111")
    assert seen(scope, "visitor", "home")["address"] == "上海市浦东新区世纪大道100号"
    assert seen(scope, "visitor", "ring")["mobile"] == "138****1111"


def test_words_are_read_by_who_works_the_case_and_hidden_from_others(cast, scope):
    fill(cast.tenant, cast.north, NOON)
    words = ("messages", "inbound", "complaints", "disputes")
    assert all("请联系我们" in text for text in seen(scope, "collector", fields=words).values())
    assert set(seen(scope, "administrator", fields=words).values()) == {"****"}


def test_who_opened_what_of_whom_for_what_is_written_down(cast, scope):
    seen(scope, "collector", purpose="complaint")
    [entry] = entries(scope, "personal_data.revealed")
    assert (entry.actor, entry.person_id) == ("tester", "north")
    assert entry.payload == {
        "fields": ["name", "birth_on", "contact_points"], "role": "collector", "purpose": "complaint", "opened": {"identity": 1},
    }  # fmt: skip
    with acting(scope):
        assert list(audit.verify()) == []


def test_nobody_opens_what_their_scope_does_not_show(cast, as_reach):
    with pytest.raises(InputError, match="no such person"):
        seen(as_reach("team", team="north"), "compliance", "south")
    assert seen(as_reach("team", team="north"), "collector")["name"] == "张晓北"


def test_restricted_data_is_opened_for_the_person_and_for_who_looks_into_it_alone(cast, scope):
    restrict(scope, "north")
    assert seen(scope, "compliance")["mobile"] == "138****1234"
    assert seen(scope, "compliance", purpose="request")["mobile"] == "13800001234"


def test_of_who_was_erased_there_is_nothing_to_see(tenant, scope):
    settled_person(tenant, "gone")
    assert erase(scope, "gone", CLOCK).is_erased
    assert seen(scope, "compliance", "gone", FIELDS) == {}


@pytest.mark.parametrize("asking, fields", [(Asking("boss", "case_work"), ("name",)), (Asking("leader", "fun"), ("name",)),
                                            (Asking("leader", "case_work"), ("salary",))])  # fmt: skip
def test_what_is_not_known_is_not_opened(cast, scope, asking, fields):
    with pytest.raises(InputError, match="There is no"):
        reveal(scope, asking, "north", fields, CLOCK)
    assert entries(scope, "personal_data.revealed") == []


def test_a_list_shows_masked_names_without_an_entry(cast, scope):
    with acting(scope):
        assert glimpse(cast.tenant, ["north", "south"]) == {"north": "张*", "south": "李*"}
    assert entries(scope, "personal_data.revealed") == []


def test_the_number_below_the_laws_is_no_alarm_and_the_laws_is_one_once_a_day(cast, scope, opened_before):
    """2,499 numbers opened one by one on a day, then one more, then another."""
    with acting(scope):
        subscribe("https://watch.example.cn", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", ("personal_data.bulk_alarm",))
    opened_before("contact", 2498)
    ask = {"fields": ("contact_points",)}
    seen(scope, "compliance", **ask)
    assert entries(scope, "personal_data.bulk_alarm") == []
    seen(scope, "compliance", **ask)
    seen(scope, "compliance", **ask)
    [alarm] = entries(scope, "personal_data.bulk_alarm")
    assert (alarm.payload["count"], alarm.payload["rules"], alarm.payload["actor"]) == (2500, [OTHER_ALARM], "tester")
    with acting(scope):
        [event] = deliverable(NOON)
    assert (event.kind, event.body["count"]) == ("personal_data.bulk_alarm", 2500)


def test_yesterday_and_somebody_else_do_not_count(cast, scope, as_reach, opened_before):
    opened_before("contact", 2499, date(2026, 11, 22))
    seen(scope, "compliance")
    opened_before("contact", 2497)
    seen(as_reach(actor="another"), "compliance")
    assert entries(scope, "personal_data.bulk_alarm") == []


def test_masked_values_do_not_count(cast, scope, opened_before):
    opened_before("contact", 2499)
    seen(scope, "collector")
    assert entries(scope, "personal_data.bulk_alarm") == []


def test_a_file_of_words_is_refused_from_the_laws_number_on_unless_it_has_a_ticket(cast, scope, opened_before):
    """25 is half of the number that makes a crime; a refusal shows nothing, and is told."""
    people, fields = [each.person_id for each in cast.all], ("messages",)
    for each in cast.all:
        fill(cast.tenant, each, NOON)
    opened_before("communication_content", 20)
    given = export(scope, Asking("compliance", "inspection"), people, fields, CLOCK)
    assert (len(given.people), given.refused_by) == (4, ())
    refused = export(scope, Asking("compliance", "inspection"), ["north"], fields, CLOCK)
    assert (refused.people, refused.refused_by) == ({}, (CREDIT_ALARM,))
    assert len(entries(scope, "personal_data.export_refused")) == len(entries(scope, "personal_data.bulk_alarm")) == 1
    allowed = export(scope, Asking("compliance", "inspection", ticket="T-7"), ["north"], fields, CLOCK)
    assert "请联系我们" in allowed.people["north"][0].text
    assert entries(scope, "personal_data.revealed")[-1].payload["ticket"] == "T-7"


def test_reading_words_on_a_screen_is_case_work_and_no_alarm(cast, scope):
    fill(cast.tenant, cast.north, NOON)
    for _ in range(30):
        seen(scope, "collector", fields=("messages",))
    assert entries(scope, "personal_data.bulk_alarm") == []


def test_no_log_says_who_a_person_is_or_what_was_said(tenant, scope, caplog):
    """All loggers at their most talkative, statements of the database included, while people are fed, contacted, paid for,
    silenced, opened, restricted, searched for what expires, and erased, and while something goes wrong."""
    caplog.set_level(logging.DEBUG)
    for name in list(logging.root.manager.loggerDict):
        caplog.set_level(logging.DEBUG, logger=name)
    connection.force_debug_cursor = True
    try:
        talked = settled_person(tenant, "talked", "卫不言", "13877776666")
        owing = add_person(tenant, "owing", "蒋不语", "13955554444")
        fill(tenant, talked, LONG_AGO)
        fill(tenant, owing, NOON)
        accept_payments(scope, [PaymentIn("p", owing.loan_id, 100, NOON.date())])
        place_hold(scope, "owing", "hardship", NOON.date())
        refuse_channel(scope, "owing", "sms")
        for role in WHOLE:
            seen(scope, role, "owing", FIELDS)
        export(scope, Asking("compliance", "inspection"), ["owing", "talked"], FIELDS, CLOCK)
        restrict(scope, "owing")
        list(find_expired(scope, NOON.date() + timedelta(days=1)))
        assert not erase(scope, "owing", CLOCK).is_erased
        assert erase(scope, "talked", CLOCK).is_erased
        with pytest.raises(InputError) as caught, acting(scope):
            sealer(tenant).open("name", sealer(tenant).seal("value", owing.name))
    finally:
        connection.force_debug_cursor = False
    logged = caplog.text + str(caught.value)
    assert len(caplog.records) > 200, "the statements were heard"
    said = [owing.name, talked.name, owing.phone, talked.phone, "请联系我们", "1990-05-01"]
    assert [each for each in said if each in logged] == []
