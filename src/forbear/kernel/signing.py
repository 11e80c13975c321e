"""Signed requests in both directions, as Standard Webhooks writes them (standardwebhooks.com, version 1).

A request bears three headers: ``webhook-id`` (the same for every try), ``webhook-timestamp`` (seconds since 1970) and
``webhook-signature`` (``v1,`` and HMAC-SHA256 in base64 of id, timestamp and body joined by full stops). What goes out is
signed by :func:`sign_request`; what comes in is let through by :func:`verify_signature`, and once only by :class:`Seen`.

What is handed to somebody who shares no secret with the signer, as a file of evidence, is signed with a key pair instead
(:func:`sign_content`).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from forbear.kernel.clock import Clock
from forbear.kernel.errors import InputError

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE_SECONDS = 300
"""How far a request's clock may be from ours, either way."""
PREFIX, VERSION = "whsec_", "v1,"
SECRET_BYTES_MIN = 24
ID_LENGTH_MAX = 256
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Signed:
    """A request whose signature is right: its id, and the instant at which it was signed."""

    request_id: str
    signed_at: datetime


def read_secret(text: str) -> bytes:
    """The key of a secret, as settings write it: ``whsec_`` and base64.

    Raises:
        InputError: ``secret_unreadable``, where it is no base64 or shorter than 24 bytes; the secret itself is not shown.
    """
    try:
        key = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) < SECRET_BYTES_MIN:
        raise InputError(
            "secret_unreadable",
            "A signing secret cannot be used.",
            do=f"Write {PREFIX} and at least {SECRET_BYTES_MIN} chance bytes in base64, as `openssl rand -base64 32` makes them.",
        )
    return key


def sign_request(request_id: str, body: bytes, secrets: Sequence[str], at: datetime) -> dict[str, str]:
    """The three headers of a request.

    Args:
        request_id: the same for every try of the same request; without a full stop.
        secrets: one, or two while the old one is being replaced; each gives a signature.
        at: the instant of this try.

    Raises:
        InputError: ``secret_unreadable``.
        ValueError: an id that is empty, too long or has a full stop, or no secret.
    """
    if not _is_id(request_id) or not secrets:
        raise ValueError("a request is signed with an id without full stops, and with a secret")
    timestamp = str(int(at.timestamp()))
    signatures = [VERSION + _mac(read_secret(secret), request_id, timestamp, body) for secret in secrets]
    return {ID: request_id, TIMESTAMP: timestamp, SIGNATURE: " ".join(signatures)}


