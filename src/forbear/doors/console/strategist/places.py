"""The places of strategists."""

from __future__ import annotations

from forbear.doors.console.places import Place

PLACES: tuple[Place, ...] = ()
