"""Does every row of every shipped table say why, in both languages, and cite something that exists?"""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from forbear.compliance import PACKS_FOLDER, read_pack
from forbear.compliance.rows import rows_of
from forbear.strategy import behaviours, load_playbook, playbook_names
from forbear.strategy.loading import PLAYBOOKS
from forbear.tables import read_dmn

ON = date(2026, 11, 23)
PACKS = sorted(path.parent.name for path in PACKS_FOLDER.glob("*/pack.yaml"))


def rows_of_playbook(name):
    for decision, model in load_playbook(name).models.items():
        table = model.decisions[decision].table
        for rule in table.rules:
            yield table, rule


@pytest.mark.parametrize("name", playbook_names())
def test_every_row_of_a_playbook_says_why_and_cites_what_exists(name):
    """``because``, ``because_zh``, and ids of ``behaviours.yaml``."""
    rows = list(rows_of_playbook(name))
    assert rows
    for table, rule in rows:
        assert table.note(rule, "because").strip(), rule.id
        assert table.note(rule, "because_zh").strip(), rule.id
        cites = table.note(rule, "cites").split()
        assert cites, rule.id
        assert set(cites) <= set(behaviours()), rule.id


@pytest.mark.parametrize("name", PACKS)
def test_every_row_of_a_law_pack_says_why_and_cites_statutes_that_exist(name):
    """Rows out of force too: a past day is replayed by them."""
    pack = read_pack(name, ON)
    rows = rows_of(pack, in_force_only=False)
    assert rows
    for row in rows:
        assert row.because["en"].strip() and row.because["zh"].strip(), row.id
        assert row.cites and set(row.cites) <= set(pack.statutes.statutes), row.id
        assert row.statute.id in row.cites, row.id


def test_no_row_id_is_used_twice_among_all_shipped_tables():
    """A row id in a result names one row, for good."""
    files = [*PLAYBOOKS.rglob("*.dmn"), *PACKS_FOLDER.rglob("*.dmn")]
    ids = Counter(
        rule.id
        for file in files
        for decision in read_dmn(file).decisions.values()
        if decision.table is not None
        for rule in decision.table.rules
    )
    assert len(ids) > 100
    assert not [row for row, times in ids.items() if times > 1]
