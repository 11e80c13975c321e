"""The source as trees and the repository as files, for tests of the architecture."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "forbear"


@cache
def trees() -> dict[str, ast.Module]:
    """Syntax tree by path below ``src/forbear``, of every module."""
    return {
        path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(PACKAGE.rglob("*.py"))
    }


def nodes(*, rooms: tuple[str, ...] = ()) -> Iterator[tuple[str, ast.AST]]:
    """Every node of every module with the module's path; only of some rooms if they are named."""
    for path, tree in trees().items():
        if not rooms or path.split("/")[0] in rooms:
            yield from ((path, node) for node in ast.walk(tree))


def dotted(node: ast.AST) -> str:
    """``a.b.c`` of an attribute or a name; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else node.attr
    return ""


@cache
def tracked() -> tuple[Path, ...]:
    """Every file of the repository; without git, every file that is not made by a tool."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode == 0:
        names = listed.stdout.decode().split("\0")
        return tuple(ROOT / name for name in names if name and (ROOT / name).is_file())
    made = {".venv", "demo", "dist", "build", "__pycache__"}
    return tuple(path for path in ROOT.rglob("*") if path.is_file() and not made & set(path.relative_to(ROOT).parts))
