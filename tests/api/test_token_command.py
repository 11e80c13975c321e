"""``forbear token``: given once, listed without its secret, ended."""

from __future__ import annotations

import json

import pytest
from api_client import Machine, agency

from forbear.doors.cli.main import run


@pytest.fixture
def command(capsys):
    """Run a command with ``--json`` and read what it says."""

    def given(*arguments: str, code: int = 0):
        assert run(["--lang", "en", "--json", *arguments]) == code
        return json.loads(capsys.readouterr().out)

    return given


def test_a_token_is_given_used_listed_and_ended(tenant, cast, clock, command):
    """From the command line to the door and back."""
    agency(tenant, "agency-1")
    given = command(
        "token", "new", "--tenant", tenant, "--name", "a", "--scope", "people:read", "--agency", "agency-1",
        "--per-minute", "5", "--until", "2026-12-01",
    )  # fmt: skip
    who = Machine(given["secret"])
    assert [each["person_id"] for each in who.get("/people").body["items"]] == ["placed"]
    (listed,) = command("token", "list", "--tenant", tenant)["tokens"]
    assert (listed["scopes"], listed["requests_per_minute"]) == (["people:read"], 5)
    assert listed["expires_at"] == "2026-12-01T00:00:00+00:00" and given["secret"] not in str(listed)
    number = str(given["token_id"])
    ended = [command("token", "revoke", "--tenant", tenant, number)["is_new"] for _ in range(2)]
    assert ended == [True, False] and who.get("/people").status == 401


def test_what_cannot_be_given_says_why(tenant, cast, command):
    """With its code."""
    said = command("token", "new", "--tenant", tenant, "--name", "a", "--scope", "receipts:write", code=2)
    assert said["error"] == "bad_token"
    assert command("token", "revoke", "--tenant", tenant, "999999", code=3)["error"] == "unknown_token"


def test_it_speaks_to_people_too(tenant, cast, capsys):
    """The secret once, with a word that it is shown this once; a table of those that are."""
    words = [
        "--lang",
        "zh",
        "token",
        "new",
        "--tenant",
        tenant,
        "--name",
        "网关",
        "--scope",
        "receipts:write",
        "--signs",
    ]
    assert run(words) == 0
    assert "whsec_" in (said := capsys.readouterr().out) and "只显示这一次" in said
    assert run(["--lang", "zh", "token", "list", "--tenant", tenant]) == 0
    assert "网关" in capsys.readouterr().out
