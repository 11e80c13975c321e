"""What stands against a text is told with its words, its place, the law's row and what to do; staff's own words go the same way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from messages_cast import LINKS, base, gate, held, saying, shipped

from forbear.dispatch.message import Rendered, is_usable, lint, lint_text, message_facts, render
from forbear.dispatch.message.places import SHOWN_BY

FRAME = "第一行。\n我们会通知您的家人。"


@pytest.mark.parametrize(
    ("body", "rule", "says"),
    [
        ("{% if days_past_due %}x{% endif %}", "message.logic", "no if"),
        ("{% for x in product %}x{% endfor %}", "message.logic", "no for"),
        ("{{ borrower_name.__class__ }}", "message.logic", "no getattr"),
        ("{{ product | upper }}", "message.logic", "no filter"),
        ("{{ 1 + 1 }}", "message.logic", "no add"),
        ("{{ employer }}", "message.places", "no place 'employer'"),
        ("{{ consequence.prison }}", "message.places", "no consequence 'prison'"),
        ("{{ amount_due", "message.syntax", "cannot be read"),
    ],
)
def test_a_template_has_text_and_places_only(body, rule, says):
    """No logic, no attributes, no place and no consequence that nobody knows."""
    found = lint(saying(body), gate(), base())
    assert rule in {each.rule for each in found} and not is_usable(found)
    assert any(says in each.message for each in found)


def test_a_finding_says_where_what_by_which_rule_and_what_helps():
    """Enough to mend the text without asking anybody."""
    one = replace(shipped(), body=shipped().body + FRAME)
    found = next(each for each in lint(one, gate(), base()) if each.found)
    assert (found.template, found.language, found.channel) == ("reminder_with_options", "zh_CN", "sms")
    assert (found.found, found.where) == ("通知您的家人", "body 2:4")
    assert found.rule.startswith("cn.") and found.message and found.do


def test_findings_are_told_in_the_readers_language():
    """Whoever mends a Chinese text may read English, and the other way round."""
    one = saying("我们会通知您的家人")
    english, chinese, traditional = (lint(one, gate(), base(), tell_in)[0].message for tell_in in ("en", "zh", "zh_TW"))
    assert english.isascii() and not chinese.isascii() and chinese != traditional


@pytest.mark.parametrize(
    "fact", sorted(name for name in SHOWN_BY if name in {"message_has_sender", "message_has_repay"})
)
def test_a_word_in_the_stead_of_a_place_shows_nothing(fact):
    """What a text has is what it has a place for; the finding names the place."""
    place = SHOWN_BY[fact][0]
    body = shipped().body.replace(f"{{{{ {place} }}}}", "……")
    found = lint(replace(shipped(), code="own", body=body), gate(), base())
    assert any(place in each.do for each in found)


def test_who_writes_is_said_before_anything_of_a_debt():
    """The lender first, in words as well as in places (cn.cba2026.people.identity_first)."""
    for before in ("您的{{ product }}，", "您已逾期，", "You are overdue: "):
        found = lint(replace(shipped(), body=before + shipped().body), gate(), base())
        assert any("identity" in each.rule or "institution" in each.rule for each in found), before


@pytest.mark.parametrize("channel", ["voice_agent", "voice_bot"])
def test_a_script_asks_who_is_there_first(channel):
    """Nothing of a debt before the person has confirmed, and no script without the question."""
    script = shipped(channel=channel)
    for body in (
        script.body.replace("{{ confirm_person }}", ""),
        script.body.replace("{{ confirm_person }}", "您已逾期。{{ confirm_person }}"),
        script.body.replace("{{ confirm_person }}", "{{ amount_due }}{{ confirm_person }}"),
    ):
        assert not message_facts(replace(script, body=body))["message_person_is_confirmed"]
        assert not is_usable(lint(replace(script, body=body), gate(), base()))


@pytest.mark.parametrize(
    "subject", ["您的贷款已逾期", "{{ amount_due }}", "{{ consequence.penalty_interest }}", "Your overdue loan"]
)
def test_what_shows_on_a_locked_screen_says_nothing_of_a_debt(subject):
    """A subject is read by whoever sees the telephone."""
    found = lint(replace(shipped(channel="push"), subject=subject), gate(), base())
    assert "message.outside" in {each.rule for each in found}


@pytest.mark.parametrize("amount", ["¥100", "￥１００", "100元", "壹佰元", "CNY 100", "100 yuan", "３万元"])
def test_an_amount_written_by_hand_is_nobodys(amount):
    """Amounts are places, so that they are the ledger's."""
    assert not is_usable(lint(saying(f"请付{amount}。"), gate(), base()))


