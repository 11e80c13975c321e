"""A pack is sound, or the check says where it is not."""

from __future__ import annotations

import shutil
from datetime import date, timedelta

import pytest

from forbear.compliance import PACKS_FOLDER, check_law, check_pack, pack_names
from forbear.statutes import STATUTES_FOLDER

ON = date(2026, 11, 23)
CONTACT = "packs/cn/contact"


@pytest.mark.parametrize("name", pack_names())
@pytest.mark.parametrize("on", [date(2021, 12, 2), date(2024, 12, 31), ON])
def test_the_shipped_pack_is_sound(name, on):
    """Every pack, under the law of an early day, a day between, and today."""
    assert check_pack(name, on) == []


def test_the_layers_of_a_law_are_checked_one_by_one():
    """A law is as sound as its packs; one without a base is no law."""
    assert check_law("cn+house", ON) == []
    assert [problem.code for problem in check_law("house", ON)] == ["bad_layers"]
    assert [problem.code for problem in check_law("cn+cn", ON)] == ["bad_layers"]


@pytest.fixture
def copy(tmp_path):
    """The pack and its statutes, to spoil."""
    shutil.copytree(PACKS_FOLDER / "cn", tmp_path / "packs" / "cn")
    shutil.copytree(STATUTES_FOLDER / "cn", tmp_path / "statutes" / "cn")
    return tmp_path


def spoil(copy, file, old, new):
    path = copy / file
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def problems(copy, on=ON):
    return check_pack("cn", on, copy / "packs", copy / "statutes")


def codes(copy, on=ON):
    return {(p.code, p.where) for p in problems(copy, on)}


def test_a_source_checked_too_long_ago_is_found(copy):
    late = date(2026, 11, 22) + timedelta(days=401)
    assert ("source_not_checked", "cn.gbt45251.debtor_only") in codes(copy, late)
    assert codes(copy, late - timedelta(days=1)) == set()


def test_a_citation_that_does_not_exist_is_found(copy):
    cites = "<text>cn.gbt45251.effective_calls_per_day_max cn.gbt"
    spoil(copy, f"{CONTACT}/caps.dmn", cites, cites.replace("_max cn", "_max cn.atlantis cn"))
    assert ("unknown_statute", "cn.gbt45251.effective_calls_per_day_max.voice") in codes(copy)


def test_a_statute_that_nothing_cites_is_found_unless_informative(copy):
    new = copy / "statutes/cn/reading/visit/tea.yaml"
    text = (copy / "statutes/cn/reading/visit/at_the_door.yaml").read_text(encoding="utf-8")
    new.write_text(text.replace("cn.reading.visit.at_the_door", "cn.reading.visit.tea"), encoding="utf-8")
    assert codes(copy) == {("unused_statute", "cn.reading.visit.tea")}
    new.write_text(new.read_text(encoding="utf-8") + 'informative: "Tea is at four."\n', encoding="utf-8")
    assert codes(copy) == set()


PLATFORM = "cn.reading.means.platform.actor"


def row_of(copy, file, row):
    """The text of one row in a table's file."""
    text = (copy / file).read_text(encoding="utf-8")
    start = text.index(f'<rule id="{row}">')
    return text[start : text.index("</rule>", start)]


def test_a_row_without_a_reason_is_found_in_either_language(copy):
    notes = row_of(copy, f"{CONTACT}/means.dmn", PLATFORM).split("<annotationEntry>")
    without = "<annotationEntry>".join([notes[0], *("<text></text></annotationEntry>" for _ in notes[1:])])
    spoil(copy, f"{CONTACT}/means.dmn", row_of(copy, f"{CONTACT}/means.dmn", PLATFORM), without)
    assert codes(copy) >= {
        (code, PLATFORM)
        for code in ("row_without_because", "row_without_changes", "row_without_remedy", "row_without_cites")
    }


def test_a_row_that_does_not_cite_what_it_carries_out_is_found(copy):
    text = row_of(copy, f"{CONTACT}/means.dmn", PLATFORM)
    spoil(
        copy, f"{CONTACT}/means.dmn", text, text.replace("<text>cn.reading.means.platform<", "<text>cn.pipl.purpose<")
    )
    assert ("row_not_citing_its_statute", PLATFORM) in codes(copy)


def test_a_legal_number_in_a_cell_is_found(copy):
    spoil(copy, f"{CONTACT}/duties.dmn", "<text>&lt; cn.cba2026.visit.team_min</text>", "<text>&lt; 2</text>")
    assert ("number_in_cell", "cn.cba2026.visit.team_min.visitors") in codes(copy)


def test_a_sentence_that_names_an_unknown_value_is_found(copy):
    spoil(copy, f"{CONTACT}/duties.dmn", "At least {cn.cba2026.visit.team_min}", "At least {cn.cba2026.visit.team_max}")
    assert ("unknown_placeholder", "cn.cba2026.visit.team_min.visitors") in codes(copy)


def test_a_row_that_can_never_fire_is_found(copy):
    spoil(copy, f"{CONTACT}/duties.dmn", "<text>&lt; cn.cba2026.visit.team_min</text>", "<text>(3..2)</text>")
    assert "unreachable" in {code for code, _ in codes(copy)}


def test_a_fact_that_no_row_reads_is_found(copy):
    tea = "likes_tea: {type: bool, unfavourable: true, base: false, en: likes tea, zh: 喜欢茶}\n"
    (copy / "packs/cn/facts/tea.yaml").write_text(tea, encoding="utf-8")
    assert codes(copy) == {("unused_fact", "likes_tea")}


