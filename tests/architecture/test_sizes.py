"""Does every file and function fit in a head?"""

from __future__ import annotations

import ast

import pytest
from source_tree import PACKAGE, nodes

LINES_MAX, FUNCTION_LINES_MAX, FOLDER_MAX = 400, 60, 15

# File: the lines it may have, and why it is longer.
LONGER = {
    "columns/expression.py": (460, "The whole closed vocabulary, so that one can see what is in it and what is not."),
    "columns/sql.py": (420, "One rendering per operator of the vocabulary, in the order of the vocabulary."),
    "book/fact_definitions.py": (430, "A list with one entry a fact; it has no logic to split off."),
}


def lines(path: str) -> int:
    return len((PACKAGE / path).read_text(encoding="utf-8").splitlines())


def test_no_file_is_longer_than_it_may_be():
    """A longer file usually holds two nouns."""
    written = [path for path in PACKAGE.rglob("*.py") if not path.name.endswith("_initial.py")]  # those are generated
    files = [path.relative_to(PACKAGE).as_posix() for path in written]
    assert [path for path in files if lines(path) > LONGER.get(path, (LINES_MAX, ""))[0]] == []


@pytest.mark.parametrize("path", LONGER)
def test_a_longer_file_is_still_longer_and_has_a_reason(path):
    """A file that has become short leaves the list."""
    assert lines(path) > LINES_MAX
    assert len(LONGER[path][1].split()) > 5


def test_no_function_is_longer_than_a_screen():
    """Nested functions count as part of their outer one."""
    functions = [(path, node) for path, node in nodes() if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = [
        f"{path}:{node.lineno} {node.name}"
        for path, node in functions
        if node.end_lineno - node.lineno >= FUNCTION_LINES_MAX
    ]
    assert len(functions) > 500
    assert long == []


def test_no_folder_is_a_drawer():
    """At most fifteen modules a folder; no utils, helpers, common, misc."""
    folders = [path for path in PACKAGE.rglob("*") if path.is_dir()]
    assert [path for path in folders if len(list(path.glob("*.py"))) > FOLDER_MAX + 1] == []
    names = {path.stem for path in PACKAGE.rglob("*")}
    assert not names & {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base"}
