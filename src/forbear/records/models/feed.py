"""What came in from the lender's book, and the runs made of it."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from forbear.records.models.tenant import TenantRow


class Import(TenantRow):
    """One book or delta taken in: rows in, accepted and rejected by table, and how fresh it is. One that could not be has no
    ``ended_at`` and its ``problem``.

    ``source`` says from where it came, to take it in again: ``folder``, ``mapping``, and of a business day ``capacity``; empty for
    what a machine told.
    """

    kind = models.CharField(max_length=8)
    digest = models.CharField(max_length=64)
    as_of = models.DateField(null=True)
    fed_at = models.DateTimeField()
    counts = models.JSONField(default=dict)
    rejects_path = models.CharField(max_length=400, blank=True, default="")
    source = models.JSONField(default=dict, db_default={})
    problem = models.JSONField(default=dict, db_default={})
    begun_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["tenant", "-fed_at"], name="import_latest")]


class Run(TenantRow):
    """One day's run over the records: step by step, so that a crash resumes at the step that was cut."""

    business_date = models.DateField()
    digest = models.CharField(max_length=64, blank=True, default="")
    playbook = models.CharField(max_length=80)
    law = models.CharField(max_length=80)
    state = models.CharField(max_length=12, default="begun")
    folder = models.CharField(max_length=400, blank=True, default="")
    counts = models.JSONField(default=dict)
    begun_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "business_date"], name="run_once_a_day")]


class AskedJob(TenantRow):
    """Work that an administrator asked for and a worker does: a feed taken in again, or what is past its term blanked.

    ``subject`` is what it is about, of each kind at most one that is not over. ``terms`` is what it was asked with, ``result`` what it
    came to, in figures; neither has personal data.
    """

    job_id = models.UUIDField(unique=True)
    kind = models.CharField(max_length=16)
    subject = models.CharField(max_length=64)
    terms = models.JSONField(default=dict)
    reason = models.CharField(max_length=200, blank=True, default="")
    state = models.CharField(max_length=12, default="waits")
    step = models.CharField(max_length=16, blank=True, default="")
    steps_done = models.IntegerField(default=0)
    steps_total = models.IntegerField(default=0)
    result = models.JSONField(default=dict)
    problem = models.JSONField(default=dict)
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField(db_default=Now())
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "kind", "subject"], condition=models.Q(state__in=["waits", "runs"]), name="asked_once"
            )
        ]
        indexes = [models.Index(fields=["tenant", "kind", "-id"], name="asked_latest")]


class BookFigures(TenantRow):
    """The book of a finished run in figures, kept when its files are gone: ``figures`` are rows by name, amounts in whole cents.

    ``digest`` is that of the run it was counted from, ``compared_on`` the older run's day that movements are counted from.
    """

    business_date = models.DateField()
    digest = models.CharField(max_length=64)
    compared_on = models.DateField(null=True)
    figures = models.JSONField(default=dict)
    counted_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "business_date"], name="book_figures_once")]
