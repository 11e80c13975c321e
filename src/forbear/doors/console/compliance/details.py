"""What an entry of the audit holds, in words: each detail by its name, and each code by what kind of code it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from forbear.doors.design.formats import money
from forbear.kernel.language import code_words, current
from forbear.kernel.language import gettext as _

KIND_OF: Mapping[str, tuple[str, ...]] = {
    "complaint": ("complaint kind", "measure"), "dispute": ("dispute kind", "measure"), "request": ("request kind",),
    "hold": ("hold",), "arrangement": ("arrangement",), "contact_point": ("point",), "import": ("feed",),
    "approval": ("approval",), "consent": ("consent",), "job": ("job kind",),
}  # fmt: skip
"""By which lists the kind of a thing has its words."""
CONTEXTS: Mapping[str, tuple[str, ...]] = {
    "kind": ("hold", "matter", "point", "arrangement", "approval", "measure", "feed", "consent"),
    "channel": ("channel",), "intent": ("intent",), "purpose": ("purpose", "asking"), "result": ("result",), "role": ("role",),
    "reach": ("reach",), "template": ("template",), "verdict": ("verdict",), "duties": ("duty",), "language": ("language",),
    "code": ("refusal", "stopped", "error"), "stage": ("extension", "stage"), "root_cause": ("root cause",),
    "outcome": ("complaint outcome", "dispute outcome", "request outcome", "outcome"),
    "before": ("complaint outcome", "dispute outcome", "outcome"),
    "status": ("contact state", "act state", "receipt", "payment state", "result"),
    "reason": (
        "reason_code", "removed", "skip", "reopening", "extension reason", "answer", "stopped", "silence reason", "reason", "refusal",
    ),
    "fields": ("field",), "source": ("fate_source",), "setting": ("setting",),
}  # fmt: skip
"""The lists in which the codes of a detail are looked up, in that order."""


def details_in_words(subject_kind: str, payload: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Every detail with its name and what it says; what is empty is left out."""
    return [
        (code_words("detail", name), text)
        for name, value in payload.items()
        if (text := _words(subject_kind, name, value))
    ]


def _words(subject_kind: str, name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int) and name.endswith("_cents"):
        return money(value)
    if isinstance(value, str):
        return _code(subject_kind, name, value)
    if isinstance(value, Mapping):
        return "; ".join(f"{label}: {text}" for label, text in details_in_words(subject_kind, value))
    if isinstance(value, Sequence):
        return _(", ").join(_words(subject_kind, name, each) for each in value)
    return str(value)


def _code(subject_kind: str, name: str, value: str) -> str:
    """The words of a code; what no list has, ids and days, stays as it is."""
    own = KIND_OF.get(subject_kind, ()) if name == "kind" else ()
    found = (current().pgettext(context, value) for context in (*own, *CONTEXTS.get(name, ()), "code"))
    plain = value.replace("_", " ") if name in CONTEXTS else value
    return next((words for words in found if words != value), plain)
