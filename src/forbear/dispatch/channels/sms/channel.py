"""The text message channel: deliveries from many threads over one line, on an event loop of its own thread."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as OutOfTime
from threading import Event, Lock, Thread

from forbear.dispatch.channel import Health, Hear, Message, Receipt
from forbear.dispatch.channels.sms.hearing import Hearing
from forbear.dispatch.channels.sms.sending import Sending
from forbear.dispatch.channels.sms.session import Session
from forbear.dispatch.channels.sms.settings import SmsSettings
from forbear.dispatch.channels.sms.tracking import Find, Tracking
from forbear.kernel.clock import Clock

LOG = logging.getLogger("forbear.dispatch.sms")
SPARE_SECONDS = 2.0


class SmsChannel:
    """Sends text messages over SMPP 3.4 and hears receipts and answers.

    Args:
        find: asks the records for a message of an earlier run by the centre's id of it, since a receipt may come days later; the
            receipt with which it was accepted, whose ``provider_id`` has the ids of all parts, or None.
    """

    name = "sms"
    deduplicates = False

    def __init__(self, settings: SmsSettings, clock: Clock, find: Find | None = None) -> None:
        self._settings, self._clock, self._find = settings, clock, find
        self._lock, self._waiting_count = Lock(), 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._is_closing = False

    def open(self, hear: Hear) -> None:
        """Connect in the background, and wait a bounded time for the first connection; a centre that is down is no error."""
        ready, bound = Event(), Event()
        self._thread = Thread(target=self._run_thread, args=(hear, ready, bound), name="forbear-sms", daemon=True)
        self._thread.start()
        ready.wait()
        bound.wait(self._settings.connect_seconds)

    def _run_thread(self, hear: Hear, ready: Event, bound: Event) -> None:
        try:
            asyncio.run(self._run(hear, ready, bound))
        except Exception as error:
            LOG.error("the text message channel ended: %s", type(error).__name__)
        finally:
            with self._lock:
                self._loop = None
            ready.set()
            bound.set()

    async def _run(self, hear: Hear, ready: Event, bound: Event) -> None:
        self._stop = asyncio.Event()
        tracking = Tracking(self._settings.remembered_max)
        self._hearing = Hearing(tracking, hear, self._find, self._clock)
        self._session = Session(self._settings, self._hearing.put, bound.set)
        self._hearing.attach(self._session)
        self._sending = Sending(self._settings, self._clock, self._session, tracking, self._hearing)
        with self._lock:
            self._loop = asyncio.get_running_loop()
        line, ears = asyncio.create_task(self._keep_line()), asyncio.create_task(self._hearing.run())
        ready.set()
        await self._stop.wait()
        try:
            async with asyncio.timeout(self._settings.answer_seconds):
                await self._sending.finish()
                await self._hearing.finish()
                await self._session.stop()
        except TimeoutError:
            LOG.warning("the line to the message centre was cut: it did not end in time")
        for task in (line, ears):
            task.cancel()
        await asyncio.gather(line, ears, return_exceptions=True)

    async def _keep_line(self) -> None:
        """The library connects again by itself; what it did not foresee is logged, and begun anew."""
        while not self._stop.is_set():
            try:
                await self._session.start()
            except Exception as error:
                LOG.error("the line to the message centre failed: %s", type(error).__name__)
                await asyncio.sleep(self._settings.retry_seconds_max)

    def deliver(self, message: Message) -> Receipt:
        """Hand a message over and wait for the centre's answer; never longer than ``answer_seconds`` and a little."""
        if self._clock.now() >= message.expires_at:
            return Receipt(message.message_id, "refused", self._clock.now(), reason="expired")
        with self._lock:
            loop = None if self._is_closing else self._loop
            if loop is None:
                return Receipt(message.message_id, "failed", self._clock.now(), reason="closed")
            self._waiting_count += 1
            asked: Future[Receipt] = asyncio.run_coroutine_threadsafe(self._sending.send(message), loop)
        try:
            return asked.result(self._settings.answer_seconds + SPARE_SECONDS)
        except (OutOfTime, CancelledError):
            return Receipt(message.message_id, "uncertain", self._clock.now(), reason="no_answer")
        finally:
            with self._lock:
                self._waiting_count -= 1

    def health(self) -> Health:
        """Whether the line is bound; receipts that could not be matched or read are counted in the reason."""
        with self._lock:
            if self._loop is None or self._is_closing:
                return Health(is_up=False, reason="closed", waiting_count=self._waiting_count)
            is_up, odd = self._session.is_bound, self._hearing.oddities()
        return Health(is_up, odd if is_up else "not_bound", self._waiting_count)

    def close(self) -> None:
        """Wait for what was begun, unbind, and end the thread. A second call does nothing."""
        with self._lock:
            if self._is_closing or self._loop is None or self._thread is None:
                self._is_closing = True
                return
            self._is_closing = True
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
