"""Where requests may go: nowhere but to places that the settings name.

An address may come from outside, as that of a push subscription does. Without a list of places it could make us speak to a machine
of our own network.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from forbear.kernel.errors import InputError

PORTS = {"https": 443, "http": 80}
_HOST = re.compile(r"(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\]")


@dataclass(frozen=True)
class Place:
    """A scheme, a host and a port; of a host that begins with ``*.``, every host below it."""

    scheme: str
    host: str
    port: int

    def covers(self, other: Place) -> bool:
        """Whether the other is this place, or below it."""
        is_same = other.host == self.host or (self.host.startswith("*.") and other.host.endswith(self.host[1:]))
        return is_same and (self.scheme, self.port) == (other.scheme, other.port)

    @property
    def is_one(self) -> bool:
        """Whether it is a single host."""
        return not self.host.startswith("*.")


class Places:
    """The places that requests may go to, written ``https://host``, ``https://host:port`` or ``https://*.domain``.

    ``http://`` is for a place on the same machine or in a protected network: whoever writes it into the settings says so.

    Raises:
        InputError: ``place_unreadable``, where one is not written so.
    """

    def __init__(self, written: Sequence[str]) -> None:
        self.all = tuple(_place(each) for each in written)

    def find(self, url: str) -> Place | None:
        """The place of a URL, if requests may go there. A URL with a user name never may."""
        try:
            parts = urlsplit(url)
            place = _read(parts)
        except ValueError:
            return None
        if place is None or parts.username is not None or parts.password is not None or not place.is_one:
            return None
        return place if any(each.covers(place) for each in self.all) else None


def _place(written: str) -> Place:
    try:
        parts = urlsplit(written)
        place = _read(parts)
    except ValueError:
        place, parts = None, urlsplit("")
    if place is None or parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise InputError(
            "place_unreadable",
            f"{written!r} is no place that requests may go to.",
            do="Write https://host, https://host:port or https://*.domain.",
        )
    return place


def _read(parts: SplitResult) -> Place | None:
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    if parts.scheme not in PORTS or not _HOST.fullmatch(host):
        return None
    return Place(parts.scheme, host, parts.port or PORTS[parts.scheme])
