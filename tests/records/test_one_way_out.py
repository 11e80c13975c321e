"""The one way out, under attack: many workers at once, killed workers, a database that restarts, payments in between."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import connection, connections
from records_cast import NOON, TODAY, Life, Member, add_person, feed
from senders import begin_sending, go, queue_act, sender

from forbear.dispatch import Message, Receipt
from forbear.dispatch.send import SETTLED_TOGETHER
from forbear.kernel.clock import SystemClock
from forbear.records import audit
from forbear.records.actions.holds import place_hold, refuse_channel, sign_arrangement
from forbear.records.actions.payments import PaymentIn, accept_payments, reverse_payment
from forbear.records.desk import recover
from forbear.records.models import Act, Agency, AuditEntry, Contact, Instalment, Loan, Payment, Permit
from forbear.records.models import Message as Sent
from forbear.records.scope import Scope, acting


def people(tenant: str, count: int, **values: object) -> list[Member]:
    """So many people with a loan overdue."""
    return [
        add_person(tenant, f"p{number:03}", "陈某", f"1381000{number:04}", Life(**values)) for number in range(count)
    ]


def states(scope: Scope) -> Counter[tuple[str, str]]:
    with acting(scope):
        return Counter(Act.objects.filter(tenant_id=scope.tenant).values_list("state", "reason"))


def in_threads(count: int, work) -> list:
    """The work done by so many threads at once, each with its own connection to the database."""
    barrier = threading.Barrier(count)

    def one(number: int):
        barrier.wait()
        try:
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_a_planned_act_becomes_one_contact_with_its_permit_and_message(tenant, scope, cast, tmp_path):
    """From a plan on paper to a contact that really happened, told to the audit (J1, P1)."""
    act = queue_act(tenant, cast.north)
    with sender(tenant, tmp_path / "log") as own:
        (outcome,) = own.drain()
        handed = own.channel.handed_over()
    assert outcome.receipt is not None and outcome.receipt.status == "accepted"
    with acting(scope):
        contact = Contact.objects.get(tenant_id=tenant)
        permit = Permit.objects.get(tenant_id=tenant)
        assert [name for name, _ in handed] == [contact.contact_id] == [Sent.objects.get(tenant_id=tenant).contact_id]
        assert (permit.act_id, contact.permit_id, contact.state) == (act.act_id, permit.permit_id, "accepted")
        assert permit.verdict in ("ALLOW", "WARN") and permit.consumed_at is not None
        assert permit.facts["days_past_due"] == 15
        # To the end of the hours that the law leaves, and no further than the plan went: seven in the evening to ten at night.
        assert timedelta(hours=6) <= permit.expires_at - NOON <= timedelta(hours=8)
        actions = list(AuditEntry.objects.filter(person_id="north").order_by("number").values_list("action", flat=True))
        assert actions[-2:] == ["contact.permitted", "contact.settled"]
        assert list(audit.verify()) == []


@pytest.mark.parametrize(
    ("at", "code"),
    [(NOON + timedelta(hours=8), "late"), (NOON + timedelta(days=1), "late"), (NOON - timedelta(hours=2), None)],
)
def test_before_its_time_it_waits_and_after_it_is_refused(tenant, scope, cast, tmp_path, at, code):
    """An act has its hours; past them it is refused and nothing leaves."""
    queue_act(tenant, cast.north)
    feed(tenant, at - timedelta(hours=1))
    with sender(tenant, tmp_path / "log", at) as own:
        outcomes = own.drain()
        assert own.channel.handed_over() == []
    assert [each.refusal.code for each in outcomes] == ([code] if code else [])
    assert states(scope) == ({("refused", code): 1} if code else {("queued", ""): 1})


def test_at_night_the_law_refuses_whatever_was_planned(tenant, cast, tmp_path):
    """The gate is asked again at the minute of acting, with the rule that decided."""
    queue_act(tenant, cast.north, latest_at=NOON + timedelta(hours=20))
    with sender(tenant, tmp_path / "log", NOON + timedelta(hours=11)) as own:
        (outcome,) = own.drain()
    assert outcome.refusal.code == "denied"
    assert outcome.refusal.reason_rule and outcome.refusal.verdict.verdict == "DENY"


def test_nothing_leaves_on_a_stale_feed_and_it_leaves_once_the_feed_is_fresh(tenant, scope, cast, tmp_path):
    """Whoever paid yesterday is in the feed of today: without it nobody is written to (W16)."""
    queue_act(tenant, cast.north)
    with acting(scope):
        connection.cursor().execute("UPDATE records_import SET fed_at = fed_at - interval '2 days'")
    with sender(tenant, tmp_path / "log") as own:
        assert [each.refusal.code for each in own.send()] == ["feed_stale"]
        feed(tenant, NOON - timedelta(minutes=1))
        with acting(scope):
            Act.objects.update(try_after_at=None)
        assert [each.receipt.status for each in own.send()] == ["accepted"]


def test_what_it_was_planned_on_must_still_be_so(tenant, scope, cast, tmp_path):
    """An act planned on other facts is refused and decided anew by the next plan."""
    queue_act(tenant, cast.north, basis_digest="of other facts")
    with sender(tenant, tmp_path / "log") as own:
        (outcome,) = own.drain()
    assert outcome.refusal.code == "facts_moved"


def forbid_by_payment(scope: Scope, member: Member) -> datetime:
    return accept_payments(scope, [PaymentIn(f"pay-{member.person_id}", member.loan_id, 10_000, TODAY)])[0].at


def forbid_by_hold(scope: Scope, member: Member) -> datetime:
    return place_hold(scope, member.person_id, "dispute", TODAY).at


def forbid_by_refusal(scope: Scope, member: Member) -> datetime:
    return refuse_channel(scope, member.person_id, "sms").at


def forbid_by_arrangement(scope: Scope, member: Member) -> datetime:
    return sign_arrangement(scope, f"a-{member.person_id}", member.loan_id, "instalment_plan", TODAY).at


FORBIDDING = [forbid_by_payment, forbid_by_hold, forbid_by_refusal, forbid_by_arrangement]


@pytest.mark.parametrize("forbid", FORBIDDING)
def test_what_forbids_withdraws_what_waits(tenant, scope, cast, tmp_path, forbid):
    """A payment, a dispute, a request to stop, an agreed plan: from then on there is silence (W12, J17)."""
    queue_act(tenant, cast.north)
    forbid(scope, cast.north)
    with sender(tenant, tmp_path / "log") as own:
        assert own.drain() == []
    ((state, _),) = states(scope)
    assert state == "withdrawn"


@pytest.mark.parametrize("forbid", FORBIDDING)
def test_what_forbids_between_permit_and_start_stops_the_start(tenant, scope, cast, tmp_path, forbid):
    """The permit is used up all the same, and counts as no contact."""
    queue_act(tenant, cast.north)

    with sender(tenant, tmp_path / "log") as own:
        start = own.desk.start
        own.desk.start = lambda contact_id: (forbid(scope, cast.north), start(contact_id))[1]
        outcomes = own.drain()
        assert own.channel.handed_over() == []
    assert [each.refusal.code for each in outcomes] == ["facts_moved"]
    with acting(scope):
        assert Contact.objects.get(tenant_id=tenant).state == "failed"


@pytest.mark.parametrize("forbid", FORBIDDING)
def test_payment_to_silence_holds_under_fire(tenant, scope, tmp_path, forbid):
    """Twelve senders and, at the same time, what forbids for everybody: no contact begins after it was accepted."""
    everybody = people(tenant, 24)
    for member in everybody:
        queue_act(tenant, member)
    accepted: dict[str, datetime] = {}

    def work(number: int) -> None:
        if number < 4:
            for member in everybody[number::4]:
                accepted[member.person_id] = forbid(scope, member)
        else:
            with sender(tenant, tmp_path / "log") as own:
                own.send(limit=3)

    in_threads(16, work)
    with acting(scope):
        started = dict(
            Contact.objects.filter(tenant_id=tenant, started_at__isnull=False).values_list("person_id", "started_at")
        )
        assert len(accepted) == 24
        assert [person for person, at in started.items() if at > accepted[person]] == []
        assert list(audit.verify()) == []


def test_a_cap_is_never_exceeded_by_one_with_two_hundred_attempts(tenant, scope, tmp_path):
    """Twenty acts each for ten people, tried by twenty workers at once: nobody gets more than the law's number of calls."""
    everybody = people(tenant, 10)
    for number in range(20):
        for member in everybody:
            queue_act(tenant, member, treatment=f"call_{number}", channel="voice_agent")

    def work(number: int) -> None:
        with sender(tenant, tmp_path / "log", channel="voice_agent") as own:
            own.drain()

    in_threads(20, work)
    work(0)  # a worker that found everybody busy had left
    with acting(scope):
        calls = Counter(Contact.objects.filter(tenant_id=tenant, state="accepted").values_list("person_id", flat=True))
        refused = Counter(Act.objects.filter(tenant_id=tenant, state="refused").values_list("reason_rule", flat=True))
    assert set(calls) == {member.person_id for member in everybody}
    assert max(calls.values()) == min(calls.values()) == CALLS_A_DAY
    assert sum(calls.values()) + sum(refused.values()) == 200
    assert all("call" in rule or "attempt" in rule for rule in refused), refused


