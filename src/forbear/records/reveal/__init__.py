"""Personal data opened for somebody's eyes, through one place: masked by role, written down, and counted."""

from forbear.records.reveal.fields import FIELDS, PURPOSES, WHOLE, Asking, Shown
from forbear.records.reveal.lists import ListAsked, export_list
from forbear.records.reveal.opening import Export, export, glimpse, reveal

__all__ = [
    "FIELDS",
    "PURPOSES",
    "WHOLE",
    "Asking",
    "Export",
    "ListAsked",
    "Shown",
    "export",
    "export_list",
    "glimpse",
    "reveal",
]
