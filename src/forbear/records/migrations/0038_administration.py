"""What an administrator asks for: feeds taken in again, what is past its term blanked, and settings that stand from a date."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now

_TENANT = "tenant_id = current_setting('forbear.tenant', true)"
_REACH = "current_setting('forbear.reach', true) = 'all'"
WALLS = [
    "ALTER TABLE records_askedjob ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE records_askedjob FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY tenant ON records_askedjob USING ({_TENANT}) WITH CHECK ({_TENANT})",
    f"CREATE POLICY reach ON records_askedjob AS RESTRICTIVE USING ({_REACH})",
    # What the lender chose is read in everybody's name; it is changed only by who sees all of it.
    "DROP POLICY reach ON records_settingchange",
    f"CREATE POLICY reach_new ON records_settingchange AS RESTRICTIVE FOR INSERT WITH CHECK ({_REACH})",
    f"CREATE POLICY reach_decided ON records_settingchange AS RESTRICTIVE FOR UPDATE USING ({_REACH})",
    f"CREATE POLICY reach_gone ON records_settingchange AS RESTRICTIVE FOR DELETE USING ({_REACH})",
]
# What was asked is not changed, what was decided stands, and what stands is ended once.
GUARD = """
CREATE OR REPLACE FUNCTION forbear_setting_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decided text[] := ARRAY['decision', 'decided_by', 'decided_at'];
    ended text[] := ARRAY['ended_at'];
BEGIN
    IF OLD.decision = 'approved' AND OLD.ended_at IS NULL AND to_jsonb(NEW) - ended = to_jsonb(OLD) - ended THEN
        RETURN NEW;
    END IF;
    IF OLD.decision <> '' OR to_jsonb(NEW) - decided <> to_jsonb(OLD) - decided THEN
        RAISE EXCEPTION 'a change is decided once, and what was asked is not changed';
    END IF;
    RETURN NEW;
END $$
"""
_RUNNING = models.Q(state__in=["waits", "runs"])


class Migration(migrations.Migration):
    """Jobs that were asked for, where a feed came from, and from when a setting stands."""

    dependencies: ClassVar = [("records", "0037_outcomes")]
    operations: ClassVar = [
        migrations.AddField("Import", "source", models.JSONField(default=dict, db_default={})),
        migrations.AddField("Import", "problem", models.JSONField(default=dict, db_default={})),
        migrations.AddField(
            "SettingChange", "from_on", models.DateField(default=date(2026, 1, 1)), preserve_default=False
        ),
        migrations.AddField(
            "SettingChange", "reason", models.CharField(max_length=200, default=""), preserve_default=False
        ),
        migrations.AddField("SettingChange", "ended_at", models.DateTimeField(null=True)),
        migrations.AddConstraint(
            "SettingChange",
            models.CheckConstraint(condition=~models.Q(asked_by=""), name="setting_asked_by_somebody"),
        ),
        migrations.CreateModel(
            "AskedJob",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("job_id", models.UUIDField(unique=True)),
                ("kind", models.CharField(max_length=16)),
                ("subject", models.CharField(max_length=64)),
                ("terms", models.JSONField(default=dict)),
                ("reason", models.CharField(max_length=200, blank=True, default="")),
                ("state", models.CharField(max_length=12, default="waits")),
                ("step", models.CharField(max_length=16, blank=True, default="")),
                ("steps_done", models.IntegerField(default=0)),
                ("steps_total", models.IntegerField(default=0)),
                ("result", models.JSONField(default=dict)),
                ("problem", models.JSONField(default=dict)),
                ("asked_by", models.CharField(max_length=150)),
                ("asked_at", models.DateTimeField(db_default=Now())),
                ("begun_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "tenant",
                    models.ForeignKey(
                        "records.tenant", on_delete=django.db.models.deletion.PROTECT, db_index=False, related_name="+"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["tenant", "kind", "subject"], condition=_RUNNING, name="asked_once")
                ],
                "indexes": [models.Index(fields=["tenant", "kind", "-id"], name="asked_latest")],
            },
        ),
        migrations.RunSQL([(statement, None) for statement in [*WALLS, GUARD]]),
    ]
