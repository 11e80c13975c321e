"""What may follow from a delay: named sentences, each true or not of one loan at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from jinja2 import meta

from forbear.dispatch.message.template import ENVIRONMENT
from forbear.kernel.language import traditional
from forbear.kernel.reading import read_yaml_text
from forbear.tables.feel.meaning import holds
from forbear.tables.feel.parsing import parse_tests
from forbear.tables.feel.tree import Test

FILE = Path(__file__).parent / "consequences.yaml"


@dataclass(frozen=True)
class Consequence:
    """One sentence: when it is true, what it makes true of a message, and its words by language, with places of their own."""

    name: str
    because: Mapping[str, str]
    when: Mapping[str, str]
    asserts: Mapping[str, bool]
    texts: Mapping[str, str]

    @cached_property
    def places(self) -> frozenset[str]:
        """The places that its words name."""
        return frozenset(meta.find_undeclared_variables(ENVIRONMENT.parse(self.texts["zh_CN"])))

    def untrue(self, facts: Mapping[str, Any]) -> tuple[str, ...]:
        """The tests that the facts fail, as ``has_dispute = false``; none where the sentence is true. Missing is failing."""
        return tuple(
            f"{name} {'' if cell[:1] in '<>=[' else '= '}{cell}"
            for name, cell in self.when.items()
            if facts.get(name) is None or holds(_test(cell), facts[name], _nothing) is not True
        )


@cache
def consequences() -> Mapping[str, Consequence]:
    """Every consequence by its name."""
    raw = read_yaml_text(FILE.read_text(encoding="utf-8"))
    return {
        name: Consequence(
            name,
            each["because"],
            each["when"],
            each.get("asserts", {}),
            {"zh_CN": each["zh"], "zh_TW": traditional(each["zh"]), "en": each["en"]},
        )
        for name, each in raw.items()
    }


@cache
def _test(cell: str) -> Test:
    return parse_tests(cell)


def _nothing(name: object) -> None:
    """A test reads its own fact only."""
