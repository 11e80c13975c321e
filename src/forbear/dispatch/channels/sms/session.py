"""One line to a message centre: aiosmpplib's, with the places mended where a real centre would break it.

The library connects, binds, asks after a silent line, frames and encodes, and connects again. Not left to it, and why:

* *Answers.* Its correlator looks a part up after writing it, too late for a quick centre, and goes through all it holds for every
  part. Here the part is noted in ``sending``, before its first octet leaves.
* *Unknown numbers.* A status or command outside the standard's list, as many centres send, ends its connection. ``_get_pdu``
  is written anew so that such a status is an answer, and such a command is declined.
* *What the centre sends by itself* is read by ``reading`` and answered only after it was heard.
* *The end of a line.* It waits a second for its own tasks before it tells; here all that was handed over is uncertain at once.
  It also leaves the broken socket open.
* *Its log* holds numbers and texts, so it is off; the channel has one of its own.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from struct import unpack
from typing import Any

from aiosmpplib import ESME
from aiosmpplib.broker import AbstractBroker
from aiosmpplib.hook import AbstractHook
from aiosmpplib.protocol import DeliverSmResp, GenericNack, SmppMessage, SubmitSm
from aiosmpplib.state import PduHeader, SmppCommand, SmppCommandStatus, SmppSessionState

from forbear.dispatch.channels.sms.left_out import NoCorrelator, NoThrottle
from forbear.dispatch.channels.sms.pacing import BackOff, Pace
from forbear.dispatch.channels.sms.settings import SmsSettings

HEADER, PDU_MAX, HANDED_MAX = 16, 70_000, 100_000
COMMANDS, STATUSES = {each.value for each in SmppCommand}, {each.value for each in SmppCommandStatus}
RESPONSE = 0x80000000
SILENT = logging.CRITICAL + 1


@dataclass
class Answer:
    """What the centre answered to one part; an empty reason is its yes. ``was_handed`` is False where it never left."""

    reason: str = ""
    provider_id: str = ""
    was_handed: bool = True


@dataclass(eq=False)
class Part:
    """One part on its way.

    Args:
        build: makes the message at the last moment, or raises ``Withdrawn``.
        on_taken: is called when the centre took it, before anything else that came is looked at; the second argument says
            whether nobody waits for the answer any more.
    """

    build: Callable[[], SubmitSm]
    on_taken: Callable[[Answer, bool], None]
    answer: asyncio.Future[Answer] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    was_handed: bool = False

    def close(self, answer: Answer) -> None:
        """Give the answer to whoever waits; nothing when nobody does any more."""
        if not self.answer.done():
            self.answer.set_result(answer)


class Withdrawn(ValueError):
    """A part that must not leave any more. A ValueError, because the library goes on after one."""


class _Queue(AbstractBroker):  # type: ignore[misc]  # the library has no types
    """The parts that wait for their turn; each becomes a message when the line is ready for it."""

    def __init__(self, pace: Pace) -> None:
        self.parts: asyncio.Queue[Part] = asyncio.Queue()
        self._pace = pace

    async def enqueue(self, message: Any) -> None:
        """A part waits for its turn."""
        await self.parts.put(message)

    async def dequeue(self) -> SubmitSm:
        """The next part that somebody still waits for, made into a message at its turn."""
        while True:
            part = await self.parts.get()
            if part.answer.done():
                continue
            await self._pace.wait()
            if part.answer.done():
                continue
            try:
                message = part.build()
            except Withdrawn as error:
                part.close(Answer(str(error), was_handed=False))
                continue
            message.forbear_part = part
            return message


class _Hook(AbstractHook):  # type: ignore[misc]  # the library has no types
    """Notes a part before it leaves, and its answer when it comes."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def sending(self, smpp_message: SmppMessage, pdu: bytes, client_id: str) -> None:
        if isinstance(smpp_message, SubmitSm):
            self._session.note_sending(smpp_message)

    async def received(self, smpp_message: SmppMessage | None, pdu: bytes, client_id: str) -> None:
        command, _, sequence = unpack("!III", pdu[4:HEADER])
        if command in (SmppCommand.SUBMIT_SM_RESP, SmppCommand.GENERIC_NACK):
            self._session.note_answer(sequence, smpp_message)

    async def send_error(self, smpp_message: SmppMessage, error: Exception, client_id: str) -> None:
        part = smpp_message.forbear_part
        part.close(Answer("withdrawn" if isinstance(error, Withdrawn) else "line_broken", was_handed=part.was_handed))


