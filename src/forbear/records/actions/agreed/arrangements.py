"""Arrangements as they are proposed: what stands in nobody's way until it is signed."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid5

from forbear.compliance.permit import FORBEAR
from forbear.records import audit, events
from forbear.records.actions.holds import check_arrangement_kind
from forbear.records.actions.silence import lock_people_of_loans, moment
from forbear.records.models import Arrangement
from forbear.records.scope import Scope, acting


def propose_arrangement(
    scope: Scope, loan_id: str, kind: str, key: str, *, term_months: int | None = None, form: str = "written",
    terms: Mapping[str, object] | None = None,
) -> str:  # fmt: skip
    """Write down that the person wants an arrangement: a proposal, which becomes one when it is signed.

    Args:
        key: the same one again is the same proposal.
        terms: what was offered, by the names that messages read; told with the proposal.

    Returns:
        The arrangement's id.

    Raises:
        InputError: ``unknown_loan``, ``unknown_arrangement_kind``.
    """
    check_arrangement_kind(kind)
    arrangement_id = uuid5(FORBEAR, f"proposal:{scope.tenant}:{loan_id}:{kind}:{key}").hex
    with acting(scope):
        person_id = lock_people_of_loans(scope.tenant, [loan_id])[loan_id]
        _, is_new = Arrangement.objects.get_or_create(
            tenant_id=scope.tenant,
            arrangement_id=arrangement_id,
            defaults={
                "loan_id": loan_id,
                "kind": kind,
                "form": form,
                "term_months": term_months,
                "recorded_at": moment(),
            },
        )
        if is_new:
            told = {"loan": loan_id, "kind": kind, "term_months": term_months, **(terms or {})}
            audit.record(audit.Entry("arrangement.proposed", "arrangement", arrangement_id, person_id, told))
            events.emit("arrangement.proposed", person_id, {"arrangement": arrangement_id, "person": person_id, **told})
        return arrangement_id
