"""What the law says about keeping a person's file: which parts have to be kept, and which must go.

A file has parts; a part is of one or several kinds of record in the words of the law pack, and it has to be kept as long as one
of its kinds has. The gate answers, for every loan of the person; where loans differ, the one that asks to keep wins.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Max, Q

from forbear.compliance import MAY_ACT, Gate, load_gate
from forbear.kernel.dates import zone
from forbear.records.fresh_facts import fresh_facts, law_of_day
from forbear.records.lender import LenderSettings
from forbear.records.models import (
    Arrangement,
    Complaint,
    Contact,
    Dispute,
    Hold,
    Inbound,
    InformationRequest,
    Inspection,
    Loan,
    Message,
)

PARTS: Mapping[str, tuple[str, ...]] = {
    "identity": ("contract",),
    "messages": ("message_record", "demand_evidence"),
    "inbound": ("message_record", "demand_evidence"),
    "matters": ("collection_record",),
    "calls": ("collection_record", "call_recording"),
    "visits": ("collection_record", "visit_recording"),
    "oral_plans": ("oral_plan_recording",),
}
"""The parts of a file, and what kinds of record each is. A message is also what proves a demand, and an answer what was said to
one. ``identity`` is who the person is and where they can be reached."""
NEVER = date.min
_QUESTION = ("retention",)
_FLAGS = ("has_legal", "has_dispute", "has_complaint")


@dataclass(frozen=True)
class Judged:
    """What the law says about one part of a person's file.

    Args:
        last_on: the date of its last record; None for the identity, which has none.
        may_delete: nothing asks to keep it.
        must_delete: its time is over, and nothing asks to keep it.
        rules: what asks to keep it, or, where nothing does, what asks to delete it.
        until_on: the day from which no term of months asks to keep it; None where none does.
    """

    part: str
    last_on: date | None
    may_delete: bool
    must_delete: bool
    rules: tuple[str, ...]
    until_on: date | None


@lru_cache(maxsize=4)
def retention_gate(law: str, profile: str, day: date) -> Gate:
    """The gate of the question how long a record is kept; errors as :func:`forbear.compliance.load_gate`."""
    return load_gate(law, day, profile, _QUESTION)


def judge_files(
    tenant: str, person_ids: Sequence[str], lender: LenderSettings, day: date, *, is_asked: bool = False
) -> dict[str, list[Judged]]:
    """What the law of a day says about the files of these people, by person and part; in the scope of this transaction.

    Args:
        is_asked: the person asks for deletion.

    Raises:
        LawError, UsageError: as :func:`forbear.compliance.load_gate`.
    """
    gate = retention_gate(lender.law, lender.profile, day)
    loans = _loan_facts(tenant, person_ids, lender, day)
    lasts = _last_records(tenant, person_ids, zone(lender.time_zone))
    found: dict[str, list[Judged]] = {}
    for person_id in person_ids:
        rows = [{**row, "has_deletion_request": is_asked} for row in loans[person_id]]
        parts = {"identity": NEVER, **lasts.get(person_id, {})}
        found[person_id] = [_judge(gate, part, last_on, rows, day) for part, last_on in sorted(parts.items())]
    return found


def may_erase(judged: Sequence[Judged]) -> bool:
    """Whether the whole file may go: nothing of it has to be kept."""
    return all(each.may_delete for each in judged)


def is_owed_nothing(judged: Sequence[Judged]) -> bool:
    """Whether the contract itself no longer asks to know who the person is."""
    return all(each.may_delete for each in judged if each.part == "identity")


def _judge(gate: Gate, part: str, last_on: date, rows: Sequence[Mapping[str, Any]], day: date) -> Judged:
    keeps: list[str] = []
    deletes: list[str] = []
    terms: list[date] = []
    must_each: list[bool] = []
    for kind in PARTS[part]:
        for row in rows:
            asked = {**row, "record_kind": kind, "record_age_months": months_between(last_on, day)}
            keeps += _against(gate, {**asked, "retention_act": "delete"})
            # Kept is asked as kept well: what is found then is that it may not be kept at all.
            over = _against(gate, {**asked, "retention_act": "keep", "is_processing_restricted": True})
            must_each.append(bool(over))
            deletes += over
            months = gate.values_of(asked).get("retention_months_min")
            if months and last_on != NEVER:
                terms.append(months_after(last_on, int(months)))
    return Judged(
        part=part,
        last_on=None if last_on == NEVER else last_on,
        may_delete=not keeps,
        must_delete=not keeps and all(must_each),
        rules=tuple(dict.fromkeys(keeps or deletes)),
        until_on=max(terms, default=None),
    )


def _against(gate: Gate, row: Mapping[str, Any]) -> list[str]:
    """The rules that forbid it or leave it to a person; none where it may be done."""
    if gate.judge(row).verdict in MAY_ACT:
        return []
    return [rule.id for rule in gate.fired_rows(row) if gate.verdict_on(rule, row) not in MAY_ACT]


def _loan_facts(
    tenant: str, person_ids: Sequence[str], lender: LenderSettings, day: date
) -> dict[str, list[dict[str, Any]]]:
    """What the retention rules read, for each loan of each person; one row without a loan for who has none."""
    law = law_of_day(lender, day)
    facts = fresh_facts(law, tenant, person_ids)
    found: dict[str, list[dict[str, Any]]] = {person_id: [] for person_id in person_ids}
    whose = dict(Loan.objects.filter(tenant_id=tenant, person_id__in=person_ids).values_list("loan_id", "person_id"))
    for loan_id, person_id in sorted(whose.items()):
        # A loan that the facts do not know counts as its unfavourable values.
        found[person_id].append(dict(facts.get(loan_id, {})))
    held = _open_matters(tenant, person_ids, day)
    for person_id, rows in found.items():
        if not rows:
            rows.append(
                {"is_open": False, "product_kind": "instalment", "lender_type": "other"} | dict.fromkeys(_FLAGS, False)
            )
        for row in rows:
            # Written off in the books is not forgiven.
            row["is_open"] = bool(row.get("is_open", True)) or row.get("ledger_status") == "written_off"
            # Deleting cannot be undone: a hold on one loan keeps the file, and so does one that was written down only later.
            row |= {flag: bool(row.get(flag, True)) or flag in held.get(person_id, set()) for flag in _FLAGS}
            row["has_legal_hold"] = row["is_record_in_court"] = row["has_legal"]
            row |= {"has_retention_reason": False, "is_record_wrong": False}
    return found


def _open_matters(tenant: str, person_ids: Sequence[str], day: date) -> dict[str, set[str]]:
    """What is open about each person: by the holds in force, and by disputes and complaints that nobody has answered."""
    found: dict[str, set[str]] = {}
    mine = {"tenant_id": tenant, "person_id__in": person_ids}
    holds = Hold.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), **mine, starts_on__lte=day)
    for person_id, kind in holds.values_list("person_id", "kind"):
        found.setdefault(person_id, set()).add(f"has_{kind}")
    for flag, model in (("has_dispute", Dispute), ("has_complaint", Complaint)):
        unanswered = model._default_manager.filter(**mine, answered_at__isnull=True)
        for person_id in unanswered.values_list("person_id", flat=True):
            found.setdefault(person_id, set()).add(flag)
    return found


def _last_records(tenant: str, person_ids: Sequence[str], own_zone: ZoneInfo) -> dict[str, dict[str, date]]:
    """The date of the last record of each part that a person's file has."""
    found: dict[str, dict[str, date]] = {}
    for person_id, part, at in _lasts(tenant, person_ids):
        on = at if isinstance(at, date) and not hasattr(at, "hour") else at.astimezone(own_zone).date()
        parts = found.setdefault(person_id, {})
        parts[part] = max(on, parts.get(part, on))
    return found


