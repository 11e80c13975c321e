"""The command line: what it prints, where, in which language, and with which exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from forbear.doors.cli.main import cli, run
from forbear.doors.cli.output import Voice, translated_message
from forbear.doors.cli.reference import cli_reference
from forbear.kernel.errors import BookError
from forbear.kernel.language import speaking

DAY = "2026-11-23"
ROOT = Path(__file__).parents[3]
DISCOUNT = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="discount" namespace="urn:test">
  <inputData id="age" name="age"><variable name="age" typeRef="number"/></inputData>
  <decision id="discount" name="discount"><variable name="discount" typeRef="string"/>
    <informationRequirement id="r"><requiredInput href="#age"/></informationRequirement>
    <decisionTable hitPolicy="UNIQUE">
      <input id="i"><inputExpression typeRef="number"><text>age</text></inputExpression></input>
      <output id="o" typeRef="string"/>
      <rule id="young"><inputEntry><text>&lt; 18</text></inputEntry><outputEntry><text>"half"</text></outputEntry></rule>
      {last}
    </decisionTable>
  </decision>
</definitions>
"""
ADULT = '<rule id="adult"><inputEntry><text>&gt;= 18, null</text></inputEntry><outputEntry><text>"full"</text></outputEntry></rule>'
CASES = """<?xml version="1.0" encoding="UTF-8"?>
<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <modelName>discount.dmn</modelName>
  <testCase id="a"><inputNode name="age"><value xsi:type="xsd:decimal">17</value></inputNode>
    <resultNode name="discount" type="decision"><expected><value xsi:type="xsd:string">{expected}</value></expected></resultNode>
  </testCase>
</testCases>
"""


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with speaking("en"):
        yield


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty borrowers with faults in their files."""
    folder = tmp_path_factory.mktemp("cli") / "book"
    arguments = [
        "book",
        "make",
        "--borrowers",
        "60",
        "--seed",
        "7",
        "--as-of",
        DAY,
        "--faults",
        "0.05",
        "--form",
        "csv",
    ]
    assert run([*arguments, "--quiet", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def day(book: Path) -> Path:
    """A day's run on that book."""
    folder = book.parent / "day"
    assert run(["run", str(book), "--as-of", DAY, "--playbook", "balanced", "--law", "cn", "--out", str(folder)]) == 0
    return folder


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = run(arguments)
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code, out, err = answer(capsys, *arguments, "--json")
    assert err == ""
    return code, json.loads(out)


def commands() -> list[list[str]]:
    groups = [(name, command) for name, command in cli.commands.items()]
    return [[], *([name] for name, _ in groups), *([n, sub] for n, c in groups for sub in getattr(c, "commands", {}))]


@pytest.mark.parametrize("path", commands(), ids=lambda path: " ".join(path) or "forbear")
def test_help_is_given_in_both_languages(capsys: pytest.CaptureFixture[str], path: list[str]) -> None:
    code, english, err = answer(capsys, *path, "--help", "--lang", "en")
    assert (code, err) == (0, "") and english.isascii() and "Usage: forbear" in english
    code, chinese, err = answer(capsys, "--lang=zh", *path, "--help")
    assert (code, err) == (0, "") and "用法：" in chinese and "显示本帮助并退出。" in chinese


def test_the_version_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = answer(capsys, "--version")
    assert (code, err) == (0, "") and out.startswith("forbear 0.") and out.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (["no-such-command"], 2, "usage"),
        (["book", "check"], 2, "usage"),
        (["book", "check", "x", "--as-of", "2026-13-01"], 2, "not_a_date"),
        (["book", "check", "x", "--as-of", DAY, "--no-such-option"], 2, "usage"),
        (["book", "make", "x", "--borrowers", "0", "--seed", "1", "--as-of", DAY], 2, "usage"),
        (["book", "make", "x", "--borrowers", "1", "--seed", "1", "--as-of", DAY, "--faults", "2"], 2, "not_a_share"),
        (["book", "check", "/no/such/book", "--as-of", DAY], 3, "missing_book"),
        (["run", "/no/such/book", "--as-of", DAY, "--playbook", "x", "--law", "cn", "--out", "/tmp/none"], 3, "no_such_playbook"),
        (["run", "/no/such/book", "--as-of", DAY, "--playbook", "balanced", "--law", "xx", "--out", "/tmp/none"], 3, "unknown_pack"),
        (["explain", "/no/such/run", "L1"], 3, "no_run"),
        (["tables", "check", "/no/such.dmn"], 3, "missing_file"),
        (["playbook", "show", "nobody"], 3, "no_such_playbook"),
        (["book", "check", "x", "--as-of", DAY, "--lang", "tlh"], 2, "usage"),
    ],
)  # fmt: skip
def test_an_error_has_its_code_as_text_and_as_json(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, error: str
) -> None:
    exit_code, out, err = answer(capsys, *arguments)
    assert (exit_code, out) == (code, "") and err.startswith("Error: ")
    exit_code, found = document(capsys, *arguments)
    assert (exit_code, found["error"]) == (code, error)
    assert set(found) == {"error", "message", "where", "do"} and found["message"]


