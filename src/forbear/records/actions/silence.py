"""What makes outreach fall silent: acts that wait are withdrawn with the very transaction that forbids them.

An act that was taken up in the same moment is stopped at its start: the person's version has grown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection
from django.db.models.functions import Now

from forbear.kernel.errors import InputError
from forbear.records.actions.recalls import calls_in_hand, recall_calls
from forbear.records.models import Act, Loan, Permit, Person

QUEUED = ("queued", "waits", "permitted")


def lock_person(tenant: str, person_id: str) -> Person:
    """The person, locked until the transaction ends.

    Raises:
        InputError: ``unknown_person``.
    """
    person = Person.objects.select_for_update().filter(tenant_id=tenant, person_id=person_id).first()
    if person is None:
        raise InputError("unknown_person", "There is no such person.", do="Feed the book first.", person=person_id)
    return person


def lock_people(tenant: str, person_ids: Iterable[str]) -> None:
    """Lock people until the transaction ends, in the order of their keys; one who is not there is passed over."""
    people = Person.objects.select_for_update().filter(tenant_id=tenant, person_id__in=set(person_ids))
    list(people.order_by("id").values_list("id", flat=True))


def lock_people_of_loans(tenant: str, loan_ids: Iterable[str]) -> dict[str, str]:
    """The person of each loan, all locked in the order of their keys.

    Raises:
        InputError: ``unknown_loan``.
    """
    wanted = sorted(set(loan_ids))
    whose = dict(Loan.objects.filter(tenant_id=tenant, loan_id__in=wanted).values_list("loan_id", "person_id"))
    missing = [loan_id for loan_id in wanted if loan_id not in whose]
    if missing:
        raise InputError("unknown_loan", "There is no such loan.", do="Feed the book first.", loan=missing[0])
    lock_people(tenant, whose.values())
    return whose


def moment() -> datetime:
    """The database's clock at this instant, not at the transaction's beginning: what comes after a lock is later than it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        at: datetime = cursor.fetchone()[0]
        return at


def fall_silent(tenant: str, person_ids: Sequence[str], reason: str, *, loan_ids: Sequence[str] = ()) -> int:
    """Withdraw the acts that wait for these people, or for these loans of theirs, take back permits that stand, and recall calls
    that a dialler has and may not have begun. The caller holds the people.

    Returns:
        How many acts were withdrawn.
    """
    acts = Act.objects.filter(tenant_id=tenant, person_id__in=person_ids, state__in=QUEUED)
    if loan_ids:
        acts = acts.filter(loan_id__in=loan_ids)
    Permit.objects.filter(
        tenant_id=tenant, person_id__in=person_ids, consumed_at__isnull=True, revoked_at__isnull=True
    ).update(revoked_at=Now(), revoked_reason=reason)
    calls = calls_in_hand(tenant).filter(person_id__in=person_ids)
    recall_calls(calls.filter(loan_id__in=loan_ids) if loan_ids else calls, reason, moment())
    return acts.update(state="withdrawn", reason=reason, changed_at=Now())
