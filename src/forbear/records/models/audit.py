"""The audit: entries that are only ever added, each chained to the one before by its digest."""

from __future__ import annotations

from django.db import models

from forbear.records.models.tenant import TenantRow


class AuditLane(TenantRow):
    """One chain of a tenant and its head. There are several, so that writers of different people do not wait for one another."""

    lane = models.IntegerField()
    entries_count = models.BigIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "lane"], name="audit_lane_key")]


class AuditEntry(TenantRow):
    """Who did what to what, when. ``personal_sealed`` can be blanked; ``personal_digest`` keeps its place in the chain."""

    lane = models.IntegerField()
    number = models.BigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    action = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=24)
    subject_id = models.CharField(max_length=80)
    person_id = models.CharField(max_length=64, blank=True, default="")
    payload = models.JSONField(default=dict)
    personal_sealed = models.BinaryField(null=True)
    personal_digest = models.CharField(max_length=64, blank=True, default="")
    blanked_at = models.DateTimeField(null=True)
    previous = models.CharField(max_length=64, blank=True, default="")
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "lane", "number"], name="audit_entry_key")]
        indexes = [
            models.Index(fields=["tenant", "subject_kind", "subject_id"], name="audit_subject"),
            models.Index(fields=["tenant", "person_id", "at"], name="audit_person"),
            models.Index(fields=["tenant", "action", "-id"], name="audit_action"),
            models.Index(fields=["tenant", "actor", "-id"], name="audit_actor"),
        ]
