"""Do imports go one way? The contracts are in pyproject.toml."""

from __future__ import annotations

import tomllib

from importlinter.cli import lint_imports
from source_tree import PACKAGE, ROOT


def contracts():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return settings["tool"]["importlinter"]["contracts"]


def test_every_import_contract_is_kept(capsys):
    """Rooms, engines, clocks, terminals: what may know what."""
    code = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert code == 0, capsys.readouterr().out


def test_every_room_stands_on_a_floor():
    """A new folder of the package cannot escape the contract of layers."""
    layers = next(each["layers"] for each in contracts() if each["type"] == "layers")
    on_floors = {room.strip().removeprefix("forbear.") for layer in layers for room in layer.split("|")}
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert rooms == on_floors


def test_a_contract_names_every_room_or_a_reason_to_leave_it_out():
    """A contract that forgets a room is no wall. The rooms left out of each are its doors, written here."""
    doors = {
        "Engines live in columns only": {"columns"},
        "Rooms that decide never touch the rows themselves": {"columns", "book", "records", "day", "lab"},
        "Rooms that decide have no clock": {"kernel", "dispatch", "records", "day", "doors"},
        "Only doors speak to a terminal": {"doors"},
    }
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    for contract in contracts():
        if contract["name"] in doors:
            named = {module.removeprefix("forbear.") for module in contract["source_modules"]}
            assert rooms - named == doors.pop(contract["name"])
    assert not doors
