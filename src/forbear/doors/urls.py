"""Every address that the web answers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import include, path

from forbear.doors.api.application import api, openapi_document, reference_page


def to_the_desk(request: HttpRequest) -> HttpResponse:
    """Whoever gives only the host's name goes to the console."""
    return HttpResponseRedirect("/desk/")


urlpatterns: list[object] = [
    path("", to_the_desk),
    path("desk/", include("forbear.doors.console.urls")),
    path("api/v1/openapi.json", openapi_document),
    path("api/v1/docs", reference_page),
    path("api/v1/", api.urls),
]
