"""What the codes of playbooks stand for: a sentence for each reason, and what each cited behaviour is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from forbear.kernel.errors import PlaybookError
from forbear.kernel.language import gettext as _
from forbear.kernel.language import in_language

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
    texts: dict[str, dict[str, str]] = yaml.safe_load((_HERE / "reasons.yaml").read_text(encoding="utf-8"))
    return texts


def reason_text(code: str, language: str = "en") -> str:
    """The sentence for a reason code.

    Raises:
        PlaybookError: ``unknown_reason``.
    """
    try:
        return in_language(reasons()[code], language)
    except KeyError:
        raise PlaybookError(
            "unknown_reason",
            _("The reason {code} has no words in {language}.").format(code=code, language=language),
            do=_("Add them to reasons.yaml in the folder of the playbook."),
        ) from None


@cache
def behaviours() -> Mapping[str, Behaviour]:
    """The behaviours that a row may cite, by id."""
    given: dict[str, dict[str, str]] = yaml.safe_load((_HERE / "behaviours.yaml").read_text(encoding="utf-8"))
    return {key: Behaviour(key, entry["says"], entry.get("elsewhere")) for key, entry in given.items()}
