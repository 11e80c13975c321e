"""How a book is aged for a playbook: by the lender's settings, and as far ahead as the playbook looks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from forbear.book.settings import AgeingSettings, read_settings
from forbear.strategy.playbook import Playbook


def ageing_settings(given: Path | AgeingSettings | None, *playbooks: Playbook) -> AgeingSettings:
    """The lender's settings, of a file or as they are; how far ahead to look is the playbooks' to say where they do not."""
    settings = read_settings(given) if isinstance(given, Path) else given or AgeingSettings()
    ahead = [each.parameters["pre_due_days"] for each in playbooks if "pre_due_days" in each.parameters]
    if settings.pre_due_days is not None or not ahead:
        return settings
    values = [value for each in ahead for value in (each.value, *each.by_product_kind.values())]
    return replace(settings, pre_due_days=max(int(value) for value in values))
