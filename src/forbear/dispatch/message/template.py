"""Templates: a text with named places, in a form for each kind of channel, in each language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import TemplateSyntaxError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from forbear.kernel.errors import InputError
from forbear.kernel.ids import digest_json
from forbear.kernel.language import traditional

FOLDER = Path(__file__).parent / "templates"
FORMS: Mapping[str, str] = {
    "sms": "short",
    "push": "short",
    "im_official": "short",
    "email": "long",
    "letter": "long",
    "voice_agent": "script",
    "voice_bot": "script",
}
"""Which form of a template a channel uses."""
PLACES: Mapping[str, str] = {
    "institution": "The lender's name.",
    "borrower_name": "The borrower's name.",
    "product": "What the loan is called.",
    "amount_due": "What is overdue, read anew.",
    "amount_by_component": "Principal, interest, penalty and fees of it.",
    "days_past_due": "Days past due, read anew.",
    "due_on": "The due date of the oldest unpaid instalment.",
    "next_amount": "What falls due next.",
    "next_due_on": "When it falls due.",
    "today": "The business date.",
    "how_to_pay": "The ways to pay.",
    "service_phone": "Where to ask.",
    "complaint_phone": "Where to object and complain.",
    "options": "What a borrower in difficulty may ask for.",
    "legal_basis": "The law that the claim rests on.",
    "rights": "The borrower's rights and duties.",
    "verify_link": "Where the message can be checked.",
    "unsubscribe_link": "Where it can be declined.",
}
"""Every place that a template may name, and what stands there."""
LANGUAGES = ("zh_CN", "zh_TW", "en")
ENVIRONMENT = ImmutableSandboxedEnvironment(autoescape=False, keep_trailing_newline=True)  # plain text, never HTML


@dataclass(frozen=True)
class Template:
    """One version of a text for one channel in one language."""

    code: str
    version: int
    channel: str
    purpose: str
    language: str
    subject: str
    body: str

    @property
    def digest(self) -> str:
        """Of all that it says and is for; not of its version."""
        return digest_json([self.code, self.channel, self.purpose, self.language, self.subject, self.body])

    @property
    def places(self) -> frozenset[str]:
        """The places that it names.

        Raises:
            InputError: ``bad_template`` when it cannot be read.
        """
        return frozenset(meta.find_undeclared_variables(self.parsed()))

    def parsed(self) -> nodes.Template:
        """Subject and body as the template engine reads them.

        Raises:
            InputError: ``bad_template``.
        """
        try:
            return ENVIRONMENT.parse(f"{self.subject}\n{self.body}")
        except TemplateSyntaxError as error:
            raise InputError(
                "bad_template", f"The template cannot be read: {error.message}.", template=self.code, line=error.lineno
            ) from error


def templates_of(raw: Mapping[str, Any], version: int = 1) -> list[Template]:
    """The templates of one file: for each channel that its forms serve, in each language. 繁體 is made of the 简体 unless it is there.

    Raises:
        InputError: ``bad_template`` naming what is missing.
    """
    code, purpose = raw.get("code"), raw.get("purpose")
    if not code or not purpose or "zh_CN" not in raw or "en" not in raw:
        raise InputError("bad_template", "A template needs code, purpose, zh_CN and en.", template=code)
    texts: dict[str, Mapping[str, str]] = {each: raw[each] for each in LANGUAGES if each in raw}
    texts.setdefault("zh_TW", {form: traditional(text) for form, text in raw["zh_CN"].items()})
    found = []
    for language, forms in texts.items():
        for channel, form in FORMS.items():
            if form in forms:
                subject = str(forms.get("subject", ""))
                found.append(Template(code, version, channel, purpose, language, subject, str(forms[form])))
    return found


def read_templates(paths: Iterable[Path]) -> list[Template]:
    """The templates of files.

    Raises:
        InputError: ``bad_template`` naming the file.
    """
    found = []
    for path in paths:
        try:
            raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise InputError("bad_template", f"The template cannot be read: {error}.", file=path) from error
        if not isinstance(raw, Mapping):
            raise InputError("bad_template", "A template file is a mapping.", file=path)
        found += templates_of(raw)
    return found


@cache
def shipped_templates() -> tuple[Template, ...]:
    """The templates that come with the package, in order of code, language and channel."""
    return tuple(read_templates(sorted(FOLDER.glob("*.yaml"))))
