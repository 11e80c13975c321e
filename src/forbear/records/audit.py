"""The audit: every write leaves an entry, chained by digests; nothing is ever changed or removed.

Entries of one person are in one lane, so that people do not wait for one another; each lane is a chain of its own. Personal data
is sealed beside the entry, and only its digest is chained: blanking it leaves the chain whole.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.db.models import Count, DateTimeField, Func, Subquery, Value
from django.db.models.functions import Coalesce

from forbear.kernel.ids import digest_json
from forbear.records.models.audit import AuditEntry, AuditLane
from forbear.records.scope import Scope, at_the_end, current_scope
from forbear.records.sealing import sealer

LANES = 16


@dataclass(frozen=True)
class Entry:
    """One thing done. ``action`` is dotted, as ``payment.accepted``; ``payload`` holds no personal data, ``personal`` may."""

    action: str
    subject_kind: str
    subject_id: str
    person_id: str = ""
    payload: Mapping[str, Any] = field(default_factory=dict)
    personal: Mapping[str, str] | None = None


def record(*entries: Entry) -> None:
    """Add entries to what this transaction leaves behind: they are written as it ends, and not at all if it fails."""
    scope = current_scope()
    at_the_end(_write, [(scope, entry) for entry in entries])


def _write(told: Sequence[tuple[Scope, Entry]]) -> None:
    by_lane: dict[int, list[tuple[Scope, Entry]]] = {}
    for scope, entry in told:
        by_lane.setdefault(lane_of(entry.person_id), []).append((scope, entry))
    heads, at = _lock_heads(told[0][0].tenant, sorted(by_lane))
    rows = []
    for head in heads:
        for scope, entry in by_lane[head.lane]:
            head.entries_count += 1
            row = _row(scope.tenant, scope.actor, at, head, entry)
            head.head = row.digest
            rows.append(row)
    AuditEntry.objects.bulk_create(rows)
    AuditLane.objects.bulk_update(heads, ["entries_count", "head"])


def _lock_heads(tenant: str, lanes: Sequence[int]) -> tuple[list[AuditLane], datetime]:
    """The heads of lanes, locked in their order, and the database's clock after that: one clock for all machines.

    All of them are locked or none: a missing head is made while none is held. It holds up whoever makes it too, and one who
    held others meanwhile could be waited for by the one who makes it.
    """
    these = AuditLane.objects.filter(tenant_id=tenant, lane__in=lanes)
    counted = these.order_by().values("tenant_id").annotate(there=Count("*")).values("there")
    wanted = these.alias(there=Subquery(counted)).filter(there=len(lanes)).select_for_update().order_by("lane")
    wanted = wanted.annotate(locked_at=Func(function="clock_timestamp", output_field=DateTimeField()))
    heads = list(wanted)
    if not heads:
        made = [AuditLane(tenant_id=tenant, lane=lane) for lane in sorted(lanes)]
        AuditLane.objects.bulk_create(made, ignore_conflicts=True)
        heads = list(wanted.all())
    return heads, max(head.locked_at for head in heads)


def lane_of(person_id: str) -> int:
    """The lane of a person; what is about nobody is in lane 0."""
    return zlib.crc32(person_id.encode()) % LANES if person_id else 0


def _row(tenant: str, actor: str, at: datetime, head: AuditLane, entry: Entry) -> AuditEntry:
    sealed, personal_digest = None, ""
    if entry.personal:
        text = json.dumps(dict(entry.personal), sort_keys=True, ensure_ascii=False)
        sealed = sealer(tenant).seal("audit", text)
        # Of the ciphertext, which has a random part: a digest of the text would let a guess be confirmed after blanking.
        personal_digest = sha256(sealed or b"").hexdigest()
    row = AuditEntry(
        tenant_id=tenant,
        lane=head.lane,
        number=head.entries_count,
        at=at,
        actor=actor,
        action=entry.action,
        subject_kind=entry.subject_kind,
        subject_id=entry.subject_id,
        person_id=entry.person_id,
        payload=json.loads(json.dumps(dict(entry.payload), default=str)),
        personal_sealed=sealed,
        personal_digest=personal_digest,
        previous=head.head,
    )
    row.digest = entry_digest(row)
    return row


def entry_digest(row: AuditEntry) -> str:
    """What an entry's digest must be: over all of it but the sealed personal data, of which only the digest counts."""
    return digest_json(
        {
            "tenant": row.tenant_id,
            "lane": row.lane,
            "number": row.number,
            "at": row.at.astimezone(UTC).isoformat(),
            "actor": row.actor,
            "action": row.action,
            "subject": [row.subject_kind, row.subject_id, row.person_id],
            "payload": row.payload,
            "personal": row.personal_digest,
            "previous": row.previous,
        }
    )