def test_no_command_at_all_shows_the_help_and_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = answer(capsys)
    assert (code, out) == (2, "") and "Commands:" in err


def test_an_error_is_told_in_chinese_with_its_place_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    code, _out, err = answer(capsys, "explain", "/no/such/run", "L1", "--lang", "zh")
    assert code == 3
    assert err.splitlines() == [
        "错误：该文件夹中没有运行结果。",
        "  文件夹：/no/such/run",
        "  请给出已完成运行的 --out 文件夹。",
    ]


def test_an_english_message_gets_chinese_words_before_it_by_its_code() -> None:
    error = BookError("bad_buckets", "Buckets must rise.")
    assert translated_message(error) == "Buckets must rise."
    with speaking("zh"):
        assert translated_message(error) == "账龄分段有误。 Buckets must rise."


def test_a_check_counts_every_row_and_fails_when_one_was_rejected(
    capsys: pytest.CaptureFixture[str], book: Path, tmp_path: Path
) -> None:
    code, found = document(capsys, "book", "check", str(book), "--as-of", DAY, "--out", str(tmp_path / "out"))
    assert code == 1 and found["rejected"] > 0
    for rows in found["tables"].values():
        assert rows["rows_in"] == rows["accepted"] + rows["rejected"]
    by_rule = sum(rule["count"] for rule in found["rules"] if rule["disposition"] != "noted")
    assert by_rule == sum(rows["rejected"] for rows in found["tables"].values())
    assert all(1 <= len(rule["examples"]) <= 3 and rule["text"] for rule in found["rules"])
    written = pq.read_table(tmp_path / "out" / "rejects.parquet").num_rows
    assert written == sum(rule["count"] for rule in found["rules"])
    assert json.loads((tmp_path / "out" / "check.json").read_text()) == found


def test_a_check_is_told_as_text(capsys: pytest.CaptureFixture[str], book: Path) -> None:
    code, out, err = answer(capsys, "book", "check", str(book), "--as-of", DAY, "--lang", "zh")
    assert (code, err) == (1, "")
    assert "输入行数 = 接受 + 其他" in out and "M6+" in out and "¥" in out


def test_making_a_book_twice_gives_the_same_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "b"):
        arguments = ("book", "make", str(tmp_path / name), "--borrowers", "20", "--seed", "3", "--as-of", DAY)
        code, made = document(capsys, *arguments)
        assert code == 0 and made["tables"]["borrowers"] == 20
    for path in sorted((tmp_path / "a").iterdir()):
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_a_book_is_not_made_over_another_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "kept.txt").write_text("mine")
    code, found = document(capsys, "book", "make", str(tmp_path), "--borrowers", "20", "--seed", "3", "--as-of", DAY)
    assert (code, found["error"]) == (5, "folder_not_empty")
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


