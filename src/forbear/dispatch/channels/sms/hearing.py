"""What the message centre sends by itself is heard: in order, one after another, and answered only when it was heard.

What cannot be heard now (the records are away) is answered as a passing failure, so that the centre sends it again.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

from aiosmpplib.state import SmppCommandStatus

from forbear.dispatch.channel import Hear, Inbound, Receipt, Report
from forbear.dispatch.channels.sms.assembling import Assembling
from forbear.dispatch.channels.sms.reading import (
    Delivered,
    StateTold,
    Unreadable,
    inbound_id_of,
    read_deliver,
    read_receipt,
)
from forbear.dispatch.channels.sms.session import Session
from forbear.dispatch.channels.sms.tracking import Find, Tracking
from forbear.kernel.clock import Clock

LOG = logging.getLogger("forbear.dispatch.sms")
EARLY_SECONDS = 60.0
QUEUE_MAX = 10_000
Item = tuple[bytes, int] | StateTold | Receipt


class Hearing:
    """Hears on the session's loop; ``hear`` itself is called in a thread of its own, for it may ask a database."""

    def __init__(self, tracking: Tracking, hear: Hear, find: Find | None, clock: Clock) -> None:
        self._tracking, self._hear, self._find, self._clock = tracking, hear, find, clock
        self._items: asyncio.Queue[Item] = asyncio.Queue()
        self._assembling = Assembling()
        self._unreadable_count = 0
        self._ears = ThreadPoolExecutor(1, "forbear-sms-ears")

    def attach(self, session: Session) -> None:
        """The line that is answered."""
        self._session = session

    def put(self, pdu: bytes, sequence: int) -> None:
        """The centre sent something. A full queue is answered as a passing failure."""
        if self._items.qsize() >= QUEUE_MAX:
            self._session.answer_deliver(sequence, SmppCommandStatus.ESME_RX_T_APPN)
        else:
            self._items.put_nowait((pdu, sequence))

    def hear_early(self, state: StateTold) -> None:
        """A receipt that was kept until its message became known."""
        self._items.put_nowait(state)

    def tell(self, receipt: Receipt) -> None:
        """Something of our own that is to be heard in its turn."""
        self._items.put_nowait(receipt)

    def oddities(self) -> str:
        """Receipts that belong to no message or could not be read, counted; empty when there are none."""
        counts = {"unknown_receipts": self._tracking.unknown_count, "unreadable": self._unreadable_count}
        return " ".join(f"{name}={count}" for name, count in counts.items() if count)

    async def finish(self) -> None:
        """Wait until all that came was heard."""
        await self._items.join()

    async def run(self) -> None:
        """Hear until cancelled."""
        try:
            while True:
                item = await self._items.get()
                try:
                    await self._take(item)
                finally:
                    self._items.task_done()
        finally:
            self._ears.shutdown(wait=False)

    async def _take(self, item: Item) -> None:
        sequence, status = (item[1] if isinstance(item, tuple) else None), SmppCommandStatus.ESME_ROK
        try:
            if isinstance(item, Receipt):
                await self._listen(item)
            elif isinstance(item, StateTold):
                await self._receipt(item)
            else:
                await self._delivered(read_deliver(item[0]))
        except Unreadable:
            self._unreadable_count += 1
            status = SmppCommandStatus.ESME_RX_P_APPN
            LOG.warning("the message centre sent something that cannot be read")
        except Exception as error:
            status = SmppCommandStatus.ESME_RX_T_APPN
            LOG.error("what the message centre sent could not be heard: %s", type(error).__name__)
        if sequence is not None:
            self._session.answer_deliver(sequence, status)

    async def _delivered(self, delivered: Delivered) -> None:
        if delivered.is_receipt:
            await self._receipt(read_receipt(delivered))
            return
        text = self._assembling.whole(delivered)
        if text is not None:
            now = self._clock.now()
            inbound_id = inbound_id_of(delivered.source, text, now)
            await self._listen(Inbound("sms", delivered.source, text, now, inbound_id))

    async def _receipt(self, state: StateTold) -> None:
        now = asyncio.get_running_loop().time()
        if not self._tracking.knows(state.provider_id) and self._find:
            found = await asyncio.get_running_loop().run_in_executor(self._ears, self._find, state.provider_id)
            if found:
                self._tracking.found(found)
        self._forget_early(now)
        if not self._tracking.knows(state.provider_id):
            self._tracking.keep_early(state, now)
            if not self._session.open_count:
                self._forget_early(now + 1)
            return
        meaning = self._tracking.meaning(state)
        if meaning:
            sent = meaning.sent
            await self._listen(
                Receipt(
                    sent.message_id,
                    meaning.status,
                    self._clock.now(),
                    meaning.provider_id if sent.parts_count == 1 else "",
                    meaning.reason,
                    parts_count=sent.parts_count,
                )
            )
            sent.told = meaning.status

    def _forget_early(self, now: float) -> None:
        if self._tracking.give_up(now - EARLY_SECONDS if self._session.open_count else now):
            LOG.warning("a receipt belongs to no message that was sent")

    async def _listen(self, report: Report) -> None:
        await asyncio.get_running_loop().run_in_executor(self._ears, self._hear, report)
