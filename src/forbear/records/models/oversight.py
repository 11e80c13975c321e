"""What is decided about the work of others: allocations of cases, inspections of contacts, changes of settings."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from forbear.records.models.tenant import TenantRow


class SettingChange(TenantRow):
    """A change of the lender's settings: asked for by one, decided by another; the database forbids one's own.

    An approved change stands from the business date ``from_on``, until ``ended_at``, when the owner of the deployment set the same.
    """

    change_id = models.UUIDField(unique=True)
    changes = models.JSONField(default=dict)
    from_on = models.DateField()
    reason = models.CharField(max_length=200)
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField(db_default=Now())
    decision = models.CharField(max_length=8, blank=True, default="", db_default="")
    decided_by = models.CharField(max_length=150, blank=True, default="", db_default="")
    decided_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(asked_by=""), name="setting_asked_by_somebody"),
            models.CheckConstraint(
                condition=models.Q(decided_by="") | ~models.Q(decided_by=models.F("asked_by")), name="setting_four_eyes"
            ),
            models.CheckConstraint(
                condition=models.Q(decision="") | ~models.Q(decided_by=""), name="setting_decided_by_somebody"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "-id"], name="setting_change_latest")]


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
