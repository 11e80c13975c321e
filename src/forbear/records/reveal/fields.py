"""What can be opened of a person, what of it each role sees whole, and how the rest is masked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from forbear.kernel import masking
from forbear.kernel.errors import InputError
from forbear.records.models import (
    AuditEntry,
    Complaint,
    ConductFinding,
    Contact,
    ContactPoint,
    CorrectiveMeasure,
    Dispute,
    Inbound,
    InformationRequest,
    Message,
    Person,
)
from forbear.records.sealing import Sealer, sealer

FIELDS = (
    "name", "birth_on", "contact_points", "messages", "inbound", "complaints", "disputes", "notes", "requests", "answers",
    "measures", "finding_notes",
)  # fmt: skip
PURPOSES = ("case_work", "visit", "complaint", "request", "inspection")
STORED_ONLY_FOR = ("complaint", "request", "inspection")
"""What the data of a person whose data is restricted is still opened for."""
WORDS = frozenset(
    {"messages", "inbound", "complaints", "disputes", "notes", "requests", "answers", "measures", "finding_notes"}
)
NOTED = "case.noted"
"""The action of the audit's entries beside which notes are kept."""
_POINTS = frozenset({"mobile", "landline", "email", "app", "im", "address"})
_ALL = frozenset({"name", "birth_on"}) | _POINTS | WORDS
WHOLE: Mapping[str, frozenset[str]] = {
    "collector": frozenset({"name"}) | WORDS,
    "leader": frozenset({"name"}) | WORDS,
    "visitor": frozenset({"name", "address"}),
    "compliance": _ALL,
    "system": _ALL,
    "strategist": frozenset(),
    "auditor": frozenset(),
    "administrator": frozenset(),
}
"""What each role sees whole, by field, and for contact points by their kind. Calls go out through the system: whoever makes
them needs no number."""
DATA_KINDS: Mapping[str, str] = {
    "name": "identity", "birth_on": "identity",
    **dict.fromkeys(sorted(_POINTS), "contact"), **dict.fromkeys(sorted(WORDS), "communication_content"),
}  # fmt: skip
"""The kind of information that each is, in the words of the law pack."""
_MASKS: Mapping[str, Callable[[str], str]] = {
    "name": masking.mask_name, "birth_on": masking.mask_birth, "mobile": masking.mask_number,
    "landline": masking.mask_number, "email": masking.mask_email, "address": masking.mask_address,
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """One value as it may be seen: ``id`` of the point, contact, message or matter it is of; ``kind`` as in ``DATA_KINDS``."""

    field: str
    kind: str
    id: str
    text: str
    is_masked: bool


@dataclass(frozen=True)
class Asking:
    """Who asks, in which role, for what; ``ticket`` approves a file of many."""

    role: str
    purpose: str
    ticket: str = ""


def check_asking(asking: Asking, fields: Sequence[str]) -> None:
    """Nothing where role, purpose and fields are known.

    Raises:
        InputError: ``unknown_field``, ``unknown_role``, ``unknown_purpose``.
    """
    for what, given, known in (
        ("role", [asking.role], WHOLE),
        ("purpose", [asking.purpose], PURPOSES),
        ("field", fields, FIELDS),
    ):
        odd = [each for each in given if each not in known]
        if odd:
            raise InputError(f"unknown_{what}", f"There is no {what} {odd[0]!r}.", do=f"There are: {', '.join(known)}.")


def person_of(tenant: str, person_id: str) -> Person:
    """The person, where the scope shows them.

    Raises:
        InputError: ``unknown_person``.
    """
    person = Person.objects.filter(tenant_id=tenant, person_id=person_id).first()
    if person is None:
        raise InputError("unknown_person", "There is no such person.", do="Feed the book first.", person=person_id)
    return person


def open_fields(tenant: str, asking: Asking, person: Person, fields: Sequence[str]) -> Iterator[Shown]:
    """The fields of a person as the role may see them for the purpose; of a person whose data is restricted nothing whole."""
    stored_only = person.restricted_at is not None and asking.purpose not in STORED_ONLY_FOR
    whole = frozenset() if stored_only else WHOLE[asking.role]
    box = sealer(tenant)
    for name in dict.fromkeys(fields):
        for kind, key, text in _READERS[name](tenant, person, box):
            if text is not None:
                is_whole = kind in whole
                shown = text if is_whole else _MASKS.get(kind, masking.mask_words)(text)
                yield Shown(name, kind, key, shown, not is_whole)


Reader = Callable[[str, Person, Sealer], Iterator[tuple[str, str, str | None]]]


def _of_person(name: str) -> Reader:
    def read(tenant: str, person: Person, box: Sealer) -> Iterator[tuple[str, str, str | None]]:
        yield name, person.person_id, box.open(name, getattr(person, f"{name}_sealed"))

    return read


def _points(tenant: str, person: Person, box: Sealer) -> Iterator[tuple[str, str, str | None]]:
    standing = ContactPoint.objects.filter(tenant_id=tenant, person_id=person.person_id, removed_at__isnull=True)
    for point in standing.order_by("contact_point_id"):
        yield point.kind, point.contact_point_id, box.open("value", point.value_sealed)


def _messages(tenant: str, person: Person, box: Sealer) -> Iterator[tuple[str, str, str | None]]:
    contacts = Contact.objects.filter(tenant_id=tenant, person_id=person.person_id).values("contact_id")
    for message in Message.objects.filter(tenant_id=tenant, contact_id__in=contacts).order_by("id"):
        yield "messages", message.contact_id, box.open("message", message.text_sealed)


def _texts(model: type[Model], name: str, sealed_as: str, key: str, column: str = "text_sealed") -> Reader:
    def read(tenant: str, person: Person, box: Sealer) -> Iterator[tuple[str, str, str | None]]:
        rows: Any = model._default_manager.filter(tenant_id=tenant, person_id=person.person_id).order_by("pk")
        for row in rows:
            yield name, str(getattr(row, key)), box.open(sealed_as, getattr(row, column))

    return read


def _notes(tenant: str, person: Person, box: Sealer) -> Iterator[tuple[str, str, str | None]]:
    entries = AuditEntry.objects.filter(tenant_id=tenant, person_id=person.person_id, action=NOTED)
    for entry in entries.order_by("at", "id"):
        text = box.open("audit", entry.personal_sealed)
        yield "notes", entry.subject_id, None if text is None else json.loads(text).get("text")


def _answers(tenant: str, person: Person, box: Sealer) -> Iterator[tuple[str, str, str | None]]:
    """What was answered to complaints, disputes and requests, each by the id of the matter."""
    for model, kind, key in (
        (Complaint, "complaint", "complaint_id"), (Dispute, "dispute", "dispute_id"), (InformationRequest, "request", "request_id"),
    ):  # fmt: skip
        yield from _texts(model, "answers", f"{kind}_answer", key, column="answer_sealed")(tenant, person, box)


_READERS: Mapping[str, Reader] = {
    "name": _of_person("name"),
    "birth_on": _of_person("birth_on"),
    "contact_points": _points,
    "messages": _messages,
    "inbound": _texts(Inbound, "inbound", "inbound", "inbound_id"),
    "complaints": _texts(Complaint, "complaints", "complaint", "complaint_id"),
    "disputes": _texts(Dispute, "disputes", "dispute", "dispute_id"),
    "notes": _notes,
    "requests": _texts(InformationRequest, "requests", "request", "request_id"),
    "answers": _answers,
    "measures": _texts(CorrectiveMeasure, "measures", "measure", "measure_id"),
    "finding_notes": _texts(ConductFinding, "finding_notes", "finding", "pk", column="note_sealed"),
}
