"""A pack of evidence of one case: a ZIP file whose parts are listed with their digests in a manifest that is signed.

Whoever gets it checks it without this program: SHA-256 of each part, and the signature (Ed25519) of the manifest by the lender's
public key, which is compared with the one that the lender published.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from forbear.compliance import read_law
from forbear.compliance.quoting import LawIndex
from forbear.kernel.clock import Clock
from forbear.kernel.dates import zone
from forbear.kernel.signing import public_key_of
from forbear.records import audit
from forbear.records.audit import heads
from forbear.records.conduct.casefile import Happened, audit_of, rules_of, timeline
from forbear.records.conduct.packs import FORMAT, as_json, zip_signed
from forbear.records.lender import LenderSettings, lender_settings
from forbear.records.reveal import FIELDS, Asking, Shown, export
from forbear.records.reveal.fields import person_of
from forbear.records.scope import Scope, acting
from forbear.records.sealing import sealer

HOW_TO = Path(__file__).parent / "how_to_verify.md"


@dataclass(frozen=True)
class Pack:
    """A pack as bytes, with its digest; empty where ``refused_by`` names the rules of law that refuse so many files without a
    ticket."""

    content: bytes = b""
    digest: str = ""
    refused_by: tuple[str, ...] = ()


def make_pack(scope: Scope, asking: Asking, person_id: str, clock: Clock) -> Pack:
    """Put together what happened with a person, signed; written down as an export, and counted as one.

    What of the person's data is in it depends on the role: an auditor's has none of it whole.

    Raises:
        InputError: ``unknown_person``; as :func:`forbear.records.reveal.export`.
        LawError, UsageError: the tenant's law cannot be read.
    """
    with acting(scope):
        person_of(scope.tenant, person_id)
        opened = export(scope, asking, [person_id], FIELDS, clock)
        if opened.refused_by:
            return Pack(refused_by=opened.refused_by)
        lender, now = lender_settings(scope.tenant), clock.now()
        happened = timeline(scope.tenant, person_id)
        parts = {
            "timeline.json": as_json([each.to_json() for each in happened]),
            "timeline.csv": _csv(happened),
            "audit.json": as_json(audit_of(scope.tenant, person_id)),
            "law.json": as_json(_law(lender, rules_of(happened), lender.date_of(now))),
            "person.json": as_json(_person(opened.people[person_id])),
            "how-to-verify.md": HOW_TO.read_bytes(),
        }
        manifest = {
            "format": FORMAT, "tenant": scope.tenant, "institution": lender.institution.get("name", ""), "person_id": person_id,
            "made_at": now.isoformat(), "made_by": scope.actor, "purpose": asking.purpose, "role": asking.role,
            "ticket": asking.ticket, "law": lender.law, "audit_heads": heads(),
            "files": {name: {"sha256": sha256(data).hexdigest(), "bytes": len(data)} for name, data in parts.items()},
        }  # fmt: skip
        content = zip_signed(
            sealer(scope.tenant).signing_seed, manifest, parts, now.astimezone(zone(lender.time_zone)).timetuple()[:6]
        )
        digest = sha256(content).hexdigest()
        told = {
            "digest": digest,
            "files": len(parts),
            "events": len(happened),
            "purpose": asking.purpose,
            "role": asking.role,
        }
        audit.record(audit.Entry("evidence.exported", "evidence", digest, person_id, told))
        return Pack(content, digest)


def public_key(tenant: str) -> str:
    """The public key by which a tenant's packs are checked, as PEM; to be published."""
    return public_key_of(sealer(tenant).signing_seed)


def _law(lender: LenderSettings, rules: Sequence[str], day: date) -> dict[str, Any]:
    """The rules that were named, in both languages, with what they rest on; as the law stands on the day of the pack."""
    index = LawIndex(read_law(lender.law, day))
    return {
        "law": lender.law,
        "on": day.isoformat(),
        "rules": {
            language: [asdict(each) for each in index.quote(rules, language)] for language in ("zh", "en")
        },
    }  # fmt: skip


def _person(shown: Sequence[Shown]) -> list[dict[str, Any]]:
    return [asdict(each) for each in shown]


def _csv(happened: Sequence[Happened]) -> bytes:
    """One line a thing; what differs by kind is JSON in the last column. A cell that a spreadsheet would run is made harmless."""
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow(["at", "event", "id", "details"])
    for each in happened:
        row = each.to_json()
        details = {
            name: value for name, value in row.items() if name not in ("at", "event", "id") and value not in (None, "")
        }
        cells = [row["at"] or "", row["event"], row["id"], json.dumps(details, ensure_ascii=False, sort_keys=True)]
        writer.writerow([harmless(cell) for cell in cells])
    return b"\xef\xbb\xbf" + made.getvalue().encode()


def harmless(cell: str) -> str:
    """A cell of a CSV file that no spreadsheet takes for a formula.

    >>> harmless("=1+1"), harmless("plain")
    ("'=1+1", 'plain')
    """
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
