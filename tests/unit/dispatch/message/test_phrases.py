"""What must not be said is found however it is written, in three languages; calm words are left alone."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from messages_cast import base, gate, saying

from forbear.dispatch.message import lint
from forbear.dispatch.message.phrases import asserted, assertions, data, hits, phrases, strange_letters
from forbear.kernel.language import traditional

ZERO_WIDTH, MIDDLE = "\u200b", "·"
SAID = {
    "message_asserts_arrest": ("否则将逮捕您", "you will be arrested"),
    "message_asserts_detention": ("您会被拘留", "you may go to prison"),
    "message_asserts_criminal_liability": ("要承担刑事责任", "you will be prosecuted"),
    "message_asserts_fraud_accusation": ("您涉嫌诈骗", "you are a fraudster"),
    "message_asserts_court_will_force": ("法院将强制执行", "the court will make you pay"),
    "message_asserts_seizure": ("将查封您的财产", "we will seize your house"),
    "message_asserts_spending_restriction": ("您将被限制高消费", "expect a travel ban"),
    "message_asserts_family_consequences": ("会影响您的子女上学", "this affects your children"),
    "message_asserts_blacklist": ("您已列入黑名单", "you are on a blacklist"),
    "message_asserts_inform_employer": ("我们将联系您的单位领导", "we will inform your employer"),
    "message_asserts_inform_family": ("我们会通知您的家人", "we will tell your wife"),
    "message_asserts_inform_contacts": ("将拨打您通讯录里的号码", "we will call your friends"),
    "message_asserts_publish": ("您的信息将被曝光", "your name will be published"),
    "message_asserts_violence": ("小心我们收拾您", "we know where you live"),
    "message_asserts_intimidation": ("这是最后警告", "pay today or else"),
    "message_asserts_insult": ("真是无耻", "you are a liar"),
    "message_asserts_false_promise": ("保证为您减免", "we guarantee a waiver"),
    "message_asserts_misleading": ("案件已移交司法部门", "handed over to the authorities"),
    "message_asserts_exaggerated_amount": ("金额会翻倍", "it will double what you owe"),
    "message_asserts_exaggerated_nature": ("性质十分恶劣", "this is a serious offence"),
    "message_asserts_exaggerated_consequence": ("您将寸步难行", "this will ruin you"),
    "message_asserts_fraud": ("请把验证码发给我们", "send us the code"),
    "message_asserts_new_borrowing": ("可以借新还旧", "borrow money from others"),
    "message_asserts_fundraising": ("可以众筹还款", "try crowdfunding"),
    "message_asserts_extra_fee": ("需另付催收费", "a collection fee applies"),
    "message_asserts_credit_report": ("会上报征信", "it goes into your credit report"),
    "message_asserts_lawsuit": ("我们可能起诉", "we may take legal action"),
    "message_asserts_lawsuit_filed": ("法院传票已发出", "we have sued you"),
    "message_asserts_enforceable": ("依法向您追偿", "the debt is legally enforceable"),
}
"""A sentence in Chinese and one in English for each fact that a text may assert."""
CLAIMED = {
    "court": ("人民法院通知您", "this is the court"),
    "procuratorate": ("检察院通知", "from the public prosecutor"),
    "police": ("公安局通知您", "the police write to you"),
    "government": ("政府部门通知您", "a notice of the government"),
    "law_firm": ("这是律师函", "from our law firm"),
    "credit_bureau": ("征信中心提醒您", "this is the credit bureau"),
    "collector_personal": ("请转账到我的微信", "pay to my personal account"),
    "new_loan": ("可办理新贷款", "apply for another loan"),
    "other_product": ("有保险产品供您选择", "a special offer for you"),
}
INNOCENT = (
    "感谢您一直以来的信任。", "请在方便时回复。", "您可以申请延期，也可以分期。", "如果已经处理，请不必理会。", "祝您和家人安康。",
    "我们愿意和您一起想办法。", "请勿将验证码告诉任何人。", "您可以请律师或其他人代理。", "请保存此函。", "您可以拒绝见面。",
    "We wish you a good week.", "Tell us early; we can help.", "You can ask for an extension.", "She has the skill to expand.",
    "The restaurant is in the barracks.", "Please keep this letter for your records.", "You may be assisted by somebody.",
)  # fmt: skip
DISGUISES = {
    "as it is": str,
    "with spaces": " ".join,
    "with dots between": ".".join,
    "with invisible characters": ZERO_WIDTH.join,
    "with middle dots": MIDDLE.join,
    "in full width": lambda text: "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text),
    "in capitals": str.upper,
    "with accents": lambda text: "".join(unicodedata.normalize("NFC", each + "\u0301") for each in text),
    "in traditional characters": traditional,
}


def test_every_fact_that_a_text_may_assert_is_tried_here_and_has_a_reason():
    """The list is closed: the law's facts of what a message asserts, each with phrases in both languages."""
    law = {name for name in gate().needs if name.startswith("message_asserts_")} - {
        "message_asserts_credit_report_accurate"
    }
    assert set(assertions()) == set(SAID) == law
    for part in ("asserts", "claims", "shows"):
        for entry in data()[part]:
            assert entry["zh"] and entry["en"] and set(entry["because"]) == {"zh", "en"}
            assert all(entry["because"].values())
    assert {entry.get("value") for entry in data()["claims"]} == set(CLAIMED)


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("fact", SAID)
def test_what_must_not_be_said_is_found_however_it_is_written(fact, disguise):
    """In both languages (J20, TR3)."""
    for sentence in SAID[fact]:
        assert fact in asserted(DISGUISES[disguise](sentence)), (sentence, disguise)


