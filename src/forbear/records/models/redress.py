"""Disputes, complaints and requests about one's own data, with their clocks; and what was agreed to put right."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from forbear.records.models.tenant import TenantRow


class Dispute(TenantRow):
    """The person says that the debt, its amount or its price is wrong. A hold stops contact until it is answered.

    ``reopened_count`` is how often it was taken up again after an answer; ``answered_at`` is then empty until the next.
    """

    dispute_id = models.UUIDField(unique=True)
    person_id = models.CharField(max_length=64)
    loan_id = models.CharField(max_length=64, null=True)
    kind = models.CharField(max_length=20)
    text_sealed = models.BinaryField(null=True)
    raised_at = models.DateTimeField(db_default=Now())
    due_on = models.DateField(null=True)
    assigned_to = models.CharField(max_length=150, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=150, blank=True, default="")
    answer_sealed = models.BinaryField(null=True)
    outcome = models.CharField(max_length=20, blank=True, default="")
    reopened_at = models.DateTimeField(null=True)
    reopened_count = models.IntegerField(default=0)
    hold_id = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "person_id"], name="dispute_person"),
            models.Index(
                fields=["tenant", "due_on", "id"], condition=models.Q(answered_at__isnull=True), name="dispute_open"
            ),
            models.Index(fields=["tenant", "raised_at"], name="dispute_raised"),
        ]


class Complaint(TenantRow):
    """A complaint tied to the contact it is about, due by the law's clock; reopened as a dispute is.

    ``received_on`` is the day from which the clock runs. ``extension`` is the longer time that was taken, by the law's stage, with
    ``extended_at``; where a senior officer approved it, ``extension_approval`` says who and by which paper.
    """

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
    answered_by = models.CharField(max_length=150, blank=True, default="")
    answer_sealed = models.BinaryField(null=True)
    outcome = models.CharField(max_length=20, blank=True, default="")
    reopened_at = models.DateTimeField(null=True)
    reopened_count = models.IntegerField(default=0)
    received_on = models.DateField(null=True)
    extension = models.CharField(max_length=12, blank=True, default="", db_default="")
    extended_at = models.DateTimeField(null=True)
    extension_approval = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "person_id"], name="complaint_person"),
            models.Index(
                fields=["tenant", "due_on", "id"], condition=models.Q(answered_at__isnull=True), name="complaint_open"
            ),
            models.Index(fields=["tenant", "raised_at"], name="complaint_raised"),
        ]


class CorrectiveMeasure(TenantRow):
    """What was agreed to put right after a complaint or a dispute: by whom, until when, and whether it is done."""

    measure_id = models.UUIDField(unique=True)
    matter_kind = models.CharField(max_length=12)
    matter_id = models.UUIDField()
    person_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=24)
    text_sealed = models.BinaryField(null=True)
    owner = models.CharField(max_length=150)
    due_on = models.DateField()
    agreed_by = models.CharField(max_length=150)
    agreed_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=150, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "matter_id"], name="measure_matter"),
            models.Index(
                fields=["tenant", "due_on", "id"], condition=models.Q(done_at__isnull=True), name="measure_open"
            ),
        ]


class InformationRequest(TenantRow):
    """A person asks for their own data: a copy, a correction, its erasure, or that its use be stopped.

    ``carried_at`` is when it was carried out, or found that the law asks to keep what it asks to erase: ``found`` says what by which
    rules. ``answered_at`` is when the person was told.
    """

    request_id = models.UUIDField(unique=True)
    person_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    text_sealed = models.BinaryField(null=True)
    raised_at = models.DateTimeField(db_default=Now())
    received_on = models.DateField()
    due_on = models.DateField(null=True)
    assigned_to = models.CharField(max_length=150, blank=True, default="")
    carried_at = models.DateTimeField(null=True)
    carried_by = models.CharField(max_length=150, blank=True, default="")
    found = models.JSONField(default=dict)
    outcome = models.CharField(max_length=20, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=150, blank=True, default="")
    answer_sealed = models.BinaryField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "person_id"], name="request_person"),
            models.Index(
                fields=["tenant", "due_on", "id"], condition=models.Q(answered_at__isnull=True), name="request_open"
            ),
            models.Index(fields=["tenant", "raised_at"], name="request_raised"),
        ]
