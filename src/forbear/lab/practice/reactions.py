"""How borrowers of a practice day answer: by a share each, drawn from a seed and the contact's id, never from the clock.

The shares are assumed, not measured. They are of the order that collectors of small loans report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from forbear.kernel.ids import digest_json

Choice = TypeVar("Choice")
_RESULTS = (
    ("conversation", 38), ("no_answer", 38), ("busy", 9), ("voicemail", 8), ("invalid_number", 5), ("wrong_person", 2),
)  # fmt: skip
_REASONS = (("forgot", 6), ("living_cost", 5), ("job_loss", 4), ("illness", 2), ("over_borrowed", 3), ("other", 2))
_ATTITUDES = (("willing", 6), ("stalling", 4), ("refusing", 1), ("hardship", 2))
_SAID = (
    ("已经还了", 20), ("明天还", 22), ("请回电", 10), ("失业了，暂时没有收入", 12), ("金额不对，有异议", 8), ("退订", 10),
    ("要投诉你们，天天发", 5), ("不是本人，号码错了", 3), ("收到", 10),
)  # fmt: skip
_COMPLAINTS = (
    ("frequency", "短信太多，一周收到好几次。"),
    ("conduct", "催收员语气生硬，让我很不舒服。"),
    ("amount", "告诉我的金额和账单不一致。"),
    ("service", "电话里说会回电，一直没有人回。"),
)


@dataclass(frozen=True)
class CallAnswer:
    """What came of a call. ``promised_percent`` is the share of what is overdue that was promised, 0 for nothing;
    ``call_back_hours`` after how many hours the person wants to be called again, 0 for nothing agreed."""

    result: str
    seconds: int = 0
    is_right_party: bool = False
    reason_code: str = ""
    attitude: str = ""
    promised_percent: int = 0
    promised_days: int = 0
    call_back_hours: int = 0
    is_in_hardship: bool = False
    complaint: tuple[str, str] | None = None


def happens(share: int, *of: object) -> bool:
    """Whether something of a share in a hundred happens to what ``of`` names."""
    return _draw(100, *of) < share


def pick(choices: Sequence[tuple[Choice, int]], *of: object) -> Choice:
    """One of some choices by their weights."""
    left = _draw(sum(weight for _, weight in choices), *of)
    for choice, weight in choices:
        left -= weight
        if left < 0:
            return choice
    raise AssertionError("the weights sum up")


def call_answer(seed: int, contact_id: str, *, may_promise: bool) -> CallAnswer:
    """What a person says when called."""
    key = (seed, contact_id)
    result = pick(_RESULTS, *key, "result")
    if result != "conversation":
        return CallAnswer(result)
    seconds = 35 + _draw(240, *key, "seconds")
    if not happens(88, *key, "party"):
        return CallAnswer(result, seconds=seconds // 3)
    promises = may_promise and happens(48, *key, "promise")
    return CallAnswer(
        result, seconds, True, pick(_REASONS, *key, "reason"), pick(_ATTITUDES, *key, "attitude"),
        promised_percent=pick(((100, 6), (60, 3), (50, 2)), *key, "percent") if promises else 0,
        promised_days=1 + _draw(5, *key, "days"),
        call_back_hours=0 if promises or not happens(14, *key, "again") else 20 + _draw(50, *key, "hours"),
        is_in_hardship=not promises and happens(12, *key, "hardship"),
        complaint=pick(tuple((each, 1) for each in _COMPLAINTS), *key, "complaint") if happens(5, *key, "complains") else None,
    )  # fmt: skip


def said_to(seed: int, contact_id: str) -> str:
    """What a person answers to a message in words; mostly nothing, then it is empty."""
    return pick(_SAID, seed, contact_id, "said") if happens(7, seed, contact_id, "answers") else ""


def arrives(seed: int, contact_id: str) -> bool:
    """Whether a message reaches its device or box."""
    return happens(94, seed, contact_id, "arrives")


def keeps(seed: int, promise_id: str) -> bool:
    """Whether a promise is paid on its day."""
    return happens(57, seed, promise_id, "keeps")


def _draw(bound: int, *of: object) -> int:
    return int(digest_json([str(each) for each in of])[:12], 16) % bound