@dataclass(frozen=True)
class Finding:
    """Something wrong with the audit: ``altered``, ``removed``, ``reordered``, ``personal_altered``, ``cut_short``, ``not_the_anchor``."""

    kind: str
    lane: int
    number: int
    detail: str


def verify(anchor: Sequence[Mapping[str, Any]] = ()) -> Iterator[Finding]:
    """Everything wrong with the tenant's audit; nothing where it is whole. Reads it as a stream, while others go on writing.

    Args:
        anchor: heads exported before (:func:`heads`) and kept elsewhere: whoever owns the database could rewrite a whole chain.
    """
    tenant = current_scope().tenant
    anchored = {(int(each["lane"]), int(each["number"])): str(each["digest"]) for each in anchor}
    for lane in lanes():
        yield from _verify_lane(tenant, lane, anchored)
    yield from not_found(anchored)


def lanes() -> list[int]:
    """The tenant's lanes: those that have a head, and those that have an entry."""
    tenant = current_scope().tenant
    return sorted({*_lanes(AuditLane, tenant), *_lanes(AuditEntry, tenant)})


def verify_lane(lane: int, anchored: dict[tuple[int, int], str]) -> Iterator[Finding]:
    """Everything wrong with one lane; what it finds of the anchor, by lane and number, it takes out of it."""
    yield from _verify_lane(current_scope().tenant, lane, anchored)


def not_found(anchored: Mapping[tuple[int, int], str]) -> Iterator[Finding]:
    """What is left of an anchor after all lanes: entries that are not there any more."""
    for lane, number in sorted(anchored):
        yield Finding("removed", lane, number, "an anchored entry is not there")


def _lanes(model: type[AuditLane] | type[AuditEntry], tenant: str) -> set[int]:
    return set(model._default_manager.filter(tenant_id=tenant).order_by().values_list("lane", flat=True).distinct())


def _verify_lane(tenant: str, lane: int, anchored: dict[tuple[int, int], str]) -> Iterator[Finding]:
    """One chain from its beginning; what it finds of the anchor it takes out of it."""
    number, previous = 0, ""
    heads = AuditLane.objects.filter(tenant_id=tenant, lane=lane)
    head = heads.values_list("entries_count", "head").first() or (0, "")
    # The head is read with the entries, in one statement: between two there may be an entry more.
    entries = AuditEntry.objects.filter(tenant_id=tenant, lane=lane).annotate(
        head_number=Coalesce(Subquery(heads.values("entries_count")), 0),
        head_digest=Coalesce(Subquery(heads.values("head")), Value("")),
    )
    for row in entries.order_by("number").iterator(chunk_size=2_000):
        if row.number != number + 1:
            yield Finding("removed", lane, number + 1, f"entries {number + 1} to {row.number - 1} are not there")
        elif row.previous != previous:
            yield Finding("reordered", lane, row.number, "it does not follow the entry before it")
        if entry_digest(row) != row.digest:
            yield Finding("altered", lane, row.number, f"{row.action} is not what was written")
        yield from _personal(row)
        if anchored.pop((lane, row.number), row.digest) != row.digest:
            yield Finding("not_the_anchor", lane, row.number, "the chain was written anew since the anchor")
        number, previous, head = row.number, row.digest, (row.head_number, row.head_digest)
    if (number, previous) != head:
        yield Finding("cut_short", lane, number, f"the head is at {head[0]}")


def _personal(row: AuditEntry) -> Iterator[Finding]:
    if row.personal_sealed is not None and sha256(bytes(row.personal_sealed)).hexdigest() != row.personal_digest:
        yield Finding("personal_altered", row.lane, row.number, "the personal data is not what was written")
    if row.personal_sealed is None and row.personal_digest and row.blanked_at is None:
        yield Finding("personal_altered", row.lane, row.number, "the personal data is gone without having been blanked")


def heads() -> list[dict[str, Any]]:
    """The last entry of each lane, to be kept outside of the database."""
    tenant = current_scope().tenant
    lanes = AuditLane.objects.filter(tenant_id=tenant).order_by("lane")
    return [{"lane": each.lane, "number": each.entries_count, "digest": each.head} for each in lanes]


def latest(limit: int, *, person_id: str = "", subject_id: str = "") -> list[AuditEntry]:
    """The last entries of the tenant that the scope shows, newest first: of a person, or about a thing, where one is named."""
    found = AuditEntry.objects.filter(tenant_id=current_scope().tenant)
    if person_id:
        found = found.filter(person_id=person_id)
    if subject_id:
        found = found.filter(subject_id=subject_id)
    return list(found.order_by("-at", "-id")[:limit])
