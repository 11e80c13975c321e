"""Complaints, disputes and requests as a desk works them; what is found about contacts; and how the audit is searched."""

from __future__ import annotations

from typing import ClassVar

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

_REACH = "current_setting('forbear.reach', true)"
_TENANT = "tenant_id = current_setting('forbear.tenant', true)"
BY_PERSON = ("correctivemeasure", "informationrequest", "conductfinding")
WHOLE_REACH_ONLY = ("conducttally", "conductday", "auditcheck")


def _wall(table: str, reach: str) -> list[str]:
    name = f"records_{table}"
    return [
        f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY tenant ON {name} USING ({_TENANT}) WITH CHECK ({_TENANT})",
        f"CREATE POLICY reach ON {name} AS RESTRICTIVE USING ({reach})",
    ]


def _walls() -> list[tuple[str, None]]:
    found: list[str] = []
    for table in BY_PERSON:
        seen = (
            f"EXISTS (SELECT 1 FROM records_case c WHERE c.{_TENANT}"
            f" AND c.person_id = records_{table}.person_id AND c.closed_on IS NULL)"
        )
        found += _wall(table, f"({_REACH} = 'all' OR {seen})")
    for table in WHOLE_REACH_ONLY:
        found += _wall(table, f"({_REACH} = 'all')")
    return [(each, None) for each in found]


