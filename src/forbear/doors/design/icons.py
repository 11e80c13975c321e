"""Small drawings beside words, our own: one stroke of the text's colour, hidden from readers that speak."""

from __future__ import annotations

from markupsafe import Markup

_PATHS = {
    "phone": '<path d="M4 3h3l1.5 4-2 1.5a11 11 0 0 0 5 5L13 11.5l4 1.5v3a1.5 1.5 0 0 1-1.6 1.5A14 14 0 0 1 2.5 4.6z"/>',
    "message": '<path d="M3 4h14v10H8l-4 3v-3H3z"/>',
    "mail": '<path d="M2.5 4.5h15v11h-15z M2.5 5l7.5 6 7.5-6"/>',
    "push": '<path d="M6 2.5h8v15H6z M9 15.5h2"/>',
    "letter": '<path d="M5 2.5h7l3 3v12H5z M7.5 9h5M7.5 12h5"/>',
    "visit": '<path d="M10 17.5s5.5-5.2 5.5-9.5a5.5 5.5 0 0 0-11 0c0 4.3 5.5 9.5 5.5 9.5z M10 6v4"/>',
    "webhook": '<path d="M3 10h10M9 6l4 4-4 4 M16.5 4v12"/>',
    "yes": '<path d="M4 10.5l4 4 8-9"/>',
    "no": '<path d="M5 5l10 10M15 5L5 15"/>',
    "wait": '<path d="M10 2.5a7.5 7.5 0 1 0 .01 0z M10 6v4.5l3 2"/>',
    "person": '<path d="M10 3a3.2 3.2 0 1 0 .01 0z M3.5 17c.8-4 3.5-5.5 6.5-5.5s5.7 1.5 6.5 5.5"/>',
    "warning": '<path d="M10 3l7.5 13.5h-15z M10 8v4M10 14.2v.3"/>',
    "info": '<path d="M10 2.5a7.5 7.5 0 1 0 .01 0z M10 9v5M10 6v.3"/>',
    "money": '<path d="M6 3l4 6 4-6M10 9v8M6.5 10h7M6.5 13h7"/>',
    "promise": '<path d="M4 4h12v13H4z M4 7.5h12M7.5 2.5v3M12.5 2.5v3M7.5 12l2 2 3.5-4"/>',
    "shield": '<path d="M10 2.5l6 2v5c0 4-2.7 6.7-6 8-3.3-1.3-6-4-6-8v-5z"/>',
    "table": '<path d="M2.5 4h15v12h-15z M2.5 8h15M8 4v12"/>',
    "chart": '<path d="M3 17V3M3 17h14M6.5 14v-4M10 14V6M13.5 14V9"/>',
    "search": '<path d="M8.5 3a5.5 5.5 0 1 0 .01 0z M12.5 12.5l4.5 4.5"/>',
    "next": '<path d="M7 4l6 6-6 6"/>',
    "back": '<path d="M13 4l-6 6 6 6"/>',
    "download": '<path d="M10 3v9M6 9l4 4 4-4M3.5 16.5h13"/>',
    "link": '<path d="M8 12l4-4M7 9L4.5 11.5a2.8 2.8 0 0 0 4 4L11 13M9 7l2.5-2.5a2.8 2.8 0 0 1 4 4L13 11"/>',
    "lock": '<path d="M5 9h10v8H5z M7 9V6a3 3 0 0 1 6 0v3"/>',
    "dot": '<path d="M10 8a2 2 0 1 0 .01 0z"/>',
}
_PATHS["voice_agent"] = _PATHS["voice_bot"] = _PATHS["phone"]
_PATHS["sms"] = _PATHS["im"] = _PATHS["message"]
_PATHS["email"] = _PATHS["mail"]


def icon(name: str) -> Markup:
    """The drawing of a name; a dot where there is none."""
    drawn = _PATHS.get(name, _PATHS["dot"])
    return Markup('<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">{}</svg>').format(
        Markup(drawn)
    )
