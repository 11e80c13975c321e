"""The register of agencies: licence, mandate, white list, evaluations, and what the lender answers for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from forbear.kernel.errors import InputError
from forbear.records import audit
from forbear.records.events import emit
from forbear.records.models import Agency
from forbear.records.scope import Scope, acting

ATTESTED = (
    "agency_has_violent_record", "has_excluded_staff", "has_expiry_evaluation", "has_impact_assessment",
    "is_data_agreement_signed", "is_white_list_published", "lender_agrees_sub_delegation", "mandate_has_core_clauses",
    "mandate_has_terms",
)  # fmt: skip
"""What of an agency no date of the register says, by the names of the law's facts: the lender answers for it, or it counts as
unfavourable."""
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True)
class AgencyEntry:
    """What the register says of an agency.

    Args:
        contract_starts_on, contract_ends_on: the mandate; the end is the day after its last.
        white_list_from, white_list_until: from when to before when it is on the lender's published list.
        is_sub_delegated: it passes work on to another agency.
        placements_told: debtors are told of the placement before the agency begins.
        attested: of :data:`ATTESTED`, true or false each.
    """

    agency_id: str
    name: str
    licence: str = ""
    contract_starts_on: date | None = None
    contract_ends_on: date | None = None
    white_list_from: date | None = None
    white_list_until: date | None = None
    is_sub_delegated: bool = False
    placements_told: bool = False
    attested: Mapping[str, bool] = field(default_factory=dict)


def register_agency(scope: Scope, entry: AgencyEntry) -> bool:
    """Write an agency into the register, or write its entry anew. The same entry again changes nothing.

    What it loses by a change binds at once: every permit of an agency is looked at again when it is used.

    Returns:
        Whether anything changed.

    Raises:
        InputError: ``bad_agency`` naming what is off.
    """
    _check(entry)
    told: dict[str, Any] = asdict(entry) | {"attested": dict(entry.attested)}
    with acting(scope):
        row = _locked(scope.tenant, entry.agency_id)
        if row is not None and all(getattr(row, name) == value for name, value in told.items()):
            return False
        values = {name: value for name, value in told.items() if name != "agency_id"}
        Agency.objects.update_or_create(tenant_id=scope.tenant, agency_id=entry.agency_id, defaults=values)
        _tell("agency.registered" if row is None else "agency.changed", entry.agency_id, told)
        return True


def evaluate_agency(scope: Scope, agency_id: str, evaluated_on: date) -> bool:
    """Note that an agency was evaluated on a day. Only a later day than the one known is news.

    Returns:
        Whether it is news.

    Raises:
        InputError: ``unknown_agency``.
    """
    return _note(scope, agency_id, "evaluated_on", evaluated_on)


def inspect_agency(scope: Scope, agency_id: str, inspected_on: date) -> bool:
    """Note that an agency was inspected on a day. Only a later day than the one known is news.

    Returns:
        Whether it is news.

    Raises:
        InputError: ``unknown_agency``.
    """
    return _note(scope, agency_id, "inspected_on", inspected_on)


def access_agency(tenant: str, agency_id: str) -> Agency:
    """The agency, locked, in the scope of the transaction.

    Raises:
        InputError: ``unknown_agency``.
    """
    row = _locked(tenant, agency_id)
    if row is None:
        raise InputError("unknown_agency", "There is no such agency.", agency=agency_id)
    return row


def _locked(tenant: str, agency_id: str) -> Agency | None:
    return Agency.objects.select_for_update().filter(tenant_id=tenant, agency_id=agency_id).first()


def _note(scope: Scope, agency_id: str, column: str, on: date) -> bool:
    with acting(scope):
        row = access_agency(scope.tenant, agency_id)
        known = getattr(row, column)
        if known is not None and known >= on:
            return False
        setattr(row, column, on)
        row.save(update_fields=[column])
        _tell(f"agency.{column.removesuffix('_on')}", agency_id, {column: on})
        return True


def _tell(action: str, agency_id: str, told: Mapping[str, Any]) -> None:
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in told.items()}
    audit.record(audit.Entry(action, "agency", agency_id, payload=plain))
    emit(action, "", {"agency": agency_id, **plain})


def _check(entry: AgencyEntry) -> None:
    if not _ID.fullmatch(entry.agency_id):
        raise _bad(entry, "its id is up to 64 letters, digits, dots, hyphens and underscores")
    if not 0 < len(entry.name) <= 200 or len(entry.licence) > 100:
        raise _bad(entry, "its name has 1 to 200 characters, its licence up to 100")
    for what, start, end in (
        ("mandate", entry.contract_starts_on, entry.contract_ends_on),
        ("place on the list", entry.white_list_from, entry.white_list_until),
    ):
        if end is not None and (start is None or end <= start):
            raise _bad(entry, f"its {what} must end after it began")
    for name, value in entry.attested.items():
        if name not in ATTESTED or type(value) is not bool:
            raise _bad(entry, f"what is answered for is true or false, of {', '.join(ATTESTED)}")


def _bad(entry: AgencyEntry, reason: str) -> InputError:
    return InputError("bad_agency", f"The agency's entry is off: {reason}.", agency=entry.agency_id[:64])
