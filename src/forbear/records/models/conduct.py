"""How people were treated: what looks wrong about single contacts, and how often what happened on a day."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from forbear.records.models.tenant import TenantRow


class ConductFinding(TenantRow):
    """Something about a contact that looks wrong, found once; a person closes it with a reason.

    ``reason`` is what forbade it, as ``payment``; ``seconds_after`` how long that had stood.
    """

    kind = models.CharField(max_length=24)
    contact_id = models.CharField(max_length=64)
    person_id = models.CharField(max_length=64)
    at = models.DateTimeField()
    channel = models.CharField(max_length=16)
    agency_id = models.CharField(max_length=64, blank=True, default="")
    staff_id = models.CharField(max_length=64, blank=True, default="")
    reason = models.CharField(max_length=64, blank=True, default="")
    seconds_after = models.BigIntegerField(null=True)
    found_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=150, blank=True, default="")
    closed_reason = models.CharField(max_length=24, blank=True, default="")
    note_sealed = models.BinaryField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "contact_id", "kind"], name="conduct_finding_once")]
        indexes = [
            models.Index(
                fields=["tenant", "-at", "-id"], condition=models.Q(closed_at__isnull=True), name="conduct_open"
            ),
            models.Index(fields=["tenant", "at"], name="conduct_at"),
            models.Index(fields=["tenant", "person_id"], name="conduct_person"),
        ]


class ConductTally(TenantRow):
    """How often something happened on a day, by who did it: counted once for a day, and anew while it may still change.

    ``rule`` is the row of law, the result or the code that the measure is divided by; empty where it is not.
    """

    business_date = models.DateField()
    measure = models.CharField(max_length=20)
    channel = models.CharField(max_length=16, blank=True, default="")
    agency_id = models.CharField(max_length=64, blank=True, default="")
    staff_id = models.CharField(max_length=64, blank=True, default="")
    rule = models.CharField(max_length=160, blank=True, default="")
    count = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["tenant", "business_date", "measure"], name="conduct_tally_day")]


class ConductDay(TenantRow):
    """A day that was looked at: when last, and how long that took."""

    business_date = models.DateField()
    looked_at = models.DateTimeField()
    seconds = models.FloatField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "business_date"], name="conduct_day_once")]


class OutcomeTally(TenantRow):
    """What came of the contacts of a day, by whose people they were: written once for a day, and anew while it may still change.

    ``reason`` is what was accepted that forbids contacts, as ``payment``; empty where the measure is not about one. ``hour`` is that
    of the lender's clock, None for what has no hour; ``cents`` is money in ``currency``, of measures of money only.
    """

    business_date = models.DateField()
    measure = models.CharField(max_length=20)
    team = models.CharField(max_length=64, blank=True, default="")
    agency_id = models.CharField(max_length=64, blank=True, default="")
    channel = models.CharField(max_length=16, blank=True, default="")
    hour = models.SmallIntegerField(null=True)
    reason = models.CharField(max_length=20, blank=True, default="")
    currency = models.CharField(max_length=3, blank=True, default="")
    count = models.BigIntegerField()
    cents = models.BigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["tenant", "business_date", "measure"], name="outcome_tally_day")]


class OutcomeDay(TenantRow):
    """A day whose contacts' outcomes were counted: when last."""

    business_date = models.DateField()
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "business_date"], name="outcome_day_once")]


class AuditCheck(TenantRow):
    """A look through the whole audit: asked for by somebody, done by a worker, lane by lane."""

    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField(db_default=Now())
    anchor = models.JSONField(default=list)
    entries_count = models.BigIntegerField(default=0)
    done_count = models.BigIntegerField(default=0)
    findings = models.JSONField(default=list)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["tenant", "-asked_at"], name="audit_check_latest")]
