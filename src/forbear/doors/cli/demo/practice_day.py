"""One day of practice: the ledger's news, the run, what is sent, what borrowers answer, and what staff do about it.

All of it by the same actions as on a real day; only the channels lead nowhere, and the borrowers are drawn.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import cycle
from pathlib import Path

from django.db import connections

from forbear.day.wiring.business_day import BusinessDay, run_business_day
from forbear.day.wiring.composer import composer_of
from forbear.dispatch import send
from forbear.dispatch.channel import Message, Receipt
from forbear.dispatch.practice import PracticeChannel
from forbear.doors.cli.demo.answers import Answers
from forbear.doors.cli.demo.lender import SEED, TENANT, collectors
from forbear.kernel.clock import FixedClock
from forbear.lab.practice.reactions import arrives
from forbear.lab.practice.unfolding import HOME, book_on, news_of
from forbear.records.actions.cases import assign_case
from forbear.records.daily.practice import as_of
from forbear.records.desk import RecordsDesk, WorkerIdentity
from forbear.records.feed import feed_book
from forbear.records.models import Act, Case
from forbear.records.scope import Scope, acting

OPENS = time(7, 30)
HOURS = (time(9, 40), time(15, 10))
"""When messages go out and calls are made, on the borrower's clock."""
BATCH = 200


@dataclass(frozen=True)
class Ledger:
    """The lender's own ledger: the book that unfolds, and a folder for what it hands over each day."""

    book: Path
    folder: Path


def practise(day: date, ledger: Ledger, worker: WorkerIdentity, *, since: date | None, now: datetime) -> None:
    """Carry one day out, up to now.

    Args:
        since: the day of the last feed; None for the very first, which brings the whole book.
        now: the present instant: nothing happens after it.
    """
    scope = Scope(TENANT, "practice")
    opens = min(datetime.combine(day, OPENS, HOME), now)
    clock = FixedClock(opens)
    is_today = day == now.astimezone(HOME).date()
    with as_of(scope, opens):
        if since is None:
            book_on(ledger.book, ledger.folder / day.isoformat(), day)
            feed_book(scope, ledger.folder / day.isoformat(), as_of=day, clock=clock)
            _analyse()
        run_business_day(_request(day, ledger, since, is_today), clock)
    if since is None:
        _analyse()
    _assign()
    with as_of(scope, opens + timedelta(minutes=20)):
        Answers(day, opens + timedelta(minutes=20)).settle_older()
    # Of today, only the morning is done: the rest is left to whoever signs in.
    for hour in HOURS[:1] if is_today else HOURS:
        at = datetime.combine(day, hour, HOME)
        if at < now:
            clock.move_to(at)
            _work_hour(day, at, clock, worker, ledger, (None, 15)[is_today])


def _analyse() -> None:
    """Tell the planner how large the tables became, as the database does by itself a minute later: nobody waits so long here."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")


def _request(day: date, ledger: Ledger, since: date | None, is_today: bool) -> BusinessDay:
    folder = ledger.folder / day.isoformat()
    if since is None:
        return BusinessDay(TENANT, day, memory_gib=1.0, writes_report=is_today)
    news_of(ledger.book, folder, since, day)
    return BusinessDay(TENANT, day, delta=folder, memory_gib=1.0, writes_report=is_today)


def _work_hour(
    day: date, at: datetime, clock: FixedClock, worker: WorkerIdentity, ledger: Ledger, calls_max: int | None
) -> None:
    scope = Scope(TENANT, "practice")
    with acting(scope):
        due = Act.objects.filter(tenant_id=TENANT, state="queued", earliest_at__lte=at)
        channels = sorted(set(due.values_list("channel", flat=True)))
    done: list[str] = []
    with as_of(scope, at):
        for name in channels:
            done += _send(name, clock, worker, ledger.folder / "practice.log", calls_max)
    later = at + timedelta(minutes=25)
    with as_of(scope, later):
        Answers(day, later).answer(done)


def _send(name: str, clock: FixedClock, worker: WorkerIdentity, log: Path, calls_max: int | None) -> Iterable[str]:
    """Do what is due on a channel; gives the contacts."""

    def answer(message: Message) -> Receipt:
        if name == "voice_agent":
            return Receipt(message.message_id, "accepted", clock.now())
        status = "delivered" if arrives(SEED, message.message_id) else "undelivered"
        return Receipt(message.message_id, status, clock.now(), provider_id=message.message_id)

    channel = PracticeChannel(name, log, clock, answer)
    desk, composer = RecordsDesk(TENANT, worker.name, clock), composer_of(TENANT, clock)
    done: list[str] = []
    left = calls_max if name == "voice_agent" and calls_max is not None else 10**6
    while left > 0:
        outcomes = list(send(desk, channel, composer, min(BATCH, left)))
        if not outcomes:
            break
        left -= len(outcomes)
        done += [each.contact_id for each in outcomes if each.receipt is not None]
    return done


def _assign() -> None:
    """Each case that nobody of its team has goes to one of them, in turn; those of an agency to nobody of the lender."""
    scope = Scope(TENANT, "leader")
    turns = {team: cycle([each.name for each in collectors() if each.team == team]) for team in _teams()}
    with acting(scope):
        whose = {each.name: each.team for each in collectors()}
        cases = Case.objects.filter(tenant_id=TENANT, closed_on__isnull=True, agency_id="").order_by("id")
        for person_id, team, to in list(cases.values_list("person_id", "team", "assigned_to")):
            if team in turns and whose.get(to) != team:
                assign_case(scope, person_id, next(turns[team]))


def _teams() -> set[str]:
    return {each.team for each in collectors()}