CALLS_A_DAY = 3


def test_one_budget_for_a_human_being_across_loans_channels_and_agencies(tenant, scope, tmp_path):
    """Two loans, one placed with an agency, and a bot beside the callers: all of one person's calls are counted together."""
    member = add_person(tenant, "one", "陈某", "13810000000")
    with acting(scope):
        Agency.objects.create(
            tenant_id=tenant, agency_id="a1", name="Agency", contract_starts_on=date(2026, 1, 1),
            white_list_from=date(2026, 1, 1), evaluated_on=date(2026, 6, 1), placements_told=True,
        )  # fmt: skip
        Loan.objects.create(
            tenant_id=tenant, loan_id="second", person_id="one", disbursed_on=date(2026, 5, 8), principal_cents=10_000,
            lender_type="consumer_finance", agency_id="a1",
        )  # fmt: skip
        Instalment.objects.create(
            tenant_id=tenant, loan_id="second", instalment_number=1, due_on=date(2026, 11, 1), principal_cents=10_000
        )
    for number in range(4):
        queue_act(tenant, member, treatment=f"by_lender_{number}", channel="voice_agent")
        queue_act(tenant, member, treatment=f"by_bot_{number}", channel="voice_bot")
        second = replace(member, loan_id="second")
        queue_act(tenant, second, treatment=f"by_agency_{number}", channel="voice_agent", actor_kind="agency")

    def work(number: int) -> None:
        channel = "voice_bot" if number % 2 else "voice_agent"
        with sender(tenant, tmp_path / "log", channel=channel) as own:
            own.drain()

    in_threads(8, work)
    for number in range(2):  # a worker that found everybody busy had left
        work(number)
    with acting(scope):
        done = Contact.objects.filter(tenant_id=tenant, state="accepted")
        assert done.count() == CALLS_A_DAY
        assert Act.objects.filter(tenant_id=tenant, state="refused").count() == 12 - CALLS_A_DAY


