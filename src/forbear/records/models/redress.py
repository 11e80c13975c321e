"""Disputes and complaints, with their clocks."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from forbear.records.models.tenant import TenantRow


class Dispute(TenantRow):
    """The person says that the debt, its amount or its price is wrong. A hold stops contact until it is answered."""

    dispute_id = models.UUIDField(unique=True)
    person_id = models.CharField(max_length=64)
    loan_id = models.CharField(max_length=64, null=True)
    kind = models.CharField(max_length=20)
    text_sealed = models.BinaryField(null=True)
    raised_at = models.DateTimeField(db_default=Now())
    due_on = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True, default="")
    hold_id = models.CharField(max_length=64)


class Complaint(TenantRow):
    """A complaint tied to the contact it is about, due by the law's clock."""

    complaint_id = models.UUIDField(unique=True)
    person_id = models.CharField(max_length=64)
    contact_id = models.CharField(max_length=64, blank=True, default="")
    kind = models.CharField(max_length=24)
    text_sealed = models.BinaryField(null=True)
    raised_at = models.DateTimeField(db_default=Now())
    due_on = models.DateField(null=True)
    assigned_to = models.CharField(max_length=150, blank=True, default="")
    root_cause = models.CharField(max_length=40, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["tenant", "person_id"], name="complaint_person")]
