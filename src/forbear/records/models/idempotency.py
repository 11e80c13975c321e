"""What was asked once is done once."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from forbear.records.models.tenant import TenantRow


class IdempotencyKey(TenantRow):
    """A key that a caller gave with a write, the digest of what was asked, and the answer it got."""

    key = models.CharField(max_length=128)
    action = models.CharField(max_length=60)
    request_digest = models.CharField(max_length=64)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "action", "key"], name="idempotency_once")]