def test_a_run_leaves_its_files_and_says_what_was_planned(day: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = {path.name for path in day.iterdir()}
    tables = {f"{name}.parquet" for name in ("facts", "proposals", "verdicts", "plan", "rejects")}
    assert names == tables | {"run.json", "report.html"}


def test_a_run_prints_its_record_as_json(
    book: Path, day: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [
        "run",
        str(book),
        "--as-of",
        DAY,
        "--playbook",
        "balanced",
        "--law",
        "cn",
        "--out",
        str(tmp_path / "d"),
    ]
    code, record = document(capsys, *arguments)
    written = json.loads((tmp_path / "d" / "run.json").read_text())
    assert code == 0 and record == written
    same = json.loads((day / "run.json").read_text())
    assert record["digest"] == same["digest"]
    assert (tmp_path / "d" / "report.html").read_bytes() == (day / "report.html").read_bytes()


def test_a_loan_of_a_run_is_explained(day: Path, capsys: pytest.CaptureFixture[str]) -> None:
    loan_id = pq.read_table(day / "plan.parquet")["loan_id"][0].as_py()
    code, found = document(capsys, "explain", str(day), loan_id)
    assert code == 0 and found["loan_id"] == loan_id and found["sentences"]
    code, out, _err = answer(capsys, "explain", str(day), loan_id, "--lang", "zh")
    assert code == 0 and "起作用的事实" in out


def test_a_table_with_a_hole_is_found_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "sound.dmn").write_text(DISCOUNT.format(last=ADULT))
    code, found = document(capsys, "tables", "check", str(tmp_path / "sound.dmn"))
    assert (code, found["findings"]) == (0, [])
    clash = '<rule id="teen"><inputEntry><text>[13..17]</text></inputEntry><outputEntry><text>"none"</text></outputEntry></rule>'
    (tmp_path / "clash.dmn").write_text(DISCOUNT.format(last=ADULT + clash))
    code, found = document(capsys, "tables", "check", str(tmp_path))
    assert code == 1
    assert {(each["kind"], each["file"].rpartition("/")[2]) for each in found["findings"]} == {("overlap", "clash.dmn")}


def test_a_table_is_shown_and_tried_on_its_cases(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model, cases = tmp_path / "discount.dmn", tmp_path / "cases.xml"
    model.write_text(DISCOUNT.format(last=ADULT))
    code, out, _err = answer(capsys, "tables", "show", str(model))
    assert code == 0 and "young" in out and '"half"' in out
    cases.write_text(CASES.format(expected="half"))
    assert answer(capsys, "tables", "test", str(model), str(cases))[0] == 0
    cases.write_text(CASES.format(expected="full"))
    code, found = document(capsys, "tables", "test", str(model), str(cases))
    assert (code, found["failed"]) == (1, 1)


def test_the_law_pack_is_sound_and_can_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    code, found = document(capsys, "law", "check", "--on", DAY)
    assert (code, found["findings"]) == (0, [])
    code, out, _err = answer(capsys, "law", "show", "cn.gbt45251.quiet_hours_start", "--on", DAY, "--lang", "zh")
    assert code == 0 and "22:00" in out and "夜间" in out
    code, found = document(capsys, "law", "show", "--on", DAY)
    assert code == 0 and len(found["statutes"]) > 50


def test_the_playbooks_are_sound_and_can_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    code, found = document(capsys, "playbook", "check", "balanced")
    assert (code, [each for each in found["findings"] if each["level"] == "error"]) == (0, [])
    code, out, _err = answer(capsys, "playbook", "show", "balanced")
    assert code == 0 and "visit_days_past_due_min" in out and "balanced.stage.pre_due" in out


def test_progress_is_silent_when_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with Voice().progress() as tell:
        tell("step", 1, 2)
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "")


def test_the_reference_page_names_every_command_and_option() -> None:
    page = cli_reference(cli)
    for path in commands():
        command: Any = cli
        for name in path:
            command = command.commands[name]
        if not hasattr(command, "commands"):
            assert f"## forbear {' '.join(path)}\n" in page
            assert all(
                f"`{parameter.opts[0]}" in page or parameter.param_type_name == "argument"
                for parameter in command.params
            )


def test_a_run_that_is_interrupted_leaves_nothing(book: Path, tmp_path: Path) -> None:
    arguments = [
        "run",
        str(book),
        "--as-of",
        DAY,
        "--playbook",
        "balanced",
        "--law",
        "cn",
        "--out",
        str(tmp_path / "day"),
    ]
    script = "import sys; from forbear.doors.cli.main import main; sys.argv[1:] = sys.argv[1:]; print('up', flush=True); main()"
    process = subprocess.Popen(
        [sys.executable, "-c", script, *arguments, "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "LC_ALL": "C"},
    )  # fmt: skip
    assert process.stdout is not None and process.stdout.readline() == "up\n"
    while not any(tmp_path.iterdir()) and process.poll() is None:
        pass  # wait for the run to begin writing
    process.send_signal(signal.SIGINT)
    out, _err = process.communicate(timeout=60)
    assert process.returncode == 130 and json.loads(out)["error"] == "interrupted"
    assert list(tmp_path.iterdir()) == []
