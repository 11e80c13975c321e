"""A person's rights over their own data: its use stopped, its use allowed again, and its erasure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from forbear.kernel.clock import Clock
from forbear.kernel.errors import InputError
from forbear.records import audit
from forbear.records.actions.blanking import BLANKS
from forbear.records.actions.silence import fall_silent, lock_person, moment
from forbear.records.lender import lender_settings
from forbear.records.models import Case, Person
from forbear.records.retention import Judged, is_owed_nothing, judge_files, may_erase
from forbear.records.scope import Scope, acting


@dataclass(frozen=True)
class Restricted:
    """Since when the person's data is stored and not used; ``is_new`` where it was not before."""

    person_id: str
    at: datetime
    is_new: bool
    withdrawn_count: int


@dataclass(frozen=True)
class Erasure:
    """What became of a wish to be erased.

    Args:
        is_erased: the personal data is gone. Otherwise ``kept`` says which parts have to stay, by which rules, until when.
        blanked: how many rows of each kind were blanked by this.
        is_restricted: nothing is owed any more, but a term of the law runs: until it is over the data is only stored.
    """

    person_id: str
    is_erased: bool
    kept: tuple[Judged, ...] = ()
    blanked: Mapping[str, int] = field(default_factory=dict)
    is_restricted: bool = False


def restrict(scope: Scope, person_id: str, reason: str = "request") -> Restricted:
    """Stop all use of a person's data but storage, and withdraw what waits for them. A second time changes nothing.

    Args:
        reason: a code, as ``request`` or ``retention``; no words of the person.

    Raises:
        InputError: ``unknown_person``.
    """
    with acting(scope):
        return _restrict(scope.tenant, lock_person(scope.tenant, person_id), reason)


def lift_restriction(scope: Scope, person_id: str, reason: str) -> bool:
    """Allow the use again; False where it was not stopped.

    Raises:
        InputError: ``unknown_person``; ``erased_person``: who was erased cannot be used again.
    """
    with acting(scope):
        person = lock_person(scope.tenant, person_id)
        if person.erased_at is not None:
            raise InputError("erased_person", "The person's data was erased.", person=person_id)
        if person.restricted_at is None:
            return False
        person.restricted_at = None
        person.save(update_fields=["restricted_at"])
        audit.record(audit.Entry("person.restriction_lifted", "person", person_id, person_id, {"reason": reason}))
        return True


def erase(scope: Scope, person_id: str, clock: Clock, reason: str = "request") -> Erasure:
    """Blank everything that says who a person is and what was said, unless the law asks to keep a part of it.

    Ids, dates, amounts and the audit's entries stay; the audit's chains stay whole. A refusal is an answer with its rules. Where
    nothing is owed any more and only a term of the law runs, the data is restricted, as the law has it. A second time changes
    nothing.

    Raises:
        InputError: ``unknown_person``.
        LawError, UsageError: the tenant's law cannot be read.
    """
    with acting(scope):
        person = lock_person(scope.tenant, person_id)
        if person.erased_at is None:
            lender = lender_settings(scope.tenant)
            day = lender.date_of(clock.now())
            judged = judge_files(scope.tenant, [person_id], lender, day, is_asked=reason == "request")[person_id]
            if not may_erase(judged):
                return _refuse(scope.tenant, person, judged)
        return _erase(scope.tenant, person, reason)


def _refuse(tenant: str, person: Person, judged: Sequence[Judged]) -> Erasure:
    kept = tuple(each for each in judged if not each.may_delete)
    told = {each.part: {"rules": list(each.rules), "until": each.until_on} for each in kept}
    audit.record(audit.Entry("person.erasure_refused", "person", person.person_id, person.person_id, {"kept": told}))
    if is_owed_nothing(judged):
        _restrict(tenant, person, "retention")
    return Erasure(person.person_id, is_erased=False, kept=kept, is_restricted=person.restricted_at is not None)


def _restrict(tenant: str, person: Person, reason: str) -> Restricted:
    if person.restricted_at is not None:
        return Restricted(person.person_id, person.restricted_at, is_new=False, withdrawn_count=0)
    person.restricted_at = moment()
    person.save(update_fields=["restricted_at"])
    withdrawn = fall_silent(tenant, [person.person_id], "restricted")
    told = {"reason": reason, "withdrawn": withdrawn}
    audit.record(audit.Entry("person.restricted", "person", person.person_id, person.person_id, told))
    return Restricted(person.person_id, person.restricted_at, is_new=True, withdrawn_count=withdrawn)


def _erase(tenant: str, person: Person, reason: str) -> Erasure:
    at = moment()
    blanked: dict[str, int] = {}
    for blank in BLANKS.values():
        blanked |= blank(tenant, person.person_id, at)
    withdrawn = fall_silent(tenant, [person.person_id], "erased")
    closed = Case.objects.filter(tenant_id=tenant, person_id=person.person_id, closed_on__isnull=True).update(
        closed_on=at.date(), closed_reason="erased"
    )
    if withdrawn or closed or any(blanked.values()):
        told = {"reason": reason, "blanked": blanked, "withdrawn": withdrawn}
        audit.record(audit.Entry("person.erased", "person", person.person_id, person.person_id, told))
    return Erasure(person.person_id, is_erased=True, blanked=blanked)
