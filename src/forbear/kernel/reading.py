"""YAML as the shipped files and the owner's are written: plain values, nothing that would be run."""

from __future__ import annotations

from typing import Any

import yaml

FAST_SAFE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The safe loader, in C where the library was built with it: the packs alone are hundreds of files."""


def read_yaml_text(text: str) -> Any:
    """The value of a YAML text; None where it is empty.

    Raises:
        yaml.YAMLError: the text is no YAML, or asks for more than plain values.
    """
    return yaml.load(text, Loader=FAST_SAFE)
