"""The demonstration from its beginning to today: six working days in the records, after a year that comes with the book."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from forbear.doors.cli.demo.lender import ROLES, SEED, TENANT, open_lender, password_of
from forbear.doors.cli.demo.practice_day import Ledger, practise
from forbear.kernel.clock import Clock, FixedClock
from forbear.kernel.language import gettext as _
from forbear.lab import make_book
from forbear.lab.practice.unfolding import HOME
from forbear.records.conduct.looking import look_at
from forbear.records.deployment import Deployment
from forbear.records.desk import WorkerIdentity
from forbear.records.models import Import, Run
from forbear.records.scope import Scope, acting
from forbear.records.setup import migrate

BORROWERS = 2_000
DAYS = 6
"""How many working days up to today are lived through in the records."""
LOOKED_DAYS = 30
"""For how many days back compliance has looked at the contacts that came with the book."""
AHEAD = timedelta(days=14)
"""For how long after it was begun the ledger goes on bringing news."""
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Ready:
    """The demonstration, ready to be looked at: its logins by role with their one password, today, and how far the ledger goes."""

    logins: Sequence[str]
    password: str
    today: date
    ledger_until: date


def prepare(deployment: Deployment, clock: Clock, tell: Tell, *, borrowers: int = BORROWERS, days: int = DAYS) -> Ready:
    """Bring the demonstration to today; what was done by an earlier start is not done again.

    Raises:
        ForbearError: as the actions that it consists of.
    """
    now = clock.now()
    today = now.astimezone(HOME).date()
    wanted = _working_days(today, days)
    steps = len(wanted) + 3
    tell(_("database"), 0, steps)
    migrate()
    tell(_("borrowers"), 1, steps)
    ledger, until = _ledger(deployment.data / "ledger", today, borrowers)
    password = password_of(deployment.secret_key)
    tell(_("staff, agencies and templates"), 2, steps)
    open_lender(wanted[0], FixedClock(datetime.combine(wanted[0], time(6), HOME)), password)
    done, since = _lived()
    with WorkerIdentity() as worker:
        for number, day in enumerate(wanted):
            if done is None or day > done:
                tell(day.isoformat(), 3 + number, steps)
                practise(day, ledger, worker, since=since, now=now)
                since = day
    for back in range(LOOKED_DAYS, -1, -1):
        look_at(Scope(TENANT, "practice"), today - timedelta(days=back), FixedClock(now))
    tell(_("ready"), steps, steps)
    return Ready(ROLES, password, today, until)


def _working_days(today: date, count: int) -> list[date]:
    """The last days from Monday to Friday before today, and today."""
    found, day = [today], today
    while len(found) < count:
        day -= timedelta(days=1)
        if day.weekday() < 5:
            found.append(day)
    return sorted(found)


def _ledger(folder: Path, today: date, borrowers: int) -> tuple[Ledger, date]:
    """The book that unfolds: made at the first start, with what is to come, and found again at every other."""
    made = sorted(folder.glob("book-*")) if folder.exists() else []
    if made:
        return Ledger(made[0], folder), date.fromisoformat(made[0].name.removeprefix("book-"))
    until, draft = today + AHEAD, folder / "draft"
    make_book(draft, borrowers=borrowers, seed=SEED, as_of=until)
    book = folder / f"book-{until.isoformat()}"
    draft.rename(book)
    return Ledger(book, folder), until


def _lived() -> tuple[date | None, date | None]:
    """The last day whose run is done, and the day of the last feed."""
    with acting(Scope(TENANT, "practice")):
        runs = Run.objects.filter(tenant_id=TENANT, state="done").order_by("-business_date")
        fed = Import.objects.filter(tenant_id=TENANT).exclude(as_of=None).order_by("-as_of")
        return (
            runs.values_list("business_date", flat=True).first(),
            fed.values_list("as_of", flat=True).first(),
        )