def test_a_permit_is_used_once_whatever_the_code_does(tenant, scope, cast, tmp_path):
    """The database itself refuses a second contact on it, and a second use."""
    queue_act(tenant, cast.north)
    with sender(tenant, tmp_path / "log") as own:
        own.drain()
    with acting(scope):
        permit = Permit.objects.get(tenant_id=tenant)
    with pytest.raises(Exception, match="permit"), acting(scope):
        Contact.objects.create(
            tenant_id=tenant, contact_id="second", person_id="north", at=NOON, channel="sms", permit=permit
        )
    with pytest.raises(Exception, match="used once"), acting(scope):
        permit.consumed_at = NOON
        permit.save()


def test_killed_workers_send_nothing_twice_and_lose_nothing(tenant, scope, tmp_path):
    """Two processes are killed in the middle; after recovery each act was handed over once, or is shown as uncertain."""
    everybody = people(tenant, 40)
    for member in everybody:
        queue_act(tenant, member)
    log = tmp_path / "log"
    workers = [begin_sending(tenant, log, 4) for _ in range(2)]
    for worker in workers:
        go(worker)
    for worker in workers:
        worker.stdout.readline()
        worker.kill()
        worker.communicate()
    recover(tenant)
    with sender(tenant, log) as own:
        own.drain()
        handed = Counter(name for name, _ in own.channel.handed_over())
    with acting(scope):
        uncertain = Contact.objects.filter(tenant_id=tenant, state="uncertain").count()
        accepted = Contact.objects.filter(tenant_id=tenant, state="accepted").count()
        assert set(handed.values()) == {1}
        assert accepted + uncertain == 40
        assert uncertain <= 2 * SETTLED_TOGETHER
        assert list(audit.verify()) == []
        reached = set(Contact.objects.filter(contact_id__in=list(handed)).values_list("person_id", flat=True))
    assert len(handed) == len(reached)


