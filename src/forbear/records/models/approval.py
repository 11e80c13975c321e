"""What one person asks for and another one grants: the second pair of eyes."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from forbear.records.models.tenant import TenantRow

KINDS = ("visit", "offer", "waiver", "legal_referral", "credit_line_pause")


class Approval(TenantRow):
    """Something about a person that nobody may do alone. Reasons are codes, terms have no personal data.

    The database itself lets nobody decide what they asked for, and nothing be changed once it is decided (migration 0031).

    ``terms`` are what the approval is of: amounts in whole minor units, dates, aware instants, ids of staff; of a visit its place
    and reason as codes. ``act_id`` is the planned act that waits for it, where there is one. It stands until ``expires_at``.
    """

    approval_id = models.UUIDField(unique=True)
    kind = models.CharField(max_length=20, choices=[(each, each) for each in KINDS])
    person_id = models.CharField(max_length=64)
    loan_id = models.CharField(max_length=64, blank=True, default="")
    act_id = models.UUIDField(null=True)
    terms = models.JSONField(default=dict)
    reason = models.CharField(max_length=40)
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    decision = models.CharField(max_length=8, blank=True, default="")
    decided_by = models.CharField(max_length=150, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(asked_by=""), name="approval_asked_by_somebody"),
            models.CheckConstraint(condition=~models.Q(decided_by=models.F("asked_by")), name="approval_four_eyes"),
            models.CheckConstraint(
                condition=models.Q(decision="", decided_by="", decided_at__isnull=True)
                | (models.Q(decision__in=["approved", "refused"], decided_at__isnull=False) & ~models.Q(decided_by="")),
                name="approval_decided_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "person_id"], name="approval_person"),
            models.Index(fields=["tenant", "kind"], condition=models.Q(decision=""), name="approval_open"),
        ]
