"""Drafts: begun from what there is, changed file by file, and checked. What was submitted is changed no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db.models import Max
from django.db.models.functions import Now

from forbear.kernel.errors import ForbearError, InputError
from forbear.kernel.language import speaking
from forbear.kernel.reading import read_yaml_text
from forbear.records import audit
from forbear.records.models import PlaybookVersion, Tenant
from forbear.records.playbooks.keeping import digest_of, files_of, kept_playbook, label_of, version_of
from forbear.records.scope import Scope, acting
from forbear.strategy import check_playbook

SETTINGS = "playbook.yaml"


@dataclass(frozen=True)
class Edit:
    """A change of one file of a draft.

    Args:
        file: its name.
        text: what it is to say.
        seen: the digest of the draft that the editor saw.
        what: what was done, as ``row_changed``.
        where: which table and row, for the audit.
    """

    file: str
    text: str
    seen: str
    what: str
    where: Mapping[str, str] = field(default_factory=dict)


def begin_draft(scope: Scope, key: str, note: str = "") -> int:
    """A new draft with the files of a playbook of the package, by its name, or of a kept version, by its number.

    Returns:
        The draft's number.

    Raises:
        InputError: ``unknown_playbook_version``.
    """
    with acting(scope):
        files = files_of(key)
        Tenant.objects.select_for_update().get(code=scope.tenant)
        latest = PlaybookVersion.objects.filter(tenant_id=scope.tenant).aggregate(last=Max("number"))["last"]
        version = PlaybookVersion.objects.create(
            tenant_id=scope.tenant,
            number=(latest or 0) + 1,
            name=str(read_yaml_text(files[SETTINGS])["name"])[:64],
            based_on=key,
            note=note[:400],
            files=files,
            digest=digest_of(files),
            editors=[scope.actor],
            written_by=scope.actor,
        )
        _tell("playbook.drafted", version, {"based_on": key})
        return int(version.number)


def edit_draft(scope: Scope, number: int, edit: Edit) -> str:
    """Put a file of a draft in the place of what it was.

    Returns:
        The digest of the draft as it is now.

    Raises:
        InputError: ``unknown_playbook_version``, ``not_a_draft``, ``bad_playbook_file``; ``conflict`` where somebody else changed
            the draft since it was seen.
    """
    with acting(scope):
        version = draft_of(scope, number)
        if version.digest != edit.seen:
            do = "Look at it again, and make your change anew."
            raise InputError("conflict", "Somebody else changed this draft meanwhile.", do=do, version=number)
        if edit.file not in version.files:
            raise InputError("bad_playbook_file", "A playbook has no such file, or it is too large.", file=edit.file)
        before = version.digest
        version.files = {**version.files, edit.file: edit.text}
        version.digest = digest_of(version.files)
        if version.digest != before:
            version.editors = sorted({*version.editors, scope.actor})
            version.edited_at = Now()
            version.save(update_fields=["files", "digest", "editors", "edited_at"])
            told = {"file": edit.file, "what": edit.what, **edit.where, "before": before}
            _tell("playbook.edited", version, told)
        return str(version.digest)


def check_draft(scope: Scope, number: int) -> list[dict[str, Any]]:
    """Check a draft: gaps, overlaps, dead rows, unknown inputs, rows without reasons, citations of nothing. The findings are kept.

    Returns:
        The findings, each with ``kind``, ``level``, ``decision``, ``rules`` and its ``says`` by language.

    Raises:
        InputError: ``unknown_playbook_version``, ``not_a_draft``.
    """
    with acting(scope):
        version = draft_of(scope, number)
        version.findings = findings_of(version.files)
        version.checked_digest = version.digest
        version.checked_at = Now()
        version.save(update_fields=["findings", "checked_digest", "checked_at"])
        errors = sum(each["level"] == "error" for each in version.findings)
        _tell("playbook.checked", version, {"errors": errors, "findings": len(version.findings)})
        return list(version.findings)


def findings_of(files: Mapping[str, str]) -> list[dict[str, Any]]:
    """What is questionable about a playbook, in both languages; one that cannot be read is one finding."""
    with speaking("en"):
        found = _found(files)
    if not found:  # a sound playbook needs no words
        return []
    with speaking("zh"):
        pairs = zip(found, _found(files), strict=True)
    return [{**english, "says": {"en": english["says"], "zh": chinese["says"]}} for english, chinese in pairs]


def _found(files: Mapping[str, str]) -> list[dict[str, Any]]:
    try:
        found = check_playbook(kept_playbook(files))
    except ForbearError as error:
        where = {key: str(value) for key, value in error.where.items() if key != "file"}
        place = ", ".join(where.values())
        says = f"{error.message} ({place})" if place else error.message
        rules = [where["rule"]] if "rule" in where else []
        return [
            {"kind": "unusable", "level": "error", "decision": where.get("table", ""), "rules": rules, "says": says}
        ]
    rows = [asdict(each) for each in found]
    return [
        {
            **{name: row[name] for name in ("kind", "level", "decision")},
            "rules": list(row["rules"]),
            "says": row["message"],
        }
        for row in rows
    ]


def discard_draft(scope: Scope, number: int) -> None:
    """Put a draft away; it stays to be read.

    Raises:
        InputError: ``unknown_playbook_version``, ``not_a_draft``.
    """
    with acting(scope):
        version = draft_of(scope, number)
        version.state = "discarded"
        version.save(update_fields=["state"])
        _tell("playbook.discarded", version, {})


def draft_of(scope: Scope, number: int) -> PlaybookVersion:
    """A draft, locked until the transaction ends.

    Raises:
        InputError: ``unknown_playbook_version``, ``not_a_draft``.
    """
    version_of(number)
    version = PlaybookVersion.objects.select_for_update().get(tenant_id=scope.tenant, number=number)
    if version.state != "draft":
        do = "Begin a draft of it."
        raise InputError("not_a_draft", "Only a draft can be changed.", do=do, version=number)
    return version


def _tell(action: str, version: PlaybookVersion, told: Mapping[str, Any]) -> None:
    payload = {"label": label_of(version), "digest": version.digest, **told}
    audit.record(audit.Entry(action, "playbook", str(version.number), payload=payload))