def _lasts(tenant: str, person_ids: Sequence[str]) -> Iterator[tuple[str, str, Any]]:
    mine = {"tenant_id": tenant, "person_id__in": person_ids}
    with_text = Message.objects.filter(tenant_id=tenant, text_sealed__isnull=False).values("contact_id")
    for part, rows, at in (
        ("messages", Contact.objects.filter(**mine, contact_id__in=with_text), "at"),
        ("calls", Contact.objects.filter(**mine, channel="voice"), "at"),
        ("visits", Contact.objects.filter(**mine, channel="visit"), "at"),
        ("inbound", Inbound.objects.filter(**mine, text_sealed__isnull=False), "at"),
        ("matters", Dispute.objects.filter(**mine, text_sealed__isnull=False), "raised_at"),
        ("matters", Complaint.objects.filter(**mine, text_sealed__isnull=False), "raised_at"),
        ("matters", Inspection.objects.filter(**mine, note_sealed__isnull=False), "scored_at"),
        ("matters", InformationRequest.objects.filter(**mine, text_sealed__isnull=False), "raised_at"),
    ):
        for person_id, last in rows.order_by().values_list("person_id").annotate(last=Max(at)):
            yield person_id, part, last
    whose = dict(Loan.objects.filter(**mine).values_list("loan_id", "person_id"))
    plans = Arrangement.objects.filter(tenant_id=tenant, loan_id__in=list(whose), form="oral", signed_on__isnull=False)
    for loan_id, on in plans.values_list("loan_id", "signed_on"):
        yield whose[loan_id], "oral_plans", on


def months_between(start: date, end: date) -> int:
    """Whole months from one date to another; none where it is not later.

    >>> months_between(date(2026, 1, 31), date(2026, 2, 28)), months_between(date(2026, 1, 15), date(2027, 1, 15))
    (0, 12)
    """
    return max(0, (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day))


def months_after(start: date, months: int) -> date:
    """The first date on which so many whole months have passed.

    >>> months_after(date(2026, 1, 31), 1), months_after(date(2026, 1, 15), 12)
    (datetime.date(2026, 3, 1), datetime.date(2027, 1, 15))
    """
    place = start.year * 12 + start.month - 1 + months
    first = date(place // 12, place % 12 + 1, 1)
    following = date((place + 1) // 12, (place + 1) % 12 + 1, 1)
    return min(first + timedelta(days=start.day - 1), following)