class Migration(migrations.Migration):
    """The desk of redress, conduct and the audit's indexes."""

    dependencies: ClassVar = [
        ("records", "0034_oversight"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="AuditCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_by", models.CharField(max_length=150)),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("anchor", models.JSONField(default=list)),
                ("entries_count", models.BigIntegerField(default=0)),
                ("done_count", models.BigIntegerField(default=0)),
                ("findings", models.JSONField(default=list)),
                ("begun_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ConductDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("business_date", models.DateField()),
                ("looked_at", models.DateTimeField()),
                ("seconds", models.FloatField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="ConductFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=24)),
                ("contact_id", models.CharField(max_length=64)),
                ("person_id", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("channel", models.CharField(max_length=16)),
                ("agency_id", models.CharField(blank=True, default="", max_length=64)),
                ("staff_id", models.CharField(blank=True, default="", max_length=64)),
                ("reason", models.CharField(blank=True, default="", max_length=64)),
                ("seconds_after", models.BigIntegerField(null=True)),
                ("found_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", models.CharField(blank=True, default="", max_length=150)),
                ("closed_reason", models.CharField(blank=True, default="", max_length=24)),
                ("note_sealed", models.BinaryField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ConductTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("business_date", models.DateField()),
                ("measure", models.CharField(max_length=20)),
                ("channel", models.CharField(blank=True, default="", max_length=16)),
                ("agency_id", models.CharField(blank=True, default="", max_length=64)),
                ("staff_id", models.CharField(blank=True, default="", max_length=64)),
                ("rule", models.CharField(blank=True, default="", max_length=160)),
                ("count", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="CorrectiveMeasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("measure_id", models.UUIDField(unique=True)),
                ("matter_kind", models.CharField(max_length=12)),
                ("matter_id", models.UUIDField()),
                ("person_id", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=24)),
                ("text_sealed", models.BinaryField(null=True)),
                ("owner", models.CharField(max_length=150)),
                ("due_on", models.DateField()),
                ("agreed_by", models.CharField(max_length=150)),
                ("agreed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("done_at", models.DateTimeField(null=True)),
                ("done_by", models.CharField(blank=True, default="", max_length=150)),
            ],
        ),
        migrations.CreateModel(
            name="InformationRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("request_id", models.UUIDField(unique=True)),
                ("person_id", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=16)),
                ("text_sealed", models.BinaryField(null=True)),
                ("raised_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("received_on", models.DateField()),
                ("due_on", models.DateField(null=True)),
                ("assigned_to", models.CharField(blank=True, default="", max_length=150)),
                ("carried_at", models.DateTimeField(null=True)),
                ("carried_by", models.CharField(blank=True, default="", max_length=150)),
                ("found", models.JSONField(default=dict)),
                ("outcome", models.CharField(blank=True, default="", max_length=20)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", models.CharField(blank=True, default="", max_length=150)),
                ("answer_sealed", models.BinaryField(null=True)),
            ],
        ),
        migrations.AddField("act", "about", models.CharField(blank=True, db_default="", default="", max_length=64)),
        migrations.AddField(
            model_name="complaint",
            name="answer_sealed",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="complaint",
            name="answered_by",
            field=models.CharField(blank=True, default="", max_length=150),
        ),
        migrations.AddField(
            model_name="complaint",
            name="reopened_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="complaint",
            name="reopened_count",
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name="dispute",
            name="answer_sealed",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="dispute",
            name="answered_by",
            field=models.CharField(blank=True, default="", max_length=150),
        ),
        migrations.AddField(
            model_name="dispute",
            name="assigned_to",
            field=models.CharField(blank=True, default="", max_length=150),
        ),
        migrations.AddField(
            model_name="dispute",
            name="reopened_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="dispute",
            name="reopened_count",
            field=models.IntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name="act",
            index=models.Index(
                condition=models.Q(("state", "refused")),
                fields=["tenant", "business_date", "reason_rule"],
                name="act_refused",
            ),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["tenant", "action", "-id"], name="audit_action"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["tenant", "actor", "-id"], name="audit_actor"),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("answered_at__isnull", True)),
                fields=["tenant", "due_on", "id"],
                name="complaint_open",
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(fields=["tenant", "raised_at"], name="complaint_raised"),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="contact_at"),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("result", "wrong_person")),
                fields=["tenant", "contact_point_id"],
                name="contact_wrong",
            ),
        ),
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(fields=["tenant", "person_id"], name="dispute_person"),
        ),
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(
                condition=models.Q(("answered_at__isnull", True)),
                fields=["tenant", "due_on", "id"],
                name="dispute_open",
            ),
        ),
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(fields=["tenant", "raised_at"], name="dispute_raised"),
        ),
        migrations.AddIndex(
            model_name="permit",
            index=django.contrib.postgres.indexes.BrinIndex(fields=["issued_at"], name="permit_issued"),
        ),
        migrations.AddField(
            model_name="auditcheck",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.tenant"
            ),
        ),
        migrations.AddField(
            model_name="conductday",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.tenant"
            ),
        ),
        migrations.AddField(
            model_name="conductfinding",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.tenant"
            ),
        ),
        migrations.AddField(
            model_name="conducttally",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.tenant"
            ),
        ),
        migrations.AddField(
            model_name="correctivemeasure",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.tenant"
            ),
        ),
        migrations.AddField(
            model_name="informationrequest",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.tenant"
            ),
        ),
        migrations.AddIndex(
            model_name="auditcheck",
            index=models.Index(fields=["tenant", "-asked_at"], name="audit_check_latest"),
        ),
        migrations.AddConstraint(
            model_name="conductday",
            constraint=models.UniqueConstraint(fields=("tenant", "business_date"), name="conduct_day_once"),
        ),
        migrations.AddIndex(
            model_name="conductfinding",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)), fields=["tenant", "-at", "-id"], name="conduct_open"
            ),
        ),
        migrations.AddIndex(
            model_name="conductfinding",
            index=models.Index(fields=["tenant", "at"], name="conduct_at"),
        ),
        migrations.AddIndex(
            model_name="conductfinding",
            index=models.Index(fields=["tenant", "person_id"], name="conduct_person"),
        ),
        migrations.AddConstraint(
            model_name="conductfinding",
            constraint=models.UniqueConstraint(fields=("tenant", "contact_id", "kind"), name="conduct_finding_once"),
        ),
        migrations.AddIndex(
            model_name="conducttally",
            index=models.Index(fields=["tenant", "business_date", "measure"], name="conduct_tally_day"),
        ),
        migrations.AddIndex(
            model_name="correctivemeasure",
            index=models.Index(fields=["tenant", "matter_id"], name="measure_matter"),
        ),
        migrations.AddIndex(
            model_name="correctivemeasure",
            index=models.Index(
                condition=models.Q(("done_at__isnull", True)), fields=["tenant", "due_on", "id"], name="measure_open"
            ),
        ),
        migrations.AddIndex(
            model_name="informationrequest",
            index=models.Index(fields=["tenant", "person_id"], name="request_person"),
        ),
        migrations.AddIndex(
            model_name="informationrequest",
            index=models.Index(
                condition=models.Q(("answered_at__isnull", True)),
                fields=["tenant", "due_on", "id"],
                name="request_open",
            ),
        ),
        migrations.AddIndex(
            model_name="informationrequest",
            index=models.Index(fields=["tenant", "raised_at"], name="request_raised"),
        ),
        migrations.AddIndex(
            "consent",
            models.Index(
                fields=["tenant", "recorded_at"], condition=models.Q(kind="channel_refusal"), name="consent_refused"
            ),
        ),
        migrations.AddIndex("promisetopay", models.Index(fields=["tenant", "due_on"], name="promise_due")),
        migrations.RunSQL(_walls()),
    ]
