"""The cases of a team, given out as one: seen before it is done, done once, and written down with what it was done by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from django.db.models.functions import Now

from forbear.kernel.errors import InputError
from forbear.kernel.ids import digest_json
from forbear.records import audit
from forbear.records.actions.cases import assign_case
from forbear.records.actions.silence import lock_people
from forbear.records.events import emit
from forbear.records.models import Allocation, Case, Person, User
from forbear.records.scope import Scope, acting

MOVED_MAX = 500
"""Cases moved by hand at once."""


@dataclass(frozen=True)
class Holding:
    """An open case of a team as an allocation sees it."""

    person_id: str
    stage: str
    language: str
    holder: str
    held_since: date | None
    former: str
    overdue_cents: int


@dataclass(frozen=True)
class Colleague:
    """A collector of a team who is at work."""

    username: str
    name: str
    skills: Mapping[str, Sequence[str]]
    share_percent: int


@dataclass(frozen=True)
class Move:
    """One case that changes hands, and why."""

    person_id: str
    before: str
    to: str
    reason: str


def holdings(tenant: str, team: str) -> list[Holding]:
    """The open cases of a team that no agency works, in the order of their people; in the scope of the caller."""
    cases = Case.objects.filter(tenant_id=tenant, team=team, agency_id="", closed_on__isnull=True).order_by("person_id")
    rows = list(
        cases.values_list("person_id", "stage", "assigned_to", "assigned_on", "assigned_before", "overdue_cents")
    )
    people = Person.objects.filter(tenant_id=tenant, person_id__in=cases.values("person_id").order_by())
    languages = dict(people.values_list("person_id", "language"))
    return [
        Holding(person_id, stage, languages.get(person_id, ""), holder, since, former, overdue)
        for person_id, stage, holder, since, former, overdue in rows
    ]


def colleagues(tenant: str, team: str) -> list[Colleague]:
    """The collectors of a team who are at work, in the order of their names."""
    users = User.objects.filter(tenant_id=tenant, team=team, role="collector", agency_id="", is_active=True)
    return [
        Colleague(each.username, each.get_full_name() or each.username, each.skills, each.share_percent)
        for each in users.order_by("username")
    ]


def basis_of(held: Sequence[Holding], team: Sequence[Colleague], rules: Mapping[str, object]) -> str:
    """The digest of what an allocation rests on: where it is another one, the preview is of yesterday."""
    return digest_json(
        {
            "held": [[each.person_id, each.stage, each.language, each.holder, str(each.held_since)] for each in held],
            "team": [asdict(each) for each in team],
            "rules": dict(rules),
        }
    )


def carry_out(
    scope: Scope, allocation_id: UUID, team: str, digest: str, rules: Mapping[str, object], moves: Sequence[Move], day: date
) -> bool:  # fmt: skip
    """Do an allocation: every move of it, in one transaction, with one entry for the whole and one for each person.

    Args:
        allocation_id: the asker's own: the same one again is done once.
        digest: of what it rests on (:func:`basis_of`), kept with it.
        day: the business day, from which the new collectors have their cases.

    Returns:
        False when it was done before.

    Raises:
        InputError: ``allocation_moved_on`` where a case is not with whom the move takes it from any more.
    """
    with acting(scope):
        if Allocation.objects.filter(tenant_id=scope.tenant, allocation_id=allocation_id).exists():
            return False
        lock_people(scope.tenant, [each.person_id for each in moves])
        by_person = {each.person_id: each for each in moves}
        cases = Case.objects.filter(tenant_id=scope.tenant, person_id__in=by_person, team=team, closed_on__isnull=True)
        rows = list(cases.order_by("pk"))
        if len(rows) < len(moves) or any(row.assigned_to != by_person[row.person_id].before for row in rows):
            raise InputError(
                "allocation_moved_on", "The cases moved on since the preview.", do="Look at a new preview."
            )
        for row in rows:
            row.assigned_before, row.assigned_to = row.assigned_to, by_person[row.person_id].to
            row.assigned_on = day
        Case.objects.bulk_update(rows, ["assigned_before", "assigned_to", "assigned_on"], batch_size=1_000)
        counts: dict[str, dict[str, int]] = {"given": {}, "taken": {}, "reasons": {}}
        for each in moves:
            for name, key in (("given", each.to), ("taken", each.before), ("reasons", each.reason)):
                counts[name][key] = counts[name].get(key, 0) + 1
        Allocation.objects.create(
            tenant_id=scope.tenant, allocation_id=allocation_id, team=team, digest=digest, rules=dict(rules), counts=counts,
            moved_count=len(moves), done_by=scope.actor,
        )  # fmt: skip
        told = {"team": team, "digest": digest, "rules": dict(rules), "moved": len(moves), "counts": counts}
        audit.record(audit.Entry("cases.allocated", "allocation", str(allocation_id), payload=told))
        _tell(allocation_id, rows, by_person)
        return True


def _tell(allocation_id: UUID, rows: Sequence[Case], by_person: Mapping[str, Move]) -> None:
    for row in rows:
        move = by_person[row.person_id]
        told = {"from": move.before, "to": move.to, "reason": move.reason, "allocation": str(allocation_id)}
        audit.record(audit.Entry("case.assigned", "case", str(row.pk), row.person_id, told))
        emit("case.assigned", row.person_id, {"person": row.person_id, "from": move.before, "to": move.to})


def move_cases(scope: Scope, person_ids: Sequence[str], to: str, day: date) -> int:
    """Give cases to one collector by hand, all or none.

    Returns:
        How many changed hands.

    Raises:
        InputError: ``too_many_cases``; as :func:`forbear.records.actions.cases.assign_case`.
    """
    if len(person_ids) > MOVED_MAX:
        raise InputError("too_many_cases", f"At most {MOVED_MAX} cases are moved at once.", do="Choose fewer.")
    with acting(scope):
        lock_people(scope.tenant, person_ids)
        moved = [each for each in sorted(set(person_ids)) if assign_case(scope, each, to)]
        with acting(Scope(scope.tenant, scope.actor)):
            rows = Case.objects.filter(tenant_id=scope.tenant, person_id__in=moved, closed_on__isnull=True)
            rows.update(assigned_on=day, updated_at=Now())
        return len(moved)
