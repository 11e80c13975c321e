"""``docs/reference/rooms.md``: the rooms by floor, and the modules of each, in the words of their own docstrings."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

from docs.writers.markdown import GENERATED, code, grid

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "forbear"

HEAD = f"""# Rooms

{GENERATED}
The package is a house: `src/forbear/` has one folder a room. A room imports only from lower floors, and rooms on one floor do
not know each other; `make check` fails otherwise. Wants (`strategy`) and mays (`compliance`) are on one floor on purpose: no
playbook can bend the law, and no lawyer need read a playbook. `planning` is the first room that sees both.

"""


def floors() -> list[list[str]]:
    """The rooms floor by floor, the lowest first, as the import contract has them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return [[room.strip().removeprefix("forbear.") for room in layer.split("|")] for layer in reversed(layers)]


def room_page() -> str:
    """The page, from the ground floor up."""
    rows = [
        (number, code(room + "/"), _says(SOURCE / room / "__init__.py"))
        for number, rooms in enumerate(floors(), start=1)
        for room in rooms
    ]
    parts = [HEAD, grid(("floor", "room", "what it is"), rows)]
    for rooms in floors():
        for room in rooms:
            parts.append(f"\n## {room}\n\n{_modules(SOURCE / room)}")
    return "".join(parts)


def _modules(room: Path) -> str:
    files = [path for path in sorted(room.rglob("*.py")) if path.name != "__init__.py"]
    rows = [(code(path.relative_to(room).as_posix()), _says(path)) for path in files]
    return grid(("module", "what it holds"), rows)


def _says(path: Path) -> str:
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(text.split("\n\n")[0].removesuffix("::").split()).replace("``", "`")
