"""What ``run.json`` says about a run, as the report needs it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forbear.kernel.errors import InputError
from forbear.kernel.language import gettext as _


@dataclass(frozen=True)
class TableCount:
    """Rows of one table of the book: in = accepted + rejected."""

    table: str
    rows_in: int
    accepted: int
    rejected: int


@dataclass(frozen=True)
class RunRecord:
    """The run in short. ``content`` is the whole of ``run.json``."""

    business_date: str
    playbook: str
    playbook_version: str
    playbook_asked: str
    law: str
    profile: str
    law_version: str
    law_on: str
    law_values: int
    law_values_unverified: int
    book: str
    engine: str
    tables: tuple[TableCount, ...]
    capacity: Mapping[str, int | None]
    content: Mapping[str, Any]


def read_run(folder: Path) -> RunRecord:
    """Read ``run.json`` of a run folder.

    Raises:
        InputError: ``no_run`` when the folder holds none, ``bad_run`` when it cannot be read.
    """
    path = folder / "run.json"
    try:
        return _record(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        message = _("This folder holds no run.")
        raise InputError("no_run", message, folder=folder, do=_("Give the --out folder of a finished run.")) from None
    except (ValueError, KeyError, TypeError) as error:
        message = _("The record of the run cannot be read.")
        raise InputError("bad_run", message, file=path, do=_("Run the day again."), found=error) from None


def _record(content: dict[str, Any]) -> RunRecord:
    playbook, law, book = content["playbook"], content["law"], content["book"]
    tables = tuple(
        TableCount(name, rows["in"], rows["accepted"], rows["rejected"]) for name, rows in book["tables"].items()
    )
    return RunRecord(
        business_date=content["business_date"],
        playbook=playbook["name"],
        playbook_version=playbook["version"],
        playbook_asked=playbook["asked"],
        law=law["name"],
        profile=law["profile"],
        law_version=law["version"],
        law_on=law.get("on", content["business_date"]),
        law_values=law["values"],
        law_values_unverified=law["values_unverified"],
        book=book["name"],
        engine=content.get("engine", ""),
        tables=tables,
        capacity=content.get("capacity", {}),
        content=content,
    )
