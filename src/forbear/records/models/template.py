"""Templates as approved: a version is written by one person and approved by another."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from forbear.records.models.tenant import TenantRow


class MessageTemplate(TenantRow):
    """One version of a template in one language. Usable once approved, and only while its lint has no refusal."""

    code = models.CharField(max_length=64)
    version = models.IntegerField()
    language = models.CharField(max_length=8)
    channel = models.CharField(max_length=16)
    purpose = models.CharField(max_length=24)
    subject = models.TextField(blank=True, default="")
    body = models.TextField()
    digest = models.CharField(max_length=64)
    findings = models.JSONField(default=list)
    written_by = models.CharField(max_length=150)
    written_at = models.DateTimeField(db_default=Now())
    approved_by = models.CharField(max_length=150, blank=True, default="")
    approved_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "code", "version", "language", "channel"], name="template_version"
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by="") | ~models.Q(approved_by=models.F("written_by")),
                name="template_four_eyes",
            ),
        ]
