"""What a day's run writes into the records: decisions, cases and acts, once however often it is begun."""

from forbear.records.daily.candidates import ask_for_candidates
from forbear.records.daily.deciding import write_cases, write_decisions
from forbear.records.daily.queueing import queue_acts
from forbear.records.daily.runs import begin_run, is_past, locked_run, move_run
from forbear.records.daily.staging import stage_day
from forbear.records.daily.work import refresh_work

__all__ = [
    "ask_for_candidates", "begin_run", "is_past", "locked_run", "move_run", "queue_acts", "refresh_work", "stage_day",
    "write_cases", "write_decisions",
]  # fmt: skip
