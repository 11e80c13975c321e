"""Events for others: written with the change itself, delivered at least once, in order for each person."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from forbear.records.models.tenant import TenantRow


class Subscription(TenantRow):
    """A web address that is told of events, signed with its own secret; without an address, a reader who asks for them."""

    url = models.URLField(max_length=400, blank=True, default="")
    secret_sealed = models.BinaryField()
    kinds = models.JSONField(default=list)
    created_at = models.DateTimeField(db_default=Now())
    stopped_at = models.DateTimeField(null=True)


class EventOut(TenantRow):
    """One event for one subscription. ``position`` is its place in what a reader gets, given when it is first read."""

    event_id = models.UUIDField()
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    person_id = models.CharField(max_length=64, blank=True, default="")
    body = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())
    delivered_at = models.DateTimeField(null=True)
    tries_count = models.IntegerField(default=0)
    try_after_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True, default="")
    position = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event_id", "subscription"], name="event_once"),
            models.UniqueConstraint(fields=["subscription", "position"], name="event_position_once"),
        ]
        indexes = [
            models.Index(
                fields=["subscription", "id"], condition=models.Q(position__isnull=True), name="event_unplaced"
            ),
            models.Index(
                fields=["subscription", "person_id", "id"],
                condition=models.Q(delivered_at__isnull=True),
                name="event_waiting",
            ),
        ]
