"""Comparisons of playbooks or laws on the book."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from forbear.records.models.tenant import TenantRow


class Comparison(TenantRow):
    """Two playbooks, or two laws, tried on the book of a day: asked, worked on by a worker, and what came of it.

    ``before`` and ``after`` say ``label``, ``playbook`` (name or digest), ``law``, ``on`` and ``profile``. ``record`` holds the
    figures, ``pages`` the same in words by language.
    """

    number = models.IntegerField()
    subject = models.CharField(max_length=10)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    as_of = models.DateField()
    state = models.CharField(max_length=12, default="waits")
    step = models.CharField(max_length=16, blank=True, default="")
    steps_done = models.IntegerField(default=0)
    steps_total = models.IntegerField(default=0)
    problem = models.JSONField(default=dict)
    record = models.JSONField(default=dict)
    pages = models.JSONField(default=dict)
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField(db_default=Now())
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "number"], name="comparison_number")]
