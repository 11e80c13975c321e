"""The hand-off to a dialler."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from forbear.dispatch.channel import Health, Hear, Inbound, Message, Receipt
from forbear.dispatch.channels.folder import Exchange, Intake, Watch, hand_over, health_of, take_in
from forbear.dispatch.channels.folder.intake import Row, RowReader
from forbear.dispatch.disposition import COLUMNS, COMPULSORY, NUMBER, Disposition, read_disposition
from forbear.kernel.clock import Clock
from forbear.kernel.errors import InputError
from forbear.kernel.ids import digest_json

STATUSES = {
    "conversation": "delivered",
    "voicemail": "delivered",
    "no_answer": "undelivered",
    "busy": "undelivered",
    "invalid_number": "undelivered",
    "wrong_person": "undelivered",
    "unknown": "uncertain",
}
"""What a call's result says of the message. Who was reached and what was said is in the disposition."""
FROM = "from_at"


@dataclass(frozen=True)
class PhoneSettings:
    """Where the dialler is met.

    Args:
        folder: an existing folder that the dialler shares.
        look_seconds: how often the inbox is looked through.
    """

    folder: Path
    look_seconds: float = 10.0


class PhoneChannel:
    """A call list out, dispositions in. A repeated ``message_id`` is one entry, so that it deduplicates."""

    deduplicates = True

    def __init__(self, settings: PhoneSettings, clock: Clock, name: str = "voice_agent") -> None:
        self.name, self._clock = name, clock
        self._exchange = Exchange(settings.folder)
        self._watch = Watch(name, self.look, settings.look_seconds)
        self._hear: Hear | None = None

    def open(self, hear: Hear) -> None:
        """Make the folders and begin to look through the inbox.

        Raises:
            OutputError: ``folder_unusable``.
        """
        self._exchange.open()
        self._hear = hear
        self._watch.start()

    def deliver(self, message: Message) -> Receipt:
        """Put an entry on the call list, for the dialler to call before ``expires_at``.

        The call may begin at once, or at the instant that ``fields[from_at]`` says, an ISO instant with its offset.
        """
        now = self._clock.now()
        reason = self._reason_against(message, now)
        if reason:
            return Receipt(message.message_id, "refused", now, reason=reason)
        if self._hear is None:
            return Receipt(message.message_id, "failed", now, reason="closed")
        entry = _entry(message, now)
        proof = digest_json({key: value for key, value in entry.items() if key != FROM})
        return hand_over(self._exchange, message, entry, now, proof=proof)

    def _reason_against(self, message: Message, now: datetime) -> str:
        if now >= message.expires_at:
            return "expired"
        if not NUMBER.fullmatch(message.to):
            return "bad_address"
        begins = _begins_at(message, now)
        return "bad_window" if begins is None or begins >= message.expires_at else ""

    def look(self) -> Intake:
        """Withdraw entries whose time is over, and take dispositions in. The watch calls it; so may a test or a command.

        Raises:
            OSError: the folder is out of reach.
        """
        hear = self._hear
        if hear is None:
            return Intake()
        now = self._clock.now()
        for call_id in self._exchange.withdraw(now, lambda each: self._exchange.is_marked("heard", each)):
            hear(Receipt(call_id, "undelivered", now, reason="expired"))
        tell = partial(self._tell, hear)
        return take_in(self._exchange, RowReader(tuple(COLUMNS), COMPULSORY, lambda row: row["call_id"].strip(), tell))

    def _tell(self, hear: Hear, row: Row, file: str, number: int) -> None:
        read = read_disposition(row, self._clock.now(), file=file, number=number)
        if read.direction == "in":
            hear(Inbound(self.name, read.from_number, read.note, read.started_at, read.call_id, disposition=read))
            return
        window = self._exchange.marked("handed", read.call_id)
        if not window:
            raise InputError(
                "call_unknown",
                "A row is about a call that was not on the list.",
                do="Send the call_id of the entry; a call in has direction `in`.",
                file=file,
                row=number,
                column="call_id",
            )
        hear(_receipt(read, datetime.fromisoformat(window)))

    def recall(self, message_id: str) -> bool:
        """Take a call back; a dialler that took it already finds a note among what is withdrawn.

        Raises:
            OSError: the folder is out of reach; it is tried again.
        """
        now = self._clock.now()
        is_ours = self._exchange.recall(message_id, now)
        if is_ours and self._hear is not None:
            self._hear(Receipt(message_id, "undelivered", now, reason="recalled"))
        return is_ours

    def forget(self, before: datetime) -> int:
        """Remove what was noted of entries before an instant, and say how many files."""
        return self._exchange.forget(before)

    def health(self) -> Health:
        """Whether the shared folder can be written; how many entries wait to be taken."""
        return health_of(self._exchange, self._watch, is_open=self._hear is not None)

    def close(self) -> None:
        """Finish the look that was begun. Entries stay on the list until the dialler takes them or their time is over."""
        self._watch.stop()
        self._hear = None


def _begins_at(message: Message, now: datetime) -> datetime | None:
    """When the call may begin, UTC; None where the field is no instant with an offset."""
    try:
        begins = datetime.fromisoformat(message.fields.get(FROM) or now.isoformat())
        return begins.astimezone(UTC) if begins.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _entry(message: Message, now: datetime) -> dict[str, object]:
    begins = _begins_at(message, now) or now
    return {
        "call_id": message.message_id,
        "number": message.to,
        "language": message.language,
        FROM: max(begins, now).isoformat(),
        "subject": message.subject,
        "script": message.body,
        "fields": {name: value for name, value in message.fields.items() if name != FROM},
    }


def _receipt(read: Disposition, until: datetime) -> Receipt:
    """A call after its time is told like any other, and says so: it happened, and may have been forbidden."""
    return Receipt(
        read.call_id,
        STATUSES[read.result],
        read.ended_at,
        reason=read.result,
        detail="after_its_time" if read.started_at >= until else "",
        proof=read.recording_sha256,
        disposition=read,
    )
