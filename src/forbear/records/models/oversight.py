"""What is decided about the work of others: approvals, allocations of cases, and inspections of contacts."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from forbear.records.models.tenant import TenantRow

APPROVAL_KINDS = ("visit", "contact", "waiver", "offer", "legal_referral", "agency_referral", "setting")
APPROVAL_STATES = ("waits", "approved", "refused", "expired", "withdrawn")


class Approval(TenantRow):
    """What one person, or the day's run, asks for and another may allow. Nobody decides their own: the database forbids it.

    ``asked`` is what exactly is asked for, without personal data; the words of both sides are sealed.
    """

    approval_id = models.UUIDField(unique=True)
    kind = models.CharField(max_length=24)
    person_id = models.CharField(max_length=64, blank=True, default="")
    loan_id = models.CharField(max_length=64, blank=True, default="")
    act_id = models.UUIDField(null=True)
    asked = models.JSONField(default=dict)
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    why_sealed = models.BinaryField(null=True)
    state = models.CharField(max_length=12, default="waits", db_default="waits")
    decided_by = models.CharField(max_length=150, blank=True, default="", db_default="")
    decided_at = models.DateTimeField(null=True)
    answer_sealed = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by="") | ~models.Q(decided_by=models.F("asked_by")),
                name="approval_four_eyes",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["approved", "refused"]) | ~models.Q(decided_by=""),
                name="approval_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["tenant", "kind", "person_id", "loan_id"],
                condition=models.Q(state="waits") & ~models.Q(person_id=""),
                name="approval_asked_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "expires_at", "id"], condition=models.Q(state="waits"), name="approval_waiting"
            ),
            models.Index(fields=["tenant", "person_id", "kind"], name="approval_person"),
            models.Index(fields=["tenant", "-id"], name="approval_latest"),
        ]


class Allocation(TenantRow):
    """One allocation of the cases of a team, done as one: its rules, its seed, and what it gave to whom, in figures."""

    allocation_id = models.UUIDField(unique=True)
    team = models.CharField(max_length=64, blank=True, default="")
    digest = models.CharField(max_length=64)
    rules = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    moved_count = models.IntegerField(default=0)
    done_by = models.CharField(max_length=150)
    done_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["tenant", "-id"], name="allocation_latest")]


class Inspection(TenantRow):
    """One contact that is listened to or read again, drawn by a rule, and scored once by somebody else than who made it.

    ``rule`` is ``complaint`` or ``sample``; ``scores`` are the points by criterion, ``score_percent`` their weighted share.
    """

    inspection_id = models.UUIDField(unique=True)
    contact_id = models.CharField(max_length=64)
    person_id = models.CharField(max_length=64)
    staff_id = models.CharField(max_length=64, blank=True, default="")
    channel = models.CharField(max_length=16)
    contact_on = models.DateField()
    rule = models.CharField(max_length=12)
    drawn_by = models.CharField(max_length=150)
    drawn_at = models.DateTimeField(db_default=Now())
    scores = models.JSONField(default=dict)
    score_percent = models.IntegerField(null=True)
    failed = models.JSONField(default=list)
    note_sealed = models.BinaryField(null=True)
    scored_by = models.CharField(max_length=150, blank=True, default="", db_default="")
    scored_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "contact_id"], name="inspection_once"),
            models.CheckConstraint(
                condition=models.Q(scored_by="") | ~models.Q(scored_by=models.F("staff_id")),
                name="inspection_four_eyes",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "contact_on", "id"], name="inspection_day")]
