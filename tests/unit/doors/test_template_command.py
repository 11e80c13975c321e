"""``forbear template``: what it prints, in words and for programs, and the exit code by which a script knows."""

from __future__ import annotations

import json

import pytest

from forbear.doors.cli.main import run

GOOD = """
code: own
purpose: collection
frame: collection
zh_CN: {subject: '{{ institution }}：请查看', says: '如果有困难，可以申请{{ options }}。'}
en: {subject: '{{ institution }}: a word', says: 'If it is difficult, you can ask for {{ options }}.'}
"""
BAD = GOOD.replace("如果有困难，可以申请{{ options }}。", "否则将通知您的单位。")


def test_the_shipped_templates_are_listed(capsys):
    assert run(["template", "list", "--lang", "en"]) == 0
    assert "visit_notice" in capsys.readouterr().out
    assert run(["template", "list", "--json"]) == 0
    listed = {each["code"]: each for each in json.loads(capsys.readouterr().out)["templates"]}
    assert listed["verification_code"]["channels"] == ["sms", "email"]
    assert all(each["languages"] == ["zh_CN", "zh_TW", "en"] for each in listed.values())


def test_a_template_is_shown_with_its_words_and_places(capsys):
    assert run(["template", "show", "pre_due", "--channel", "sms", "--in", "zh_TW", "--json"]) == 0
    (shown,) = json.loads(capsys.readouterr().out)["templates"]
    assert "到期" in shown["body"] and "next_amount" in shown["places"] and len(shown["digest"]) == 64
    assert run(["template", "show", "pre_due", "--lang", "zh"]) == 0
    assert "{{ next_amount }}" in capsys.readouterr().out


def test_places_and_consequences_are_listed(capsys):
    assert run(["template", "places", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert {"amount_due", "visit_place"} <= {each["name"] for each in document["places"]}
    sentences = {each["name"]: each for each in document["consequences"]}
    assert sentences["consequence.credit_report"]["when"]["has_dispute"] == "false"
    assert run(["template", "places", "--lang", "zh"]) == 0
    assert "逾期天数" in capsys.readouterr().out


@pytest.mark.parametrize("asked", [["none_such"], ["pre_due", "--channel", "visit"]])
def test_a_template_that_is_not_there_is_an_error_with_a_hint(capsys, asked):
    assert run(["template", "show", *asked, "--lang", "en"]) == 2
    assert "no template" in capsys.readouterr().err


def test_a_file_that_the_law_lets_pass_gives_zero(tmp_path, capsys):
    (tmp_path / "own.yaml").write_text(GOOD, encoding="utf-8")
    assert run(["template", "lint", str(tmp_path / "own.yaml"), "--on", "2026-11-18", "--lang", "en"]) == 0
    assert "21 texts: 0 findings." in capsys.readouterr().out


def test_a_finding_is_told_once_a_language_and_gives_one(tmp_path, capsys):
    """Seven channels share the words; 繁體 is another text."""
    (tmp_path / "own.yaml").write_text(BAD, encoding="utf-8")
    assert run(["template", "lint", str(tmp_path / "own.yaml"), "--on", "2026-11-18", "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert [(each["language"], each["found"]) for each in document["findings"]] == [
        ("zh_CN", "通知您的单位"),
        ("zh_TW", "通知您的單位"),
    ]
    assert all(each["rule"].startswith("cn.") and each["do"] for each in document["findings"])


def test_a_finding_speaks_the_readers_language(tmp_path, capsys):
    (tmp_path / "own.yaml").write_text(BAD, encoding="utf-8")
    assert run(["template", "lint", str(tmp_path / "own.yaml"), "--on", "2026-11-18", "--lang", "zh"]) == 1
    assert "信息内容威胁告知单位" in capsys.readouterr().out


def test_a_file_that_is_no_template_is_named(tmp_path, capsys):
    (tmp_path / "own.yaml").write_text("- a list", encoding="utf-8")
    assert run(["template", "lint", str(tmp_path / "own.yaml"), "--lang", "en"]) == 3
    assert "own.yaml" in capsys.readouterr().err
