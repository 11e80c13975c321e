"""Every address of the console, all of them behind the guard but those of :mod:`forbear.doors.console.entry.places`."""

from __future__ import annotations

from django.urls import URLPattern

from forbear.doors.console.entry import places as entry
from forbear.doors.console.places import Place

PLACES: tuple[Place, ...] = (*entry.PLACES,)
urlpatterns: list[URLPattern] = [*entry.OPEN, *(each.pattern() for each in PLACES)]
