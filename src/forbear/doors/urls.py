"""Every address that the web answers."""

from __future__ import annotations

urlpatterns: list[object] = []
