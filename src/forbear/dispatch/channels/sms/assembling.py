"""A borrower's long message, put together from its parts."""

from __future__ import annotations

from collections import OrderedDict

from forbear.dispatch.channels.sms.reading import Delivered, decode

OPEN_MAX = 1_000


class Assembling:
    """Keeps parts until the last has come; of messages that never become whole the oldest are dropped. One thread only."""

    def __init__(self) -> None:
        self._open: OrderedDict[tuple[str, int, int], dict[int, bytes]] = OrderedDict()

    def whole(self, delivered: Delivered) -> str | None:
        """The whole text, or None while parts are missing. Octets are joined first: a character may be cut in two."""
        reference, number, total = delivered.part()
        if total <= 1:
            return decode(delivered.text_octets(), delivered.data_coding)
        key = (delivered.source, reference, total)
        parts = self._open.setdefault(key, {})
        parts[number] = delivered.text_octets()
        if len(parts) < total:
            if len(self._open) > OPEN_MAX:
                self._open.popitem(last=False)
            return None
        del self._open[key]
        return decode(b"".join(parts[each] for each in sorted(parts)), delivered.data_coding)
