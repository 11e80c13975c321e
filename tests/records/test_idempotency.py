"""Is what was asked once done once, by one caller or by many at the same time?"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Event

import pytest
from django.db import connection
from records_cast import NOON, add_person
from records_waiting import wait_until_somebody_waits_for_a_lock

from forbear.kernel.errors import InputError, UsageError
from forbear.records import audit
from forbear.records.idempotency import forget_before, once
from forbear.records.models import AuditEntry, Hold, IdempotencyKey
from forbear.records.scope import Scope, acting, current_scope

REQUEST = {"loan": "L-1", "amount_cents": 100}


def ask(scope: Scope, do: Callable[[], object], key: str = "k", request: object = REQUEST) -> object:
    """One request in a transaction of its own, and the thread's connection given back."""
    with acting(scope):
        return once("payment.accept", key, request, do)


def in_a_thread(scope: Scope, do: Callable[[], object], **more: object) -> object:
    try:
        return ask(scope, do, **more)
    finally:
        connection.close()


def test_the_same_request_gets_the_same_answer_and_is_done_once(scope):
    done = []
    answers = [ask(scope, lambda: done.append(1) or {"at": NOON, "count": 1}) for _ in range(3)]
    assert answers == [{"at": str(NOON), "count": 1}] * 3
    assert done == [1]


def test_another_request_with_the_same_key_is_refused(scope):
    ask(scope, lambda: 1)
    with pytest.raises(InputError, match="another request") as caught:
        ask(scope, lambda: 2, request={**REQUEST, "amount_cents": 200})
    assert caught.value.code == "idempotency_conflict"


def test_a_key_means_another_thing_for_another_action_and_another_lender(scope, other_tenant):
    assert ask(scope, lambda: 1) == 1
    with acting(scope):
        assert once("payment.reverse", "k", REQUEST, lambda: 2) == 2
    assert ask(Scope(other_tenant, scope.actor), lambda: 3) == 3


def test_somebody_else_who_guesses_the_key_learns_nothing(scope):
    ask(scope, lambda: "secret")
    with pytest.raises(InputError, match="another request"):
        ask(replace(scope, actor="stranger"), lambda: "other")


def test_what_failed_leaves_neither_key_nor_entry_behind(scope):
    """Neither when the whole transaction fails, nor when the caller goes on after it."""

    def in_vain() -> None:
        audit.record(audit.Entry("payment.accepted", "payment", "p"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask(scope, lambda: 1 // 0)
    with acting(scope):
        with pytest.raises(ZeroDivisionError):
            once("payment.accept", "k", REQUEST, in_vain)
        assert not IdempotencyKey.objects.exists()
    with acting(scope):
        assert not AuditEntry.objects.exists()
    assert ask(scope, lambda: "done") == "done"


def test_who_comes_while_another_is_at_it_waits_and_gets_that_answer(scope):
    """Two callers, one key: the second is held by the database until the first has committed."""
    begun, go_on = Event(), Event()

    def slowly() -> str:
        begun.set()
        assert go_on.wait(30)
        return "the first"

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(in_a_thread, scope, slowly)
        assert begun.wait(30)
        second = pool.submit(in_a_thread, scope, lambda: "the second")
        wait_until_somebody_waits_for_a_lock()
        assert not second.done()
        go_on.set()
        assert (first.result(30), second.result(30)) == ("the first", "the first")


def test_who_waited_for_one_that_failed_does_it(scope):
    begun, go_on = Event(), Event()

    def in_vain() -> None:
        begun.set()
        assert go_on.wait(30)
        raise ZeroDivisionError

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(in_a_thread, scope, in_vain)
        assert begun.wait(30)
        second = pool.submit(in_a_thread, scope, lambda: "the second")
        wait_until_somebody_waits_for_a_lock()
        go_on.set()
        assert second.result(30) == "the second"
        with pytest.raises(ZeroDivisionError):
            first.result(30)


def test_of_eight_at_once_one_does_it(scope, tenant):
    """A hold that would be there eight times is there once."""
    add_person(tenant, "asked", "吴问", "13200001111")
    together = Barrier(8)

    def place() -> int:
        return Hold.objects.create(
            tenant_id=tenant, hold_id=f"h{Hold.objects.count()}", person_id="asked", kind="other", starts_on=NOON.date()
        ).pk

    def one(_number: int) -> object:
        together.wait(30)
        return in_a_thread(scope, place)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one, range(8)))
    assert len(set(answers)) == 1
    with acting(scope):
        assert Hold.objects.count() == 1


@pytest.mark.parametrize("key", ["", "k" * 129])
def test_a_key_that_is_none_is_refused(scope, key):
    with pytest.raises(InputError, match="empty or too long"):
        ask(scope, lambda: 1, key=key)


def test_nothing_is_done_in_nobodys_name(records):
    with pytest.raises(UsageError, match="nobody's name"):
        once("payment.accept", "k", REQUEST, lambda: 1)


def test_old_keys_are_forgotten(scope):
    ask(scope, lambda: 1)
    with acting(scope):
        given_at = IdempotencyKey.objects.get().created_at
        assert forget_before(given_at) == 0
        assert forget_before(given_at + timedelta(microseconds=1)) == 1
    assert ask(scope, lambda: 2) == 2


def test_who_sees_little_is_answered_and_reads_nobodys_answers(as_reach, scope):
    """Their own request again gets its answer; the table shows them nothing; the deed is done with their own view."""
    mine = as_reach("own", actor="wang")
    assert ask(mine, lambda: current_scope().reach) == ask(mine, lambda: "again") == "own"
    with acting(mine):
        assert not IdempotencyKey.objects.exists()
