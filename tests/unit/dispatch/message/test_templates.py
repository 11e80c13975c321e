"""Every text that comes with the package passes the law, in every language, and nothing that a playbook names is missing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from messages_cast import BY_TEMPLATE, base, gate, shipped

import forbear.strategy
from forbear.dispatch.message import (
    PLACES,
    digest_of,
    lint,
    message_facts,
    read_templates,
    shipped_templates,
    templates_of,
)
from forbear.dispatch.message.places import SHOWN_BY
from forbear.dispatch.message.template import FORMS, frames
from forbear.kernel.errors import InputError
from forbear.strategy import playbook_names
from forbear.tables import read_dmn

PLAYBOOKS = Path(forbear.strategy.__file__).parent / "playbooks"
BY_CODE = sorted({each.code for each in shipped_templates()})


@pytest.mark.parametrize("product", ["instalment", "card"])
@pytest.mark.parametrize("code", BY_CODE)
def test_every_shipped_template_passes_the_law(code, product):
    """On every channel and in every language, for a card too, of which the law asks the most (P2, P5, TR2)."""
    person = base(product_kind=product)
    found = [finding for each in shipped_templates() if each.code == code for finding in lint(each, gate(), person)]
    assert found == []


@pytest.mark.parametrize("name", playbook_names())
def test_every_template_that_a_playbook_names_is_there(name):
    """On every channel that the playbook would use it on, for the purpose that the playbook gives, in three languages."""
    table = read_dmn(PLAYBOOKS / name / "treatment.dmn").decisions["treatment"].table
    places = {output.name: place for place, output in enumerate(table.outputs)}
    wanted = set()
    for rule in table.rules:
        said = [str(cell.value.value) for cell in rule.values]
        channels = {said[place] for output, place in places.items() if output.startswith("channel_")} - {"none"}
        wanted |= {(said[places["template"]], channel, said[places["purpose"]]) for channel in channels}
    assert len(wanted) > 5
    assert wanted - {(each.code, each.channel, each.purpose) for each in shipped_templates()} == set()


def test_every_text_is_there_in_three_languages():
    """繁體 is the 简体 text in traditional characters; neither language is left out."""
    for code, channel, _ in BY_TEMPLATE:
        assert {"zh_CN", "zh_TW", "en"} == {lang for one, means, lang in BY_TEMPLATE if (one, means) == (code, channel)}
    assert "逾期" in shipped(language="zh_TW").body
    assert "还" not in shipped(language="zh_TW").body


def test_every_channel_has_its_form_and_every_place_says_what_stands_there():
    """The closed list is documented, and every way out is served."""
    assert {template.channel for template in shipped_templates()} == set(FORMS)
    assert all(place.says for place in PLACES.values())
    assert {place for shown in SHOWN_BY.values() for place in shown} <= set(PLACES)


def test_all_languages_of_a_template_name_the_same_places():
    """Nobody is told less because of the language they read."""
    for code, channel, _ in BY_TEMPLATE:
        chinese, english = (BY_TEMPLATE[code, channel, language] for language in ("zh_CN", "en"))
        assert chinese.places == english.places, (code, channel)
        assert chinese.consequences == english.consequences


def test_nothing_that_the_law_asks_of_a_message_is_taken_on_trust():
    """Every fact of the law about a message is read off the text, whatever the base says."""
    needed = {name for name in gate().needs if name.startswith("message_")} | {"states_identity", "discloses_no_debt"}
    assert needed - set(message_facts(shipped())) == set()


def test_a_text_message_of_collection_has_what_the_borrower_needs():
    """Days overdue, amount due and how to pay: left out, it is found (P2)."""
    for place in ("days_past_due", "amount_due", "how_to_pay"):
        body = shipped().body.replace(f"{{{{ {place} }}}}", "……")
        found = lint(replace(shipped(), code="own", body=body), gate(), base())
        assert any(place in each.do for each in found)


def test_a_digest_is_of_all_that_is_said_and_not_of_the_version():
    """What is approved is the digest: a changed word changes it."""
    one = shipped()
    assert digest_of(one) == one.digest == replace(one, version=7).digest
    assert replace(one, body=one.body + "。").digest != one.digest


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ({"code": "x"}, "needs code"),
        ({"code": "x", "purpose": "collection", "zh_CN": "no mapping", "en": {}}, "no mapping of texts"),
        ({"code": "x", "purpose": "collection", "frame": "none such", "zh_CN": {}, "en": {}}, "fits no frame"),
    ],
)
def test_a_file_that_is_no_template_says_what_is_missing(raw, says):
    with pytest.raises(InputError, match=says):
        templates_of(raw)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    path = tmp_path / "broken.yaml"
    path.write_text("code: [", encoding="utf-8")
    with pytest.raises(InputError, match=r"broken\.yaml"):
        read_templates([path])
    path.write_text("- a list", encoding="utf-8")
    with pytest.raises(InputError, match="mapping"):
        read_templates([path])


def test_a_lenders_own_template_may_use_a_frame(tmp_path):
    """It gives subject and words; the frame gives the rest, in the forms of every channel."""
    path = tmp_path / "own.yaml"
    path.write_text(
        "code: own\npurpose: collection\nframe: collection\n"
        "zh_CN: {subject: '{{ institution }}：请查看', says: 祝您生活愉快。}\n"
        "en: {subject: '{{ institution }}: a word', says: We wish you well.}\n",
        encoding="utf-8",
    )
    read = read_templates([path])
    assert {each.channel for each in read} == {
        "sms",
        "push",
        "im_official",
        "email",
        "letter",
        "voice_agent",
        "voice_bot",
    }
    assert all("祝" in each.body for each in read if each.language != "en")
    assert [finding for each in read for finding in lint(each, gate(), base())] == []
    assert set(frames()) == {"collection", "due_soon", "reply"}


def test_somebody_else_is_told_nothing():
    """The same text to anybody but the debtor is refused by the gate (J21, P18)."""
    facts = message_facts(shipped())
    for role in ("agreed_contact", "debt_related_third", "unrelated_third", "spouse"):
        assert gate().judge({**base(), **facts, "channel": "sms", "recipient_role": role}).verdict == "DENY"


def test_a_note_left_at_a_door_says_nothing_of_a_debt():
    """Whoever finds it learns only that somebody came (J15, J21)."""
    for language in ("zh_CN", "zh_TW", "en"):
        facts = message_facts(shipped("left_notice", "notice", language))
        assert not facts["message_discloses_debt"] and not facts["message_is_open_to_others"]
    told = shipped("left_notice", "notice").body + "请尽快还款。"
    open_note = replace(shipped("left_notice", "notice"), body=told)
    assert any("open" in each.rule for each in lint(open_note, gate(), base()))
