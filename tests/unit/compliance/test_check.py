"""A pack is sound, or the check says where it is not."""

from __future__ import annotations

import shutil
from datetime import date, timedelta

import pytest

from forbear.compliance import PACKS_FOLDER, check_pack
from forbear.statutes import STATUTES_FOLDER

ON = date(2026, 11, 23)


@pytest.mark.parametrize("on", [date(2021, 11, 1), date(2024, 12, 31), ON])
def test_the_shipped_pack_is_sound(on):
    assert check_pack("cn", on) == []


@pytest.fixture
def copy(tmp_path):
    """The pack and its statutes, to spoil."""
    shutil.copytree(PACKS_FOLDER / "cn", tmp_path / "packs" / "cn")
    shutil.copytree(STATUTES_FOLDER / "cn", tmp_path / "statutes" / "cn")
    return tmp_path


def spoil(copy, file, old, new):
    path = copy / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def codes(copy, on=ON):
    return {(p.code, p.where) for p in check_pack("cn", on, copy / "packs", copy / "statutes")}


def test_a_source_checked_too_long_ago_is_found(copy):
    late = date(2026, 11, 22) + timedelta(days=401)
    assert ("source_not_checked", "cn.gbt45251.debtor_only") in codes(copy, late)
    assert codes(copy, late - timedelta(days=1)) == set()


def test_a_citation_that_does_not_exist_is_found(copy):
    cites = "<text>cn.gbt45251.effective_calls_per_day_max cn.gbt"
    spoil(copy, "packs/cn/caps.dmn", cites, cites.replace("_max cn", "_max cn.atlantis cn"))
    assert ("unknown_statute", "cn.gbt45251.effective_calls_per_day_max.voice") in codes(copy)


def test_a_statute_that_nothing_cites_is_found_unless_informative(copy):
    new = copy / "statutes/cn/house/time/tea.yaml"
    text = (copy / "statutes/cn/house/time/last_start.yaml").read_text(encoding="utf-8")
    new.write_text(text.replace("house.time.last_start", "cn.reading.time.tea"), encoding="utf-8")
    assert codes(copy) == {("unused_statute", "cn.reading.time.tea")}
    new.write_text(new.read_text(encoding="utf-8") + 'informative: "Tea is at four."\n', encoding="utf-8")
    assert codes(copy) == set()


def test_a_row_without_a_reason_is_found_in_either_language(copy):
    spoil(copy, "packs/cn/prohibitions.dmn", "<text>上门须经有权人员批准。</text>", "<text></text>")
    spoil(
        copy, "packs/cn/prohibitions.dmn", "<text>When a person with authority has approved it.</text>", "<text></text>"
    )
    row = "house.visit.approval.missing"
    assert codes(copy) == {("row_without_because", row), ("row_without_changes", row)}


def test_a_row_that_does_not_cite_what_it_carries_out_is_found(copy):
    spoil(
        copy,
        "packs/cn/prohibitions.dmn",
        "<text>house.visit.approval</text>",
        "<text>cn.reading.means.platform</text>",
    )
    assert ("row_not_citing_its_statute", "house.visit.approval.missing") in codes(copy)


def test_a_row_without_citations_is_found(copy):
    spoil(copy, "packs/cn/prohibitions.dmn", "<text>house.visit.approval</text>", "<text></text>")
    assert ("row_without_cites", "house.visit.approval.missing") in codes(copy)


def test_a_legal_number_in_a_cell_is_found(copy):
    spoil(copy, "packs/cn/duties.dmn", "<text>&lt; cn.cba2026.visit.team_min</text>", "<text>&lt; 2</text>")
    assert ("number_in_cell", "cn.cba2026.visit.team_min.visitors") in codes(copy)


def test_a_sentence_that_names_an_unknown_value_is_found(copy):
    spoil(copy, "packs/cn/duties.dmn", "At least {cn.cba2026.visit.team_min}", "At least {cn.cba2026.visit.team_max}")
    assert ("unknown_placeholder", "cn.cba2026.visit.team_min.visitors") in codes(copy)


def test_a_row_that_can_never_fire_is_found(copy):
    spoil(copy, "packs/cn/duties.dmn", "<text>&lt; cn.cba2026.visit.team_min</text>", "<text>(3..2)</text>")
    assert "unreachable" in {code for code, _ in codes(copy)}


def test_a_fact_that_no_row_reads_is_found(copy):
    spoil(
        copy,
        "packs/cn/pack.yaml",
        "facts:\n",
        "facts:\n  likes_tea: {type: bool, unfavourable: true, en: likes tea, zh: 喜欢茶}\n",
    )
    assert codes(copy) == {("unused_fact", "likes_tea")}


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("packs/cn/pack.yaml", "covers_from: 2021-11-01", "covers_from: soon", "bad_pack"),
        ("packs/cn/pack.yaml", "home_time_zones", "house_time_zones", "bad_pack"),
        ("packs/cn/pack.yaml", "  caps: caps.dmn\n", "", "bad_pack"),
        ("packs/cn/pack.yaml", "forbid: DENY", "forbid: MAYBE", "bad_pack"),
        ("packs/cn/pack.yaml", "has_dispute: {type: bool, unfavourable: true", "has_dispute: {type: bool, unfavourable: 1", "bad_pack"),
        ("packs/cn/pack.yaml", "  has_dispute: {", "  has_quarrel: {", "bad_row"),
        ("packs/cn/pack.yaml", "  messages_today_count: {", "  letters_today_count: {", "bad_row"),
        ("packs/cn/windows.dmn", "<text>house.time.first_start</text>", "<text></text>", "bad_row"),
        ("packs/cn/windows.dmn", "<text>house.time.first_start</text>", "<text>cn.reading.time.dawn</text>", "bad_row"),
        ("packs/cn/permissions.dmn", '<text>"permit"</text>', '<text>"bless"</text>', "bad_row"),
        ("packs/cn/permissions.dmn", '<rule id="cn.pipl.contract_basis.party">', '<rule id="cn.lore.party">', "bad_row"),
        ("packs/cn/permissions.dmn", "</definitions>", "", "not_xml"),
        ("statutes/cn/pipl/purpose.yaml", "verified: true", "verified: false", "bad_statute"),
    ],
)  # fmt: skip
def test_a_pack_that_cannot_be_read_is_one_problem(copy, file, old, new, code):
    spoil(copy, file, old, new)
    assert {found for found, _ in codes(copy)} == {code}


def test_an_unknown_pack_is_one_problem():
    assert [problem.code for problem in check_pack("atlantis", ON)] == ["unknown_pack"]
