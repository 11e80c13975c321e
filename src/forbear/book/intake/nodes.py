"""The nodes of a mapping file: strict access, and errors that name the path of the key."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from forbear.book.intake.decoding import Encoding, encoding_of
from forbear.kernel.dates import zone
from forbear.kernel.errors import BookError, UsageError
from forbear.kernel.language import gettext as _

NAME = "[a-z][a-z0-9_]{0,59}"
# What a date format may hold: fields of fixed width.
FORMAT_FIELDS = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}


class _Loader(yaml.BaseLoader):
    """All scalars are texts; a key that stands twice is refused."""


def _unique_keys(loader: _Loader, node: yaml.MappingNode) -> dict[str, Any]:
    pairs = [
        (str(loader.construct_object(key)), loader.construct_object(value, deep=True)) for key, value in node.value
    ]
    keys = [key for key, _value in pairs]
    repeated = next((key for key in keys if keys.count(key) > 1), None)
    if repeated is not None:
        raise yaml.constructor.ConstructorError(None, None, f"the key {repeated} stands twice", node.start_mark)
    return dict(pairs)


_Loader.add_constructor("tag:yaml.org,2002:map", _unique_keys)


def read_yaml(path: Path) -> Node:
    """The root node of a file.

    Raises:
        BookError: ``missing_file``, ``bad_yaml``.
    """
    try:
        value = yaml.load(path.read_bytes(), _Loader)
    except OSError as error:
        raise BookError("missing_file", _("The mapping file cannot be read."), file=path) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BookError(
            "bad_yaml", _("The mapping file is not YAML: {error}.").format(error=error), file=path
        ) from error
    return Node(path, "", value or {})


@dataclass(frozen=True)
class Node:
    """A value of the file with its place in it."""

    file: Path
    path: str
    value: Any

    @property
    def is_mapping(self) -> bool:
        """Whether it has keys."""
        return isinstance(self.value, dict)

    def error(self, what: str) -> BookError:
        """An error at this place."""
        return BookError(
            "bad_mapping",
            _("The mapping file cannot be used: {what}.").format(what=what),
            do=_("The reference page on mapping files lists every key."),
            file=self.file,
            key=self.path or "(top)",
        )

    def only(self, *allowed: str) -> None:
        """Refuses other keys."""
        for key in self._keys():
            if key not in allowed:
                raise self.child(key).error(f"there is no such key here; there are {', '.join(allowed)}")

    def exactly_one(self, *choices: str) -> str:
        """The one of the keys that is there."""
        found = [key for key in self._keys() if key in choices]
        if len(found) != 1:
            raise self.error(f"exactly one of {', '.join(choices)} is needed")
        return found[0]

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self._keys()

    def child(self, key: str) -> Node:
        """The value of a key; an error where it is not there."""
        if key not in self._keys():
            raise self.error(f"the key {key} is missing")
        return Node(self.file, f"{self.path}.{key}".lstrip("."), self.value[key])

    def children(self, key: str) -> dict[str, Node]:
        """The named values under a key; none where it is not there."""
        if not self.has(key):
            return {}
        child = self.child(key)
        return {name: child.child(name) for name in child._keys()}

    def items(self, key: str) -> list[Node]:
        """The list under a key; empty where it is not there."""
        if not self.has(key):
            return []
        child = self.child(key)
        if not isinstance(child.value, list) or not child.value:
            raise child.error("a list with at least one entry is needed")
        return [Node(self.file, f"{child.path}[{index}]", item) for index, item in enumerate(child.value)]

    def scalar(self) -> str:
        """The text of this node."""
        if not isinstance(self.value, str):
            raise self.error("a single value is needed")
        return self.value

    def text(self, key: str, default: str) -> str:
        """The text under a key."""
        return self.child(key).scalar() if self.has(key) else default

    def needed(self, key: str) -> str:
        """The text under a key that must be there and not be empty."""
        text = self.child(key).scalar()
        if not text:
            raise self.child(key).error("it must not be empty")
        return text

    def one_of(self, choices: Iterable[str]) -> str:
        """The text of this node, one of the choices."""
        text, known = self.scalar(), list(choices)
        if text not in known:
            raise self.error(f"{text!r} is none of {', '.join(known) or '(nothing is defined)'}")
        return text

    def flag(self, key: str) -> bool:
        """``true`` or ``false``; false where it is not there."""
        return self.has(key) and self.child(key).one_of(("true", "false")) == "true"

    def pattern(self, key: str, pattern: str, what: str) -> str | None:
        """The text under a key, which must look like the pattern; None where it is not there."""
        if not self.has(key):
            return None
        text = self.child(key).scalar()
        if not re.fullmatch(pattern, text):
            raise self.child(key).error(f"{what} is needed")
        return text

    def rule_name(self, key: str) -> str:
        """The name of a rule of the lender's own: lower snake case."""
        self.child(key)
        return self.pattern(key, NAME, "a name in lower snake case") or ""

    def named_children(self, key: str) -> dict[str, Node]:
        """The values under a key by names of the lender's own: lower snake case."""
        children = self.children(key)
        for name, child in children.items():
            if not re.fullmatch(NAME, name):
                raise child.error("a name in lower snake case is needed")
        return children

    def zone(self, key: str) -> str | None:
        """A time zone; None where it is not there."""
        if not self.has(key):
            return None
        name = self.child(key).scalar()
        try:
            zone(name)
        except UsageError as error:
            raise self.child(key).error(error.message.rstrip(".")) from error
        return name

    def encoding(self, key: str) -> Encoding | None:
        """An encoding that is read; None where it is not there."""
        if not self.has(key):
            return None
        found = encoding_of(self.child(key).scalar())
        if found is None:
            raise self.child(key).error("only utf-8 and gb18030 are read")
        return found

    def date_format(self, key: str) -> str | None:
        """A format with fields of fixed width: %Y %m %d %H %M %S and %%; None where it is not there."""
        text = self.pattern(key, "(?:[^%]|%[YmdHMS])+", "a format of %Y %m %d %H %M %S and plain characters")
        if text is None:
            return None
        fields = re.findall("%(.)", text)
        if len(fields) != len(set(fields)) or not {"Y", "m", "d"} <= set(fields):
            raise self.child(key).error("year, month and day are needed, each once")
        return text

    def _keys(self) -> list[str]:
        if not isinstance(self.value, dict):
            raise self.error("keys and values are needed")
        return list(self.value)
