"""What people ask for about their own data: taken in, carried out as far as the law allows, and answered by its clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from forbear.compliance.permit import FORBEAR
from forbear.kernel.clock import Clock
from forbear.kernel.dates import zone
from forbear.kernel.errors import InputError
from forbear.kernel.language import LANGUAGES
from forbear.records import audit
from forbear.records.actions.persons import erase, restrict
from forbear.records.actions.redress.clock import due_date
from forbear.records.actions.redress.matters import REQUEST, Opened, check_code, tell, tell_of_clock
from forbear.records.actions.silence import lock_person, moment
from forbear.records.models import InformationRequest, Person
from forbear.records.scope import Scope, acting
from forbear.records.sealing import sealer

REQUEST_KINDS = ("access", "correction", "deletion", "restriction", "explanation")
REQUEST_OUTCOMES = ("granted", "partly_granted", "refused", "withdrawn")
CORRECTABLE = ("name", "birth_on", "language", "time_zone")
"""What of a person may be corrected here; a wrong number is removed, and what is owed is disputed."""
NAME_LENGTH_MAX = 100


def open_request(scope: Scope, person_id: str, kind: str, text: str, received_on: date) -> Opened:
    """Take in what a person asks for. The same on one day is one.

    Raises:
        InputError: ``unknown_person``, ``unknown_request_kind``.
    """
    if kind not in REQUEST_KINDS:
        do = f"There are: {', '.join(REQUEST_KINDS)}."
        raise InputError("unknown_request_kind", f"There is no request {kind!r}.", do=do)
    request_id = uuid5(FORBEAR, f"request:{scope.tenant}:{person_id}:{kind}:{received_on}")
    with acting(scope):
        lock_person(scope.tenant, person_id)
        due_on = due_date(scope.tenant, kind, received_on)
        _, is_new = InformationRequest.objects.get_or_create(
            tenant_id=scope.tenant,
            request_id=request_id,
            defaults={
                "person_id": person_id,
                "kind": kind,
                "text_sealed": sealer(scope.tenant).seal("request", text),
                "received_on": received_on,
                "due_on": due_on,
            },
        )
        if is_new:
            tell_of_clock("request", "opened", request_id, person_id, {"kind": kind}, received_on, due_on)
        return Opened(request_id, due_on, is_new)


def carry_out(
    scope: Scope, request_id: UUID, clock: Clock, *, changes: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Do what is asked for, as far as the law allows. A refusal is an answer: what has to be kept, by which rules, until when.

    A copy is made where it is asked for (:mod:`forbear.records.conduct.copying`); here it is only noted that it was.

    Args:
        changes: of a correction, the new values by :data:`CORRECTABLE`.

    Returns:
        What became of it, as plain values; of a second time what became of it then.

    Raises:
        InputError: ``unknown_request``; ``bad_correction`` for a value that cannot be.
        LawError, UsageError: the tenant's law cannot be read.
    """
    with acting(scope):
        row = REQUEST.lock(scope.tenant, request_id)
        if row.carried_at is not None and row.kind != "deletion":
            return dict(row.found)
        match row.kind:
            case "restriction":
                done = restrict(scope, row.person_id, "request")
                row.outcome, row.found = "granted", {"withdrawn": done.withdrawn_count}
            case "deletion":
                row.outcome, row.found = _erase(scope, row.person_id, clock)
            case "correction":
                correct_person(scope, row.person_id, changes or {})
                row.outcome, row.found = "granted", {"corrected": sorted(changes or {})}
            case _:
                row.outcome, row.found = "granted", {}
        row.carried_at, row.carried_by = moment(), scope.actor
        row.save(update_fields=["outcome", "found", "carried_at", "carried_by"])
        tell("request", "carried_out", request_id, row.person_id, {"kind": row.kind, "outcome": row.outcome})
        return dict(row.found)


def answer_request(scope: Scope, request_id: UUID, outcome: str, answer: str) -> None:
    """Note that the person was told, and in which words. A second answer changes nothing.

    Raises:
        InputError: ``unknown_request``, ``not_in_list``; ``not_carried_out`` where it is granted and nothing was done.
    """
    check_code("outcome", outcome, REQUEST_OUTCOMES)
    with acting(scope):
        row = REQUEST.lock(scope.tenant, request_id)
        if row.answered_at is not None:
            return
        if outcome in ("granted", "partly_granted") and row.kind != "explanation" and row.carried_at is None:
            do = "Carry it out first, or refuse it with reasons."
            raise InputError("not_carried_out", "Nothing was done yet of what is asked for.", do=do)
        row.answered_at, row.answered_by, row.outcome = moment(), scope.actor, outcome
        is_erased = Person.objects.filter(
            tenant_id=scope.tenant, person_id=row.person_id, erased_at__isnull=False
        ).exists()
        # Of somebody who was erased no words are kept, not even these.
        row.answer_sealed = None if is_erased else sealer(scope.tenant).seal("request_answer", answer)
        row.save(update_fields=["answered_at", "answered_by", "outcome", "answer_sealed"])
        tell("request", "answered", request_id, row.person_id, {"outcome": outcome})


def correct_person(scope: Scope, person_id: str, changes: Mapping[str, str]) -> None:
    """Write what a person is called, when they were born, or how they are spoken with, as they say that it is.

    A book that brings the old value unchanged does not bring it back; the lender's own ledger has to be corrected too.

    Raises:
        InputError: ``unknown_person``; ``bad_correction`` for nothing, for a field that cannot be corrected, or a value that is none.
    """
    read = {name: _read(name, value) for name, value in changes.items()}
    if not read:
        raise _bad("it names nothing to correct")
    with acting(scope):
        person = lock_person(scope.tenant, person_id)
        box = sealer(scope.tenant)
        columns = []
        for name, value in read.items():
            column = f"{name}_sealed" if name in ("name", "birth_on") else name
            setattr(person, column, box.seal(name, value) if column != name else value)
            columns.append(column)
        person.save(update_fields=columns)
        fields = sorted(read)
        audit.record(
            audit.Entry("person.corrected", "person", person_id, person_id, {"fields": fields}, personal=dict(read))
        )


def _read(name: str, value: str) -> str:
    value = value.strip()
    if name not in CORRECTABLE:
        raise _bad(f"{name} is not corrected here")
    if name == "name" and not 0 < len(value) <= NAME_LENGTH_MAX:
        raise _bad("a name has 1 to 100 characters")
    if name == "birth_on":
        try:
            date.fromisoformat(value)
        except ValueError as error:
            raise _bad("a birth is a date, as 1990-05-01") from error
    if name == "language" and value not in {"zh_CN", "zh_TW", *LANGUAGES}:
        raise _bad("the language is zh_CN, zh_TW or en")
    if name == "time_zone" and value:
        zone(value)
    return value


def _bad(reason: str) -> InputError:
    return InputError("bad_correction", f"The correction cannot be made: {reason}.", do="Correct the form.")


def _erase(scope: Scope, person_id: str, clock: Clock) -> tuple[str, dict[str, Any]]:
    done = erase(scope, person_id, clock)
    if done.is_erased:
        return "granted", {"blanked": dict(done.blanked)}
    kept = {
        each.part: {"rules": list(each.rules), "until": each.until_on.isoformat() if each.until_on else None}
        for each in done.kept
    }
    return "refused", {"kept": kept, "is_restricted": done.is_restricted}
