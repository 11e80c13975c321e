"""Elements of a DMN file, by local name: namespaces differ from version to version."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from forbear.kernel.errors import TableError
from forbear.kernel.language import gettext as _

Element = etree._Element


def parse_xml(content: bytes, path: Path | None) -> Element:
    """The root element. Entities, DOCTYPE and the network are refused.

    Raises:
        TableError: ``not_xml``, ``doctype_refused``.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise TableError(
            "not_xml",
            _("Not well-formed XML: {error}.").format(error=error),
            file=path,
            do=_("Export the model again."),
        ) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise TableError(
            "doctype_refused",
            _("The file declares a DOCTYPE; entities are refused."),
            file=path,
            do=_("Remove the DOCTYPE."),
        )
    return root


def tag_of(element: Element) -> str:
    """The local name; empty for a comment."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def children(element: Element | None, *tags: str) -> Iterator[Element]:
    """The children of those names, in order."""
    return (child for child in (element if element is not None else ()) if tag_of(child) in tags)


def first_child(element: Element | None, *tags: str) -> Element | None:
    """The first child of those names."""
    return next(children(element, *tags), None)


def text_of(element: Element | None, tag: str = "text") -> str:
    """The text in a child, without the space around it."""
    child = first_child(element, tag)
    return "".join(str(part) for part in child.itertext()).strip() if child is not None else ""
