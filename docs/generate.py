"""Write every generated page: ``python -m docs.generate``; with ``--check``, say which are not up to date."""

from __future__ import annotations

import sys
import tempfile
from datetime import date
from pathlib import Path

from docs.writers.api_page import api_page
from docs.writers.day_picture import CHINESE, ENGLISH, day_picture
from docs.writers.demo_result import readmes
from docs.writers.error_page import error_page
from docs.writers.fact_page import fact_page
from docs.writers.law_case_page import law_case_page
from docs.writers.output_page import output_page
from docs.writers.playbook_page import playbook_page
from docs.writers.room_page import room_page
from docs.writers.settings_page import settings_page

from forbear.book.reference import book_reference
from forbear.compliance import pack_names, write_law_pages
from forbear.doors.cli.main import cli
from forbear.doors.cli.reference import cli_reference

ROOT = Path(__file__).parents[1]
REFERENCE = {
    "rooms": room_page,
    "book": book_reference,
    "facts": fact_page,
    "law-cases": law_case_page,
    "playbooks": playbook_page,
    "outputs": output_page,
    "settings": settings_page,
    "errors": error_page,
    "api": api_page,
    "cli": lambda: cli_reference(cli),
}
LAW_DATE = date(2026, 11, 23)


def pages() -> dict[str, str]:
    """Text by path of every page that is written from the code."""
    made: dict[str, str] = {f"docs/reference/{name}.md": write() for name, write in REFERENCE.items()}
    made |= {"docs/pictures/day.svg": day_picture(ENGLISH), "docs/pictures/day.zh.svg": day_picture(CHINESE)}
    with tempfile.TemporaryDirectory() as folder:
        for path in write_law_pages(Path(folder), pack_names(), LAW_DATE, ROOT / "tests" / "law" / "cases"):
            made[f"docs/law/{path.name}"] = path.read_text(encoding="utf-8")
    return made


def out_of_date(made: dict[str, str]) -> list[str]:
    """The pages whose file is not there or says something else."""
    return [
        path for path, text in made.items() if not (ROOT / path).is_file() or (ROOT / path).read_text("utf-8") != text
    ]


def main(arguments: list[str]) -> int:
    """Write the pages and the demo's result in the READMEs, or only check the pages."""
    if "--check" in arguments:
        odd = out_of_date(pages())
        for path in odd:
            print(f"{path} is not up to date: make docs")
        return int(bool(odd))
    for path, text in {**pages(), **readmes(ROOT)}.items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text, encoding="utf-8")
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