def verify_signature(
    headers: Mapping[str, str],
    body: bytes,
    secrets: Sequence[str],
    clock: Clock,
    tolerance_seconds: int = TOLERANCE_SECONDS,
) -> Signed:
    """Let a request in only if it is signed with one of the secrets, lately. Its id tells a repeat: see :class:`Seen`.

    Args:
        headers: all of the request's; their names in any case.
        body: the bytes as they came, before anything reads them.

    Raises:
        InputError: ``signature_missing`` where a header is absent or malformed, ``signature_old`` where the timestamp is too
            far from the clock, ``signature_wrong`` where no secret fits. The message is the same whatever did not fit.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    request_id, timestamp, given = (lower.get(name, "") for name in (ID, TIMESTAMP, SIGNATURE))
    if not _is_id(request_id) or not (timestamp.isascii() and timestamp.isdigit()) or len(timestamp) > 11 or not given:
        raise InputError(
            "signature_missing",
            "The request is not signed.",
            do=f"Send {ID}, {TIMESTAMP} and {SIGNATURE} as Standard Webhooks says.",
        )
    keys = [read_secret(secret) for secret in secrets]
    # Every secret is tried on every signature, and all are compared whole, so that the time taken says nothing.
    wanted = [_mac(key, request_id, timestamp, body).encode() for key in keys]
    offered = [each.removeprefix(VERSION).encode() for each in given.split(" ")[:10] if each.startswith(VERSION)]
    fits = [hmac.compare_digest(one, other) for one in wanted for other in offered]
    if not any(fits):
        raise InputError(
            "signature_wrong",
            "The request's signature does not fit.",
            do="Sign the bytes as they are sent, with the secret.",
        )
    signed_at = EPOCH + timedelta(seconds=int(timestamp))
    if abs(clock.now() - signed_at) > timedelta(seconds=tolerance_seconds):
        raise InputError(
            "signature_old",
            "The request was signed at another time than this.",
            do="Set the sender's clock, and sign every try anew.",
        )
    return Signed(request_id, signed_at)


class Seen:
    """Ids of requests that were let in, so that none is let in twice. Safe to be called from many threads.

    An id is kept for as long as its request would still pass :func:`verify_signature`; what is older is refused there.
    It is the memory of one process: what must be once over all of them has its id in the database.
    """

    def __init__(self, clock: Clock, tolerance_seconds: int = TOLERANCE_SECONDS) -> None:
        self._clock, self._keep = clock, timedelta(seconds=2 * tolerance_seconds + 1)
        self._until: dict[str, datetime] = {}
        self._lock = Lock()

    def is_first(self, request_id: str) -> bool:
        """Whether this id comes for the first time; from now on it is known."""
        now = self._clock.now()
        with self._lock:
            # Kept in the order of coming, so that only the oldest need a look.
            while self._until and next(iter(self._until.values())) <= now:
                del self._until[next(iter(self._until))]
            if request_id in self._until:
                return False
            self._until[request_id] = now + self._keep
            return True

    def forget(self, request_id: str) -> None:
        """It was not dealt with after all: its next try is let in."""
        with self._lock:
            self._until.pop(request_id, None)


def keyed_digest(purpose: str, value: str, secret: str) -> str:
    """A token that only a holder of the secret can make of a value: HMAC-SHA256 in hex. Tokens of another purpose differ.

    Raises:
        InputError: ``secret_unreadable``.
    """
    return hmac.new(read_secret(secret), f"{purpose}:{value}".encode(), hashlib.sha256).hexdigest()


def is_keyed_digest(token: str, purpose: str, value: str, secrets: Sequence[str]) -> bool:
    """Whether :func:`keyed_digest` made the token with one of the secrets; compared in constant time."""
    fits = [hmac.compare_digest(token.encode(), keyed_digest(purpose, value, each).encode()) for each in secrets]
    return any(fits)


def _mac(key: bytes, request_id: str, timestamp: str, body: bytes) -> str:
    signed = f"{request_id}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def _is_id(request_id: str) -> bool:
    is_plain = request_id.isascii() and request_id.isprintable() and " " not in request_id
    return 0 < len(request_id) <= ID_LENGTH_MAX and is_plain and "." not in request_id


def sign_content(seed: bytes, content: bytes) -> bytes:
    """The signature (Ed25519) of content that others than the signer must be able to check: 64 bytes.

    Args:
        seed: 32 bytes, the private key.
    """
    return Ed25519PrivateKey.from_private_bytes(seed).sign(content)


def public_key_of(seed: bytes) -> str:
    """The public key that belongs to a seed, as PEM."""
    key = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def fingerprint_of(public_key: str) -> str:
    """By what a public key is compared: SHA-256 of its DER form, in hex.

    Raises:
        InputError: ``bad_public_key``.
    """
    return hashlib.sha256(
        _read_public(public_key).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    ).hexdigest()


def is_content_signed(public_key: str, content: bytes, signature: bytes) -> bool:
    """Whether content is what was signed with the key that belongs to a public one.

    Raises:
        InputError: ``bad_public_key``.
    """
    try:
        _read_public(public_key).verify(signature, content)
    except InvalidSignature:
        return False
    return True


def _read_public(text: str) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(text.encode("ascii"))
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise InputError("bad_public_key", "The public key cannot be read.", do="Give an Ed25519 key as PEM.")
    return key
