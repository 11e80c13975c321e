"""``forbear audit``: what it prints, in which language, and with which exit code."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connections

from forbear.doors.cli.main import run
from forbear.kernel.language import speaking
from forbear.records import audit
from forbear.records.audit import Entry
from forbear.records.scope import Scope, acting


@pytest.fixture
def told(scope) -> Scope:
    """Two entries about one person, with personal data that must not be shown, and one about another."""
    with acting(scope):
        audit.record(
            Entry("payment.accepted", "payment", "pay-1", "north", {"amount_cents": 100}, {"payer": "张晓北"}),
            Entry("hold.placed", "hold", "hold-1", "north"),
            Entry("hold.placed", "hold", "hold-2", "south"),
        )
    return scope


@pytest.fixture(autouse=True)
def english():
    with speaking("en"):
        yield


def forbear(capsys, *arguments: str) -> tuple[int, str]:
    code = run([*arguments, "--lang", "en"] if "--lang" not in arguments else list(arguments))
    return code, capsys.readouterr().out


def as_json(capsys, *arguments: str) -> tuple[int, dict[str, Any]]:
    code, out = forbear(capsys, *arguments, "--json")
    return code, json.loads(out)


def tamper(scope: Scope) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE records_auditentry SET actor = 'x' WHERE tenant_id = %s AND subject_id = 'hold-1'", [scope.tenant]
        )
        cursor.execute("SET session_replication_role = DEFAULT")


def test_a_whole_audit_gives_code_zero(told, capsys):
    code, out = forbear(capsys, "audit", "verify", "--tenant", told.tenant)
    assert (code, out) == (0, f"Audit of {told.tenant}: 3 entries, 0 findings.\n")


def test_a_tampered_one_gives_code_one_and_says_where(told, capsys):
    tamper(told)
    lane = audit.lane_of("north")
    code, out = forbear(capsys, "audit", "verify", "--tenant", told.tenant)
    assert (code, out.splitlines()[0]) == (1, f"lane {lane}, entry 2: altered")
    code, out = forbear(capsys, "audit", "verify", "--tenant", told.tenant, "--lang", "zh")
    assert out.splitlines()[0] == f"第 {lane} 道第 2 条: 被篡改"
    code, document = as_json(capsys, "audit", "verify", "--tenant", told.tenant)
    assert code == 1
    assert [(each["kind"], each["number"]) for each in document["findings"]] == [("altered", 2)]


def test_heads_that_were_kept_are_the_anchor(told, capsys, tmp_path):
    """Exported by one command, given to the other; and still good when the audit has grown."""
    code, document = as_json(capsys, "audit", "heads", "--tenant", told.tenant)
    assert code == 0
    kept = tmp_path / "heads.json"
    kept.write_text(json.dumps(document), encoding="utf-8")
    with acting(told):
        audit.record(Entry("hold.ended", "hold", "hold-1", "north"))
    code, verified = as_json(capsys, "audit", "verify", "--tenant", told.tenant, "--anchor", str(kept))
    assert (code, verified["anchored"], verified["findings"]) == (0, 2, [])
    document["heads"][0]["digest"] = "0" * 64
    kept.write_text(json.dumps(document), encoding="utf-8")
    code, verified = as_json(capsys, "audit", "verify", "--tenant", told.tenant, "--anchor", str(kept))
    assert (code, [each["kind"] for each in verified["findings"]]) == (1, ["not_the_anchor"])


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"tenant": "another", "heads": []}', '{"heads": [{"lane": "x"}]}'])
def test_a_file_that_is_no_anchor_of_this_audit_is_refused(told, capsys, tmp_path, text):
    path = tmp_path / "heads.json"
    path.write_text(text, encoding="utf-8")
    code, document = as_json(capsys, "audit", "verify", "--tenant", told.tenant, "--anchor", str(path))
    assert (code, document["error"]) == (3, "bad_anchor")


def test_what_was_done_is_shown_without_personal_data(told, capsys):
    code, document = as_json(capsys, "audit", "show", "--tenant", told.tenant, "--person", "north")
    assert code == 0
    assert [each["action"] for each in document["entries"]] == ["hold.placed", "payment.accepted"]
    assert [each["personal"] for each in document["entries"]] == ["none", "sealed"]
    assert "张晓北" not in json.dumps(document, ensure_ascii=False)
    code, out = forbear(capsys, "audit", "show", "--tenant", told.tenant, "--subject", "pay-1")
    assert "payment.accepted" in out and '{"amount_cents": 100}' in out and "hold" not in out
    code, document = as_json(capsys, "audit", "show", "--tenant", told.tenant, "--limit", "1")
    assert len(document["entries"]) == 1


@pytest.mark.parametrize("command", ["verify", "heads", "show"])
def test_a_lender_that_is_not_there_is_named(records, capsys, command):
    code, document = as_json(capsys, "audit", command, "--tenant", "nobody")
    assert (code, document["error"]) == (2, "unknown_tenant")


def test_the_heads_can_be_read(told, capsys):
    code, out = forbear(capsys, "audit", "heads", "--tenant", told.tenant)
    assert code == 0
    assert [line.split()[:2] for line in out.splitlines()] == [["Lane", "Entries"]] + [
        [str(lane), str(count)]
        for lane, count in sorted({audit.lane_of("north"): 2, audit.lane_of("south"): 1}.items())
    ]
