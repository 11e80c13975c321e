"""Numbers and addresses that are somebody else's: never to be reached again, whoever brings them."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from forbear.records.models.tenant import TenantRow


class PointBlock(TenantRow):
    """A number or address that is blocked, by the keyed digest of its one form; whose it is, or was said to be, is not kept.

    A trigger of the database removes every contact point of that value as it is written, whoever writes it. A block that was
    lifted stays, as what was once blocked and why.
    """

    value_index = models.CharField(max_length=64)
    reason = models.CharField(max_length=24)
    blocked_at = models.DateTimeField(db_default=Now())
    lifted_at = models.DateTimeField(null=True)
    lifted_reason = models.CharField(max_length=24, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "value_index"], name="point_block_key")]
