"""The templates of all pages: escaped, strict about what they are not given, in the language of the request."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import jinja2
from django.templatetags.static import static
from django.urls import reverse
from markupsafe import Markup

from forbear.doors.api.languages import tag_of
from forbear.doors.design import formats
from forbear.doors.design.icons import icon
from forbear.kernel.language import code_words, in_language, pgettext
from forbear.kernel.language import current as current_language
from forbear.kernel.language import gettext as _

FOLDER = Path(__file__).parent


def environment(**options: Any) -> jinja2.Environment:
    """As Django's Jinja2 backend asks for it."""
    options |= {"undefined": jinja2.StrictUndefined, "trim_blocks": True, "lstrip_blocks": True, "autoescape": True}
    made = jinja2.Environment(**options)
    made.globals |= {
        "_": _,
        "pgettext": pgettext,
        "words": code_words,
        "in_language": lambda texts: in_language(texts, current_language().language),
        "language": lambda: current_language().language,
        "language_tag": lambda: tag_of(current_language().language),
        "url": _url,
        "asset": asset,
        "icon": icon,
        "money": formats.money,
        "whole": formats.whole,
        "percent": formats.percent,
        "day": formats.day,
        "age": formats.age,
        "bucket": formats.bucket,
    }
    # Drawings made here, and nothing that somebody typed.
    made.filters["ours"] = Markup
    return made


def _url(name: str, **values: object) -> str:
    """The address of a page; values that are None are left out, and what the route does not name becomes its query."""
    query = values.pop("query", None)
    found = reverse(name, kwargs=values or None)
    return f"{found}?{query}" if query else found


def asset(path: str) -> str:
    """The address of a static file, with a mark of its content, so that a browser may keep it for long."""
    return f"{static(path)}?{_mark(path)}"


@cache
def _mark(path: str) -> str:
    from django.contrib.staticfiles import finders

    found = finders.find(path)
    if not isinstance(found, str):
        raise FileNotFoundError(path)
    return sha256(Path(found).read_bytes()).hexdigest()[:12]
