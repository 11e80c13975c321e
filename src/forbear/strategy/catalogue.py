"""What the codes of playbooks stand for: a sentence for each reason, and what each cited behaviour is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from forbear.kernel.errors import PlaybookError
from forbear.kernel.language import TRADITIONAL, in_language
from forbear.kernel.language import gettext as _
from forbear.kernel.reading import read_yaml_text

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Behaviour:
    """A behaviour of the source documents, or a rule of the house. ``elsewhere`` names who carries it out if no row does."""

    id: str
    says: str
    elsewhere: str | None = None


@cache
def reasons() -> Mapping[str, Mapping[str, str]]:
    """Sentence by language (``en``, ``zh``) by reason code, as a person may read it."""
    texts: dict[str, dict[str, str]] = read_yaml_text((_HERE / "reasons.yaml").read_text(encoding="utf-8"))
    return texts


def reason_text(code: str, language: str = "en") -> str:
    """The sentence for a reason code. A borrower may read it, so words of another language do not stand in for it.

    Raises:
        PlaybookError: ``unknown_reason``.
    """
    texts = reasons().get(code, {})
    if language not in texts and not (language == TRADITIONAL and "zh" in texts):
        raise PlaybookError(
            "unknown_reason",
            _("The reason {code} has no words in {language}.").format(code=code, language=language),
            do=_("Add them to reasons.yaml in the folder of the playbook."),
        )
    return in_language(texts, language)


@cache
def behaviours() -> Mapping[str, Behaviour]:
    """The behaviours that a row may cite, by id."""
    given: dict[str, dict[str, str]] = read_yaml_text((_HERE / "behaviours.yaml").read_text(encoding="utf-8"))
    return {key: Behaviour(key, entry["says"], entry.get("elsewhere")) for key, entry in given.items()}
