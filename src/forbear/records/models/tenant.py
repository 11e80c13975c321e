"""Tenants, the people who work for them, and the tokens that machines use."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Now


class Tenant(models.Model):
    """One lender. ``settings`` holds what the lender chose: law, profile, playbook, time zone, hours a feed may be old."""

    code = models.CharField(primary_key=True, max_length=40)
    name = models.CharField(max_length=200)
    settings = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())


class TenantRow(models.Model):
    """A row that belongs to a tenant; the database shows it in that tenant's scope only."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, db_index=False, related_name="+")

    class Meta:
        abstract = True


class ManyRow(TenantRow):
    """A row of a table that is filled by the million.

    That its tenant exists is not looked up for each one: a fifth of a feed went by with that, and the wall lets no row in but
    the scope's own tenant's, whose people and loans were looked up.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="+")

    class Meta:
        abstract = True


ROLES = ("collector", "leader", "compliance", "strategist", "auditor", "administrator", "visitor", "system")


class User(AbstractUser):
    """Someone who works at a lender or an agency, with a role and a reach: all, a team, an agency, or their own cases.

    ``totp_step`` is the step of time whose code was used last: a code is used once. ``skills`` name what they may work, by kind
    (``stage``, ``language``); a kind that is not named is no limit. ``share_percent`` is how much of a full load they carry.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=20, choices=[(each, each) for each in ROLES], default="collector")
    reach = models.CharField(
        max_length=10, choices=[(each, each) for each in ("all", "team", "agency", "own")], default="own"
    )
    team = models.CharField(max_length=64, blank=True, default="")
    agency_id = models.CharField(max_length=64, blank=True, default="")
    language = models.CharField(max_length=8, default="zh")
    totp_sealed = models.BinaryField(null=True)
    totp_step = models.BigIntegerField(default=0)
    skills = models.JSONField(default=dict)
    share_percent = models.IntegerField(default=100)
    must_change_password = models.BooleanField(default=False)


class ApiToken(TenantRow):
    """A token of a machine: only its digest is kept. ``scopes`` say what it may do, ``agency_id`` for whom it speaks.

    A provider that signs its requests instead has ``secret_sealed``: a signature is proved with the secret itself.
    ``window_count`` is how many requests came in the minute of ``window_at``.
    """

    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    agency_id = models.CharField(max_length=64, blank=True, default="")
    requests_per_minute = models.IntegerField(default=600)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    secret_sealed = models.BinaryField(null=True)
    window_at = models.DateTimeField(null=True)
    window_count = models.IntegerField(default=0)


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
