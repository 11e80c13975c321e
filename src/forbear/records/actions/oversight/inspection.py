"""Contacts that are looked at again: drawn by rule, so that nobody chooses whom, and scored by the same criteria for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from uuid import UUID, uuid5

from forbear.compliance.permit import FORBEAR
from forbear.kernel.dates import local_day_bounds
from forbear.kernel.errors import InputError
from forbear.kernel.reading import read_yaml_text
from forbear.records import audit
from forbear.records.lender import lender_settings
from forbear.records.models import Complaint, Contact, Inspection
from forbear.records.scope import Scope, acting
from forbear.records.sealing import sealer

CRITERIA = Path(__file__).parent / "criteria.yaml"
ANSWERS: Mapping[str, int | None] = {"yes": 100, "partly": 50, "no": 0, "not_asked": None}
"""What each answer to a criterion is worth, in percent of its weight; None counts for nothing."""
COMPLAINT, SAMPLE = "complaint", "sample"
NOTE = "inspection_note"
NOTE_LENGTH_MAX = 2_000
_GRAIN = 10_000


@dataclass(frozen=True)
class Criterion:
    """One thing looked at: its weight, and whether a contact that does not meet it has failed; ``texts`` say it by language."""

    id: str
    weight: int
    is_grave: bool
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Score:
    """The result of an inspection: its share of the points that could be had, and the grave criteria that were not met."""

    percent: int
    failed: tuple[str, ...]


@cache
def criteria() -> tuple[Criterion, ...]:
    """All criteria in their order."""
    raw = read_yaml_text(CRITERIA.read_text(encoding="utf-8"))
    return tuple(
        Criterion(name, int(each["weight"]), bool(each.get("is_grave")), {"en": each["en"], "zh": each["zh"]})
        for name, each in raw.items()
    )


def score_of(answers: Mapping[str, str]) -> Score:
    """What answers to all criteria come to. A contact that fails a grave one has no points, however well it went otherwise.

    >>> score_of({each.id: "yes" for each in criteria()})
    Score(percent=100, failed=())

    Raises:
        InputError: ``bad_scores`` where an answer is missing or none, or where nothing at all applied.
    """
    named = {each.id: each for each in criteria()}
    if set(answers) != set(named) or any(answer not in ANSWERS for answer in answers.values()):
        raise InputError("bad_scores", "Each criterion has one answer.", do=f"Answers are {', '.join(ANSWERS)}.")
    worth = {name: (named[name].weight, ANSWERS[answer]) for name, answer in answers.items()}
    whole = sum(weight for weight, percent in worth.values() if percent is not None)
    if not whole:
        raise InputError("bad_scores", "Nothing of it was looked at.", do="Answer what applies.")
    failed = tuple(name for name in named if named[name].is_grave and answers[name] == "no")
    points = sum(weight * percent for weight, percent in worth.values() if percent is not None)
    return Score(0 if failed else points // whole, failed)


def draw_sample(scope: Scope, day: date) -> dict[str, int]:
    """Draw the contacts of a day that are inspected: all that a complaint of that day is about, and a share of what people did.

    Which of the others are drawn depends on the lender's key, the day and the contact alone: drawn again it is the same, and nobody
    without the key can tell beforehand.

    Returns:
        How many were drawn now, by rule.
    """
    with acting(scope):
        lender = lender_settings(scope.tenant, day)
        key = sealer(scope.tenant)
        begins, ends = local_day_bounds(day, lender.time_zone)
        complained = Complaint.objects.filter(tenant_id=scope.tenant, raised_at__gte=begins, raised_at__lt=ends)
        about = set(complained.exclude(contact_id="").values_list("contact_id", flat=True))
        made = Contact.objects.filter(tenant_id=scope.tenant, at__gte=begins, at__lt=ends).exclude(staff_id="")
        limit = lender.inspection_percent * _GRAIN // 100
        drawn = [(each, SAMPLE) for each in made if _place(key.index("inspection", f"{day}:{each.contact_id}")) < limit]
        for each in Contact.objects.filter(tenant_id=scope.tenant, contact_id__in=about):
            drawn = [pair for pair in drawn if pair[0].contact_id != each.contact_id] + [(each, COMPLAINT)]
        known = Inspection.objects.filter(tenant_id=scope.tenant, contact_id__in=[each.contact_id for each, _ in drawn])
        left_out = set(known.values_list("contact_id", flat=True))
        fresh = [(each, rule) for each, rule in drawn if each.contact_id not in left_out]
        Inspection.objects.bulk_create(
            (_row(scope, each, rule, lender.date_of(each.at)) for each, rule in fresh), ignore_conflicts=True
        )
        counts = {rule: sum(each == rule for _, each in fresh) for rule in (COMPLAINT, SAMPLE)}
        if fresh:
            audit.record(audit.Entry("inspection.drawn", "day", day.isoformat(), payload=counts))
        return counts


def _place(digest: str) -> int:
    """Where a digest lies between 0 and the grain."""
    return int(digest[:12], 16) % _GRAIN


def _row(scope: Scope, contact: Contact, rule: str, on: date) -> Inspection:
    return Inspection(
        tenant_id=scope.tenant,
        inspection_id=uuid5(FORBEAR, f"inspection:{scope.tenant}:{contact.contact_id}"),
        contact_id=contact.contact_id,
        person_id=contact.person_id,
        staff_id=contact.staff_id,
        channel=contact.channel,
        contact_on=on,
        rule=rule,
        drawn_by=scope.actor,
    )


def score_contact(scope: Scope, inspection_id: UUID, answers: Mapping[str, str], note: str, now: datetime) -> Score:
    """Score a contact once. The same person with the same answers again changes nothing.

    Raises:
        InputError: ``unknown_inspection``; ``bad_scores``; ``own_contact`` for a contact that the scorer made; ``bad_reason`` for a
            note that is too long, or missing where something grave was not met; ``inspection_over`` where it was scored already.
    """
    score = score_of(answers)
    if len(note) > NOTE_LENGTH_MAX or (score.failed and not note.strip()):
        raise InputError(
            "bad_reason", "Something grave needs a note, and a note has its length.", do="Say what was heard."
        )
    with acting(scope):
        row = Inspection.objects.select_for_update().filter(tenant_id=scope.tenant, inspection_id=inspection_id).first()
        if row is None:
            raise InputError("unknown_inspection", "There is no such inspection.", inspection=inspection_id)
        if row.staff_id == scope.actor:
            raise InputError("own_contact", "Nobody scores a contact of their own.", do="Have somebody else score it.")
        if row.scored_by:
            if row.scored_by == scope.actor and row.scores == dict(answers):
                return score
            raise InputError("inspection_over", "This contact was scored already.", inspection=inspection_id)
        row.scores, row.score_percent, row.failed = dict(answers), score.percent, list(score.failed)
        row.scored_by, row.scored_at = scope.actor, now
        row.note_sealed = sealer(scope.tenant).seal(NOTE, note.strip()) if note.strip() else None
        row.save(update_fields=["scores", "score_percent", "failed", "scored_by", "scored_at", "note_sealed"])
        told = {"staff": row.staff_id, "percent": score.percent, "failed": list(score.failed)}
        audit.record(audit.Entry("inspection.scored", "contact", row.contact_id, row.person_id, told))
        return score


def unmet(answers: Mapping[str, str]) -> Sequence[Criterion]:
    """The criteria that were not met, wholly or in part, in their order."""
    return [each for each in criteria() if answers.get(each.id) in ("no", "partly")]
