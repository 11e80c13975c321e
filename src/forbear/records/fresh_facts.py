"""One fresh row of facts a loan, of a few people, at once: the same expressions as for a whole book."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any
from zoneinfo import available_timezones

from forbear.book.ageing import COMPONENTS
from forbear.book.facts import FactsRequest, compute_facts
from forbear.book.schema import TABLES
from forbear.book.settings import settings_of
from forbear.columns.engines.recording import Recording
from forbear.compliance import Gate, load_gate
from forbear.compliance.deriving import legal_settings
from forbear.kernel.ids import digest_json
from forbear.records.book_rows import book_rows
from forbear.records.lender import LenderSettings
from forbear.records.playbooks.releases import with_playbook_of
from forbear.strategy import load_playbook
from forbear.strategy.ageing import ageing_settings

QUESTIONS = ("contact",)
AND_MESSAGE = ("contact", "message")
_DAYS_KEPT = 3


@dataclass(frozen=True)
class LawOfDay:
    """The gate for a contact alone and for one with a message, and the facts, all of one law on one date."""

    contact: Gate
    message: Gate
    facts: Recording
    limitation_years: int | None


_shelf: OrderedDict[tuple[str, str, str, date, str, str], LawOfDay] = OrderedDict()
_lock = Lock()


def law_of_day(lender: LenderSettings, day: date) -> LawOfDay:
    """A lender's law of a date with its facts, made once and kept for a few days. Aged as its playbook's plan is: an act rests
    on the same facts then and now. In the caller's scope: a version that the lender keeps holds from its day on.

    Raises:
        LawError, UsageError: as :func:`forbear.compliance.load_gate`.
    """
    lender = with_playbook_of(lender, day)
    key = (lender.law, lender.profile, lender.playbook, day, lender.time_zone, digest_json(dict(lender.ageing)))
    with _lock:
        if key not in _shelf:
            contact = load_gate(lender.law, day, lender.profile, QUESTIONS)
            request = FactsRequest(
                as_of=day,
                time_zone=lender.time_zone,
                settings=ageing_settings(settings_of(lender.ageing), load_playbook(lender.playbook)),
                legal=legal_settings(contact),
                windows=contact.count_windows,
                zones=sorted(available_timezones()),
            )
            facts = Recording(
                {table.name: table.schema for table in TABLES},
                lambda engine, tables: compute_facts(engine, tables, request),
            )
            message = load_gate(lender.law, day, lender.profile, AND_MESSAGE)
            _shelf[key] = LawOfDay(contact, message, facts, _limitation_years(contact))
            while len(_shelf) > _DAYS_KEPT:
                _shelf.popitem(last=False)[1].facts.close()
        return _shelf[key]


def fresh_facts(law: LawOfDay, tenant: str, person_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The facts of every loan of these people as they stand in this transaction, by loan."""
    rows = book_rows(tenant, person_ids)
    last_due: dict[str, date] = {}
    due: dict[tuple[str, date], int] = {}
    for each in rows["instalments"]:
        last_due[each["loan_id"]] = max(each["due_on"], last_due.get(each["loan_id"], each["due_on"]))
        key = each["loan_id"], each["due_on"]
        due[key] = due.get(key, 0) + sum(each[f"{part}_cents"] for part in COMPONENTS)
    found = {row["loan_id"]: row for row in law.facts.run(rows)}
    for loan_id, row in found.items():
        if not row[
            "overpaid_cents"
        ]:  # what was paid ahead makes the next amount smaller, by how much the ledger must say
            row["next_due_cents"] = due.get((loan_id, row["next_due_on"]))
        row |= _limitation(last_due.get(loan_id), row["business_date"], law.limitation_years)
    return found


def _limitation(last_due_on: date | None, day: date, years: int | None) -> dict[str, bool]:
    """Within the years from the last due date the claim is not barred. Past them nothing is said: whether something interrupted
    them is for a person to find."""
    if last_due_on is None or years is None:
        return {}
    barred_on = last_due_on.replace(year=last_due_on.year + years, day=min(last_due_on.day, 28))
    return {"is_time_barred": False} if day <= barred_on else {}


def _limitation_years(gate: Gate) -> int | None:
    value = gate.statutes.get(str(gate.pack.ageing.get("limitation_years", "")))
    return None if value is None or value.number is None else int(value.number)
