"""What people say against what was done, and what they ask for about their own data: taken in, answered in time, put right."""

from forbear.records.actions.redress.clock import Consequence, consequence_of_delay, due_date
from forbear.records.actions.redress.complaints import (
    COMPLAINT_KINDS,
    OUTCOMES,
    REOPENINGS,
    ROOT_CAUSES,
    answer_complaint,
    open_complaint,
    reopen_complaint,
)
from forbear.records.actions.redress.disputes import (
    DISPUTE_KINDS,
    DISPUTE_OUTCOMES,
    answer_dispute,
    open_dispute,
    reopen_dispute,
)
from forbear.records.actions.redress.extending import (
    EXTENSION_REASONS,
    Extension,
    extend_complaint,
    times_left,
)
from forbear.records.actions.redress.matters import Opened, assign_matter
from forbear.records.actions.redress.measures import MEASURE_KINDS, agree_measure, finish_measure
from forbear.records.actions.redress.requests import (
    REQUEST_KINDS,
    REQUEST_OUTCOMES,
    answer_request,
    carry_out,
    correct_person,
    open_request,
)
from forbear.records.actions.redress.sending import queue_answer, reference_of, terms_of_answer

__all__ = [
    "COMPLAINT_KINDS",
    "DISPUTE_KINDS",
    "DISPUTE_OUTCOMES",
    "EXTENSION_REASONS",
    "MEASURE_KINDS",
    "OUTCOMES",
    "REOPENINGS",
    "REQUEST_KINDS",
    "REQUEST_OUTCOMES",
    "ROOT_CAUSES",
    "Consequence",
    "Extension",
    "Opened",
    "agree_measure",
    "answer_complaint",
    "answer_dispute",
    "answer_request",
    "assign_matter",
    "carry_out",
    "consequence_of_delay",
    "correct_person",
    "due_date",
    "extend_complaint",
    "finish_measure",
    "open_complaint",
    "open_dispute",
    "open_request",
    "queue_answer",
    "reference_of",
    "reopen_complaint",
    "reopen_dispute",
    "terms_of_answer",
    "times_left",
]  # fmt: skip
