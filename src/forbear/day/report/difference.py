"""Write ``diff.html``: one self-contained page about what a change of law or playbook does to a book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from forbear.compliance import LawPack
from forbear.day.report.difference_sections import DifferenceWriter
from forbear.day.report.page import LANGUAGES, page_environment
from forbear.day.words import RuleBook
from forbear.kernel.language import translator
from forbear.strategy import Playbook


def write_difference(
    path: Path, record: Mapping[str, Any], sides: Sequence[tuple[Sequence[LawPack], Playbook]]
) -> None:
    """Write the page from the content of ``summary.json``; ``sides`` are law and playbook before and after."""
    before, after = (RuleBook(packs, playbook) for packs, playbook in sides)
    pages = []
    for language, tag in LANGUAGES.items():
        words = translator(language)
        writer = DifferenceWriter(record, before, after, words)
        pages.append({"language": language, "tag": tag, "words": words, "writer": writer})
    template = page_environment().get_template("diff.html.jinja")
    path.write_text(template.render(run=record, pages=pages), encoding="utf-8")
