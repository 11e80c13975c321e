"""Four eyes: one person asks, another one approves or refuses, for a reason and for a time."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db.models.functions import Now

from forbear.compliance.permit import FORBEAR
from forbear.kernel.errors import InputError
from forbear.kernel.ids import digest_json
from forbear.records import audit, events
from forbear.records.actions.silence import lock_person, moment
from forbear.records.models import Act, Approval, Loan
from forbear.records.models.approval import KINDS
from forbear.records.scope import Scope, acting

OFFER_TERMS = (
    "plan_count", "plan_amount_cents", "plan_total_cents", "plan_first_on", "plan_last_on", "settlement_cents", "offer_until_on",
    "grace_until_on",
)  # fmt: skip
VISIT_TERMS = ("visit_on", "visit_from_at", "visit_until_at", "visit_place", "visit_reason", "visitors")
TERMS: Mapping[str, tuple[str, ...]] = {"offer": OFFER_TERMS, "visit": VISIT_TERMS, "waiver": ("waived_cents",)}
"""What each kind may be of, by the names that messages read; other kinds have no terms."""
VISIT_PLACES = ("home_door", "branch", "agreed_place")
VISIT_REASONS = ("talk_about_arrangement", "check_account", "hand_over_papers")
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
Terms = Mapping[str, object]


@dataclass(frozen=True)
class Wanted:
    """What somebody asks to be approved.

    Args:
        kind: of :data:`KINDS`.
        reason: a code.
        expires_at: until when it would stand.
        terms: of :data:`TERMS`: cents and counts as whole numbers, days as ``YYYY-MM-DD``, instants with their offset;
            ``visitors`` are ids of the register's staff.
        act_id: the planned act that waits for it.
    """

    kind: str
    person_id: str
    reason: str
    expires_at: datetime
    loan_id: str = ""
    terms: Terms | None = None
    act_id: UUID | None = None


def ask_approval(scope: Scope, wanted: Wanted) -> UUID:
    """Ask. The very same asked again by the same person is the same one.

    Raises:
        InputError: ``unknown_person``, ``unknown_loan``; ``bad_approval`` naming what is off.
    """
    _check(wanted)
    terms = dict(wanted.terms or {})
    asked = [
        wanted.kind,
        wanted.person_id,
        wanted.loan_id,
        str(wanted.act_id or ""),
        wanted.expires_at.isoformat(),
        terms,
    ]
    approval_id = uuid5(FORBEAR, f"approval:{scope.tenant}:{scope.actor}:{digest_json(asked)}")
    with acting(scope):
        lock_person(scope.tenant, wanted.person_id)
        own = Loan.objects.filter(tenant_id=scope.tenant, person_id=wanted.person_id, loan_id=wanted.loan_id)
        if wanted.loan_id and not own.exists():
            raise InputError("unknown_loan", "There is no such loan.", do="Feed the book first.", loan=wanted.loan_id)
        _, is_new = Approval.objects.get_or_create(
            approval_id=approval_id,
            defaults={
                "tenant_id": scope.tenant,
                "kind": wanted.kind,
                "person_id": wanted.person_id,
                "loan_id": wanted.loan_id,
                "act_id": wanted.act_id,
                "terms": terms,
                "reason": wanted.reason,
                "asked_by": scope.actor,
                "expires_at": wanted.expires_at,
            },
        )
        if is_new:
            _tell("approval.asked", approval_id, wanted.person_id, {"kind": wanted.kind, "reason": wanted.reason})
    return approval_id


def decide_approval(scope: Scope, approval_id: UUID, reason: str, *, approve: bool) -> None:
    """Approve or refuse what somebody else asked for. An act that waited for it is queued, or refused. A second time is an error.

    Raises:
        InputError: ``unknown_approval``; ``own_approval`` where the decider asked for it; ``approval_decided``,
            ``approval_expired``; ``bad_approval`` for a reason that is no code.
    """
    if not _CODE.fullmatch(reason):
        raise _bad("its reason must be a code")
    with acting(scope):
        found = Approval.objects.filter(tenant_id=scope.tenant, approval_id=approval_id).first()
        if found is None:
            raise InputError("unknown_approval", "There is no such request for approval.", approval=str(approval_id))
        lock_person(scope.tenant, found.person_id)
        found.refresh_from_db()
        at = moment()
        if found.asked_by == scope.actor:
            raise InputError("own_approval", "Nobody approves what they asked for.", do="Ask somebody else.")
        if found.decision:
            raise InputError("approval_decided", "It was decided before.", approval=str(approval_id))
        if at >= found.expires_at:
            raise InputError("approval_expired", "Its time is over.", do="Ask anew.", approval=str(approval_id))
        found.decision, found.decided_by = ("approved" if approve else "refused"), scope.actor
        found.decided_at, found.decision_reason = at, reason
        found.save(update_fields=["decision", "decided_by", "decided_at", "decision_reason"])
        waiting = Act.objects.filter(tenant_id=scope.tenant, act_id=found.act_id, state="waits")
        if approve:
            waiting.update(state="queued", reason="", changed_at=Now())
        else:
            waiting.update(state="refused", reason="not_approved", changed_at=Now())
        told = {"kind": found.kind, "asked_by": found.asked_by, "reason": reason}
        _tell(f"approval.{found.decision}", approval_id, found.person_id, told)


def standing(tenant: str, kinds: Collection[str], person_ids: Collection[str], now: datetime) -> list[Approval]:
    """What is approved of these kinds for these people and not over, the latest decision last."""
    return list(
        Approval.objects.filter(
            tenant_id=tenant, kind__in=kinds, person_id__in=person_ids, decision="approved", expires_at__gt=now
        ).order_by("decided_at", "id")
    )


def _check(wanted: Wanted) -> None:
    terms = wanted.terms or {}
    allowed = TERMS.get(wanted.kind, ())
    for holds, reason in (
        (wanted.kind in KINDS, f"its kind must be one of {', '.join(KINDS)}"),
        (_CODE.fullmatch(wanted.reason), "its reason must be a code"),
        (set(terms) <= set(allowed), f"its terms are {', '.join(allowed) or 'none'}"),
        (all(_is_sound(name, value) for name, value in terms.items()), "a term is not what its name says"),
        (terms.get("visit_place", "branch") in VISIT_PLACES, f"a place is one of {', '.join(VISIT_PLACES)}"),
        (terms.get("visit_reason", "check_account") in VISIT_REASONS, f"a visit is for {', '.join(VISIT_REASONS)}"),
    ):
        if not holds:
            raise _bad(reason)


def _is_sound(name: str, value: object) -> bool:
    if name.endswith(("_cents", "_count")):
        return type(value) is int and value > 0
    if name == "visitors":
        return isinstance(value, list) and bool(value) and all(isinstance(each, str) for each in value)
    try:
        if name.endswith("_at"):
            return datetime.fromisoformat(str(value)).tzinfo is not None
        if name.endswith("_on"):
            date.fromisoformat(str(value))
    except ValueError:
        return False
    return True


def _bad(reason: str) -> InputError:
    return InputError("bad_approval", f"The approval is off: {reason}.", do="Mend it and ask again.")


def _tell(action: str, approval_id: UUID, person_id: str, told: dict[str, str]) -> None:
    audit.record(audit.Entry(action, "approval", str(approval_id), person_id, dict(told)))
    events.emit(action, person_id, {"approval": str(approval_id), "person": person_id, **told})
