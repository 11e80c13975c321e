"""Nobody reads half a translation: every message and every code has words in Chinese, and every code in English."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from forbear.book.intake.rejects import RULES
from forbear.compliance import VERDICTS
from forbear.compliance.permit import REFUSALS
from forbear.day.report.figures import COMPONENTS
from forbear.day.run import BUSINESS_STEPS, STEPS
from forbear.kernel.language import CATALOGS, DOMAIN, LANGUAGES
from forbear.records.scope import REACHES
from forbear.strategy import load_playbook, playbook_names
from forbear.strategy.codes import LEAVE_ALONE, PRICES, REFERRALS, TREATMENTS, VISIT
from forbear.strategy.pipeline import ORDER

SOURCE = CATALOGS.parent
MARKS = {"_", "N_", "gettext"}
Message = tuple[str | None, str]


def read(language: str) -> Catalog:
    with (CATALOGS / LANGUAGES[language] / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        return read_po(file, locale=LANGUAGES[language])


def calls() -> Iterator[tuple[str, ast.expr]]:
    """Every call of the source with an argument: the last part of the function's name, and the first argument."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                yield getattr(node.func, "id", getattr(node.func, "attr", "")), node.args[0]


def extracted() -> Iterator[Message]:
    """Every message that the source marks, and every sentence that is marked through a table of its own."""
    # Python is read as a tree, because Babel does not look inside f-strings before Python 3.12.
    for name, first in calls():
        if name in MARKS and isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield None, first.value
    for found in extract_from_dir(str(SOURCE), [("**.jinja", "jinja2")], keywords={"_": None}):
        yield None, str(found[2])
    for rule in RULES.values():
        yield None, rule.text


def error_codes() -> Iterator[str]:
    """The code of every error that the source raises."""
    for name, first in calls():
        is_code = isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value.isidentifier()
        if name.endswith("Error") and is_code:
            yield first.value  # type: ignore[attr-defined]


def stages() -> Iterator[str]:
    """The stages of the playbooks that come with the package."""
    for name in playbook_names():
        for rule in load_playbook(name).models["stage"].decisions["stage"].table.rules:  # type: ignore[union-attr]
            yield rule.values[0].text.strip('"')


CODES: dict[str, tuple[str, ...]] = {
    "treatment": (*TREATMENTS, *REFERRALS[1:], VISIT, LEAVE_ALONE),
    "component": COMPONENTS,
    "verdict": VERDICTS,
    "refusal": REFUSALS,
    "disposition": ("rejected", "set_aside", "noted"),
    "channel": tuple(PRICES),
    "reject": tuple(RULES),
    "stage": tuple(stages()),
    "step": (*STEPS, *BUSINESS_STEPS),
    "table": ORDER,
    "role": ("collector", "leader", "compliance", "strategist", "auditor", "administrator", "visitor", "system"),
    "reach": REACHES,
}


def words_of(catalog: Catalog, context: str | None, message: str) -> str:
    found = catalog.get(message, context)
    words = found.string if found else ""
    return words[0] if isinstance(words, tuple) else words


def fields_of(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_message_of_the_source_has_words_in_chinese() -> None:
    catalog = read("zh")
    missing = sorted({(context or "", text) for context, text in extracted() if not words_of(catalog, context, text)})
    assert missing == []


def test_every_error_has_words_in_chinese() -> None:
    catalog = read("zh")
    assert sorted({code for code in error_codes() if not words_of(catalog, "error", code)}) == []


@pytest.mark.parametrize("context", CODES)
def test_every_code_has_words_in_chinese(context: str) -> None:
    catalog = read("zh")
    assert [code for code in CODES[context] if not words_of(catalog, context, code)] == []


def test_a_translation_keeps_the_places_of_its_message() -> None:
    for language in LANGUAGES:
        for message in read(language):
            if message.id and message.string and isinstance(message.id, str):
                assert fields_of(str(message.string)) <= fields_of(message.id), message.id


def test_no_translation_is_doubtful_or_left_over() -> None:
    wanted = {(context, text) for context, text in extracted()}
    for language in LANGUAGES:
        for message in read(language):
            assert not message.fuzzy, message.id
            if message.id and message.context is None:
                text = message.id if isinstance(message.id, str) else message.id[0]
                assert (None, text) in wanted, text


def test_the_catalogs_are_where_the_package_ships_them() -> None:
    assert Path(CATALOGS).name == "locale" and (SOURCE / "__init__.py").is_file()
