"""What came of one call, as a dialler tells it, row by row: the same reader for a file and for a request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from forbear.book.schema import CONTACTS
from forbear.kernel.errors import InputError

RESULTS = ("conversation", "no_answer", "busy", "voicemail", "invalid_number", "wrong_person", "unknown")
"""What may come of a call: those of the book's contacts that a telephone knows."""
REASONS = CONTACTS.field("reason_code").codes
ATTITUDES = CONTACTS.field("attitude").codes
COLUMNS = {
    "call_id": "The id of the entry in the call list; of a call that the person made, the dialler's own id.",
    "direction": "`out`, or `in` where the person called; empty is `out`.",
    "started_at": "When it began to ring, with its offset: `2026-03-05T10:30:00+08:00`.",
    "duration_seconds": "Whole seconds of talk; 0 where nobody spoke.",
    "result": "One of: " + ", ".join(f"`{code}`" for code in RESULTS) + ".",
    "is_right_party": "`true` where the person was identified; empty is `false`.",
    "reason_code": "Why the loan is overdue, as the person says; only of a conversation with the right party.",
    "attitude": "What the person showed; only of a conversation with the right party.",
    "recording_sha256": "Digest of the recording's bytes in hex; empty where there is none.",
    "from_number": "The number that the person called from, E.164; only of a call in.",
    "agent_id": "Who spoke, as the dialler names them.",
    "next_at": "When the person wants to be called again, with its offset; empty where nothing was agreed.",
    "note": "What the agent wrote down of the talk, at most 500 characters.",
}
"""Every column, and what it means; a row has no others."""
COMPULSORY = ("call_id", "started_at", "duration_seconds", "result")
DURATION_SECONDS_MAX = 24 * 60 * 60
AHEAD = timedelta(minutes=5)
"""How far a dialler's clock may be ahead of ours."""
NEXT_WITHIN = timedelta(days=92)
"""How far ahead a next call may be agreed: later is a slip of the keyboard."""
LENGTHS = {"call_id": 64, "agent_id": 64, "note": 500}
NUMBER = re.compile(r"\+[1-9][0-9]{5,14}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False, "": False}


@dataclass(frozen=True)
class Disposition:
    """What came of one call. ``started_at`` is UTC; codes are those of the book's table ``contacts``."""

    call_id: str
    started_at: datetime
    duration_seconds: int
    result: str
    is_right_party: bool = False
    direction: str = "out"
    reason_code: str = ""
    attitude: str = ""
    recording_sha256: str = ""
    from_number: str = ""
    agent_id: str = ""
    note: str = ""
    next_at: datetime | None = None

    @property
    def ended_at(self) -> datetime:
        """When it ended, UTC."""
        return self.started_at + timedelta(seconds=self.duration_seconds)


def read_disposition(
    row: Mapping[str, object], now: datetime, *, file: str | None = None, number: int | None = None
) -> Disposition:
    """A disposition of a row of a CSV file (all text) or of a JSON object (text, whole numbers, booleans).

    Args:
        row: value by column name, see :data:`COLUMNS`.
        now: the present instant; a call does not begin after it.
        file, number: where the row stands, for the error; the first row below the header is 1.

    Raises:
        InputError: ``row_unreadable``; its ``where`` names file, row and column, its words never the value.
    """
    cells = _Cells(row, file, number)
    cells.check_names()
    read = Disposition(
        call_id=cells.text("call_id"),
        started_at=cells.instant("started_at", now),
        duration_seconds=cells.whole("duration_seconds", DURATION_SECONDS_MAX),
        result=cells.code("result", RESULTS),
        is_right_party=cells.truth("is_right_party"),
        direction=cells.code("direction", ("out", "in")) or "out",
        reason_code=cells.code("reason_code", REASONS),
        attitude=cells.code("attitude", ATTITUDES),
        recording_sha256=cells.matching("recording_sha256", _DIGEST, "64 hex digits in lower case"),
        from_number=cells.matching("from_number", NUMBER, "a number as +8613800138000"),
        agent_id=cells.text("agent_id"),
        note=cells.text("note"),
        next_at=cells.coming("next_at", now),
    )
    _check_sense(read, cells)
    return read


def is_storable(text: str) -> bool:
    """Whether a text from outside has no control characters and no halves of characters, which a database cannot hold."""
    return not any((ord(sign) < 32 and sign not in "\n\r\t") or 0xD800 <= ord(sign) < 0xE000 for sign in text)


def _check_sense(read: Disposition, cells: _Cells) -> None:
    """Columns that contradict each other: then none of them can be believed."""
    talked = read.result == "conversation"
    if read.is_right_party and not talked:
        raise cells.error("is_right_party", "nobody is identified but in a conversation")
    if read.next_at is not None and (not talked or read.next_at <= read.ended_at):
        raise cells.error("next_at", "it is agreed in a conversation, and comes after it")
    for column in ("reason_code", "attitude"):
        if getattr(read, column) and not (talked and read.is_right_party):
            raise cells.error(column, "it is known only of a conversation with the right party")
    if (read.direction == "in") != bool(read.from_number):
        raise cells.error("from_number", "a call in has it, a call out has not")


class _Cells:
    """The cells of one row, each read as what it must be."""

    def __init__(self, row: Mapping[str, object], file: str | None, number: int | None) -> None:
        self._row, self._file, self._number = row, file, number

    def error(self, column: str, wanted: str) -> InputError:
        """What is off with a column. The value is not shown: it may be personal."""
        return InputError(
            "row_unreadable",
            f"A row about a call cannot be used: {wanted}.",
            do="Mend the row and send it again.",
            file=self._file,
            row=self._number,
            column=column,
        )

    def check_names(self) -> None:
        for name in self._row:
            if name not in COLUMNS:
                raise self.error(str(name)[:40], f"the columns are {', '.join(COLUMNS)}")
        for name in COMPULSORY:
            value = self._row.get(name)
            if value is None or (isinstance(value, str) and not value.strip()):
                raise self.error(name, "it must not be empty")

    def text(self, column: str) -> str:
        value = self._row.get(column)
        value = "" if value is None else value
        if not isinstance(value, str):
            raise self.error(column, "it must be text")
        value = value.strip()
        if len(value) > LENGTHS.get(column, 64):
            raise self.error(column, f"it may have {LENGTHS.get(column, 64)} characters")
        if not is_storable(value):
            raise self.error(column, "it has control characters")
        return value

    def code(self, column: str, codes: tuple[str, ...]) -> str:
        value = self.text(column)
        if value and value not in codes:
            raise self.error(column, f"it must be one of {', '.join(codes)}")
        return value

    def matching(self, column: str, pattern: re.Pattern[str], example: str) -> str:
        value = self.text(column)
        if value and not pattern.fullmatch(value):
            raise self.error(column, f"it must be {example}")
        return value

    def truth(self, column: str) -> bool:
        value = self._row.get(column)
        if isinstance(value, bool):
            return value
        known = _BOOLEANS.get(self.text(column).lower())
        if known is None:
            raise self.error(column, "it must be true or false")
        return known

    def whole(self, column: str, most: int) -> int:
        value = self._row.get(column)
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise self.error(column, "it must be a whole number")
        digits = str(value).strip()
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 9 or int(digits) > most:
            raise self.error(column, f"it must be a whole number from 0 to {most}")
        return int(digits)

    def coming(self, column: str, now: datetime) -> datetime | None:
        read = self._instant(column) if self._row.get(column) not in (None, "") else None
        if read is not None and read > now + NEXT_WITHIN:
            raise self.error(column, f"it must be within {NEXT_WITHIN.days} days")
        return read

    def instant(self, column: str, now: datetime) -> datetime:
        read = self._instant(column)
        if read > now + AHEAD:
            raise self.error(column, "it is in the future")
        return read

    def _instant(self, column: str) -> datetime:
        try:
            read = datetime.fromisoformat(self.text(column))
        except ValueError:
            raise self.error(column, "it must be an instant as 2026-03-05T10:30:00+08:00") from None
        if read.tzinfo is None:
            raise self.error(column, "it must say its offset, as +08:00")
        try:
            return read.astimezone(UTC)
        except OverflowError:
            raise self.error(column, "it is out of all time") from None
