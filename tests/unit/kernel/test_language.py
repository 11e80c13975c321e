"""Choosing a language, and finding words in it."""

from __future__ import annotations

import pytest

from forbear.kernel.language import choose_language, code_words, current, gettext, in_language, speaking, translator


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_US", "LC_MESSAGES": "en_GB", "LC_ALL": "zh_TW.UTF-8"}, "zh_TW"),
        ({"LANG": "zh_HK.UTF-8"}, "zh_TW"),
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
