"""A case a person, and what was decided for each loan each day."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from forbear.records.models.tenant import TenantRow


class Case(TenantRow):
    """What is worked: one open case a person, whatever the number of loans. Who may see the person is who may see the case.

    From ``called_at`` on stand the figures by which a worklist is ordered and filtered, each made of other rows by
    :mod:`forbear.records.daily.work`: the last call, the last talk with the right party, a call-back that is asked for, the next
    open promise and the last broken one that nobody has talked about, the first date of a plan that is not covered, and the
    day's act that a person does. ``skipped_on`` is the day on which whoever works it put it off, and why.
    """

    person_id = models.CharField(max_length=64)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    closed_reason = models.CharField(max_length=24, blank=True, default="")
    stage = models.CharField(max_length=24, blank=True, default="")
    team = models.CharField(max_length=64, blank=True, default="")
    agency_id = models.CharField(max_length=64, blank=True, default="")
    assigned_to = models.CharField(max_length=150, blank=True, default="")
    assigned_on = models.DateField(null=True)
    assigned_before = models.CharField(max_length=150, blank=True, default="", db_default="")
    overdue_cents = models.BigIntegerField(default=0)
    days_past_due = models.IntegerField(default=0)
    updated_at = models.DateTimeField(db_default=Now())
    called_at = models.DateTimeField(null=True)
    reached_at = models.DateTimeField(null=True)
    callback_at = models.DateTimeField(null=True)
    promise_due_on = models.DateField(null=True)
    promise_cents = models.BigIntegerField(null=True)
    promise_broken_on = models.DateField(null=True)
    plan_due_on = models.DateField(null=True)
    act_on = models.DateField(null=True)
    skipped_on = models.DateField(null=True)
    skip_reason = models.CharField(max_length=24, blank=True, db_default="", default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "person_id"], condition=models.Q(closed_on__isnull=True), name="case_open_once"
            )
        ]
        indexes = [
            models.Index(fields=["tenant", "person_id"], name="case_person"),
            models.Index(fields=["tenant", "assigned_to"], name="case_assigned"),
            models.Index(fields=["tenant", "team"], name="case_team"),
            models.Index(fields=["tenant", "agency_id"], name="case_agency"),
            models.Index(
                fields=["tenant", "assigned_to"], condition=models.Q(closed_on__isnull=True), name="case_open_assigned"
            ),
            models.Index(fields=["tenant", "team"], condition=models.Q(closed_on__isnull=True), name="case_open_team"),
        ]


class Decision(TenantRow):
    """What a run decided for a loan: an act, a candidate, or to leave alone, with the row that decided."""

    run = models.ForeignKey("records.Run", on_delete=models.PROTECT, related_name="+")
    business_date = models.DateField()
    loan_id = models.CharField(max_length=64)
    person_id = models.CharField(max_length=64)
    act = models.CharField(max_length=12)
    status = models.CharField(max_length=12)
    treatment = models.CharField(max_length=40, null=True)
    channel = models.CharField(max_length=16, null=True)
    reason = models.CharField(max_length=64, null=True)
    reason_rule = models.CharField(max_length=160, null=True)
    verdict = models.CharField(max_length=24, null=True)
    duties = models.JSONField(default=list)

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "loan_id", "business_date"], name="decision_loan"),
            models.Index(fields=["tenant", "person_id", "business_date"], name="decision_person"),
        ]


class SavedFilter(TenantRow):
    """A filter of a worklist under a name, of one user; nobody else sees it. ``wanted`` holds the query of the page."""

    owner = models.CharField(max_length=150)
    name = models.CharField(max_length=60)
    wanted = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "owner", "name"], name="saved_filter_key")]
