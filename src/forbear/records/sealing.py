"""Personal data at rest: sealed by field, found again by a keyed digest.

AES-256-GCM with a fresh nonce; the field's name and the tenant are bound in, so that a value cannot be moved to another place. The
first byte says which key: keys are changed by putting a new one first; old values stay readable and are sealed anew when written.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable, Sequence
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from forbear.kernel.errors import InputError

_NONCE_BYTES = 12


class Sealer:
    """Seals and opens the values of one tenant."""

    def __init__(self, tenant: str, keys: tuple[bytes, ...]) -> None:
        self._tenant = tenant
        self._boxes = [(_key_id(key), AESGCM(key)) for key in keys]
        # The digests by which values are found must not change with the keys: they come of the oldest.
        self._index_key = hmac.new(keys[-1], b"index:" + tenant.encode(), sha256).digest()
        self._signing_seed = hmac.new(keys[-1], b"evidence:" + tenant.encode(), sha256).digest()

    @property
    def signing_seed(self) -> bytes:
        """The private key by which the tenant signs what it hands out; of the oldest key too, so that it stays the same."""
        return self._signing_seed

    def seal(self, field: str, text: str | None) -> bytes | None:
        """The text as ciphertext; None stays None."""
        if text is None or text == "":
            return None
        key_id, box = self._boxes[0]
        nonce = os.urandom(_NONCE_BYTES)
        return key_id + nonce + box.encrypt(nonce, text.encode(), self._bound(field))

    def seal_many(self, field: str, texts: Sequence[str | None]) -> list[bytes | None]:
        """The same for many texts of one field: chance is asked for once, which is most of the cost of one."""
        key_id, box = self._boxes[0]
        bound, nonces = self._bound(field), os.urandom(_NONCE_BYTES * len(texts))
        sealed: list[bytes | None] = []
        for place, text in enumerate(texts):
            if not text:
                sealed.append(None)
                continue
            nonce = nonces[place * _NONCE_BYTES : (place + 1) * _NONCE_BYTES]
            sealed.append(key_id + nonce + box.encrypt(nonce, text.encode(), bound))
        return sealed

    def open(self, field: str, sealed: bytes | memoryview | None) -> str | None:
        """The text again.

        Raises:
            InputError: ``cannot_open`` when no key fits, or the value was altered or moved.
        """
        if sealed is None:
            return None
        sealed = bytes(sealed)
        for key_id, box in self._boxes:
            if sealed[:1] == key_id:
                try:
                    return box.decrypt(
                        sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :], self._bound(field)
                    ).decode()
                except InvalidTag:
                    continue
        raise InputError(
            "cannot_open", "A sealed value fits no key.", do="Give all keys in FORBEAR_DATA_KEYS.", field=field
        )

    def index(self, kind: str, value: str) -> str:
        """The digest by which a value is found: the same for the same value of the tenant, useless without the key."""
        return hmac.new(self._index_key, f"{kind}\0{value}".encode(), sha256).hexdigest()

    def index_many(self, kinds_and_values: Iterable[tuple[str, str]]) -> list[str]:
        """The digests of many kinds and values."""
        key = self._index_key
        return [hmac.digest(key, f"{kind}\0{value}".encode(), "sha256").hex() for kind, value in kinds_and_values]

    def _bound(self, field: str) -> bytes:
        return f"{self._tenant}\0{field}".encode()


def sealer(tenant: str) -> Sealer:
    """The sealer of a tenant in this deployment."""
    return Sealer(tenant, settings.FORBEAR.data_keys)


def _key_id(key: bytes) -> bytes:
    return sha256(b"key:" + key).digest()[:1]
