"""Where one comes in, one's own account, and the page of components."""

from __future__ import annotations

from django.urls import URLPattern, path

from forbear.doors.console.entry import pages
from forbear.doors.console.places import STAFF, place

OPEN: list[URLPattern] = [
    path("", pages.home, name="home"),
    path("sign-in", pages.sign_in, name="sign_in"),
    path("second-factor", pages.ask_second_factor, name="second_factor"),
    path("sign-out", pages.sign_out, name="sign_out"),
    path("language", pages.choose_language, name="language"),
]
"""Those that need nobody to be signed in."""
PLACES = (
    place("account", pages.account, "account", STAFF, ("GET", "POST")),
    place("account/second-factor", pages.new_second_factor, "second_factor_new", STAFF, ("GET", "POST")),
    place("components", pages.components, "components", STAFF),
)