class Session(ESME):  # type: ignore[misc]  # the library has no types
    """The line. Everything happens on the loop that runs ``start``.

    Args:
        on_deliver: is given each ``deliver_sm`` as octets with its sequence number, to be answered by :meth:`answer_deliver`.
        on_bound: is called each time the line was made.
    """

    def __init__(
        self, settings: SmsSettings, on_deliver: Callable[[bytes, int], None], on_bound: Callable[[], None]
    ) -> None:
        self.queue = _Queue(Pace(settings.per_second_max))
        self._on_deliver, self._handed, self._vendor = on_deliver, dict[int, Part](), dict[int, int]()
        super().__init__(
            smsc_host=settings.host,
            smsc_port=settings.port,
            system_id=settings.system_id,
            password=settings.password,
            system_type=settings.system_type,
            enquire_link_interval=float(settings.enquire_seconds),
            socket_timeout=float(settings.connect_seconds),
            log_level=SILENT,
            log_handler=logging.NullHandler(),
            log_metadata={},
            hook=_Hook(self),
            broker=self.queue,
            correlator=NoCorrelator(),
            throttle_handler=NoThrottle(),
            retry_timer=BackOff(settings.retry_seconds_min, settings.retry_seconds_max, on_bound),
        )

    @property
    def is_bound(self) -> bool:
        """Whether parts can be handed over now."""
        return bool(self._session_state == SmppSessionState.BOUND_TRX)

    @property
    def open_count(self) -> int:
        """Parts that were handed over and not answered."""
        return len(self._handed)

    def note_sending(self, message: SubmitSm) -> None:
        """A part is about to leave. Raises ``Withdrawn`` when nobody waits for it or the line is gone: then it does not."""
        part = message.forbear_part
        if part.answer.done() or not self._can_write():
            raise Withdrawn("line_broken")
        part.was_handed = True
        self._handed[message.sequence_num] = part
        if len(self._handed) > HANDED_MAX:
            del self._handed[next(iter(self._handed))]

    def note_answer(self, sequence: int, response: SmppMessage | None) -> None:
        """The centre answered a part."""
        part = self._handed.pop(sequence, None)
        if part is None:
            return
        code = self._vendor.pop(sequence, None)
        status = response.command_status if response is not None else SmppCommandStatus.ESME_RUNKNOWNERR
        reason = "" if status == SmppCommandStatus.ESME_ROK else status.name
        if response is None:
            answer = Answer("unreadable_answer")
        elif isinstance(response, GenericNack):
            answer = Answer(reason or "generic_nack")
        else:
            answer = Answer(f"0x{code:08X}" if code is not None else reason, response.message_id)
        if not answer.reason:
            part.on_taken(answer, part.answer.done())
        part.close(answer)

    def answer_deliver(self, sequence: int, status: SmppCommandStatus) -> None:
        """Tell the centre whether what it sent was heard; nothing when the line is gone, then it will send it again."""
        if self._can_write():
            self._writer.write(DeliverSmResp(sequence, status).pdu())

    def _can_write(self) -> bool:
        return self.is_bound and self._writer is not None and not self._writer.transport.is_closing()

    async def _get_pdu(self) -> tuple[bytes, PduHeader]:
        while True:
            head = await self._reader.readexactly(HEADER)
            length, command, status, sequence = unpack("!IIII", head)
            if not HEADER <= length <= PDU_MAX:
                raise ConnectionError("a length that cannot be")
            pdu = head + await self._reader.readexactly(length - HEADER)
            if command not in COMMANDS:
                if not command & RESPONSE and self._can_write():
                    self._writer.write(GenericNack(sequence, SmppCommandStatus.ESME_RINVCMDID).pdu())
                continue
            if status not in STATUSES:
                self._vendor[sequence], status = status, SmppCommandStatus.ESME_RUNKNOWNERR
                pdu = pdu[:8] + status.to_bytes(4, "big") + pdu[12:]
            return pdu, PduHeader(length, SmppCommand(command), SmppCommandStatus(status), sequence)

    async def _handle_request(self, pdu: bytes, header: PduHeader) -> SmppMessage | None:
        if header.smpp_command == SmppCommand.DELIVER_SM:
            self._on_deliver(pdu, header.sequence_num)
            return None
        return await super()._handle_request(pdu, header)

    async def _receive_data(self) -> bytes | None:
        writer = self._writer
        try:
            received: bytes | None = await super()._receive_data()
            return received
        finally:
            self._session_state = SmppSessionState.CLOSED
            self._lose()
            writer.close()

    def _lose(self) -> None:
        handed, self._handed = list(self._handed.values()), {}
        self._vendor.clear()
        waiting = [self.queue.parts.get_nowait() for _ in range(self.queue.parts.qsize())]
        for part in (*handed, *waiting):
            part.close(Answer("line_broken", was_handed=part.was_handed))