@pytest.mark.parametrize("language", ["zh_CN", "zh_TW", "en"])
@pytest.mark.parametrize("fact", SAID)
def test_what_must_not_be_said_is_refused_by_the_law(fact, language):
    """The law pack decides; of a suit it does where the claim can no longer be sued for."""
    chinese, english = SAID[fact]
    sentence = {"zh_CN": chinese, "zh_TW": traditional(chinese), "en": english}[language]
    found = lint(saying(sentence, language=language), gate(), base(is_time_barred=True))
    assert any(each.rule.startswith("cn.") and each.found and each.where.startswith("body") for each in found)


@pytest.mark.parametrize("value", CLAIMED)
def test_nobody_writes_in_anothers_name_or_asks_for_money_elsewhere(value):
    """Nor sells something by the way."""
    for sentence in CLAIMED[value]:
        assert value in {hit.value for hit in hits(sentence, "claims")}
        assert any(each.rule.startswith("cn.") for each in lint(saying(sentence), gate(), base()))


@pytest.mark.parametrize("sentence", INNOCENT)
def test_innocent_words_are_not_taken_for_threats(sentence):
    """A calm sentence stays usable."""
    assert asserted(sentence) == {} and hits(sentence, "claims") == []
    assert lint(saying(sentence), gate(), base()) == []


@settings(deadline=None, max_examples=60)
@given(
    fact=st.sampled_from(sorted(SAID)),
    before=st.sampled_from(INNOCENT),
    after=st.sampled_from(INNOCENT),
    separators=st.lists(
        st.sampled_from(["", " ", ZERO_WIDTH, "*", "_", "-", "　", "\u00ad"]), min_size=40, max_size=40
    ),
)
def test_no_mixture_of_signs_hides_a_phrase(fact, before, after, separators):
    """Among calm sentences too, and the words that are named are those that stand there."""
    for sentence in SAID[fact]:
        hidden = "".join(each + separators[place % 40] for place, each in enumerate(sentence))
        text = f"{before} {hidden} {after}"
        found = [hit for hit in hits(text, "asserts") if hit.fact == fact]
        assert found
        assert text[found[0].start : found[0].end] == found[0].words


def test_a_phrase_does_not_reach_over_the_end_of_a_sentence():
    """Two calm sentences are no threat because of where they meet."""
    assert asserted("需要时请与我们联系。公司地址见官网。") == {}
    assert asserted("逮。捕") != {}


@pytest.mark.parametrize("sentence", ["xiao xin zuo lao", "nin shi laolai", "hui shang zheng-xin", "HEI MING DAN"])
def test_chinese_in_latin_letters_hides_nothing_grave(sentence):
    assert asserted(sentence)


def test_no_phrase_fits_every_text():
    """A slip in the data would refuse everything."""
    for part in ("asserts", "claims", "shows"):
        assert all(not each.pattern.search("") and each.pattern.pattern for each in phrases(part))


def test_letters_of_another_script_are_told():
    """A Cyrillic letter among Latin ones hides a word from whoever looks for it."""
    disguised = "you will be \u0430rrested"
    assert [letter for letter, _ in strange_letters(disguised)] == ["\u0430"]
    assert strange_letters("您好 Ａ é ü 張三") == []
    rules = {each.rule for each in lint(saying(disguised, language="en"), gate(), base())}
    assert "message.letters" in rules


def test_a_long_text_is_read_quickly_enough_to_be_read_each_time():
    """No phrase takes more than its share of a text that was made to be slow."""
    text = "we inform " + "a " * 5_000 + "联系 " + "我" * 5_000
    assert hits(text, "asserts") == []
    assert re.search("我", text)
