"""From a message to the centre's answer: cut, handed over part by part, and what that comes to."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

from aiosmpplib.protocol import SubmitSm
from aiosmpplib.state import NPI, TON, PhoneNumber

from forbear.dispatch.channel import Message, Receipt
from forbear.dispatch.channels.sms.hearing import Hearing
from forbear.dispatch.channels.sms.session import Answer, Part, Session, Withdrawn
from forbear.dispatch.channels.sms.settings import SmsSettings
from forbear.dispatch.channels.sms.tracking import Sent, Tracking
from forbear.dispatch.segments import Segments, cut
from forbear.kernel.clock import Clock

TEMPORARY = {"ESME_RTHROTTLED", "ESME_RMSGQFUL", "ESME_RSYSERR", "ESME_RX_T_APPN", "ESME_RINVBNDSTS"}
"""Answers after which the same part may be taken later. All others, and a centre's own numbers, are for good."""
UNTOLD = {"line_broken", "no_answer", "unreadable_answer"}
NUMBER = re.compile(r"^\+?[0-9]{3,20}$")
VALIDITY_MAX = timedelta(weeks=4)
SHORTEST_VALIDITY = timedelta(seconds=1)
PROVIDER_ID_MAX = 128


class Sending:
    """Sends messages on the session's loop; at most ``window_max`` parts are open at a time."""

    def __init__(
        self, settings: SmsSettings, clock: Clock, session: Session, tracking: Tracking, hearing: Hearing
    ) -> None:
        self._settings, self._clock, self._session = settings, clock, session
        self._tracking, self._hearing = tracking, hearing
        self._window = asyncio.Semaphore(settings.window_max)
        self._references = count()
        self._open_count, self._idle = 0, asyncio.Event()
        self._idle.set()
        self._source = PhoneNumber(settings.source, TON(settings.source_ton), NPI(settings.source_npi))

    async def finish(self) -> None:
        """Wait until nothing is open."""
        await self._idle.wait()

    async def send(self, message: Message) -> Receipt:
        """Hand over a message; a part follows only when the one before it was taken, so that a refused text has not half left."""
        self._open_count += 1
        self._idle.clear()
        try:
            return await self._send(message)
        finally:
            self._open_count -= 1
            if not self._open_count:
                self._idle.set()

    async def _send(self, message: Message) -> Receipt:
        if not NUMBER.match(message.to):
            return self._receipt(message, "refused", "bad_address")
        try:
            segments = cut(message.body, next(self._references), self._settings.is_always_ucs2)
        except ValueError:
            return self._receipt(message, "refused", "too_long")
        to = PhoneNumber(message.to.removeprefix("+"), TON.INTERNATIONAL, NPI.ISDN)
        sent = Sent(message.message_id, len(segments.parts))
        deadline = asyncio.get_running_loop().time() + self._settings.answer_seconds
        provider_ids: list[str] = []
        for octets in segments.parts:
            part = self._part(message, to, segments, octets, sent)
            answer = await self._hand_over(part, deadline)
            if answer.reason:
                return self._not_taken(message, answer, len(provider_ids), len(segments.parts))
            provider_ids.append(answer.provider_id)
        ids = " ".join(provider_ids)
        return Receipt(
            message.message_id,
            "accepted",
            self._clock.now(),
            provider_id=ids if len(ids) <= PROVIDER_ID_MAX else provider_ids[0],
            parts_count=len(provider_ids),
            proof=hashlib.sha256(b"".join(segments.parts)).hexdigest(),
        )

    async def _hand_over(self, part: Part, deadline: float) -> Answer:
        try:
            async with asyncio.timeout_at(deadline), self._window:
                if not self._session.is_bound:
                    return Answer("not_bound", was_handed=False)
                self._session.queue.parts.put_nowait(part)
                return await asyncio.shield(part.answer)
        except TimeoutError:
            part.close(Answer("no_answer", was_handed=part.was_handed))
            return Answer("no_answer", was_handed=part.was_handed)

    def _not_taken(self, message: Message, answer: Answer, taken_count: int, parts_count: int) -> Receipt:
        if taken_count:
            # Half of it is with the borrower: to send it again would be a second contact, and nobody can call it back.
            return self._receipt(message, "uncertain", f"part_{taken_count + 1}_of_{parts_count}:{answer.reason}")
        if answer.reason == "expired":
            return self._receipt(message, "refused", answer.reason)
        if not answer.was_handed or answer.reason in TEMPORARY:
            return self._receipt(message, "failed", answer.reason)
        return self._receipt(message, "uncertain" if answer.reason in UNTOLD else "refused", answer.reason)

    def _receipt(self, message: Message, status: str, reason: str) -> Receipt:
        return Receipt(message.message_id, status, self._clock.now(), reason=reason)

    def _part(self, message: Message, to: PhoneNumber, segments: Segments, octets: bytes, sent: Sent) -> Part:
        def build() -> SubmitSm:
            validity = self._validity(message.expires_at)
            submit = SubmitSm(
                short_message="-",  # the library wants some; the octets below are what is sent
                source=self._source,
                destination=to,
                esm_class=0x40 if segments.has_header else 0,
                validity_period=validity,
                registered_delivery=1,
                encoding="ucs2" if segments.alphabet == "ucs2" else None,
            )
            submit.set_encoded_message(octets)
            return submit

        return Part(build, self._on_taken(sent))

    def _validity(self, expires_at: datetime) -> timedelta | datetime:
        """Until when the centre may try: rounded down, and never zero, which centres read as their own longest time."""
        left = expires_at - self._clock.now()
        if left < SHORTEST_VALIDITY:
            raise Withdrawn("expired")
        if self._settings.validity == "absolute":
            return self._clock.now() + min(left, VALIDITY_MAX)
        return min(left, VALIDITY_MAX)

    def _on_taken(self, sent: Sent) -> Callable[[Answer, bool], None]:
        def on_taken(answer: Answer, is_late: bool) -> None:
            if is_late and sent.parts_count == 1:
                # It was told as uncertain, and is not any more.
                self._hearing.tell(Receipt(sent.message_id, "accepted", self._clock.now(), answer.provider_id))
            early = self._tracking.taken(answer.provider_id, sent)
            if early:
                self._hearing.hear_early(early)

        return on_taken
