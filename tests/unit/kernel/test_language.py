"""Choosing a language, and finding words in it."""

from __future__ import annotations

import re

import pytest

from forbear.kernel.language import (
    CATALOGS,
    choose_language,
    code_words,
    current,
    gettext,
    in_language,
    read_catalog,
    speaking,
    traditional,
    translator,
)

SHIPPED = [path for path in CATALOGS.parent.rglob("*") if path.suffix in {".po", ".yaml", ".dmn"}]


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_US", "LC_MESSAGES": "en_GB", "LC_ALL": "zh_TW.UTF-8"}, "zh_TW"),
        ({"LANG": "zh_HK.UTF-8"}, "zh_TW"),
        ({"LANG": "zh_MO"}, "zh_TW"),
        ({"LANG": "zh_Hant.UTF-8"}, "zh_TW"),
        ({"LANG": "zh-Hant-CN"}, "zh_TW"),
        ({"LANG": "zh_TW@radical"}, "zh_TW"),
        ({"LANG": "zh_Hans_HK.UTF-8"}, "zh"),
        ({"LANG": "zh_SG.UTF-8"}, "zh"),
        ({"LC_ALL": "", "LANG": "zh"}, "zh"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
    ],
)
def test_the_environment_chooses_the_language_as_gettext_does(environ: dict[str, str], language: str) -> None:
    assert choose_language(environ) == language


def test_a_language_spoken_within_a_block_ends_with_it() -> None:
    before = current().language
    with speaking("zh"):
        assert current().language == "zh"
        with speaking("en"):
            assert current().language == "en"
        assert current().language == "zh"
    assert current().language == before


def test_an_unknown_language_is_english() -> None:
    assert translator("tlh").language == "en"


def test_a_message_the_catalog_lacks_is_shown_as_it_stands() -> None:
    with speaking("zh"):
        assert gettext("No catalog holds this sentence.") == "No catalog holds this sentence."


def test_a_code_has_words_in_both_languages() -> None:
    with speaking("en"):
        assert code_words("treatment", "sms_reminder") == "text message reminder"
    with speaking("zh"):
        assert code_words("treatment", "sms_reminder") == "短信提醒"


def test_a_code_nobody_has_words_for_is_shown_without_underscores() -> None:
    assert code_words("treatment", "ask_the_oracle") == "ask the oracle"


def test_traditional_chinese_is_the_simplified_catalog_in_its_own_script() -> None:
    """The words stay those of mainland law; only the characters change."""
    with speaking("zh_TW"):
        assert code_words("treatment", "sms_reminder") == "短信提醒"
        assert gettext("unverified") == "未核實"
    assert in_language({"en": "debtor", "zh": "债务人"}, "zh_TW") == "債務人"
    assert in_language({"en": "debtor", "zh": "债务人"}, "en") == "debtor"
    assert in_language({"en": "debtor"}, "zh_TW") == "debtor"
    assert in_language({"en": "debtor", "zh": "债务人", "zh_TW": "借款人"}, "zh_TW") == "借款人"


@pytest.mark.parametrize(("language", "locale"), [("en", "en"), ("zh", "zh_CN"), ("zh_TW", "zh_TW")])
def test_a_translator_knows_its_language_and_locale(language: str, locale: str) -> None:
    found = translator(language)
    assert (found.language, found.locale, found.is_chinese) == (language, locale, language != "en")


def test_the_terms_of_mainland_law_keep_their_words() -> None:
    """Taiwan's own words would be 簡訊, 資訊, 契約, 軟體, and the law read would not be the law cited."""
    terms = "催收 债务人 协议 短信 上门 信息 合同 软件 征信 逾期 罚息 网络 复核 干扰 个人信息 分期还款 担保人 台账"
    turned = "催收 債務人 協議 短信 上門 信息 合同 軟件 徵信 逾期 罰息 網絡 複核 干擾 個人信息 分期還款 擔保人 臺賬"
    assert traditional(terms) == turned


@pytest.mark.parametrize(
    ("simplified", "turned"),
    [
        ("发卡银行", "發卡銀行"),
        ("资金发放", "資金發放"),
        ("银发〔2003〕251号", "銀發〔2003〕251號"),
        ("配偶未共签或追认", "配偶未共簽或追認"),
        ("已签保密协议", "已簽保密協議"),
        ("标签", "標籤"),
        ("信息准确并为最新", "信息準確並為最新"),
        ("合并为一笔", "合併為一筆"),
        ("文件声明了", "文件聲明了"),
        ("致电了解原因", "致電瞭解原因"),
        ("联系系履行合同所必需", "聯繫係履行合同所必需"),
        ("直系亲属的关系与催收系统的体系", "直系親屬的關係與催收系統的體系"),
    ],
)
def test_a_character_with_two_traditional_forms_takes_that_of_its_word(simplified: str, turned: str) -> None:
    assert traditional(simplified) == turned


def test_no_shipped_text_becomes_one_of_another_word() -> None:
    """Nothing that the package says is of hair, of lots drawn or of noodles."""
    assert len(SHIPPED) > 50
    odd = {
        (path.name, text, turned)
        for path in SHIPPED
        for text in re.findall("[一-鿿〔]+", path.read_text(encoding="utf-8"))
        if re.search("[髮籤麵穀鬥醜鬍]|明瞭|併為", turned := traditional(text))
    }
    assert odd == set()


def test_places_in_a_message_stay_as_they_are() -> None:
    assert traditional("{file} 第 {row} 行：{value!r} 不是日期。") == "{file} 第 {row} 行：{value!r} 不是日期。"


def test_words_written_in_traditional_chinese_come_before_those_that_are_turned(tmp_path) -> None:
    """What the catalog of its own lacks, or leaves empty, is taken from the simplified one; what both lack, from the source."""

    def write(locale: str, *entries: str) -> None:
        file = tmp_path / locale / "LC_MESSAGES" / "forbear.po"
        file.parent.mkdir(parents=True)
        head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'
        file.write_text("\n".join((head, *entries)), encoding="utf-8")

    one = 'msgid "A debt."\nmsgstr "{}"\n'
    two = 'msgctxt "verdict"\nmsgid "refused"\nmsgstr "{}"\n'
    write("zh_CN", one.format("一笔债务。"), two.format("驳回"))
    assert read_catalog("zh_TW", tmp_path).gettext("A debt.") == "一筆債務。"
    write("zh_TW", one.format("一筆欠款。"), two.format(""))
    words = read_catalog("zh_TW", tmp_path)
    assert (words.gettext("A debt."), words.pgettext("verdict", "refused")) == ("一筆欠款。", "駁回")
    assert words.gettext("No catalog holds this.") == "No catalog holds this."
    assert read_catalog("zh", tmp_path).gettext("A debt.") == "一笔债务。"
