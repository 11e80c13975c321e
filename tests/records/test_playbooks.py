"""Does a playbook that a lender keeps hold from its day on, by two people's decision, and for its own lender only?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import Error, connections
from records_cast import TODAY, ask

from forbear.kernel.errors import InputError
from forbear.records.lender import lender_settings
from forbear.records.models import AuditEntry, PlaybookRelease, PlaybookVersion
from forbear.records.playbooks import (
    Edit,
    begin_draft,
    check_draft,
    decide_release,
    edit_draft,
    kept_playbook,
    release_on,
    submit_version,
    with_playbook_of,
    withdraw_release,
)
from forbear.records.playbooks.keeping import version_of
from forbear.records.scope import Scope, acting
from forbear.strategy import load_playbook

TOMORROW = TODAY + timedelta(days=1)


def who(tenant: str, name: str) -> Scope:
    return Scope(tenant, name)


def change(scope: Scope, number: int, old: str, new: str, file: str = "playbook.yaml") -> None:
    with acting(scope):
        version = version_of(number)
    assert old in version.files[file]
    edit_draft(scope, number, Edit(file, version.files[file].replace(old, new), version.digest, "figures_changed"))


def released(tenant: str, from_on, *, days: int = 5) -> int:
    writer = who(tenant, "zhao")
    number = begin_draft(writer, "balanced")
    change(writer, number, "pre_due_days: {value: 3", f"pre_due_days: {{value: {days}")
    assert [each for each in check_draft(writer, number) if each["level"] == "error"] == []
    release = submit_version(writer, number, from_on, "Fewer reminders.", TODAY)
    decide_release(who(tenant, "qian"), release, approves=True, note="", today=TODAY)
    return number


def refusal(scope: Scope, number: int) -> str:
    with pytest.raises(InputError) as refused:
        submit_version(scope, number, TOMORROW, "Try.", TODAY)
    return refused.value.code


def playbook_on(tenant: str, day) -> str:
    with acting(who(tenant, "reader")):
        return load_playbook(with_playbook_of(lender_settings(tenant), day).playbook).version


def test_a_version_holds_from_its_day_on_and_the_one_before_until_then(tenant):
    number = released(tenant, TOMORROW)
    with acting(who(tenant, "reader")):
        digest = version_of(number).digest
        assert kept_playbook(version_of(number).files).parameters["pre_due_days"].value == 5
    assert playbook_on(tenant, TODAY) == load_playbook("balanced").version != digest
    assert playbook_on(tenant, TOMORROW) == playbook_on(tenant, TOMORROW + timedelta(days=400)) == digest


def test_going_back_is_asked_by_one_and_approved_by_another(tenant):
    first = released(tenant, TODAY, days=5)
    second = released(tenant, TOMORROW, days=6)
    back = submit_version(who(tenant, "zhao"), first, TOMORROW, "Too many complaints.", TODAY)
    with pytest.raises(InputError, match="Nobody decides"):
        decide_release(who(tenant, "zhao"), back, approves=True, note="", today=TODAY)
    decide_release(who(tenant, "qian"), back, approves=True, note="", today=TODAY)
    with acting(who(tenant, "reader")):
        assert PlaybookRelease.objects.get(pk=back).kind == "rollback"
        assert release_on(TOMORROW).version.number == first != second


def test_whoever_wrote_in_a_version_does_not_approve_it(tenant):
    number = begin_draft(who(tenant, "zhao"), "balanced")
    change(who(tenant, "sun"), number, "pre_due_days: {value: 3", "pre_due_days: {value: 4")
    check_draft(who(tenant, "zhao"), number)
    release = submit_version(who(tenant, "zhao"), number, TOMORROW, "Try.", TODAY)
    for name in ("zhao", "sun"):
        with pytest.raises(InputError) as refused:
            decide_release(who(tenant, name), release, approves=True, note="", today=TODAY)
        assert refused.value.code == "own_playbook"


def test_the_database_itself_knows_four_eyes_and_that_only_a_draft_is_changed(tenant):
    number = released(tenant, TOMORROW)
    for statement in (
        "UPDATE records_playbookrelease SET decided_by = submitted_by",
        f"UPDATE records_playbookversion SET digest = 'x' WHERE number = {number}",
    ):
        with pytest.raises(Error):
            ask(who(tenant, "sly"), statement)
    connections["default"].close()


def test_what_was_not_checked_as_it_is_or_has_errors_is_not_submitted(tenant):
    writer = who(tenant, "zhao")
    number = begin_draft(writer, "balanced")
    assert refusal(writer, number) == "not_checked"
    change(writer, number, "  fresh_days_max:", "  first_days_max:")
    assert refusal(writer, number) == "not_checked"
    found = check_draft(writer, number)
    assert any(each["level"] == "error" and each["says"]["zh"] != each["says"]["en"] for each in found)
    assert refusal(writer, number) == "playbook_refused"


def test_a_day_that_is_past_or_run_already_is_not_decided_anew(tenant):
    from forbear.records.models import Run

    writer = who(tenant, "zhao")
    number = begin_draft(writer, "balanced")
    check_draft(writer, number)
    with acting(writer):
        Run.objects.create(tenant_id=tenant, business_date=TODAY, playbook="balanced", law="cn+house")
    for day in (TODAY - timedelta(days=1), TODAY):
        with pytest.raises(InputError) as refused:
            submit_version(writer, number, day, "Try.", TODAY)
        assert refused.value.code == "release_too_early"
    assert submit_version(writer, number, TOMORROW, "Try.", TODAY)


def test_a_change_on_top_of_anothers_is_told_and_nothing_is_lost(tenant):
    writer = who(tenant, "zhao")
    number = begin_draft(writer, "balanced")
    with acting(writer):
        seen = version_of(number)
    change(who(tenant, "sun"), number, "pre_due_days: {value: 3", "pre_due_days: {value: 4")
    with pytest.raises(InputError) as refused:
        edit_draft(writer, number, Edit("playbook.yaml", seen.files["playbook.yaml"], seen.digest, "figures_changed"))
    assert refused.value.code == "conflict"


def test_a_refused_draft_may_be_changed_again_and_one_taken_back_too(tenant):
    writer = who(tenant, "zhao")
    number = begin_draft(writer, "balanced")
    check_draft(writer, number)
    release = submit_version(writer, number, TOMORROW, "Try.", TODAY)
    with pytest.raises(InputError):
        change(writer, number, "pre_due_days: {value: 3", "pre_due_days: {value: 4")
    decide_release(who(tenant, "qian"), release, approves=False, note="Say more.", today=TODAY)
    release = submit_version(writer, number, TOMORROW, "Try again.", TODAY)
    withdraw_release(writer, release)
    change(writer, number, "pre_due_days: {value: 3", "pre_due_days: {value: 4")


def test_another_lender_sees_none_of_it(tenant, other_tenant):
    number = released(tenant, TODAY)
    with acting(who(other_tenant, "reader")):
        assert PlaybookVersion.objects.count() == PlaybookRelease.objects.count() == 0
        with pytest.raises(InputError):
            version_of(number)
    assert playbook_on(other_tenant, TODAY) == load_playbook("balanced").version


def test_every_step_is_in_the_audit(tenant):
    released(tenant, TOMORROW)
    with acting(who(tenant, "reader")):
        told = (
            AuditEntry.objects.filter(action__startswith="playbook.").order_by("number").values_list("action", "actor")
        )
        assert list(told) == [
            ("playbook.drafted", "zhao"), ("playbook.edited", "zhao"), ("playbook.checked", "zhao"),
            ("playbook.submitted", "zhao"), ("playbook.approved", "qian"),
        ]  # fmt: skip
