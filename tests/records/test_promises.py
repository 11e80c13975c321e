"""Are promises judged by the money that came, each cent once, and judged anew when money goes back?"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from records_cast import open_tenant

from forbear.records.daily.promises import Money, Promise, appropriate, judge_promises
from forbear.records.models import Payment, PromiseToPay
from forbear.records.scope import Scope, acting

FIRST = date(2026, 11, 1)
ON = FIRST + timedelta(days=12)
DAYS = st.integers(0, 20).map(lambda days: FIRST + timedelta(days=days))
CENTS = st.integers(1, 500)


@st.composite
def promises(draw: st.DrawFn, loans: tuple[str, ...] = ("L1", "L2")) -> list[Promise]:
    """A few promises, on loans that have several, some taken back."""
    count = draw(st.integers(0, 6))
    found = []
    for number in range(count):
        made_on = draw(DAYS)
        found.append(
            Promise(
                f"W{number}",
                draw(st.sampled_from(loans)),
                made_on,
                made_on + timedelta(days=draw(st.integers(0, 8))),
                draw(CENTS),
                draw(st.integers(0, 2)),
                draw(st.sampled_from((50, 90, 100))),
                draw(st.none() | DAYS),
            )
        )
    return found


PAYMENTS = st.lists(st.tuples(st.sampled_from(("L1", "L2")), CENTS, DAYS), max_size=8).map(
    lambda rows: [Money(f"Y{number}", *row) for number, row in enumerate(rows)]
)


@given(promises(), PAYMENTS)
def test_no_cent_counts_twice_and_no_promise_takes_more_than_was_promised(made, paid):
    """What lies on the promises of a loan is at most what came in on it."""
    outcomes = appropriate(made, paid, ON)
    assert all(0 <= outcomes[each.promise_id].paid_cents <= each.amount_cents for each in made)
    for loan in ("L1", "L2"):
        laid = sum(outcomes[each.promise_id].paid_cents for each in made if each.loan_id == loan)
        assert laid <= sum(each.amount_cents for each in paid if each.loan_id == loan and each.effective_on <= ON)


@given(promises(), PAYMENTS, st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_told_does_not_matter(made, paid, chance):
    """First due is first served, whoever was written down first."""
    shuffled, paid_otherwise = list(made), list(paid)
    chance.shuffle(shuffled)
    chance.shuffle(paid_otherwise)
    assert appropriate(shuffled, paid_otherwise, ON) == appropriate(made, paid, ON)


def promise(number: int = 1, **values) -> Promise:
    return Promise(
        **{"promise_id": f"W{number}", "loan_id": "L1", "made_on": FIRST, "due_on": FIRST, "amount_cents": 100} | values
    )


@pytest.mark.parametrize(
    "made, paid, on, verdict",
    [
        ({}, (100, 0), 0, "kept"),
        ({}, (99, 0), 0, "open"),
        ({}, (99, 0), 1, "broken"),
        ({"threshold_percent": 99}, (99, 0), 1, "kept"),
        ({}, (100, 1), 1, "broken"),
        ({"grace_days": 1}, (100, 1), 1, "kept"),
        ({"grace_days": 1}, (99, 1), 1, "open"),
        ({}, (100, -1), 1, "broken"),
        ({"cancelled_on": FIRST}, (100, 0), 1, "void"),
    ],
)
def test_a_promise_just_inside_and_just_outside(made, paid, on, verdict):
    """Amount, share, first day, last day and grace, each at its edge."""
    cents, day = paid
    money = Money("Y", "L1", cents, FIRST + timedelta(days=day))
    assert appropriate([promise(**made)], [money], FIRST + timedelta(days=on))["W1"].verdict == verdict


def test_money_goes_to_the_promise_that_falls_due_first():
    """What the first leaves over goes to the second."""
    made = [promise(2, due_on=FIRST + timedelta(days=2)), promise(1)]
    outcomes = appropriate(made, [Money("Y", "L1", 150, FIRST)], FIRST)
    assert (outcomes["W1"].paid_cents, outcomes["W2"].paid_cents) == (100, 50)


@pytest.fixture(scope="module")
def judged(records):
    """``judged(made, paid, reversed)``: what the records of a fresh lender say of these."""

    def ask(made: list[Promise], paid: list[Money], reversed_ids: tuple[str, ...] = ()):
        tenant = open_tenant(f"p{uuid4().hex[:12]}")
        with acting(Scope(tenant, "tester")):
            PromiseToPay.objects.bulk_create(PromiseToPay(tenant_id=tenant, **vars(each)) for each in made)
            Payment.objects.bulk_create(Payment(tenant_id=tenant, **vars(each)) for each in paid)
            judge_promises(tenant, ON)
            Payment.objects.filter(payment_id__in=reversed_ids).update(status="reversed", reversed_on=ON)
            judge_promises(tenant, ON)
            rows = PromiseToPay.objects.values_list("promise_id", "verdict", "paid_cents")
            return {promise_id: (verdict, cents) for promise_id, verdict, cents in rows}

    return ask


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=promises(), paid=PAYMENTS, data=st.data())
def test_the_records_judge_as_the_definition_and_a_reversal_restores(judged, made, paid, data):
    """Set by set on the database, as promise by promise here; with a payment reversed, as if it had never been."""
    gone = tuple(data.draw(st.sets(st.sampled_from([each.payment_id for each in paid])))) if paid else ()
    wanted = appropriate(made, [each for each in paid if each.payment_id not in gone], ON)
    assert judged(made, paid, gone) == {id_: (each.verdict, each.paid_cents) for id_, each in wanted.items()}
