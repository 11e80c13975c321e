"""Templates: a text with named places, in a form for each kind of channel, in each language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import StrictUndefined, TemplateSyntaxError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from forbear.kernel.errors import InputError
from forbear.kernel.ids import digest_json
from forbear.kernel.language import traditional
from forbear.kernel.reading import read_yaml_text

FOLDER = Path(__file__).parent / "templates"
FRAMES = Path(__file__).parent / "frames.yaml"
SAYS = "{{ says }}"
"""Where a frame holds what a template says of its own."""
FORMS: Mapping[str, str] = {
    "sms": "short",
    "push": "short",
    "im_official": "short",
    "email": "long",
    "letter": "long",
    "voice_agent": "script",
    "voice_bot": "bot",
    "visit": "visit",
    "notice": "note",
}
"""Which form of a template a channel uses."""
LANGUAGES = ("zh_CN", "zh_TW", "en")
CONSEQUENCE = "consequence"
ENVIRONMENT = ImmutableSandboxedEnvironment(  # plain text, never HTML
    autoescape=False, keep_trailing_newline=True, undefined=StrictUndefined
)


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
    def text(self) -> str:
        """Subject and body, a line apart."""
        return f"{self.subject}\n{self.body}"

    @property
    def digest(self) -> str:
        """Of all that it says and is for; not of its version."""
        return digest_of(self)

    @property
    def places(self) -> frozenset[str]:
        """The places that it names itself; those within a consequence are not among them.

        Raises:
            InputError: ``bad_template`` when it cannot be read.
        """
        return _named(self.parsed())

    @property
    def consequences(self) -> frozenset[str]:
        """The consequences that it names, as ``{{ consequence.penalty_interest }}``.

        Raises:
            InputError: ``bad_template`` when it cannot be read.
        """
        return _consequences(self.parsed())

    def parsed(self) -> nodes.Template:
        """Subject and body as the template engine reads them.

        Raises:
            InputError: ``bad_template``.
        """
        try:
            return _parsed(self.text)
        except TemplateSyntaxError as error:
            raise InputError(
                "bad_template", f"The template cannot be read: {error.message}.", template=self.code, line=error.lineno
            ) from error


@lru_cache(maxsize=4096)
def _parsed(text: str) -> nodes.Template:
    """Read once, since the same template makes many messages; nobody changes the tree."""
    return ENVIRONMENT.parse(text)


@lru_cache(maxsize=4096)
def _named(tree: nodes.Template) -> frozenset[str]:
    return frozenset(meta.find_undeclared_variables(tree)) - {CONSEQUENCE}


@lru_cache(maxsize=4096)
def _consequences(tree: nodes.Template) -> frozenset[str]:
    return frozenset(each.attr for each in tree.find_all(nodes.Getattr) if is_consequence(each))


def digest_of(template: Template) -> str:
    """The digest (SHA-256) of all that a template says and is for; not of its version. What is approved is this."""
    return digest_json(
        [template.code, template.channel, template.purpose, template.language, template.subject, template.body]
    )


def is_consequence(node: nodes.Node) -> bool:
    """Whether a node of a parsed template names a consequence."""
    return isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name == CONSEQUENCE


def templates_of(raw: Mapping[str, Any], version: int = 1) -> list[Template]:
    """The templates of one file: for each channel that its forms serve, in each language.

    繁體 is made of the 简体 as the catalog's is (OpenCC), unless the file has it. A file with a ``frame`` gives only ``subject`` and
    ``says``; the frame has the forms. ``channels``, where the file has it, leaves out all others.

    Raises:
        InputError: ``bad_template`` naming what is missing.
    """
    code, purpose = raw.get("code"), raw.get("purpose")
    if not code or not purpose or "zh_CN" not in raw or "en" not in raw:
        raise InputError("bad_template", "A template needs code, purpose, zh_CN and en.", template=code)
    texts = {each: _framed(raw, each) for each in LANGUAGES if each in raw}
    texts.setdefault("zh_TW", {form: traditional(text) for form, text in texts["zh_CN"].items()})
    found = []
    for language, forms in texts.items():
        for channel, form in FORMS.items():
            if form in forms and channel in raw.get("channels", FORMS):
                subject = str(forms.get("subject", ""))
                found.append(Template(code, version, channel, purpose, language, subject, str(forms[form])))
    return found


def _framed(raw: Mapping[str, Any], language: str) -> dict[str, str]:
    """The forms of a language: those of the frame with what the template says, under its own."""
    given = raw[language]
    if not isinstance(given, Mapping) or not all(isinstance(text, str) for text in given.values()):
        do = "Give subject and forms as text."
        raise InputError("bad_template", f"Its {language} is no mapping of texts.", do=do, template=raw["code"])
    if "frame" not in raw:
        return dict(given)
    frame = frames().get(str(raw["frame"]), {}).get(language)
    if frame is None or "says" not in given:
        do = f"There are: {', '.join(frames())}; a template in a frame has `says`."
        raise InputError("bad_template", f"It fits no frame in {language}.", do=do, template=raw["code"])
    framed = {form: text.replace(SAYS, given["says"].strip()) for form, text in frame.items()}
    return framed | {form: text for form, text in given.items() if form != "says"}


@cache
def frames() -> dict[str, dict[str, dict[str, str]]]:
    """The frames by name, language and form: what many templates have alike, with a place for what each says."""
    found: dict[str, dict[str, dict[str, str]]] = read_yaml_text(FRAMES.read_text(encoding="utf-8"))
    return found


def read_templates(paths: Iterable[Path]) -> list[Template]:
    """The templates of files.

    Raises:
        InputError: ``bad_template`` naming the file.
    """
    found = []
    for path in paths:
        try:
            raw = read_yaml_text(path.read_text(encoding="utf-8"))
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
