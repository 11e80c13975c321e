"""Do the documents hold together? Links lead somewhere, nothing is of one machine, words are plain."""

from __future__ import annotations

import re

import pytest
from source_tree import PACKAGE, ROOT, tracked

DOCUMENTS = sorted(
    path for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md"))
)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|(?:href|src)=\"([^\"]+)\"")
HEADING = re.compile(r"^#+ (.+)$", re.M)
FENCED = re.compile(r"^```.*?^```$", re.M | re.S)
MACHINE = re.compile(r"(?<![\w.])/(?:work|tmp|home|root|Users)/\w")
TALKING_DOWN = re.compile(
    r"\b(?:simply|easily|obviously|of course|of-course)\b|\bjust (?:run|add|type|call|use|open|write|do)\b", re.I
)
TEXT = {
    ".md",
    ".py",
    ".yaml",
    ".yml",
    ".toml",
    ".dmn",
    ".css",
    ".jinja",
    ".svg",
    ".po",
    ".lark",
    ".sh",
    ".json",
    ".csv",
    "",
}


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as forges make them."""
    found = set()
    for heading in HEADING.findall(FENCED.sub("", text)):
        kept = re.sub(r"[^\w\- ]", "", heading.lower().replace("`", ""))
        found.add(kept.replace(" ", "-"))
    return found


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_of_a_document_leads_somewhere(path):
    """To a file of the repository, and to a heading that is there."""
    text = FENCED.sub("", path.read_text(encoding="utf-8"))
    for found in LINK.findall(text):
        target = found[0] or found[1]
        if re.match(r"(?:https?|mailto):", target):
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        assert there.exists(), target
        if anchor:
            assert anchor in anchors(there.read_text(encoding="utf-8")), target


def test_every_page_can_be_reached_from_the_readme():
    """A page that nothing links to is not read."""
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        path = waiting.pop()
        if path in seen or path.suffix != ".md":
            continue
        seen.add(path)
        targets = [(one or other).partition("#")[0] for one, other in LINK.findall(path.read_text(encoding="utf-8"))]
        waiting += [there for target in targets if target and (there := (path.parent / target).resolve()).is_file()]
    assert sorted(path.relative_to(ROOT).as_posix() for path in set(DOCUMENTS) - seen) == []


def test_a_message_that_names_a_page_names_one_that_is_there():
    """``do=`` sends people to pages of the reference."""
    named = {
        name
        for path in PACKAGE.rglob("*.py")
        for name in re.findall(r"docs/[\w/-]+\.md", path.read_text(encoding="utf-8"))
    }
    assert named
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_nothing_in_the_repository_is_of_one_machine():
    """No absolute path of somebody's disk in code, documents, data or pictures; tests name paths that are not there."""
    odd = []
    for path in tracked():
        if path.suffix in TEXT and path.name != "uv.lock" and "tests" not in path.relative_to(ROOT).parts:
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                if MACHINE.search(line):
                    odd.append(f"{path.relative_to(ROOT)}:{number}")
    assert odd == []


def test_no_document_talks_down_to_its_reader():
    """What is easy for the writer may not be for the reader."""
    odd = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in DOCUMENTS
        for found in TALKING_DOWN.finditer(path.read_text(encoding="utf-8"))
    ]
    assert odd == []


def test_every_word_of_the_glossary_is_used_in_the_code():
    """The second column holds the words of the code; a word that is gone from there goes from the glossary."""
    source = "\n".join(
        path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*") if path.suffix in {".py", ".yaml", ".dmn"}
    )
    rows = re.findall(
        r"^\| [^|]*[一-鿿][^|]* \| ([^|]+) \|", (ROOT / "docs/glossary.md").read_text(encoding="utf-8"), re.M
    )
    words = [word for row in rows for word in re.findall(r"`([^`]+)`", row)]
    assert len(words) > 40
    assert [word for word in words if not re.search(rf"\b{re.escape(word)}s?\b", source, re.I)] == []
