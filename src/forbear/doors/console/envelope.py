"""What is the same for every page: the reader's language, and headers by which nothing of it runs, is framed or is kept elsewhere."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from forbear.doors.api.languages import language_of, tag_of
from forbear.doors.api.problems import unexpected
from forbear.doors.console.drawing import draw_problem
from forbear.kernel.language import LANGUAGES, speaking

LOG = logging.getLogger("forbear.console")
PREFIX = "/desk/"
LANGUAGE_COOKIE = "forbear_language"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self';"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
}


class ConsoleEnvelope:
    """Django middleware, after the one that knows the user; it has no part in addresses outside of the console."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page in its envelope."""
        if not request.path_info.startswith(PREFIX):
            return self._get_response(request)
        language = chosen_language(request)
        with speaking(language), translation.override(tag_of(language).lower()):
            response = self._get_response(request)
            if response.status_code == 404:
                response = _said_in_words(request, response)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers["Vary"] = "Cookie, Accept-Language, HX-Request"
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """What a page did not answer for itself: written into the log, and told without a word of how it came to it."""
        if not request.path_info.startswith(PREFIX):
            return None
        LOG.exception("A page failed.", exc_info=error)
        with speaking(chosen_language(request)):
            return draw_problem(request, 500, "unexpected", unexpected())


def chosen_language(request: HttpRequest) -> str:
    """What the reader chose, else the user's own, else what the browser asks for."""
    chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated and user.language in LANGUAGES:
        return str(user.language)
    return language_of(request) if request.headers.get("Accept-Language") else "zh"


def _said_in_words(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    is_page = "text/html" in response.headers.get("Content-Type", "") and b'class="problem' in response.content
    return response if is_page else draw_problem(request, 404, "no_such_page")
