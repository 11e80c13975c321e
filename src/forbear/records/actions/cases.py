"""Who works a case, and what they note of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db.models.functions import Now

from forbear.kernel.errors import InputError
from forbear.records import audit
from forbear.records.actions.silence import lock_person
from forbear.records.events import emit
from forbear.records.models import AuditEntry, Case, SavedFilter, User
from forbear.records.reveal.fields import NOTED
from forbear.records.scope import Scope, acting

NOTE_LENGTH_MAX = 2_000
SKIP_REASONS = ("no_lawful_act", "waiting_for_reply", "checking", "another_time", "other")
"""Why a case is put off to the end of the day's list."""
FILTERS_MAX = 20


def assign_case(scope: Scope, person_id: str, to: str) -> bool:
    """Give the open case of a person to somebody, or to nobody with an empty name.

    Who works for an agency gets no case but those that are placed with that agency.

    Returns:
        False when it was theirs already.

    Raises:
        InputError: ``unknown_person``, ``unknown_user``; ``no_open_case``; ``bad_assignee`` for one who must not see the case.
    """
    with acting(scope):
        lock_person(scope.tenant, person_id)
        case = Case.objects.filter(tenant_id=scope.tenant, person_id=person_id, closed_on__isnull=True).first()
        if case is None:
            raise InputError("no_open_case", "The person has no open case.", person=person_id)
        if to:
            _check_assignee(scope.tenant, case, to)
        before = case.assigned_to
        if before == to:
            return False
        # Whoever gives a case away may no longer see it afterwards.
        with acting(Scope(scope.tenant, scope.actor)):
            Case.objects.filter(pk=case.pk).update(assigned_to=to, assigned_before=before, updated_at=Now())
            audit.record(audit.Entry("case.assigned", "case", str(case.pk), person_id, {"from": before, "to": to}))
            emit("case.assigned", person_id, {"person": person_id, "from": before, "to": to})
        return True


def note(scope: Scope, person_id: str, note_id: UUID, text: str) -> bool:
    """Note something about a person. It is kept sealed beside its entry of the audit, so that nobody changes it, and erasure blanks it.

    Args:
        note_id: the writer's own: the same one again is the same note.

    Returns:
        False when it was written before.

    Raises:
        InputError: ``unknown_person``; ``bad_note`` for an empty or too long one.
    """
    if not 0 < len(text.strip()) <= NOTE_LENGTH_MAX:
        raise InputError("bad_note", f"A note has 1 to {NOTE_LENGTH_MAX} characters.", person=person_id)
    with acting(scope):
        lock_person(scope.tenant, person_id)
        if AuditEntry.objects.filter(tenant_id=scope.tenant, action=NOTED, subject_id=str(note_id)).exists():
            return False
        audit.record(audit.Entry(NOTED, "note", str(note_id), person_id, personal={"text": text.strip()}))
        emit(NOTED, person_id, {"person": person_id, "note": str(note_id)})
        return True


def skip_case(scope: Scope, person_id: str, reason: str, on: date) -> None:
    """Put the open case of a person to the end of the list of a day, for a reason. The same again changes nothing.

    Raises:
        InputError: ``unknown_person``, ``no_open_case``; ``bad_skip_reason``.
    """
    if reason not in SKIP_REASONS:
        do = f"There are: {', '.join(SKIP_REASONS)}."
        raise InputError("bad_skip_reason", f"There is no reason {reason!r} to put a case off.", do=do)
    with acting(scope):
        lock_person(scope.tenant, person_id)
        case = Case.objects.filter(tenant_id=scope.tenant, person_id=person_id, closed_on__isnull=True).first()
        if case is None:
            raise InputError("no_open_case", "The person has no open case.", person=person_id)
        if (case.skipped_on, case.skip_reason) == (on, reason):
            return
        case.skipped_on, case.skip_reason = on, reason
        case.save(update_fields=["skipped_on", "skip_reason"])
        audit.record(audit.Entry("case.skipped", "case", str(case.pk), person_id, {"reason": reason, "on": str(on)}))


def keep_filter(scope: Scope, name: str, wanted: Mapping[str, str]) -> None:
    """Keep a filter of the worklist under a name, for whoever asks; one of that name is replaced.

    Raises:
        InputError: ``bad_filter`` for a name that is empty or too long, or one filter too many.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= 60:
        raise InputError("bad_filter", "A filter has a name of 1 to 60 characters.")
    with acting(scope):
        own = SavedFilter.objects.filter(tenant_id=scope.tenant, owner=scope.actor)
        if own.exclude(name=name).count() >= FILTERS_MAX:
            raise InputError("bad_filter", f"There are {FILTERS_MAX} filters already.", do="Take one away first.")
        SavedFilter.objects.update_or_create(
            tenant_id=scope.tenant, owner=scope.actor, name=name, defaults={"wanted": dict(wanted)}
        )


def drop_filter(scope: Scope, name: str) -> bool:
    """Take a filter away; False where there was none."""
    with acting(scope):
        return bool(SavedFilter.objects.filter(tenant_id=scope.tenant, owner=scope.actor, name=name).delete()[0])


def _check_assignee(tenant: str, case: Case, to: str) -> None:
    user = User.objects.filter(tenant_id=tenant, username=to, is_active=True).first()
    if user is None:
        raise InputError("unknown_user", "There is no such user.", user=to)
    is_elsewhere = user.agency_id and user.agency_id != case.agency_id
    if is_elsewhere or (user.reach == "team" and user.team != case.team):
        raise InputError(
            "bad_assignee", "The case is not of this user's agency or team.", do="Place or move it first.", user=to
        )
