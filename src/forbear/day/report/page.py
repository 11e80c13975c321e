"""Write ``report.html``: one self-contained page, both languages inside, no script, the same bytes for the same run."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import jinja2
from markupsafe import Markup

from forbear.day.report.figures import count_figures
from forbear.day.report.run_record import RunRecord, read_run
from forbear.day.report.sections import Writer
from forbear.day.words import LawBook
from forbear.kernel.errors import OutputError
from forbear.kernel.language import gettext as _
from forbear.kernel.language import translator

TEMPLATES = Path(__file__).parent / "templates"
LANGUAGES = {"zh": "zh-CN", "en": "en"}


def write_report(folder: Path) -> Path:
    """Write ``report.html`` into a run folder, from its Parquet files and ``run.json``.

    Returns:
        The file written.

    Raises:
        InputError: the folder holds no readable run.
        OutputError: ``cannot_write``.
    """
    run = read_run(folder)
    page = render_report(run, folder)
    path = folder / "report.html"
    unfinished = path.with_suffix(".html.part")
    try:
        unfinished.write_text(page, encoding="utf-8")
        unfinished.replace(path)
    except OSError as error:
        message = _("The report cannot be written.")
        raise OutputError(
            "cannot_write", message, file=path, found=error, do=_("Free space or choose another folder.")
        ) from None
    return path


def render_report(run: RunRecord, folder: Path) -> str:
    """The page as text."""
    law = LawBook.named(run.law, date.fromisoformat(run.law_on))
    figures = count_figures(folder, run.capacity)
    pages = []
    for language, tag in LANGUAGES.items():
        words = translator(language)
        writer = Writer(run, figures, law, words)
        pages.append({"language": language, "tag": tag, "words": words, "writer": writer})
    return page_environment().get_template("report.html.jinja").render(run=run, pages=pages)


def page_environment() -> jinja2.Environment:
    """The templates of this folder; what is put into them is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Drawings and the style sheet are our own; everything else is escaped.
    environment.filters["ours"] = Markup
    return environment
