"""Every address of the console, all of them behind the guard but those of :mod:`forbear.doors.console.entry.places`."""

from __future__ import annotations

from django.urls import URLPattern

from forbear.doors.console.administration import places as administration
from forbear.doors.console.collector import places as collector
from forbear.doors.console.compliance import places as compliance
from forbear.doors.console.entry import places as entry
from forbear.doors.console.leader import places as leader
from forbear.doors.console.places import Place
from forbear.doors.console.portfolio import places as portfolio
from forbear.doors.console.strategist import places as strategist

PLACES: tuple[Place, ...] = (
    *entry.PLACES,
    *collector.PLACES,
    *leader.PLACES,
    *compliance.PLACES,
    *strategist.PLACES,
    *portfolio.PLACES,
    *administration.PLACES,
)
urlpatterns: list[URLPattern] = [*entry.OPEN, *(each.pattern() for each in PLACES)]
