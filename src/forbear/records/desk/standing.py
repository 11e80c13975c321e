"""What each instalment of a person's loans stands at, by the very computation that ages the whole book."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from datetime import date
from threading import Lock
from typing import Any

from forbear.book import ageing
from forbear.book.facts import FactsRequest
from forbear.book.schema import TABLES
from forbear.columns.engines.engine import Engine
from forbear.columns.engines.recording import Recording
from forbear.columns.expression import coalesce, sum_of
from forbear.columns.relation import Relation
from forbear.records.book_rows import book_rows
from forbear.records.lender import LenderSettings
from forbear.strategy import load_playbook
from forbear.strategy.ageing import ageing_settings

_DAYS_KEPT = 3
_shelf: OrderedDict[tuple[str, date, str], Recording] = OrderedDict()
_lock = Lock()


def standing_of(tenant: str, person_id: str, lender: LenderSettings, day: date) -> list[dict[str, Any]]:
    """The instalments of a person's loans with what is unpaid of each, in all and by component, as of the end of a day.

    Rows have loan_id, instalment_number, due_on, amount_cents, unpaid_cents and unpaid_<component>_cents, in that order.
    """
    found = _recording(lender, day).run(book_rows(tenant, [person_id]))
    return sorted(found, key=lambda row: (row["loan_id"], row["due_on"], row["instalment_number"]))


def _recording(lender: LenderSettings, day: date) -> Recording:
    key = lender.playbook, day, lender.time_zone
    with _lock:
        if key not in _shelf:
            request = FactsRequest(
                as_of=day, time_zone=lender.time_zone, settings=ageing_settings(None, load_playbook(lender.playbook))
            )
            _shelf[key] = Recording(
                {table.name: table.schema for table in TABLES},
                lambda engine, tables: _laid_out(engine, tables, request.moment),
            )
            while len(_shelf) > _DAYS_KEPT:
                _shelf.popitem(last=False)[1].close()
        return _shelf[key]


def _laid_out(engine: Engine, tables: Mapping[str, Relation], moment: ageing.Moment) -> Relation:
    counting = ageing.counting_payments(tables["payments"], moment)
    sums = counting.group("loan_id", paid_cents=sum_of(counting["amount_cents"]))
    loans = tables["loans"].keep(tables["loans"]["disbursed_on"] <= moment.date).select("loan_id")
    joined = loans.join(sums, "loan_id")
    paid = engine.keep("standing_paid", joined.select("loan_id", paid_cents=coalesce(joined["paid_cents"], 0)))
    return ageing.laid_out(tables["instalments"], paid, counting)