@pytest.mark.parametrize("number", ["6222 0212 3456 7890", "13812345678", "110101199001011234"])
def test_a_long_number_in_a_text_is_an_account_or_personal_data(number):
    """Neither belongs into a template."""
    facts = message_facts(saying(number))
    assert facts["message_discloses_personal_data"] and facts["message_pay_account"] == "other"
    assert not is_usable(lint(saying(number), gate(), base()))


def test_an_agency_that_is_not_named_poses_as_the_lender():
    """With the place for it the text says who acts for whom."""
    unnamed = replace(shipped(), body=shipped().body.replace("{{ sender }}", "{{ institution }}"))
    silent = message_facts(unnamed, actor_kind="agency")
    assert silent["message_identity_claimed"] == "agency_as_lender" and not silent["states_mandate"]
    named = message_facts(saying("本次由{{ agency }}受托联系。"), actor_kind="agency")
    assert named["message_identity_claimed"] == "own" and named["states_mandate"]


def test_a_consequence_by_name_passes_and_the_same_words_by_hand_do_not():
    """By name its truth is asked for when it is sent; by hand nobody asks (A3)."""
    by_name = saying("{{ consequence.credit_report }}")
    assert lint(by_name, gate(), base()) == []
    assert message_facts(by_name)["message_asserts_credit_report_accurate"]
    by_hand = saying("逾期会影响征信。{{ consequence.credit_report }}")
    assert not message_facts(by_hand)["message_asserts_credit_report_accurate"]
    assert not is_usable(lint(by_hand, gate(), base()))


def test_a_suit_may_be_named_only_while_the_claim_can_be_sued_for():
    """Past the time of limitation the law refuses the sentence."""
    one = saying("{{ consequence.possible_suit }}")
    assert is_usable(lint(one, gate(), base(is_time_barred=False)))
    assert not is_usable(lint(one, gate(), base(is_time_barred=True)))


def rendered() -> Rendered:
    made = render(shipped(), held(), LINKS)
    assert isinstance(made, Rendered)
    return made


def test_a_rendered_text_that_nobody_changed_passes_as_the_template_did():
    """What stands in its places is known for what it is."""
    made = rendered()
    assert lint_text(made.body, shipped(), gate(), base(), made.values) == []


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: text + "不然就通知您的家人。",
        lambda text: text.replace("95001", "95009"),
        lambda text: text.replace("¥1,234.56", "¥9,999.99"),
        lambda text: text.replace("示例消费金融", "某某公司"),
        lambda text: text.replace("App → 还款", "转账到我的账户"),
        lambda text: text + "{{ amount_due }}",
    ],
    ids=["a threat", "another telephone", "another amount", "another sender", "another account", "a place"],
)
def test_a_text_that_somebody_edited_is_looked_at_again(edit):
    """What was taken out is no longer said, and what was put in is (TR3)."""
    made = rendered()
    text = edit(made.body)
    assert text != made.body
    assert not is_usable(lint_text(text, shipped(), gate(), base(), made.values))


def test_a_reply_that_somebody_typed_is_judged_by_its_words():
    """Calm words pass; a threat does not; who writes is said first."""
    about = replace(shipped("hardship_reply"), code="typed")
    reply = "示例消费金融：您好，材料已收到，我们会尽快答复。"
    values = {"institution": "示例消费金融"}
    assert lint_text(reply, about, gate(), base(), values) == []
    assert not is_usable(lint_text(reply + "不要再骗了，老赖。", about, gate(), base(), values))
    assert not is_usable(lint_text(reply, about, gate(), base()))


def test_a_debt_is_told_by_words_as_well_as_by_places():
    """A text without places may disclose as much."""
    about = replace(shipped("hardship_reply"), body="{{ institution }}：您的朋友有一笔欠款已逾期。")
    facts = message_facts(about)
    assert facts["message_discloses_debt"] and facts["message_discloses_overdue"] and not facts["discloses_no_debt"]
    assert not message_facts(replace(about, body="{{ institution }}：请您回电。"))["message_discloses_debt"]
