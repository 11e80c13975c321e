"""The hand-off to a mail house."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256

from forbear.dispatch.channel import Health, Hear, Message, Receipt
from forbear.dispatch.channels.folder import Exchange, Intake, Watch, hand_over, health_of, take_in
from forbear.dispatch.channels.folder.intake import Row, RowReader
from forbear.dispatch.channels.letter.settings import LetterSettings
from forbear.dispatch.channels.letter.typesetting import Typesetter, Unprintable
from forbear.dispatch.disposition import AHEAD
from forbear.kernel.clock import Clock
from forbear.kernel.errors import InputError

COLUMNS = {
    "letter_id": "The id in the manifest.",
    "status": "`posted`, `delivered` (signed for) or `returned`.",
    "at": "When, with its offset: `2026-03-05T10:30:00+08:00`.",
    "reason": "Why it was returned, in the mail house's own code, at most 64 characters.",
    "tracking_id": "The carrier's number, where there is one.",
}
"""Every column of what the mail house brings; a row has no others."""
COMPULSORY = ("letter_id", "status", "at")
STATUSES = {"posted": "accepted", "delivered": "delivered", "returned": "undelivered"}
TEXT_LENGTH_MAX = 64


@dataclass(frozen=True)
class _Told:
    letter_id: str
    status: str
    at: datetime
    reason: str
    tracking_id: str


class LetterChannel:
    """PDFs out, receipts in. A repeated ``message_id`` is one letter, so that it deduplicates."""

    deduplicates = True

    def __init__(self, settings: LetterSettings, clock: Clock, name: str = "letter") -> None:
        self.name, self._clock, self._settings = name, clock, settings
        self._exchange = Exchange(settings.folder)
        self._watch = Watch(name, self.take_in_receipts, settings.look_seconds)
        self._typesetter: Typesetter | None = None
        self._hear: Hear | None = None

    def open(self, hear: Hear) -> None:
        """Find the fonts, make the folders and begin to look through the inbox.

        Raises:
            InputError: ``fonts_missing``.
            OutputError: ``folder_unusable``.
        """
        self._typesetter = Typesetter(self._settings)
        self._exchange.open()
        self._hear = hear
        self._watch.start()

    def deliver(self, message: Message) -> Receipt:
        """Set the letter and put it into the outbox, to be posted before ``expires_at``."""
        now = self._clock.now()
        if now >= message.expires_at:
            return Receipt(message.message_id, "refused", now, reason="expired")
        if self._hear is None or self._typesetter is None:
            return Receipt(message.message_id, "failed", now, reason="closed")
        letter = self._typesetter.typeset(message, now)
        if isinstance(letter, Unprintable):
            return Receipt(message.message_id, "refused", now, reason=letter.reason, detail=letter.detail)
        proof = sha256(letter.pdf).hexdigest()
        manifest = {
            "letter_id": message.message_id,
            "file": f"{message.message_id}.pdf",
            "sha256": proof,
            "bytes_count": len(letter.pdf),
            "pages_count": letter.pages_count,
        }
        return hand_over(self._exchange, message, manifest, now, proof=proof, parts={".pdf": letter.pdf})

    def take_in_receipts(self) -> Intake:
        """Withdraw letters whose time is over, and read what the mail house brought. The watch calls it; so may a command.

        Raises:
            OSError: the folder is out of reach.
        """
        hear = self._hear
        if hear is None:
            return Intake()
        now = self._clock.now()
        for letter_id in self._exchange.withdraw(now, self._is_posted):
            hear(Receipt(letter_id, "undelivered", now, reason="expired"))
        return take_in(self._exchange, RowReader(tuple(COLUMNS), COMPULSORY, _key, partial(self._tell, hear)))

    def _is_posted(self, letter_id: str) -> bool:
        return any(self._exchange.is_marked("heard", f"{letter_id} {status}") for status in STATUSES)

    def _tell(self, hear: Hear, row: Row, file: str, number: int) -> None:
        told = _read(row, file, number, self._clock.now())
        if not self._exchange.is_marked("handed", told.letter_id):
            raise _error("it is about a letter that was not handed over", file, number, "letter_id")
        status, reason = STATUSES[told.status], told.reason or told.status
        hear(Receipt(told.letter_id, status, told.at, provider_id=told.tracking_id, reason=reason))

    def forget(self, before: datetime) -> int:
        """Remove what was noted of entries before an instant, and say how many files."""
        return self._exchange.forget(before)

    def health(self) -> Health:
        """Whether the shared folder can be written; how many letters wait to be taken."""
        return health_of(self._exchange, self._watch, is_open=self._hear is not None)

    def close(self) -> None:
        """Finish the look that was begun. Letters stay in the outbox until they are taken or their time is over."""
        self._watch.stop()
        self._hear = None


def _key(row: Row) -> str:
    """A letter is told of once for each thing that may become of it."""
    return f"{row['letter_id'].strip()} {row['status'].strip()}"


def _read(row: Row, file: str, number: int, now: datetime) -> _Told:
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    for name, cell in cells.items():
        if (name in COMPULSORY and not cell) or len(cell) > TEXT_LENGTH_MAX or not (cell == "" or cell.isprintable()):
            raise _error(f"it must be printable text of 1 to {TEXT_LENGTH_MAX} characters", file, number, name)
    if cells["status"] not in STATUSES:
        raise _error(f"it must be one of {', '.join(STATUSES)}", file, number, "status")
    try:
        at = datetime.fromisoformat(cells["at"])
        read = at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        read = None
    if read is None or read > now + AHEAD:
        raise _error("it must be a past instant with its offset, as 2026-03-05T10:30:00+08:00", file, number, "at")
    return _Told(cells["letter_id"], cells["status"], read, cells["reason"], cells["tracking_id"])


def _error(wanted: str, file: str, number: int, column: str) -> InputError:
    return InputError(
        "row_unreadable",
        f"A row about a letter cannot be used: {wanted}.",
        do="Mend the row and send it again.",
        file=file,
        row=number,
        column=column,
    )
