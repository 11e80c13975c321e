"""Can anything reach, or put pressure through, somebody who does not owe?

The book has no field for another person's contact; a playbook cannot name one; no sentence for a borrower threatens.
"""

from __future__ import annotations

import re

import pytest

from forbear.book.fact_definitions import FACTS
from forbear.book.schema import BY_NAME, TABLES
from forbear.strategy import load_playbook, playbook_names, reasons
from forbear.strategy.codes import ALLOWED_OUTPUTS, CHANNELS, OFFERS, PURPOSES, TREATMENTS
from forbear.strategy.inputs import DERIVED, READABLE
from forbear.tables import render_text

OTHERS = re.compile(
    r"employer|colleague|workplace|company_phone|relative|family|spouse|parent|sibling|child|friend|neighbo|next_of_kin|emergency"
    r"|reference_person|third_part|address_book|phone_book|contact_list|social|guarantor|school|village"
)
"""Words for somebody else, or for a way to many."""

PERSONAL = re.compile(r"gender|sex|marital|ethnic|nation|religio|occupation|education|hometown|disab|health|political")
"""What a decision about a loan has no use for."""

THREATS = {
    "en": re.compile(r"police|arrest|prison|jail|blacklist|expose|publish|shame|family|employer|relatives|or else|consequence", re.I),
    "zh": re.compile(r"警察|公安|逮捕|拘留|坐牢|监狱|黑名单|曝光|公开|通缉|家人|亲属|亲友|单位|同事|村委|后果自负|严重后果|上门抓"),
}  # fmt: skip


def test_the_book_has_no_field_for_another_person():
    """No column of the ten tables, and no code in one, is about a relative, an employer or a network of people."""
    names = [field.name for table in TABLES for field in table.fields]
    codes = [code for table in TABLES for field in table.fields for code in field.codes]
    assert len(names) > 80
    assert [name for name in (*names, *codes) if OTHERS.search(name) or PERSONAL.search(name)] == []


def test_a_contact_point_is_the_debtors_own():
    """A point belongs to a person who owes, and there is no word for a relation between the two."""
    points = BY_NAME["contact_points"]
    assert ("person_id", "borrowers") in points.references
    assert {field.name for field in points.fields} == {
        "contact_point_id", "person_id", "kind", "value", "source", "state", "verified_on", "recorded_at",
    }  # fmt: skip


def test_no_fact_is_about_another_person():
    """What is not among the facts cannot be decided by."""
    assert [name for name in (*FACTS, *DERIVED) if OTHERS.search(name) or PERSONAL.search(name)] == []


def test_no_playbook_can_read_who_a_person_is():
    """Not the number, the address, the region, the language or the birth: only what happened with the debt."""
    assert set(READABLE) <= set(FACTS)
    about_the_person = {"region_code", "language", "time_zone", "is_minor", "person_id", "loan_id", "product_code"}
    points = {name for name in FACTS if "_point_" in name}
    assert not set(READABLE) & (about_the_person | points)


def test_no_act_of_a_playbook_is_aimed_at_somebody_else():
    """The closed lists of what a table may answer have no treatment, channel, purpose or offer for another person."""
    words = {
        *TREATMENTS,
        *CHANNELS,
        *PURPOSES,
        *OFFERS,
        *(value for values in ALLOWED_OUTPUTS.values() for value in values),
    }
    assert [word for word in words if OTHERS.search(word)] == []


@pytest.mark.parametrize("name", playbook_names())
def test_no_cell_of_a_shipped_playbook_names_somebody_else(name):
    """Conditions and answers; the reasons beside them may say that nobody else is contacted."""
    for decision, model in load_playbook(name).models.items():
        table = model.decisions[decision].table
        cells = [cell.text for rule in table.rules for cell in (*rule.tests, *rule.values)]
        read = [clause.expression.text for clause in table.inputs]
        assert cells and render_text(model)
        assert [text for text in (*cells, *read) if OTHERS.search(text)] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_reason_that_a_borrower_may_read_threatens(language):
    """Sentences of reasons: no police, no list of shame, no family, no employer."""
    assert [code for code, texts in reasons().items() if THREATS[language].search(texts[language])] == []
