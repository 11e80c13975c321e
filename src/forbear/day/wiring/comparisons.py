"""Comparisons that staff ask for, on the book in the records, worked off by the queue."""

from __future__ import annotations

import json
import logging
import shutil
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import close_old_connections
from procrastinate import Blueprint

from forbear.day.comparing import CompareRequest, Side, compare
from forbear.day.legal import gate_for
from forbear.day.report.difference_words import difference_words, effort
from forbear.day.wiring.failures import failure_kept
from forbear.records.daily.book_tables import RecordsBook
from forbear.records.lender import LenderSettings, lender_settings
from forbear.records.models import Comparison
from forbear.records.playbooks.comparisons import (
    begin_comparison,
    folder_asked,
    keep_failure,
    keep_result,
    note_step,
)
from forbear.records.scope import Scope, acting
from forbear.strategy import load_playbook

LOG = logging.getLogger("forbear.worker")
COMPARE = "compare"

jobs = Blueprint()


@jobs.task(name="compare_on_book", queue=COMPARE)
def compare_on_book(tenant: str, number: int) -> bool:
    """Work a comparison off; what fails is written down beside it.

    Returns:
        Whether it was worked on: one that is done is not done again.
    """
    scope = Scope(tenant, "compare")
    try:
        asked = begin_comparison(scope, number)
        if asked is None:
            return False
        with acting(scope):
            lender = lender_settings(tenant, asked.as_of)
            sides = [_side(asked.before), _side(asked.after)]
        with failure_kept(partial(keep_failure, scope, number)):
            _work_off(scope, asked, lender, sides)
        return True
    finally:
        close_old_connections()


def _work_off(scope: Scope, asked: Comparison, lender: LenderSettings, sides: list[Side]) -> None:
    # A folder of its own below the data: a killed worker leaves borrowers' data nowhere else, and the next try clears it.
    folder: Path = settings.FORBEAR.data / "comparisons" / scope.tenant / str(asked.number)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        request = CompareRequest(
            subject=asked.subject,
            before=sides[0],
            after=sides[1],
            book=folder,
            as_of=asked.as_of,
            settings=_ageing(lender, folder),
            out=folder / "result",
        )
        record = compare(
            request,
            lambda step: note_step(scope, asked.number, step.name, step.done, step.total),
            RecordsBook(scope, lender),
        )
        books = [load_playbook(side.playbook) for side in sides]
        gates = [gate_for(side.law, side.on or asked.as_of, side.profile) for side in sides]
        packs = [gate.packs for gate in gates]
        keep_result(
            scope, asked.number, record | {"effort": effort(record, books)},
            difference_words(record, list(zip(packs, books, strict=True))),
        )  # fmt: skip
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _ageing(lender: LenderSettings, folder: Path) -> Path | None:
    """The lender's own ageing, as the day takes it."""
    if not lender.ageing:
        return None
    path = folder / "ageing.yaml"
    path.write_text(json.dumps(dict(lender.ageing), ensure_ascii=False, sort_keys=True), encoding="utf-8")
    return path


def _side(side: dict[str, Any]) -> Side:
    return Side(side["law"], folder_asked(side), side["profile"], date.fromisoformat(side["on"]))
