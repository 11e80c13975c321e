"""What a worklist needs: figures a case by which it is ordered and filtered, and filters that a user keeps."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now

TENANT = "tenant_id = current_setting('forbear.tenant', true)"
OWNER = "owner = current_setting('forbear.actor', true)"
WALL = [
    "ALTER TABLE records_savedfilter ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE records_savedfilter FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY tenant ON records_savedfilter USING ({TENANT}) WITH CHECK ({TENANT})",
    f"CREATE POLICY owner ON records_savedfilter AS RESTRICTIVE USING ({OWNER})",
]
INSTANTS = ("called_at", "reached_at", "callback_at")
DAYS = ("promise_due_on", "promise_broken_on", "plan_due_on", "act_on", "skipped_on")


class Migration(migrations.Migration):
    """Figures of cases, saved filters with their wall."""

    dependencies: ClassVar = [("records", "0032_playbooks")]
    operations: ClassVar = [
        *(migrations.AddField("case", name, models.DateTimeField(null=True)) for name in INSTANTS),
        *(migrations.AddField("case", name, models.DateField(null=True)) for name in DAYS),
        migrations.AddField("case", "promise_cents", models.BigIntegerField(null=True)),
        migrations.AddField(
            "case", "skip_reason", models.CharField(max_length=24, blank=True, default="", db_default="")
        ),
        migrations.CreateModel(
            "SavedFilter",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("owner", models.CharField(max_length=150)),
                ("name", models.CharField(max_length=60)),
                ("wanted", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(db_default=Now())),
                (
                    "tenant",
                    models.ForeignKey(
                        "records.tenant", on_delete=django.db.models.deletion.PROTECT, db_index=False, related_name="+"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            "savedfilter", models.UniqueConstraint(fields=["tenant", "owner", "name"], name="saved_filter_key")
        ),
        *(
            migrations.AddIndex(
                "case",
                models.Index(
                    fields=["tenant", field], condition=models.Q(closed_on__isnull=True), name=f"case_open_{word}"
                ),
            )
            for field, word in (("assigned_to", "assigned"), ("team", "team"))
        ),
        migrations.RunSQL([(statement, None) for statement in WALL]),
    ]
