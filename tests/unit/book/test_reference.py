"""The pages about the book say all there is to say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from forbear.book.intake.mapping import COMPARISONS, TAKES, UNITS, read_mapping
from forbear.book.intake.nodes import FORMAT_FIELDS
from forbear.book.reference import book_reference

DOCS = Path(__file__).parents[3] / "docs"
MAPPING_PAGE = (DOCS / "reference" / "mapping.md").read_text(encoding="utf-8")
SOURCE = Path(__file__).parents[3] / "src" / "forbear" / "book" / "intake" / "mapping.py"


def test_the_page_on_tables_is_what_the_schema_says() -> None:
    page = (DOCS / "reference" / "book.md").read_text(encoding="utf-8")
    assert page == book_reference(), "run: python -m forbear.book.reference > docs/reference/book.md"


def test_every_key_of_a_mapping_file_is_on_its_page() -> None:
    calls = re.findall(r"(?:only|exactly_one)\((.*?)\)\n", SOURCE.read_text(encoding="utf-8"))
    keys = {key for call in calls for key in re.findall(r'"([a-z_]+)"', call)}
    named = {*keys, *COMPARISONS, *TAKES, *UNITS, *(f"%{field}" for field in FORMAT_FIELDS)}
    missing = [key for key in sorted(named) if not re.search(rf"(?<![a-z_]){re.escape(key)}(?![a-z_])", MAPPING_PAGE)]
    assert missing == []
    assert len(keys) > 40


@pytest.mark.parametrize(
    "block",
    re.findall(r"```yaml\n(currency: CNY.*?)```", (DOCS / "how-to" / "take-in-a-lenders-file.md").read_text(), re.S),
)
def test_the_mapping_of_the_guide_is_read(tmp_path, block: str) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(block, encoding="utf-8")
    assert (
        yaml.safe_load(block)["tables"]["loans"]["columns"].keys() == read_mapping(path).tables["loans"].columns.keys()
    )
