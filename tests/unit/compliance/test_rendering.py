"""The law is shown with dates, sources and badges, in text and JSON, and written as pages."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from forbear.compliance import pack_names, read_pack, render_pack, write_law_pages
from forbear.kernel.errors import LawError, UsageError

ON = date(2026, 11, 23)


def test_one_statute_is_shown_in_full():
    text = render_pack("cn", ON, "cn.gbt45251.effective_calls_per_day_max")
    assert "unverified, S1" in text
    assert "* from 2025-02-28: 3 (calls a day)" in text
    assert "checked on 2026-11-22" in text
    assert "cn.gbt45251.effective_calls_per_day_max.voice  (forbid)" in text
    assert "at most 3 a day" in text


def test_a_verified_law_is_shown_with_its_words():
    text = render_pack("cn", ON, "cn.pipl.lawful_source")
    assert "verified, P" in text and "不得非法买卖" in text


def test_a_statute_out_of_force_is_shown_as_such():
    text = render_pack("cn", ON, "cn.nifa2024")
    assert "not in force" in text and "cn.nifa2024.quiet_hours_end" in text
    assert "until 2025-02-28" in render_pack("cn", ON, "cn.nifa2024.quiet_hours_start")


def test_the_whole_pack_names_every_statute_and_says_how_many_are_unread():
    text = render_pack("cn", ON)
    pack = read_pack("cn", ON)
    assert all(f"\n{statute_id}  [" in text for statute_id in pack.statutes.statutes)
    assert f"{pack.statutes.unverified_count()} of the {len(pack.statutes.values)} statutes" in text


def test_nothing_shown_claims_conformity():
    for language in ("en", "zh"):
        text = render_pack("cn", ON, language=language).lower()
        assert "compliant" not in text and "conforms" not in text and "符合国家标准" not in text


def test_json_holds_the_same_and_is_exact():
    found = json.loads(render_pack("cn", ON, "cn.financing.all_in_rate_max", form="json"))
    statute = found["statutes"][0]
    assert statute["versions"][0]["value"] == "0.24"
    assert statute["versions"][0]["in_force"] is True
    assert found["on"] == "2026-11-23" and found["digest"] == read_pack("cn", ON).digest


def test_an_unknown_statute_is_an_error_that_names_close_ones():
    with pytest.raises(LawError) as caught:
        render_pack("cn", ON, "cn.gbt45251.quiet_hour_start")
    assert caught.value.code == "unknown_statute"
    assert "cn.gbt45251.quiet_hours_start" in caught.value.do
    with pytest.raises(UsageError):
        render_pack("cn", ON, form="song")


def test_pages_are_written_one_an_instrument_and_do_not_depend_on_the_date(tmp_path):
    pages = write_law_pages(tmp_path / "a", ["cn", "house"], ON)
    again = write_law_pages(tmp_path / "b", ["cn", "house"], date(2022, 1, 1))
    assert [page.name for page in pages] == [page.name for page in again]
    assert [page.read_bytes() for page in pages] == [page.read_bytes() for page in again]
    names = {page.name for page in pages}
    assert {"cn.md", "cn-gbt45251.md", "house.md", "house-time.md", "unverified.md"} <= names
    text = (tmp_path / "a" / "cn-gbt45251.md").read_text(encoding="utf-8")
    assert "`cn.gbt45251.quiet_hours_start`" in text and "夜间禁催起始时刻" in text


def test_pages_name_the_cases_that_try_a_row(tmp_path):
    cases = tmp_path / "cases"
    cases.mkdir()
    row = "cn.gbt45251.effective_calls_per_day_max.voice"
    text = f"- {{name: A fourth call, expect: {{verdict: DENY, decided_by: {row}, rules: [{row}]}}}}\n"
    (cases / "a.yaml").write_text(text, encoding="utf-8")
    write_law_pages(tmp_path / "pages", ["cn"], ON, cases)
    page = (tmp_path / "pages" / "cn-gbt45251.md").read_text(encoding="utf-8")
    assert page.count("A fourth call") == page.count(f"`{row}`") > 0


def test_the_pages_in_the_documentation_are_those_of_the_pack(tmp_path):
    root = Path(__file__).parents[3]
    for page in write_law_pages(tmp_path, pack_names(), ON, root / "tests" / "law" / "cases"):
        kept = root / "docs" / "law" / page.name
        assert kept.read_text(encoding="utf-8") == page.read_text(encoding="utf-8"), (
            f"Write {kept.name} again: make docs."
        )


def test_every_unverified_statute_stands_in_one_table(tmp_path):
    """And no verified one, nor a house policy."""
    write_law_pages(tmp_path, pack_names(), ON)
    text = (tmp_path / "unverified.md").read_text(encoding="utf-8")
    for name in pack_names():
        for statute in read_pack(name, ON).statutes.statutes.values():
            listed = f"| `{statute.id}` |" in text
            assert listed == (not statute.verified and not statute.is_house_policy), statute.id
