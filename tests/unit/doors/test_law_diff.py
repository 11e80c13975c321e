"""``law copy``, ``law diff`` and ``playbook diff``: what they print, in which language, and with which exit code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from forbear.doors.cli.comparing import side_of
from forbear.doors.cli.main import run
from forbear.kernel.errors import UsageError
from forbear.kernel.language import speaking

DAY = "2026-11-23"
MAXIMUM = "statutes/cn/gbt45251/effective_calls_per_day_max.yaml"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with speaking("en"):
        yield


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two hundred borrowers."""
    folder = tmp_path_factory.mktemp("diff") / "book"
    assert run(["book", "make", "--borrowers", "200", "--seed", "7", "--as-of", DAY, "--quiet", str(folder)]) == 0
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


def on(book: Path) -> tuple[str, ...]:
    return ("--book", str(book), "--as-of", DAY)


@pytest.mark.parametrize(
    ("typed", "law", "day", "profile"),
    [
        ("cn", "cn", None, "strict"),
        ("cn+house", "cn+house", None, "strict"),
        ("cn+house@2025-02-27", "cn+house", "2025-02-27", "strict"),
        ("cn+house:letter", "cn+house", None, "letter"),
        ("cn+house@2025-02-27:letter", "cn+house", "2025-02-27", "letter"),
        ("drafts/cn+house@2025-02-27", "drafts/cn+house", "2025-02-27", "strict"),
        ("me@work/a:b/cn", "me@work/a:b/cn", None, "strict"),
        ("me@work/cn:letter", "me@work/cn", None, "letter"),
    ],
)
def test_a_law_is_typed_with_its_date_and_profile(typed: str, law: str, day: str | None, profile: str) -> None:
    side = side_of(typed, "balanced", "strict")
    assert (side.law, side.on and side.on.isoformat(), side.profile) == (law, day, profile)


@pytest.mark.parametrize("typed", ["cn@", "cn@today", "cn@2025-02-30:letter"])
def test_what_follows_the_at_must_be_a_date(typed: str) -> None:
    with pytest.raises(UsageError) as caught:
        side_of(typed, "balanced", "strict")
    assert caught.value.code == "not_a_date"


def test_a_law_is_copied_edited_checked_and_compared(
    capsys: pytest.CaptureFixture[str], book: Path, tmp_path: Path
) -> None:
    draft, out = tmp_path / "draft", tmp_path / "diff"
    code, copied = document(capsys, "law", "copy", "cn+house", str(draft))
    assert code == 0 and set(copied["packs"]) == {"cn", "house"}
    assert sum(copied["packs"].values()) == sum(path.is_file() for path in draft.rglob("*"))
    unchanged = ("law", "diff", "cn+house", f"{draft}/cn+house", *on(book))
    code, found = document(capsys, *unchanged)
    assert (code, found["by_change"]) == (0, [])
    text = (draft / MAXIMUM).read_text(encoding="utf-8")
    (draft / MAXIMUM).write_text(text.replace("value: 3", "value: 0"), encoding="utf-8")
    assert answer(capsys, "law", "check", "--law", f"{draft}/cn+house", "--on", DAY)[0] == 0
    code, shown, err = answer(capsys, *unchanged, "--out", str(out))
    assert (code, err) == (0, "")
    assert "proposed acts come out otherwise" in shown and "cn.gbt45251.effective_calls_per_day_max.voice" in shown
    assert "telephone" in shown and f"Open {out / 'diff.html'} first." in shown
    assert sorted(path.name for path in out.iterdir()) == ["changes.parquet", "diff.html", "summary.json"]
    code, found = document(capsys, *unchanged)
    assert found == json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert {row["decided_by_after"] for row in found["rules"]} == {"cn.gbt45251.effective_calls_per_day_max.voice"}


def test_the_drafts_of_all_layers_are_named_one_by_one(
    capsys: pytest.CaptureFixture[str], book: Path, tmp_path: Path
) -> None:
    """``DIR/cn+house`` has the shipped house rules over it, ``DIR/cn+DIR/house`` the draft's."""
    draft = tmp_path / "draft"
    assert run(["law", "copy", "cn+house", str(draft), "--quiet"]) == 0
    file = draft / "statutes" / "house" / "frequency" / "messages_per_day_max.yaml"
    lines = file.read_text(encoding="utf-8").splitlines()
    value = next(number for number, line in enumerate(lines) if line.strip().startswith("value: "))
    lines[value] = lines[value].split(":")[0] + ": 0"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    _, shipped = document(capsys, "law", "diff", "cn+house", f"{draft}/cn+house", *on(book))
    _, own = document(capsys, "law", "diff", "cn+house", f"{draft}/cn+{draft}/house", *on(book))
    assert shipped["by_change"] == []
    assert {row["decided_by_after"] for row in own["rules"]} == {"house.frequency.messages_per_day_max.message"}
    assert own["people"]["lost"] > 0


def test_a_law_is_not_copied_over_something_else(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    code, found = document(capsys, "law", "copy", "cn", str(tmp_path))
    assert (code, found["error"]) == (5, "folder_not_empty")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    code, found = document(capsys, "law", "copy", "cn+nowhere", str(tmp_path / "draft"))
    assert (code, found["error"]) == (3, "unknown_pack")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_two_playbooks_are_told_in_both_languages(capsys: pytest.CaptureFixture[str], book: Path) -> None:
    asked = ("playbook", "diff", "balanced", "alipay", *on(book))
    code, english, err = answer(capsys, *asked)
    assert (code, err) == (0, "") and english.isascii() is False
    assert english.startswith("balanced → alipay\n") and " loans are treated otherwise, of " in english
    assert "alipay.treatment." in english and "People contacted" in english
    code, chinese, err = answer(capsys, *asked, "--lang", "zh")
    assert (code, err) == (0, "") and "的处置方式改变" in chinese and "联系人数" in chinese


def test_nothing_changes_is_said_plainly(capsys: pytest.CaptureFixture[str], book: Path) -> None:
    code, shown, err = answer(capsys, "law", "diff", "cn+house", "cn+house", *on(book))
    assert (code, err) == (0, "")
    assert shown.splitlines()[1].startswith("Nothing changes: each of the ") and len(shown.splitlines()) == 2


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (["law", "diff", "cn", "xx"], 3, "unknown_pack"),
        (["law", "diff", "cn", "house"], 3, "bad_layers"),
        (["law", "diff", "no/such/cn", "cn"], 3, "unknown_pack"),
        (["law", "diff", "cn@2025-13-01", "cn"], 2, "not_a_date"),
        (["law", "diff", "cn", "cn:lax"], 2, "unknown_profile"),
        (["law", "diff", "cn", "cn", "--playbook", "nobody"], 3, "no_such_playbook"),
        (["law", "diff", "cn"], 2, "usage"),
        (["playbook", "diff", "balanced", "nobody"], 3, "no_such_playbook"),
        (["playbook", "diff", "balanced", "alipay", "--law", "xx"], 3, "unknown_pack"),
        (["playbook", "diff", "balanced", "alipay", "--law", "cn@x"], 2, "not_a_date"),
    ],
)
def test_bad_input_is_an_error_with_its_code(
    capsys: pytest.CaptureFixture[str], book: Path, arguments: list[str], code: int, error: str
) -> None:
    exit_code, found = document(capsys, *arguments, *on(book))
    assert (exit_code, found["error"]) == (code, error)


def test_a_book_that_is_not_there_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    code, found = document(capsys, "law", "diff", "cn", "cn", "--book", "/no/such/book", "--as-of", DAY)
    assert (code, found["error"]) == (3, "missing_book")
