"""A comparison in words as plain values, in every language: for pages that are drawn later and elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from forbear.compliance import LawPack
from forbear.day.report.difference_sections import DifferenceWriter
from forbear.day.report.sections import Section
from forbear.day.words import RuleBook
from forbear.kernel.language import LANGUAGES, translator
from forbear.strategy import Playbook
from forbear.strategy.codes import VISIT

EXAMPLES = 10


def difference_words(
    record: Mapping[str, Any], sides: Sequence[tuple[Sequence[LawPack], Playbook]]
) -> dict[str, dict[str, Any]]:
    """By language ``summary``, ``unverified``, ``figures``, ``sections`` and ten ``examples``; ``sides`` as for the report."""
    before, after = (RuleBook(packs, playbook) for packs, playbook in sides)
    pages = {}
    for language in LANGUAGES:
        writer = DifferenceWriter(record, before, after, translator(language))
        pages[language] = {
            "summary": writer.summary(),
            "unverified": list(writer.unverified()),
            "figures": [asdict(each) for each in writer.key_figures()],
            "sections": [_section(each) for each in writer.sections()],
            "examples": [asdict(each) for each in writer.examples()[:EXAMPLES]],
        }
    return pages


def effort(record: Mapping[str, Any], sides: Sequence[Playbook]) -> dict[str, dict[str, int]]:
    """Before and after: ``contacts`` planned, ``visits`` planned or waiting for approval, and what the planned acts cost by the
    playbook's own prices, ``cost_cents``."""
    found = {}
    for side, playbook in zip(("before", "after"), sides, strict=True):
        price = playbook.shape.value.cost_cents
        planned = {str(row["channel"]): row[side] for row in record["acts"]}
        waiting = sum(row[side] for row in record["waiting"] if row["treatment"] == VISIT)
        found[side] = {
            "contacts": sum(count for channel, count in planned.items() if channel != VISIT),
            "visits": planned.get(VISIT, 0) + waiting,
            "cost_cents": sum(count * price.get(channel, 0) for channel, count in planned.items()),
        }
    return found


def _section(section: Section) -> dict[str, Any]:
    told = asdict(section)
    if section.table is not None:
        told["table"]["numbers"] = sorted(section.table.numbers)
    return {name: told[name] for name in ("key", "title", "definition", "table", "empty", "note", "quotes")}
