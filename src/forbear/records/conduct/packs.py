"""The file of a pack: parts, a manifest with their digests, and its signature. Read and checked without any database."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from forbear.kernel.errors import InputError
from forbear.kernel.signing import fingerprint_of, is_content_signed, public_key_of, sign_content

MANIFEST, SIGNATURE, PUBLIC_KEY = "manifest.json", "manifest.sig", "public-key.pem"
FORMAT = "forbear-evidence/1"
BYTES_MAX = 200_000_000
"""Above that a file is not read as a pack."""


@dataclass(frozen=True)
class Checked:
    """What a look at a pack found: nothing in ``problems`` where it is whole and signed."""

    manifest: Mapping[str, Any]
    fingerprint: str
    problems: tuple[str, ...]


def check_pack(content: bytes) -> Checked:
    """Look whether a pack is whole: every part is what the manifest lists, nothing is besides, and the manifest is signed.

    Raises:
        InputError: ``not_a_pack``.
    """
    if len(content) > BYTES_MAX:
        raise _no_pack()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as box:
            if sum(each.file_size for each in box.infolist()) > BYTES_MAX:
                raise _no_pack()
            parts = {each.filename: box.read(each) for each in box.infolist()}
        names = [each.filename for each in box.infolist()]
        raw, signature, key = parts.pop(MANIFEST), parts.pop(SIGNATURE), parts.pop(PUBLIC_KEY).decode("ascii")
        manifest = json.loads(raw)
        listed: dict[str, dict[str, Any]] = dict(manifest["files"])
        digests = {name: str(each["sha256"]) for name, each in listed.items()}
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, NotImplementedError, RuntimeError) as error:
        raise _no_pack() from error
    problems = [] if is_content_signed(key, raw, signature) else ["signature"]
    problems += [f"missing {name}" for name in sorted(set(digests) - set(parts))]
    problems += [f"not listed {name}" for name in sorted(set(parts) - set(digests))]
    problems += [f"twice {name}" for name in sorted({name for name in names if names.count(name) > 1})]
    problems += [
        f"altered {name}"
        for name, data in sorted(parts.items())
        if name in digests and sha256(data).hexdigest() != digests[name]
    ]
    return Checked(manifest, fingerprint_of(key), tuple(problems))


def _no_pack() -> InputError:
    return InputError("not_a_pack", "The file is no pack of evidence.", do="Give the ZIP file as it was handed out.")


def zip_signed(seed: bytes, manifest: Mapping[str, Any], parts: Mapping[str, bytes], at: Any) -> bytes:
    """Parts, manifest and signature as one file.

    Args:
        at: year to second, as ZIP files have them.
    """
    raw = as_json(manifest)
    whole = {
        MANIFEST: raw,
        SIGNATURE: sign_content(seed, raw),
        PUBLIC_KEY: public_key_of(seed).encode("ascii"),
        **parts,
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as box:
        for name, data in whole.items():
            entry = zipfile.ZipInfo(name, date_time=at)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            box.writestr(entry, data)
    return made.getvalue()


def as_json(value: Any) -> bytes:
    """A value as JSON, the same bytes for the same value."""
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n").encode()
