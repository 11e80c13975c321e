"""One fresh row of facts a loan, of a few people, at once: the same expressions as for a whole book."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any
from zoneinfo import available_timezones

from forbear.book.facts import FactsRequest, compute_facts
from forbear.book.schema import TABLES
from forbear.columns.engines.recording import Recording
from forbear.compliance import Gate, load_gate
from forbear.compliance.ageing import legal_settings
from forbear.records.book_rows import book_rows

QUESTIONS = ("contact",)
AND_MESSAGE = ("contact", "message")
_DAYS_KEPT = 3


@dataclass(frozen=True)
class LawOfDay:
    """The gate for a contact alone and for one with a message, and the facts, all of one law on one date."""

    contact: Gate
    message: Gate
    facts: Recording


_shelf: OrderedDict[tuple[str, str, date, str], LawOfDay] = OrderedDict()
_lock = Lock()


def law_of_day(law: str, profile: str, day: date, time_zone: str) -> LawOfDay:
    """The law of a date with its facts, made once and kept for a few days.

    Raises:
        LawError, UsageError: as :func:`forbear.compliance.load_gate`.
    """
    key = (law, profile, day, time_zone)
    with _lock:
        if key not in _shelf:
            contact = load_gate(law, day, profile, QUESTIONS)
            request = FactsRequest(
                as_of=day,
                time_zone=time_zone,
                legal=legal_settings(contact),
                windows=contact.count_windows,
                zones=sorted(available_timezones()),
            )
            facts = Recording(
                {table.name: table.schema for table in TABLES},
                lambda engine, tables: compute_facts(engine, tables, request),
            )
            _shelf[key] = LawOfDay(contact, load_gate(law, day, profile, AND_MESSAGE), facts)
            while len(_shelf) > _DAYS_KEPT:
                _shelf.popitem(last=False)[1].facts.close()
        return _shelf[key]


def fresh_facts(law: LawOfDay, tenant: str, person_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The facts of every loan of these people as they stand in this transaction, by loan."""
    rows = law.facts.run(book_rows(tenant, person_ids))
    return {row["loan_id"]: row for row in rows}
