"""A request and its answer. It says for certain whether the request may have arrived."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from forbear.dispatch.channels.posting.places import Place, Places
from forbear.kernel.clock import stopwatch
from forbear.kernel.errors import InputError

ANSWER_BYTES_MAX = 4096
CONNECTIONS_MAX = 32


@dataclass(frozen=True)
class Answer:
    """What a provider answered: the status, the headers with names in lower case, and the beginning of the body."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Trouble:
    """Why there is no answer; ``may_have_arrived`` where the request was begun before the line broke."""

    reason: str
    may_have_arrived: bool


class Poster:
    """Sends POST requests to allowed places. Many threads may use one; connections are kept open between requests.

    It follows no redirect, keeps no cookie, reads no proxy or password from the environment, and writes no address to a log:
    the address of a push subscription is a person's.

    Args:
        places: where requests may go.
        connect_seconds, answer_seconds: how long to wait for a connection, and then for each part of the answer.
        ca_file: certificates that are trusted instead of the system's, PEM.

    Raises:
        InputError: ``certificates_unreadable``.
    """

    def __init__(
        self, places: Places, *, connect_seconds: float, answer_seconds: float, ca_file: Path | None = None
    ) -> None:
        self.places = places
        self._connect_seconds = connect_seconds
        self._timeouts = {
            "connect": connect_seconds, "pool": connect_seconds, "write": answer_seconds, "read": answer_seconds,
        }  # fmt: skip
        self._answer_seconds = answer_seconds
        # The transport without its client: the client is what follows, remembers and logs.
        self._transport = httpx.HTTPTransport(
            verify=_trust(ca_file), trust_env=False, limits=httpx.Limits(max_connections=CONNECTIONS_MAX)
        )

    def post(self, url: str, content: bytes, headers: Mapping[str, str]) -> Answer | Trouble:
        """Send one request and wait for its answer, for a bounded time."""
        if self.places.find(url) is None:
            return Trouble("place_not_allowed", may_have_arrived=False)
        try:
            request = httpx.Request(
                "POST", url, content=content, headers=dict(headers), extensions={"timeout": self._timeouts}
            )
        except (httpx.InvalidURL, ValueError):
            return Trouble("bad_address", may_have_arrived=False)
        try:
            response = self._transport.handle_request(request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol):
            return Trouble("unreachable", may_have_arrived=False)
        except httpx.TimeoutException:
            return Trouble("no_answer", may_have_arrived=True)
        except httpx.TransportError:
            return Trouble("line_broke", may_have_arrived=True)
        except RuntimeError:  # the transport was closed by another thread
            return Trouble("closed", may_have_arrived=True)
        return self._answer(response)

    def _answer(self, response: httpx.Response) -> Answer:
        """The status is known from here on: what breaks after it changes nothing."""
        body, seconds = b"", stopwatch()
        try:
            for part in response.stream:  # type: ignore[union-attr]  # a transport that does not wait has such a stream
                body += part
                if len(body) >= ANSWER_BYTES_MAX or seconds() > self._answer_seconds:
                    break
        except httpx.TransportError:
            pass
        finally:
            response.close()
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, body[:ANSWER_BYTES_MAX])

    def is_reachable(self, place: Place) -> bool:
        """Whether somebody answers at a place: a connection, nothing more."""
        try:
            host = place.host.strip("[]")
            with socket.create_connection((host, place.port), timeout=self._connect_seconds):
                return True
        except OSError:
            return False

    def close(self) -> None:
        """Close every connection."""
        self._transport.close()


def _trust(ca_file: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    except (OSError, ssl.SSLError):
        raise InputError(
            "certificates_unreadable",
            "The trusted certificates cannot be read.",
            do="Name a PEM file of certificates, or none to trust the system's.",
            file=ca_file,
        ) from None
