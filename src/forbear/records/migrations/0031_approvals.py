"""Approvals: asked for by one person, decided by another, and then never changed."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now

from forbear.records.models.approval import KINDS

WALL = [
    "ALTER TABLE records_approval ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE records_approval FORCE ROW LEVEL SECURITY",
    "CREATE POLICY tenant ON records_approval USING (tenant_id = current_setting('forbear.tenant', true))"
    " WITH CHECK (tenant_id = current_setting('forbear.tenant', true))",
    "CREATE POLICY reach ON records_approval AS RESTRICTIVE USING (current_setting('forbear.reach', true) = 'all' OR EXISTS ("
    "SELECT 1 FROM records_case c WHERE c.tenant_id = current_setting('forbear.tenant', true)"
    " AND c.person_id = records_approval.person_id AND c.closed_on IS NULL))",
]
GUARD = [
    """
CREATE FUNCTION forbear_approval_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decided text[] := ARRAY['decision', 'decided_by', 'decided_at', 'decision_reason'];
BEGIN
    IF OLD.decision <> '' OR to_jsonb(NEW) - decided <> to_jsonb(OLD) - decided THEN
        RAISE EXCEPTION 'an approval is decided once, and what was asked is not changed';
    END IF;
    RETURN NEW;
END $$
""",
    "CREATE TRIGGER approval_guard BEFORE UPDATE ON records_approval FOR EACH ROW EXECUTE FUNCTION forbear_approval_guard()",
]


class Migration(migrations.Migration):
    """Approvals with their wall and their guard."""

    dependencies: ClassVar = [("records", "0030_recalls")]
    operations: ClassVar = [
        migrations.CreateModel(
            "Approval",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("approval_id", models.UUIDField(unique=True)),
                ("kind", models.CharField(max_length=20, choices=[(each, each) for each in KINDS])),
                ("person_id", models.CharField(max_length=64)),
                ("loan_id", models.CharField(max_length=64, blank=True, default="")),
                ("act_id", models.UUIDField(null=True)),
                ("terms", models.JSONField(default=dict)),
                ("reason", models.CharField(max_length=40)),
                ("asked_by", models.CharField(max_length=150)),
                ("asked_at", models.DateTimeField(db_default=Now())),
                ("expires_at", models.DateTimeField()),
                ("decision", models.CharField(max_length=8, blank=True, default="")),
                ("decided_by", models.CharField(max_length=150, blank=True, default="")),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision_reason", models.CharField(max_length=40, blank=True, default="")),
                (
                    "tenant",
                    models.ForeignKey(
                        "records.tenant", on_delete=django.db.models.deletion.PROTECT, db_index=False, related_name="+"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=~models.Q(asked_by=""), name="approval_asked_by_somebody"),
                    models.CheckConstraint(
                        condition=~models.Q(decided_by=models.F("asked_by")), name="approval_four_eyes"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(decision="", decided_by="", decided_at__isnull=True)
                        | (
                            models.Q(decision__in=["approved", "refused"], decided_at__isnull=False)
                            & ~models.Q(decided_by="")
                        ),
                        name="approval_decided_whole",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["tenant", "person_id"], name="approval_person"),
                    models.Index(fields=["tenant", "kind"], condition=models.Q(decision=""), name="approval_open"),
                ],
            },
        ),
        migrations.RunSQL([(statement, None) for statement in [*WALL, *GUARD]]),
    ]
