"""Is an event there exactly when its change is, and does it arrive at least once, in order for each person?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event

import pytest
from django.db import connection
from records_cast import NOON
from records_waiting import wait_until_somebody_waits_for_a_lock

from forbear.kernel.errors import InputError, UsageError
from forbear.records.events import (
    LEASE,
    LONGEST_WAIT,
    Delivery,
    deliverable,
    emit,
    mark_delivered,
    mark_failed,
    mark_gone,
    stop_subscription,
    subscribe,
)
from forbear.records.models import EventOut, Subscription
from forbear.records.scope import Scope, acting

MINUTE = timedelta(minutes=1)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def heard(scope) -> int:
    """One subscription to everything."""
    with acting(scope):
        return subscribe("https://ledger.example.cn/hooks", SECRET)


def tell(scope: Scope, *numbered: tuple[str, int]) -> None:
    with acting(scope):
        for person_id, number in numbered:
            emit("payment.accepted", person_id, {"number": number})


def take(scope: Scope, now=NOON, limit: int = 100) -> list[Delivery]:
    with acting(scope):
        return deliverable(now, limit)


def numbers(taken: list[Delivery]) -> list[tuple[str, int]]:
    return [(each.person_id, each.body["number"]) for each in taken]


def test_an_event_is_there_when_its_change_is(cast, scope, heard):
    with pytest.raises(ZeroDivisionError), acting(scope):
        emit("payment.accepted", "north", {})
        raise ZeroDivisionError
    assert take(scope) == []
    tell(scope, ("north", 1))
    [event] = take(scope)
    assert (event.kind, event.body, event.url) == ("payment.accepted", {"number": 1}, "https://ledger.example.cn/hooks")
    assert event.secret.startswith("whsec_")
    with acting(scope):
        assert b"whsec" not in bytes(Subscription.objects.get().secret_sealed)


def test_only_who_wants_it_is_told(cast, scope, heard):
    with acting(scope):
        subscribe("https://a.example.cn", SECRET, ("complaint.raised",))
        stopped = subscribe("https://b.example.cn", SECRET)
        stop_subscription(stopped, NOON)
        assert emit("payment.accepted", "north", {}) == 1
        assert emit("complaint.raised", "north", {}) == 2
    with acting(scope):
        assert len(set(EventOut.objects.values_list("event_id", flat=True))) == 2


def test_who_sees_little_tells_everybody(cast, as_reach, scope, heard):
    """A collector's act is an event too, though the collector sees neither event nor subscription."""
    with acting(as_reach("own", actor="wang")):
        assert emit("promise.made", "mine", {"number": 1}) == 1
        assert not EventOut.objects.exists() and not Subscription.objects.exists()
    assert numbers(take(scope)) == [("mine", 1)]


def test_the_events_of_a_person_come_one_after_the_other_and_people_do_not_wait_for_each_other(cast, scope, heard):
    tell(scope, ("north", 1), ("north", 2), ("south", 1))
    first, other = take(scope)
    assert numbers([first, other]) == [("north", 1), ("south", 1)]
    assert take(scope) == []
    with acting(scope):
        again_at = mark_failed(first, "500", NOON)
        mark_delivered(other, NOON)
    assert take(scope, again_at - MINUTE / 60) == []
    [once_more] = take(scope, again_at)
    assert (numbers([once_more]), once_more.tries_count, once_more.event_id) == ([("north", 1)], 2, first.event_id)
    with acting(scope):
        mark_delivered(once_more, again_at)
    assert numbers(take(scope, again_at)) == [("north", 2)]


def test_one_address_that_is_down_does_not_hold_up_another(cast, scope, heard):
    with acting(scope):
        subscribe("https://second.example.cn", SECRET)
    tell(scope, ("north", 1), ("north", 2))
    first, second = take(scope)
    with acting(scope):
        mark_failed(first, "refused", NOON)
        mark_delivered(second, NOON)
    assert [(each.url, each.body["number"]) for each in take(scope)] == [("https://second.example.cn", 2)]


def test_what_its_taker_never_spoke_of_again_is_given_out_again(cast, scope, heard):
    """A worker that died with it."""
    tell(scope, ("north", 1))
    [lost] = take(scope)
    assert take(scope, NOON + LEASE - MINUTE / 60) == []
    [found] = take(scope, NOON + LEASE)
    assert (found.event_id, found.tries_count) == (lost.event_id, 2)


