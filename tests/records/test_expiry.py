"""Does what is past its term by the law go, nothing else, and only when somebody says so?"""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from records_cast import NOON, TODAY
from records_files import LONG_AGO, everything, fill, settled_person

from forbear.doors.cli.main import run
from forbear.kernel.errors import InputError
from forbear.kernel.language import speaking
from forbear.records import audit
from forbear.records.actions.expiry import Expired, blank_expired, find_expired
from forbear.records.models import AuditEntry, Message, Person
from forbear.records.scope import acting


def parts(found: list[Expired]) -> dict[str, tuple[list[str], bool]]:
    return {each.person_id: ([part.part for part in each.parts], each.is_whole) for each in found}


@pytest.fixture
def files(tenant, cast) -> str:
    """One settled long ago with an old file, one settled whose last message is young, one who owes with an old file, three who
    owe without any."""
    fill(tenant, settled_person(tenant, "old", "钱旧", "13100000001"), LONG_AGO)
    fill(tenant, settled_person(tenant, "young", "孙新", "13100000002"), NOON - timedelta(days=365))
    fill(tenant, cast.north, LONG_AGO)
    return tenant


def test_what_is_past_its_term_is_found_and_nothing_else(files, scope):
    """Of who owes the messages prove a demand and stay, what was complained of goes; of who settled everything goes at once."""
    assert parts(list(find_expired(scope, TODAY))) == {
        "old": (["identity", "inbound", "matters", "messages"], True),
        "north": (["matters"], False),
    }


def test_looking_changes_nothing(files, scope):
    before = everything(files)
    list(find_expired(scope, TODAY))
    assert everything(files) == before


def test_what_is_blanked_says_by_which_rules_and_is_not_found_again(files, scope):
    for each in list(find_expired(scope, TODAY)):
        assert blank_expired(scope, each.person_id, TODAY) == each
    assert list(find_expired(scope, TODAY)) == []
    assert blank_expired(scope, "old", TODAY) is None
    assert blank_expired(scope, "young", TODAY) is None
    with acting(scope):
        assert list(audit.verify()) == []
        told = {each.action: each.payload["rules"] for each in AuditEntry.objects.filter(action__startswith="person.")}
        assert set(told) == {"person.erased", "person.expired"}
        assert all(rule.startswith("cn.pipl.") for rules in told.values() for rule in rules)
        assert Person.objects.get(person_id="old").erased_at is not None
        assert Person.objects.get(person_id="north").name_sealed is not None
        assert Message.objects.filter(text_sealed__isnull=False).count() == 2
    assert "钱旧" not in everything(files)


def test_the_term_ends_on_its_day(tenant, scope):
    fill(tenant, settled_person(tenant, "edge"), NOON.replace(year=2021))
    assert list(find_expired(scope, date(2026, 11, 22))) == []
    assert parts(list(find_expired(scope, date(2026, 11, 23))))["edge"][1] is True


def test_somebody_whose_loan_is_settled_and_who_was_never_written_to_goes_at_once(tenant, scope):
    settled_person(tenant, "quiet")
    assert parts(list(find_expired(scope, TODAY))) == {"quiet": (["identity"], True)}


def test_many_people_are_looked_at_in_batches(tenant, scope):
    for number in range(5):
        settled_person(tenant, f"p{number}", phone=f"1310000000{number}")
    found = find_expired(scope, TODAY, batch_size=2)
    assert sorted(parts(list(found))) == [f"p{number}" for number in range(5)]


def test_somebody_unknown_is_an_error(scope):
    with pytest.raises(InputError, match="no such person"):
        blank_expired(scope, "nobody", TODAY)


def forbear(capsys, *arguments: str) -> tuple[int, dict[str, Any]]:
    with speaking("en"):
        code = run(["retention", *arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_the_command_shows_and_blanks_only_when_told_to(files, scope, capsys):
    given = ("--tenant", files, "--as-of", "2026-11-23")
    before = everything(files)
    code, document = forbear(capsys, *given)
    assert (code, document["applied"], sorted(each["person_id"] for each in document["files"])) == (
        0,
        False,
        ["north", "old"],
    )
    assert everything(files) == before
    code, applied = forbear(capsys, *given, "--apply")
    assert (code, applied["files"]) == (0, document["files"])
    assert forbear(capsys, *given)[1]["files"] == []


def test_the_command_speaks(files, capsys):
    assert run(["retention", "--tenant", files, "--as-of", "2026-11-23", "--lang", "zh"]) == 0
    out = capsys.readouterr().out
    assert "north: 投诉与争议 (cn.pipl." in out
    assert "2 份档案有期满内容；未作任何改动。" in out


def test_what_expires_on_a_day_to_come_is_shown_and_not_blanked(files, capsys):
    given = ("--tenant", files, "--as-of", "2099-01-01")
    code, document = forbear(capsys, *given, "--apply")
    assert (code, document["error"]) == (2, "not_yet")


def test_a_lender_that_is_not_there_is_named(records, capsys):
    code, document = forbear(capsys, "--tenant", "nobody", "--as-of", "2026-11-23")
    assert (code, document["error"]) == (2, "unknown_tenant")
