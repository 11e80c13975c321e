"""The reference page says what the playbooks say."""

from __future__ import annotations

from pathlib import Path

from forbear.strategy import behaviours, describe, load_playbook, playbook_names, reasons

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "playbooks.md"


def test_every_row_behaviour_figure_and_reason_is_on_the_page():
    """A playbook that was changed without ``make docs`` is noticed here."""
    page = PAGE.read_text(encoding="utf-8")
    named = {f"| {each} |" for each in behaviours()} | {f"| `{code}` |" for code in reasons()}
    for name in playbook_names():
        described = describe(load_playbook(name))
        named |= {f"`{rule['id']}`" for table in described["tables"] for rule in table["rules"]}
        named |= {f"| `{each['name']}` | {each['value']} |" for each in described["parameters"]}
    assert sorted(text for text in named if text not in page) == []
