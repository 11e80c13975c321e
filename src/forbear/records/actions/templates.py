"""Templates of a tenant: written by one person, approved by another, and withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max
from django.db.models.functions import Now

from forbear.kernel.errors import InputError
from forbear.records import audit
from forbear.records.models import MessageTemplate
from forbear.records.scope import Scope, acting


@dataclass(frozen=True)
class TemplateText:
    """What a version says, for one channel in one language; ``digest`` is of all of it."""

    code: str
    channel: str
    purpose: str
    language: str
    subject: str
    body: str
    digest: str


def propose_template(scope: Scope, text: TemplateText, findings: Sequence[Mapping[str, Any]]) -> int:
    """Write a version down, with what its lint found. The same text again is the same version.

    Returns:
        The version.
    """
    with acting(scope):
        own = MessageTemplate.objects.filter(
            tenant_id=scope.tenant, code=text.code, channel=text.channel, language=text.language
        )
        latest = own.order_by("-version").first()
        if latest is not None and latest.digest == text.digest and latest.withdrawn_at is None:
            return int(latest.version)
        version = (own.aggregate(last=Max("version"))["last"] or 0) + 1
        MessageTemplate.objects.create(
            tenant_id=scope.tenant,
            code=text.code,
            version=version,
            language=text.language,
            channel=text.channel,
            purpose=text.purpose,
            subject=text.subject,
            body=text.body,
            digest=text.digest,
            findings=list(findings),
            written_by=scope.actor,
        )
        _tell("template.proposed", text.code, text.channel, text.language, version)
        return version


def approve_template(scope: Scope, code: str, channel: str, language: str, version: int) -> None:
    """Approve a version that somebody else wrote.

    Raises:
        InputError: ``unknown_template``; ``own_template`` where the approver wrote it; ``template_refused`` where its lint found
            something against it.
    """
    with acting(scope):
        row = _version(scope.tenant, code, channel, language, version)
        if row.written_by == scope.actor:
            do = "Ask somebody else."
            raise InputError("own_template", "Nobody approves a template of their own.", do=do, template=code)
        if any(each.get("severity") == "failure" for each in row.findings):
            do = "Mend the text and propose it anew."
            raise InputError("template_refused", "The law refuses this text.", do=do, template=code)
        if not row.approved_by:
            row.approved_by, row.approved_at = scope.actor, Now()
            row.save(update_fields=["approved_by", "approved_at"])
            _tell("template.approved", code, channel, language, version)


def withdraw_template(scope: Scope, code: str, channel: str, language: str, version: int, *, reason: str = "") -> None:
    """Take a version out of use, or refuse one that waits; an earlier one that is approved stands again.

    Args:
        reason: for whoever wrote it; no word about a person.

    Raises:
        InputError: ``unknown_template``.
    """
    with acting(scope):
        row = _version(scope.tenant, code, channel, language, version)
        if row.withdrawn_at is None:
            row.withdrawn_at = Now()
            row.save(update_fields=["withdrawn_at"])
            _tell(
                "template.withdrawn" if row.approved_by else "template.refused",
                code,
                channel,
                language,
                version,
                reason,
            )


def usable_template(tenant: str, code: str, channel: str, language: str) -> MessageTemplate | None:
    """The newest version that is approved and not withdrawn; None where there is none. In the caller's scope."""
    approved = MessageTemplate.objects.filter(
        tenant_id=tenant, code=code, channel=channel, language=language, withdrawn_at__isnull=True
    ).exclude(approved_by="")
    return approved.order_by("-version").first()


def _version(tenant: str, code: str, channel: str, language: str, version: int) -> MessageTemplate:
    row = (
        MessageTemplate.objects.select_for_update()
        .filter(tenant_id=tenant, code=code, channel=channel, language=language, version=version)
        .first()
    )
    if row is None:
        raise InputError("unknown_template", "There is no such version of a template.", template=code)
    return row


def _tell(action: str, code: str, channel: str, language: str, version: int, reason: str = "") -> None:
    told: dict[str, object] = {"channel": channel, "language": language, "version": version}
    if reason:
        told["reason"] = reason
    audit.record(audit.Entry(action, "template", code, payload=told))
