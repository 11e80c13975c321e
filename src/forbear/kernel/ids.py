"""Ids and digests."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import NewType

LoanId = NewType("LoanId", str)
PersonId = NewType("PersonId", str)


def digest_text(text: str) -> str:
    """SHA-256 of the text in UTF-8, as lower-case hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def digest_json(value: object) -> str:
    """SHA-256 of the value in canonical JSON (sorted keys, no spaces).

    >>> digest_json({"b": 1, "a": 2}) == digest_json({"a": 2, "b": 1})
    True
    """
    return digest_text(json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str))


def digest_file(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
