"""Sessions of staff: Django's own, with whose it is, since when, and from where."""

from __future__ import annotations

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class StaffSession(AbstractBaseSession):
    """A session in the database. Its key opens it, so that the key is shown to nobody; ``public_id`` names it instead."""

    public_id = models.UUIDField(unique=True)
    user_id = models.BigIntegerField(null=True, db_index=True)
    begun_at = models.DateTimeField(null=True)
    address = models.CharField(max_length=64, blank=True, default="")
    browser = models.CharField(max_length=200, blank=True, default="")

    @classmethod
    def get_session_store_class(cls) -> type:
        """As Django asks for it."""
        from forbear.records.access.sessions import SessionStore

        return SessionStore
