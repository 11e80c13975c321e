"""A run that cannot be: each wrong input gives its exit code, says what and where, and leaves nothing behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from small_books import due, loan, payment, write_book

from forbear.doors.cli.main import run


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """One loan, one day overdue on 2026-02-02, with a cent paid."""
    tables = {"loans": [loan()], "instalments": [due(1, "2026-02-01", 10_000)], "payments": [payment(1, "2026-01-20")]}
    return write_book(tmp_path / "book", tables)


def refused(capsys: pytest.CaptureFixture[str], book: Path, **changes: str) -> tuple[int, dict[str, object]]:
    """The exit code and the error of ``forbear run --json``; the folder for the result is ``day`` beside the book."""
    options = {"as-of": "2026-02-02", "playbook": "balanced", "law": "cn", "out": str(book.parent / "day"), **changes}
    words = [word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", value)]
    code = run(["run", str(book), *words, "--json", "--lang", "en"])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("changes", "exit_code", "error", "words"),
    [
        ({"as-of": "2026-02-30"}, 2, "not_a_date", ["2026-02-30"]),
        ({"as-of": "today"}, 2, "not_a_date", ["today"]),
        ({"playbook": "gentle"}, 3, "no_such_playbook", ["gentle", "balanced"]),
        ({"law": "atlantis"}, 3, "unknown_pack", ["atlantis", "cn"]),
        ({"engine": "abacus"}, 2, "usage", ["abacus"]),
        ({"memory": "none"}, 2, "usage", ["--memory"]),
        ({"capacity": "nowhere.yaml"}, 3, "bad_capacity", ["nowhere.yaml"]),
        ({"mapping": "nowhere.yaml"}, 3, "missing_file", ["nowhere.yaml"]),
    ],
)
def test_a_wrong_word_is_named(capsys, book: Path, changes, exit_code, error, words) -> None:
    code, told = refused(capsys, book, **changes)
    assert (code, told["error"]) == (exit_code, error), told
    text = json.dumps(told, ensure_ascii=False)
    assert all(word in text for word in words), told
    assert [path.name for path in book.parent.iterdir()] == ["book"]


@pytest.mark.parametrize(
    "text",
    ["capacity: 3", "- sms", "capacity: [{channel: sms}]", "capacity: [{channel: sms, per_day: -1}]", "capacity: [{per_day: 3}]",
     "capacity: [{channel: sms, per_day: 1.5}]", "capacity: [{channel: sms, per_day: 1, colour: red}]", "capacity: [",
     "capacity: [{channel: sms, per_day: 1}, {channel: sms, per_day: 2}]", "capacity: [{channel: pigeon, per_day: 1}]"],
)  # fmt: skip
def test_a_bad_capacity_file_is_named(capsys, book: Path, text: str) -> None:
    path = book.parent / "capacity.yaml"
    path.write_text(text)
    code, told = refused(capsys, book, capacity=str(path))
    assert (code, told["error"]) == (3, "bad_capacity"), told
    assert "capacity.yaml" in json.dumps(told)


def test_a_book_that_is_not_there_is_named(capsys, book: Path) -> None:
    code, told = refused(capsys, book.parent / "nowhere")
    assert code == 3
    assert "nowhere" in json.dumps(told)


def test_an_empty_folder_is_no_book(capsys, tmp_path: Path) -> None:
    (tmp_path / "book").mkdir()
    code, told = refused(capsys, tmp_path / "book")
    assert code == 3
    assert "loans" in json.dumps(told)


def test_a_day_before_the_book_begins_is_refused(capsys, book: Path) -> None:
    code, told = refused(capsys, book, **{"as-of": "2025-12-31"})
    assert (code, told["error"]) == (3, "before_the_book")
    assert "2026-01-01" in str(told["message"])


def test_a_folder_that_cannot_be_written_is_said(capsys, book: Path) -> None:
    (book.parent / "file").write_text("")
    code, told = refused(capsys, book, out=str(book.parent / "file" / "day"))
    assert (code, told["error"]) == (5, "cannot_write")


def test_the_book_itself_is_no_place_for_the_result(capsys, book: Path) -> None:
    code, told = refused(capsys, book, out=str(book))
    assert (code, told["error"]) == (5, "not_a_result")
    assert sorted(path.name for path in book.iterdir()) == ["instalments.parquet", "loans.parquet", "payments.parquet"]
