"""Parts of the library that it insists on and that are not used: the session does their work, or nobody needs it."""

from __future__ import annotations

from aiosmpplib.correlator import AbstractCorrelator
from aiosmpplib.protocol import SmppMessage, SubmitSm
from aiosmpplib.throttle import AbstractThrottleHandler


class NoCorrelator(AbstractCorrelator):  # type: ignore[misc]  # the library has no types
    """Keeps nothing: the session does."""

    def get_cumulated_status(self, ref_num: int) -> int:
        """Nothing is kept."""
        return 0

    async def expired(self, smpp_message: SmppMessage) -> None:
        """Nothing is kept."""

    async def put(self, smpp_message: SmppMessage) -> None:
        """Nothing is kept."""

    async def put_delivery(self, smsc_message_id: str, submit_sm: SubmitSm) -> None:
        """Nothing is kept."""

    async def put_delivery_segmented(self, deliver_sm: SmppMessage) -> None:
        """Nothing is kept."""

    async def get(self, response: SmppMessage) -> None:
        """Nothing is kept."""

    async def get_segmented(self, smpp_seq_num: int, remove: bool = False) -> tuple[None, int]:
        """Nothing is kept."""
        return None, 0

    async def get_delivery(self, receipt: SmppMessage) -> None:
        """Nothing is kept."""


class NoThrottle(AbstractThrottleHandler):  # type: ignore[misc]  # the library has no types
    """A throttled part is told as failed and planned again by the desk; nothing is held back here."""

    async def throttled(self) -> None:
        """The part is told as failed."""

    async def not_throttled(self) -> None:
        """Nothing changes."""

    async def allow_request(self) -> bool:
        """Always: the pace is kept elsewhere."""
        return True

    async def throttle_delay(self) -> float:
        """None, in seconds."""
        return 0.0
