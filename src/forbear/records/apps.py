"""The Django application of the records."""

from __future__ import annotations

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """The records as Django knows them."""

    name = "forbear.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"