def test_a_proposal_that_no_row_speaks_for_is_found_with_an_example(copy):
    """A channel that is declared, and that no row permits or refuses."""
    spoil(copy, "packs/cn/facts/contact.yaml", "codes: [voice_agent,", "codes: [megaphone, voice_agent,")
    text = row_of(copy, f"{CONTACT}/means.dmn", "cn.reading.means.known_inputs.channel")
    known = text.replace('not("none",', 'not("none", "megaphone",')
    spoil(copy, f"{CONTACT}/means.dmn", text, known)
    found = [problem for problem in problems(copy) if problem.code == "gap"]
    assert [problem.where for problem in found] == ["contact"]
    assert 'channel is "megaphone"' in found[0].example


def test_a_statute_that_permits_and_forbids_one_proposal_is_found(copy):
    """Under one statute a party may be contacted, and may not when nothing is owed."""
    text = row_of(copy, f"{CONTACT}/permissions.dmn", "cn.pipl.contract_basis.party")
    clash = text.replace("cn.pipl.contract_basis.party", "cn.pipl.purpose.party")
    spoil(copy, f"{CONTACT}/permissions.dmn", text, clash)
    found = [problem for problem in problems(copy) if problem.code == "contradiction"]
    assert "cn.pipl.purpose.party cn.pipl.purpose.nothing_owed" in {problem.where for problem in found}
    assert all("is_open is false" in each.example for each in found if each.where.endswith("nothing_owed"))


def test_a_hold_that_opens_what_was_closed_is_found_with_an_example(copy):
    """A refusal that only holds while nothing else is wrong falls away with one more hold."""
    text = row_of(copy, f"{CONTACT}/means.dmn", "cn.pipl.lawful_source.purchased")
    only = "<inputEntry><text>false</text></inputEntry>"
    path = copy / f"{CONTACT}/holds.dmn"
    held = row_of(copy, f"{CONTACT}/holds.dmn", "cn.reading.stops.hold.hardship")
    assert only not in held and text
    path.write_text(
        path.read_text(encoding="utf-8").replace(held, held.replace("<text>true</text>", "<text>false</text>", 1), 1),
        encoding="utf-8",
    )
    assert ("bad_news_opens", "cn.reading.stops.hold.hardship: has_hardship") in codes(copy)


def test_a_consent_that_closes_what_was_open_is_found(copy):
    text = row_of(copy, f"{CONTACT}/means.dmn", "cn.cba2026.agency.private_devices.messenger")
    spoil(copy, f"{CONTACT}/means.dmn", text, text.replace("<text>false</text>", "<text>true</text>"))
    assert {code for code, _ in codes(copy)} == {"consent_closes"}


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("packs/cn/pack.yaml", "covers_from: 2021-11-01", "covers_from: soon", "bad_pack"),
        ("packs/cn/pack.yaml", "home_time_zones", "house_time_zones", "bad_pack"),
        ("packs/cn/pack.yaml", "id: cn\n", "id: ch\n", "bad_pack"),
        ("packs/cn/pack.yaml", "role: base", "role: tenor", "bad_pack"),
        ("packs/cn/pack.yaml", "      permissions: [contact/permissions.dmn]\n", "", "bad_pack"),
        ("packs/cn/pack.yaml", "asks: [collection]", "asks: [astrology]", "bad_pack"),
        ("packs/cn/pack.yaml", "forbid: DENY", "forbid: MAYBE", "bad_pack"),
        ("packs/cn/facts/shared.yaml", "has_dispute:\n  type: bool\n  unfavourable: true",
         "has_dispute:\n  type: bool\n  unfavourable: 1", "bad_pack"),
        ("packs/cn/facts/shared.yaml", "has_dispute:\n  type: bool", "has_dispute:\n  type: mood", "bad_pack"),
        ("packs/cn/facts/shared.yaml", "has_dispute:\n", "has_quarrel:\n", "bad_row"),
        ("packs/cn/facts/contact.yaml", "unanswered_attempts_today_count:\n", "letters_today_count:\n", "bad_row"),
        (f"{CONTACT}/windows.dmn", "<text>cn.gbt45251.quiet_hours_end</text>", "<text></text>", "bad_row"),
        (f"{CONTACT}/windows.dmn", "<text>cn.gbt45251.quiet_hours_end</text>", "<text>cn.gbt45251.dawn</text>", "bad_row"),
        (f"{CONTACT}/permissions.dmn", '<text>"permit"</text>', '<text>"bless"</text>', "bad_row"),
        (f"{CONTACT}/permissions.dmn", '<rule id="cn.pipl.contract_basis.party">', '<rule id="cn.lore.party">', "bad_row"),
        (f"{CONTACT}/means.dmn", "<text>lender</text>", "<text>fate</text>", "bad_row"),
        (f"{CONTACT}/permissions.dmn", "</definitions>", "", "not_xml"),
        ("statutes/cn/pipl/purpose.yaml", "verified: true", "verified: false", "bad_statute"),
    ],
)  # fmt: skip
def test_a_pack_that_cannot_be_read_is_one_problem(copy, file, old, new, code):
    spoil(copy, file, old, new)
    assert {found for found, _ in codes(copy)} == {code}


def test_an_unknown_pack_is_one_problem():
    assert [problem.code for problem in check_pack("atlantis", ON)] == ["unknown_pack"]
