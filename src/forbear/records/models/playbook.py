"""Playbooks that a lender keeps: versions, from when each is to hold and who decided so, and comparisons on the book."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from forbear.records.models.tenant import TenantRow


class PlaybookVersion(TenantRow):
    """One version of a playbook, by its files. ``digest`` is that of the files, as :func:`forbear.strategy.playbook_digest` has it.

    Only a ``draft`` may be changed. ``checked_digest`` is that of the files when they were checked last, with what was found then;
    ``editors`` are all who wrote in it: none of them approves it.
    """

    number = models.IntegerField()
    name = models.CharField(max_length=64)
    based_on = models.CharField(max_length=80)
    note = models.CharField(max_length=400, blank=True, default="")
    files = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=12, default="draft")
    findings = models.JSONField(default=list)
    checked_digest = models.CharField(max_length=64, blank=True, default="")
    checked_at = models.DateTimeField(null=True)
    editors = models.JSONField(default=list)
    written_by = models.CharField(max_length=150)
    written_at = models.DateTimeField(db_default=Now())
    edited_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "number"], name="playbook_number")]


class PlaybookRelease(TenantRow):
    """That a version is to hold from a day on: asked for by one person, decided by another.

    ``kind`` is ``release``, or ``rollback`` where the version held before. The newest that is approved and begun holds.
    """

    version = models.ForeignKey(PlaybookVersion, on_delete=models.PROTECT, related_name="releases")
    kind = models.CharField(max_length=10, default="release")
    from_on = models.DateField()
    why = models.CharField(max_length=400)
    state = models.CharField(max_length=12, default="submitted")
    submitted_by = models.CharField(max_length=150)
    submitted_at = models.DateTimeField(db_default=Now())
    decided_by = models.CharField(max_length=150, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decision_note = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="approved") | ~models.Q(decided_by=models.F("submitted_by")),
                name="playbook_four_eyes",
            ),
            models.UniqueConstraint(
                fields=["version"], condition=models.Q(state="submitted"), name="playbook_asked_once"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "state", "-from_on"], name="playbook_in_force")]


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
