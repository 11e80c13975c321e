"""What a message says: templates, what the law asks of them, and the words for one borrower."""

from forbear.dispatch.message.lint import Finding, lint, message_facts
from forbear.dispatch.message.rendering import Rendered, render
from forbear.dispatch.message.template import Template, shipped_templates, templates_of

__all__ = ["Finding", "Rendered", "Template", "lint", "message_facts", "render", "shipped_templates", "templates_of"]
