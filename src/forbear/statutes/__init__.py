"""The law as dated values, each with its instrument, clause, force, provenance and the day it was last checked."""

from forbear.statutes.reading import STATUTES_FOLDER, load_pack, read_statute
from forbear.statutes.statute import UNITS, Source, Statute, Statutes, StatuteValue, Version

__all__ = [
    "STATUTES_FOLDER",
    "UNITS",
    "Source",
    "Statute",
    "StatuteValue",
    "Statutes",
    "Version",
    "load_pack",
    "read_statute",
]
