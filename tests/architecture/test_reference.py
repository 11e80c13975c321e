"""Is everything in the reference, and does the reference say what the code says?"""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import fields
from datetime import date

import click
import pytest
from source_tree import ROOT, nodes

from forbear.book.fact_definitions import FACTS
from forbear.book.intake.rejects import RULES
from forbear.book.intake.rejects import SCHEMA as REJECTS
from forbear.book.schema import TABLES
from forbear.book.settings import AgeingSettings
from forbear.compliance import load_gate
from forbear.day.judging import VERDICT_COLUMNS
from forbear.day.run import DayRequest
from forbear.doors.cli.main import cli
from forbear.kernel import errors
from forbear.planning.capacity import Pool
from forbear.planning.plan import PLAN_SCHEMA
from forbear.records.access.scopes import SCOPES
from forbear.statutes import load_pack
from forbear.strategy import PROPOSAL_SCHEMA, playbook_names
from forbear.strategy.codes import CHANNELS, TREATMENTS

REFERENCE, LAW = ROOT / "docs" / "reference", ROOT / "docs" / "law"
ON = date(2026, 11, 23)


def page(name: str) -> str:
    return (REFERENCE / f"{name}.md").read_text(encoding="utf-8")


def missing(page_name: str, names) -> list[str]:
    """The names that the page does not have as code."""
    names = list(names)
    assert names, "there is something to look for"
    text = page(page_name)
    return [name for name in names if f"`{name}`" not in text]


def commands(group: click.Group, path: str = "forbear"):
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def test_every_generated_page_says_what_the_code_says():
    """``make docs`` writes them; a page that was edited by hand, or forgotten, is named."""
    done = subprocess.run(
        [sys.executable, "-m", "docs.generate", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_scope_of_a_token_is_in_the_reference():
    """The routes themselves are written from the code; see the test of the generated pages."""
    assert missing("api", SCOPES) == []


def test_every_fact_is_in_the_reference():
    """The facts of the code and the counts that the law pack asks for."""
    assert missing("facts", [*FACTS, *(window.name for window in load_gate("cn", ON).count_windows)]) == []


def test_every_table_and_column_of_a_book_is_in_the_reference():
    """Names, and the values that a code column may have."""
    for table in TABLES:
        names = [field.name for field in table.fields]
        codes = [code for field in table.fields for code in field.codes]
        assert f"## {table.name}" in page("book")
        assert missing("book", names + codes) == []


def test_every_rule_of_the_intake_is_in_the_reference():
    """What a row can be refused or noted for."""
    assert missing("outputs", RULES) == []


@pytest.mark.parametrize("columns", [PROPOSAL_SCHEMA, VERDICT_COLUMNS, PLAN_SCHEMA, REJECTS], ids=len)
def test_every_column_of_a_result_is_in_the_reference(columns):
    """Proposals, verdicts, plan, rejects."""
    assert missing("outputs", columns) == []


def test_every_command_and_option_is_in_the_reference():
    """With its examples."""
    text = page("cli")
    found = list(commands(cli))
    assert len(found) > 8
    for path, command in found:
        assert f"## {path}\n" in text
        for parameter in command.params:
            longest = max(parameter.opts, key=len)
            assert not longest.startswith("--") or longest in text, f"{path} {longest}"


def test_every_option_of_a_run_can_be_given_on_the_command_line():
    """What Python can ask of a day, the command can."""
    options = {parameter.name for parameter in cli.commands["run"].params}
    given = {field.name for field in fields(DayRequest)} - {"book"}
    assert given <= options


def test_every_error_code_is_in_the_reference():
    """Every class and every code that the source raises with a constant."""
    classes = {name for name in vars(errors) if name.endswith("Error")}
    codes = {
        node.args[0].value
        for _, node in nodes()
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) in classes
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert len(codes) > 50
    assert missing("errors", codes) == []
    assert [name for name in classes if f"## {name} " not in page("errors")] == []


def test_every_setting_and_key_of_capacity_is_in_the_reference():
    """The files that a lender writes."""
    assert missing("settings", [field.name for field in fields(AgeingSettings)]) == []
    assert missing("capacity", [field.name for field in fields(Pool)]) == []


def test_every_playbook_treatment_and_channel_is_in_the_reference():
    """What a table may answer."""
    assert missing("playbooks", [*playbook_names(), *TREATMENTS, *CHANNELS]) == []


def test_every_statute_has_its_place_on_a_page_of_law():
    """And every row that carries it out."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in LAW.glob("cn-*.md"))
    ids = [*load_pack("cn", ON).statutes, *(row.id for row in load_gate("cn", ON).rows)]
    assert [name for name in ids if f"`{name}`" not in text] == []
