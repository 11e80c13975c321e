"""What a message says: templates, what the law asks of them, and the words for one borrower."""

from forbear.dispatch.message.examples import example_of
from forbear.dispatch.message.lint import Finding, base_facts, is_usable, lint, lint_text
from forbear.dispatch.message.places import PLACES, Place
from forbear.dispatch.message.reading import message_facts
from forbear.dispatch.message.rendering import Rendered, render
from forbear.dispatch.message.template import (
    LANGUAGES,
    Template,
    digest_of,
    read_templates,
    shipped_templates,
    templates_of,
)

__all__ = [
    "LANGUAGES",
    "PLACES",
    "Finding",
    "Place",
    "Rendered",
    "Template",
    "base_facts",
    "digest_of",
    "example_of",
    "is_usable",
    "lint",
    "lint_text",
    "message_facts",
    "read_templates",
    "render",
    "shipped_templates",
    "templates_of",
]