def test_a_restarted_database_sends_nothing_twice(tenant, scope, tmp_path):
    """The server goes away between hand-over and receipt: the contact is uncertain, and is not sent again."""
    member = people(tenant, 1)[0]
    queue_act(tenant, member)
    log, clock = tmp_path / "log", SystemClock()

    def gone(message: Message) -> Receipt:
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename = 'forbear_app'"
            )
        return Receipt(message.message_id, "accepted", clock.now())

    with sender(tenant, log) as own:
        own.channel._answer = gone
        with pytest.raises(Exception, match=r"terminat|closed|lost"):
            own.drain()
        connections.close_all()
        recover(tenant)
        own.channel._answer = None
        own.drain()
        assert len(own.channel.handed_over()) == 1
    assert states(scope) == {("done", "uncertain"): 1}


def test_a_failure_that_certainly_did_not_leave_is_tried_again_later_and_counts_as_no_attempt(
    tenant, scope, cast, tmp_path
):
    """Each try has its own permit; the last one ends it."""
    queue_act(tenant, cast.north)
    with sender(tenant, tmp_path / "log") as own:
        own.channel._answer = lambda message: Receipt(message.message_id, "failed", NOON, reason="down")
        for expected in range(1, 6):
            (outcome,) = own.send()
            assert outcome.receipt.status == "failed"
            with acting(scope):
                act = Act.objects.get(tenant_id=tenant)
                assert act.tries_count == expected
                Act.objects.update(try_after_at=None)
        assert own.send() == []
    assert states(scope) == {("done", "failed"): 1}


def test_receipts_in_any_order_and_twice_say_the_same(tenant, scope, cast, tmp_path):
    """A late "accepted" does not undo a "delivered"; what is heard twice is written once."""
    queue_act(tenant, cast.north)
    with sender(tenant, tmp_path / "log") as own:
        (outcome,) = own.drain()
        for status in ("delivered", "accepted", "delivered", "undelivered", "uncertain"):
            own.desk.settle((outcome.contact_id, Receipt(outcome.contact_id, status, NOON)))
        own.desk.settle(("nobody's", Receipt("nobody's", "delivered", NOON)))
    with acting(scope):
        contact = Contact.objects.get(tenant_id=tenant)
        assert (contact.state, contact.result) == ("delivered", "delivered")
        assert AuditEntry.objects.filter(subject_id=contact.contact_id, action="contact.settled").count() == 2


def test_a_reversed_payment_is_owed_again_and_a_payment_twice_is_one(tenant, scope, cast):
    """The same payment, sent again, changes nothing; sent with another amount, it is refused."""
    given = PaymentIn("p1", cast.north.loan_id, 10_000, TODAY)
    first, again = accept_payments(scope, [given]), accept_payments(scope, [given])
    assert (first[0].is_new, again[0].is_new) == (True, False)
    with pytest.raises(Exception, match="another loan, amount or date"):
        accept_payments(scope, [PaymentIn("p1", cast.north.loan_id, 9_000, TODAY)])
    assert reverse_payment(scope, "p1", date(2026, 11, 24)).is_new
    with acting(scope):
        assert Payment.objects.get(payment_id="p1").status == "reversed"
