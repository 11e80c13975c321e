"""The desk of one tenant, as the one way out needs it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from django.db import connection

from forbear.compliance import Gate, Verdict
from forbear.compliance.permit import Held, Refusal
from forbear.kernel.clock import Clock
from forbear.records.actions.agreed.call_backs import waiting_until
from forbear.records.desk import taking, writing
from forbear.records.desk.settling import ReceiptLike, settle
from forbear.records.fresh_facts import LawOfDay, law_of_day
from forbear.records.lender import LenderSettings, lender_settings
from forbear.records.models import Act
from forbear.records.scope import Scope, acting, at_once
from forbear.records.sealing import sealer

STALE_WAIT = timedelta(minutes=10)
_CLAIMED = (
    "records_contact c JOIN records_permit m ON m.permit_id = c.permit_id"
    " JOIN records_person p ON p.tenant_id = c.tenant_id AND p.person_id = c.person_id"
    " WHERE c.tenant_id = %s AND c.contact_id = %s AND c.state = 'claimed' AND c.worker = %s"
)
# Where the person is being changed it waits, and looks at the condition again on what the person is then.
_START = (
    f"WITH unmoved AS (SELECT c.id FROM {_CLAIMED} AND p.version = m.person_version AND m.revoked_at IS NULL FOR SHARE OF p)"
    " UPDATE records_contact t SET state = 'started', started_at = clock_timestamp() FROM unmoved"
    " WHERE t.id = unmoved.id AND t.state = 'claimed' RETURNING t.id"
)


class ComposedLike(Protocol):
    """A message as the records keep it."""

    @property
    def template(self) -> str: ...
    @property
    def template_version(self) -> int: ...
    @property
    def language(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def digest(self) -> str: ...


@dataclass
class RecordsHolding:
    """Some acts taken up; what is decided about them is written when the transaction ends."""

    gate: Gate
    held: Sequence[Held] = ()
    refused: list[Refusal] = field(default_factory=list)
    decided: list[writing.Decided] = field(default_factory=list)

    def refuse(self, held: Held, refusal: Refusal) -> None:
        """Write down why it is not done."""
        self.decided.append(writing.Decided(held, refusal=refusal))

    def permit(self, held: Held, verdict: Verdict, composed: ComposedLike, expires_at: datetime) -> str:
        """Write permit and contact down, and say the contact's id."""
        given = writing.Decided(held, verdict=verdict, composed=composed, expires_at=expires_at)
        self.decided.append(given)
        return given.contact_id


class RecordsDesk:
    """The desk of a tenant, for one worker.

    Args:
        worker: the name of a :class:`~forbear.records.desk.worker.WorkerIdentity`, to tell a crash from patience.
    """

    def __init__(self, tenant: str, worker: str, clock: Clock) -> None:
        self.tenant, self.worker, self.clock = tenant, worker, clock
        self._scope = Scope(tenant, f"worker {worker[:8]}")

    @contextmanager
    def holding(self, channel: str, limit: int) -> Iterator[RecordsHolding]:
        """Acts that are due on a channel: of each person one, nobody else at work on it, with one fresh row of facts each.

        Raises:
            LawError: the tenant's law cannot be read. Nothing is done then.
        """
        with acting(self._scope):
            now = self.clock.now()
            lender = lender_settings(self.tenant, now)
            law = self._law(lender, now)
            holding = RecordsHolding(law.message)
            acts = taking.due_acts(self.tenant, channel, now, limit)
            if acts and taking.feed_is_stale(self.tenant, lender, now):
                holding.refused = writing.put_off(acts, "feed_stale", now + STALE_WAIT)
                yield holding
                return
            yield from self._held(holding, acts, law, lender, now)

    def _held(
        self, holding: RecordsHolding, acts: Sequence[Act], law: LawOfDay, lender: LenderSettings, now: datetime
    ) -> Iterator[RecordsHolding]:
        people = taking.lock_people(self.tenant, acts)
        waiting, taken = self._not_yet(taking.one_a_person(acts, people), now)
        found = taking.hold_acts(self.tenant, taken, people, law, lender, now, sealer(self.tenant)) if taken else []
        holding.held = [each for each in found if isinstance(each, Held)]
        refused = [each for each in found if isinstance(each, Refusal)]
        holding.refused = refused + waiting
        yield holding
        rows = {act.act_id: act for act in taken}
        for refusal in refused:
            writing.write_refusal(rows[refusal.act_id], refusal)
        writing.write(self.tenant, self.worker, holding.decided, rows, sealer(self.tenant))

    def _not_yet(self, acts: Sequence[Act], now: datetime) -> tuple[list[Refusal], list[Act]]:
        """Who asked to be contacted later is left alone until then; the acts of the others."""
        agreed = waiting_until(self.tenant, {act.person_id for act in acts}, now)
        early = [act for act in acts if act.person_id in agreed and act.purpose not in taking.ANSWERS]
        refused = [each for act in early for each in writing.put_off([act], "early", agreed[act.person_id])]
        return refused, [act for act in acts if act not in early]

    def start(self, contact_id: str) -> bool:
        """Write down that the contact begins now; False when anything moved that may forbid it, and then it must not begin.

        The person's row is locked against whoever is changing what forbids: they come before or after, never between.
        """
        given = [self.tenant, contact_id, self.worker]
        if at_once(self._scope, _START, given):
            return True
        with acting(self._scope):
            return self._start(contact_id)

    def settle(self, *told: tuple[str, ReceiptLike]) -> None:
        """Write down what became of contacts; the same receipt twice is written once."""
        if told:
            with acting(self._scope):
                now = self.clock.now()
                settle(self.tenant, told, now, lender_settings(self.tenant, now))

    def _start(self, contact_id: str) -> bool:
        """The same within a transaction, which says why not: a contact whose person moved is withdrawn."""
        given = [self.tenant, contact_id, self.worker]
        with connection.cursor() as cursor:
            # Locked first, so that what is looked at next is what stands then.
            cursor.execute(f"SELECT 1 FROM {_CLAIMED} FOR SHARE OF p", given)
            if cursor.fetchone() is None:
                return False  # given back by somebody who took this worker for dead
            cursor.execute(_START, given)
            if cursor.fetchone() is not None:
                return True
            cursor.execute(f"SELECT 1 FROM {_CLAIMED} FOR NO KEY UPDATE OF c", given)
            if cursor.fetchone() is None:
                return False
        writing.withdraw(self.tenant, contact_id, "facts_moved")
        return False

    def _law(self, lender: LenderSettings, now: datetime) -> LawOfDay:
        return law_of_day(lender, lender.date_of(now))
