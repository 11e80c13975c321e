"""Files whose time is over: found by the law pack's terms, and blanked when somebody says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from forbear.records import audit
from forbear.records.actions.blanking import BLANKS
from forbear.records.actions.silence import fall_silent, lock_person, moment
from forbear.records.lender import LenderSettings, lender_settings
from forbear.records.models import Person
from forbear.records.retention import Judged, judge_files, may_erase
from forbear.records.scope import Scope, acting

BATCH = 500


@dataclass(frozen=True)
class Expired:
    """What of a person's file has to go on a day; ``is_whole`` when nothing of it has to stay."""

    person_id: str
    parts: tuple[Judged, ...]
    is_whole: bool

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that ask for it."""
        return tuple(dict.fromkeys(rule for part in self.parts for rule in part.rules))


def find_expired(scope: Scope, day: date, *, batch_size: int = BATCH) -> Iterator[Expired]:
    """The files of the tenant of which something has to go on a day, in the order of their people, a batch of people at a time.

    Raises:
        LawError, UsageError: the tenant's law of that day cannot be read.
    """
    after = 0
    while True:
        with acting(scope):
            people = Person.objects.filter(tenant_id=scope.tenant, erased_at__isnull=True, pk__gt=after).order_by("pk")
            batch = list(people.values_list("pk", "person_id")[:batch_size])
            found = _expired(scope.tenant, [person_id for _, person_id in batch], lender_settings(scope.tenant), day)
        yield from found
        if len(batch) < batch_size:
            return
        after = batch[-1][0]


def blank_expired(scope: Scope, person_id: str, day: date) -> Expired | None:
    """Blank what has to go of one person's file; None where nothing has to any more. Looked at anew with the person locked.

    Raises:
        InputError: ``unknown_person``.
    """
    with acting(scope):
        person = lock_person(scope.tenant, person_id)
        if person.erased_at is not None:
            return None
        found = _expired(scope.tenant, [person_id], lender_settings(scope.tenant), day)
        for expired in found:
            _blank(scope.tenant, expired)
            return expired
        return None


def _expired(tenant: str, person_ids: Sequence[str], lender: LenderSettings, day: date) -> list[Expired]:
    if not person_ids:
        return []
    found = []
    for person_id, judged in judge_files(tenant, person_ids, lender, day).items():
        whole = may_erase(judged) and any(each.must_delete for each in judged if each.part == "identity")
        # Who the person is goes last: as long as one part stays, it says whose it is.
        parts = [
            each for each in judged if each.must_delete and each.part in BLANKS and (whole or each.part != "identity")
        ]
        if parts:
            found.append(Expired(person_id, tuple(parts), whole))
    return found


def _blank(tenant: str, expired: Expired) -> None:
    at = moment()
    blanked: dict[str, int] = {}
    names = BLANKS if expired.is_whole else [part.part for part in expired.parts]
    for name in names:
        blanked |= BLANKS[name](tenant, expired.person_id, at)
    if expired.is_whole:
        fall_silent(tenant, [expired.person_id], "erased")
    action = "person.erased" if expired.is_whole else "person.expired"
    told = {"reason": "retention", "rules": list(expired.rules), "blanked": blanked}
    audit.record(audit.Entry(action, "person", expired.person_id, expired.person_id, told))
