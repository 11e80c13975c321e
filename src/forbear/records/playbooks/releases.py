"""From when a version holds: asked for by one person, approved by another who did not write in it; going back is asked alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Max
from django.db.models.functions import Now

from forbear.kernel.errors import InputError
from forbear.records import audit
from forbear.records.lender import LenderSettings
from forbear.records.models import PlaybookRelease, PlaybookVersion, Run
from forbear.records.playbooks.drafts import findings_of
from forbear.records.playbooks.keeping import label_of, unpacked, version_of
from forbear.records.scope import Scope, acting, current_scope

Day = date


def release_on(day: Day) -> PlaybookRelease | None:
    """The release that holds on a day, in the caller's scope: of those approved the one begun last; None where none is."""
    approved = PlaybookRelease.objects.filter(tenant_id=current_scope().tenant, state="approved", from_on__lte=day)
    return approved.select_related("version").order_by("-from_on", "-decided_at", "-id").first()


def with_playbook_of(lender: LenderSettings, day: Day) -> LenderSettings:
    """The lender's settings with the playbook that holds on a day: the folder of the version released, else what the settings say.

    In the caller's scope.
    """
    release = release_on(day)
    return lender if release is None else replace(lender, playbook=str(unpacked(release.version.files)))


def submit_version(scope: Scope, number: int, from_on: Day, why: str, today: Day) -> int:
    """Ask that a version hold from a day on: a draft that was checked, or one that was approved before.

    Returns:
        The id of the release asked for.

    Raises:
        InputError: ``unknown_playbook_version``; ``not_checked`` where the draft was changed since; ``playbook_refused`` where its
            check found an error; ``release_too_early``; ``no_reason``; ``already_submitted``; ``not_a_draft`` for one put away.
    """
    with acting(scope):
        version = _locked(scope, number)
        if PlaybookRelease.objects.filter(version=version, state="submitted").exists():
            do = "Wait for the decision, or take it back."
            raise InputError("already_submitted", "This version waits for a decision already.", do=do, version=number)
        if version.state == "discarded":
            raise InputError("not_a_draft", "Only a draft can be changed.", do="Begin a draft of it.", version=number)
        if not why.strip():
            raise InputError("no_reason", "It must say why.", do="Write one sentence for who approves.")
        _check_day(scope, from_on, today)
        is_known = version.state == "approved"
        if not is_known:
            _check_soundness(version)
            version.state = "submitted"
            version.save(update_fields=["state"])
        release = PlaybookRelease.objects.create(
            tenant_id=scope.tenant,
            version=version,
            kind="rollback" if is_known else "release",
            from_on=from_on,
            why=why.strip()[:400],
            submitted_by=scope.actor,
        )
        _tell("playbook.submitted", release, {"why": release.why})
        return int(release.pk)


def decide_release(scope: Scope, release_id: int, *, approves: bool, note: str, today: Day) -> None:
    """Approve or refuse what somebody else asked for. A draft that is refused may be changed again.

    Raises:
        InputError: ``unknown_release``, ``not_waiting``; ``own_playbook`` where the decider asked for it or wrote in it;
            ``release_too_early`` where the day has come; ``playbook_refused`` where the law or the program has moved so that the
            version is sound no more; ``no_reason`` for a refusal without one.
    """
    with acting(scope):
        release = _waiting(scope, release_id)
        version = _locked(scope, release.version.number)
        if scope.actor == release.submitted_by or scope.actor in version.editors:
            do = "Ask somebody who did not work on it."
            raise InputError("own_playbook", "Nobody decides on a version of their own.", do=do, version=version.number)
        if approves:
            _check_day(scope, release.from_on, today)
            if any(each["level"] == "error" for each in findings_of(version.files)):
                raise _refused(version)
            release.state, version.state = "approved", "approved"
            unpacked(version.files)
        else:
            if not note.strip():
                raise InputError("no_reason", "It must say why.", do="Write one sentence for who asked.")
            release.state = "refused"
            version.state = "approved" if release.kind == "rollback" else "draft"
        release.decided_by, release.decided_at, release.decision_note = scope.actor, Now(), note.strip()[:400]
        release.save(update_fields=["state", "decided_by", "decided_at", "decision_note"])
        version.save(update_fields=["state"])
        _tell("playbook.approved" if approves else "playbook.refused", release, {"note": release.decision_note})


def withdraw_release(scope: Scope, release_id: int) -> None:
    """Take back what one asked for oneself, before it is decided.

    Raises:
        InputError: ``unknown_release``, ``not_waiting``; ``not_yours``.
    """
    with acting(scope):
        release = _waiting(scope, release_id)
        if release.submitted_by != scope.actor:
            do = "Refuse it, with a reason."
            raise InputError("not_yours", "Only who asked for it takes it back.", do=do)
        version = _locked(scope, release.version.number)
        release.state = "withdrawn"
        release.save(update_fields=["state"])
        version.state = "approved" if release.kind == "rollback" else "draft"
        version.save(update_fields=["state"])
        _tell("playbook.withdrawn", release, {})


def earliest_day(tenant: str, today: Day) -> Day:
    """The first day from which a version may hold: today, unless a day was run already: what was decided stays."""
    last = Run.objects.filter(tenant_id=tenant).aggregate(last=Max("business_date"))["last"]
    return today if last is None or last < today else date.fromordinal(last.toordinal() + 1)


def _check_day(scope: Scope, from_on: Day, today: Day) -> None:
    first = earliest_day(scope.tenant, today)
    if from_on < first:
        do = "Choose a day that was not decided yet."
        raise InputError("release_too_early", "That day is past or was run already.", do=do, earliest=first.isoformat())


def _check_soundness(version: PlaybookVersion) -> None:
    if version.checked_digest != version.digest:
        do = "Check it as it is now."
        raise InputError(
            "not_checked", "This draft was not checked since it was changed.", do=do, version=version.number
        )
    if any(each["level"] == "error" for each in version.findings):
        raise _refused(version)


def _refused(version: PlaybookVersion) -> InputError:
    do = "Mend what the check found."
    return InputError("playbook_refused", "The check found errors in this version.", do=do, version=version.number)


def _locked(scope: Scope, number: int) -> PlaybookVersion:
    version_of(number)
    return PlaybookVersion.objects.select_for_update().get(tenant_id=scope.tenant, number=number)


def _waiting(scope: Scope, release_id: int) -> PlaybookRelease:
    held = PlaybookRelease.objects.select_for_update().filter(tenant_id=scope.tenant, pk=release_id).first()
    if held is None:
        raise InputError("unknown_release", "Nobody asked for that.", release=release_id)
    if held.state != "submitted":
        raise InputError("not_waiting", "This was decided already.", do="Look at it again.", release=release_id)
    return held


def _tell(action: str, release: PlaybookRelease, told: Mapping[str, Any]) -> None:
    version = release.version
    payload = {
        "label": label_of(version), "digest": version.digest, "kind": release.kind, "from_on": release.from_on.isoformat(), **told,
    }  # fmt: skip
    audit.record(audit.Entry(action, "playbook", str(version.number), payload=payload))
