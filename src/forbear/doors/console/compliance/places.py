"""The places of compliance officers and auditors."""

from __future__ import annotations

from forbear.doors.console.places import Place

PLACES: tuple[Place, ...] = ()
