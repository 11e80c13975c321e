"""The sentence for a reason is in the language asked for, or an error."""

from __future__ import annotations

import pytest

from forbear.kernel.errors import PlaybookError
from forbear.kernel.language import traditional
from forbear.strategy import describe, load_playbook
from forbear.strategy.catalogue import reason_text, reasons


@pytest.mark.parametrize("code", sorted(reasons()))
def test_every_reason_has_words_in_each_language(code):
    """繁體 is the 简体 sentence in its own script."""
    assert reason_text(code, "en") == reasons()[code]["en"]
    assert reason_text(code, "zh_TW") == traditional(reason_text(code, "zh"))


@pytest.mark.parametrize(("code", "language"), [("no_such_reason", "zh_TW"), (min(reasons()), "fr")])
def test_a_reason_without_words_in_a_language_is_an_error_and_not_english(code, language):
    with pytest.raises(PlaybookError) as caught:
        reason_text(code, language)
    assert caught.value.code == "unknown_reason"


def test_a_playbook_is_described_in_traditional_chinese():
    playbook = load_playbook("balanced")
    simplified, turned = describe(playbook, "zh"), describe(playbook, "zh_TW")
    assert turned["says"] == traditional(simplified["says"]) != simplified["says"]
    rows = [(one["because"], other["because"]) for one, other in zip(*map(_rules, (simplified, turned)), strict=True)]
    assert rows and all(other == traditional(one) for one, other in rows)


def _rules(described):
    return [rule for table in described["tables"] for rule in table["rules"]]