def test_it_is_tried_again_after_ever_longer_up_to_six_hours(cast, scope, heard):
    tell(scope, ("north", 1))
    now, waits = NOON, []
    for _ in range(14):
        [event] = take(scope, now)
        with acting(scope):
            again_at = mark_failed(event, "e" * 500, now)
        waits.append(again_at - now)
        now = again_at
    assert waits[:4] == [MINUTE / 2, MINUTE, 2 * MINUTE, 4 * MINUTE]
    assert waits[-1] == LONGEST_WAIT
    assert waits == sorted(waits)


def test_an_address_that_is_gone_is_told_nothing_more(cast, scope, heard):
    tell(scope, ("north", 1))
    [event] = take(scope)
    with acting(scope):
        mark_gone(event, NOON)
    assert take(scope, NOON + LEASE) == []
    with acting(scope):
        assert emit("payment.accepted", "north", {}) == 0


def test_a_late_word_of_failure_does_not_undo_a_delivery(cast, scope, heard):
    tell(scope, ("north", 1))
    [event] = take(scope)
    with acting(scope):
        mark_delivered(event, NOON)
        mark_failed(event, "timeout", NOON)
    assert take(scope, NOON + LONGEST_WAIT) == []


def test_many_takers_never_have_the_same_event(cast, scope, heard):
    """Four at once, each taking two at a time until nothing is left: every event once, in each person's order."""
    people = [each.person_id for each in cast.all]
    tell(scope, *((person, number) for number in range(10) for person in people))
    together = Barrier(4)

    def taker(_number: int) -> list[tuple[str, int]]:
        together.wait(30)
        got: list[tuple[str, int]] = []
        idle = 0
        while idle < 50:
            with acting(scope):
                taken = deliverable(NOON, 2)
            for each in taken:
                with acting(scope):
                    mark_delivered(each, NOON)
            got += numbers(taken)
            idle = 0 if taken else idle + 1
        connection.close()
        return got

    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(taker, range(4)))
    assert sorted(each for taken in got for each in taken) == sorted(
        (person, number) for number in range(10) for person in people
    )
    for taken in got:
        for person in people:
            mine = [number for who, number in taken if who == person]
            assert mine == sorted(mine)


@pytest.mark.parametrize("person_id", ["north", "", "not in the book yet"])
def test_changes_are_told_in_the_order_in_which_they_were_committed(cast, scope, heard, person_id):
    """The second waits for the first to commit, so that it has the later number."""
    emitted, go_on = Event(), Event()

    def first() -> None:
        with acting(scope):
            emit("payment.accepted", person_id, {"number": 1})
            emitted.set()
            assert go_on.wait(30)
        connection.close()

    def second() -> None:
        with acting(scope):
            emit("payment.accepted", person_id, {"number": 2})
        connection.close()

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(first)
        assert emitted.wait(30)
        two = pool.submit(second)
        wait_until_somebody_waits_for_a_lock()
        assert take(scope) == []
        go_on.set()
        one.result(30), two.result(30)
    assert numbers(take(scope)) == [(person_id, 1)]


def test_another_lender_takes_nothing_of_it(cast, scope, heard, other_tenant):
    tell(scope, ("north", 1))
    assert take(Scope(other_tenant, "worker")) == []


def test_nothing_is_told_in_nobodys_name(records):
    with pytest.raises(UsageError, match="nobody's name"):
        emit("payment.accepted", "north", {})


@pytest.mark.parametrize(
    "url", ["http://ledger.example.cn", "https://user:hunter2@ledger.example.cn", "ftp://x", "https://", "x"]
)
def test_an_address_that_would_be_told_in_the_open_is_refused(scope, url):
    with pytest.raises(InputError, match="HTTPS") as caught, acting(scope):
        subscribe(url, SECRET)
    assert "hunter2" not in str(caught.value)


def test_a_secret_that_signs_nothing_is_refused(scope):
    with pytest.raises(InputError, match="signing secret"), acting(scope):
        subscribe("https://ledger.example.cn", "short")
