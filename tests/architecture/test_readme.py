"""Does the demo print what the READMEs show, and do their two commands exist?"""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from source_tree import ROOT

PRINT_README = """
import sys
from pathlib import Path
from docs.writers.demo_result import readmes
print(readmes(Path("."), only=sys.argv[1])[sys.argv[1]], end="")
"""
READMES = ["README.md", "README.zh.md"]


@pytest.mark.parametrize("name", READMES)
def test_the_result_in_the_readme_is_what_the_demo_prints(name):
    """The demo is run; ``make docs`` puts its result in."""
    done = subprocess.run(
        [sys.executable, "-c", PRINT_README, name], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (ROOT / name).read_text(encoding="utf-8").splitlines() == done.stdout.splitlines()


@pytest.mark.parametrize("name", READMES)
def test_the_commands_of_the_readme_are_targets_of_make(name):
    """``make demo`` and ``make test``, and whatever else is promised."""
    text = (ROOT / name).read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    promised = set(re.findall(r"^\$ make (\w+)", text, re.M))
    assert {"demo", "test"} <= promised <= targets


def test_each_target_of_make_has_a_word_of_help():
    """``make`` alone prints them."""
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = text.partition(".PHONY:")[2].split()
    assert [name for name in phony if not re.search(rf"^{name}\s+\S", listed, re.M)] == []
