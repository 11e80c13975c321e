"""Every address that the web answers."""

from __future__ import annotations

from django.urls import path

from forbear.doors.api.application import api, openapi_document, reference_page

urlpatterns: list[object] = [
    path("api/v1/openapi.json", openapi_document),
    path("api/v1/docs", reference_page),
    path("api/v1/", api.urls),
]
