"""The reference page names every refusal that the room can give, and no other."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[3]


def codes_in_source() -> set[str]:
    """Every code given to a TableError in the room, directly or through a method that makes one."""
    codes = set()
    for path in (ROOT / "src/forbear/tables").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
                if name in ("TableError", "_refuse"):
                    codes |= {text for text in texts if re.fullmatch(r"[a-z]+(_[a-z]+)+", text)}
    return codes


def test_every_refusal_is_in_the_reference() -> None:
    page = (ROOT / "docs/reference/tables.md").read_text(encoding="utf-8")
    section = page.split("## What is refused")[1].split("## ")[0]
    listed = {code for row in re.findall(r"^\| (`.*?) \|", section, re.M) for code in re.findall(r"`([a-z_]+)`", row)}
    assert listed == codes_in_source()
