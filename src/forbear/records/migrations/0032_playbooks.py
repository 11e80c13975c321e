"""Playbooks that a lender keeps, from when each holds, and comparisons on the book, each with its wall."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now

TABLES = ("playbookversion", "playbookrelease", "comparison")
TENANT = "tenant_id = current_setting('forbear.tenant', true)"
# What was approved is never written anew: a past day is replayed from it.
GUARD = """
CREATE FUNCTION forbear_kept_playbook() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft' AND NEW.digest IS DISTINCT FROM OLD.digest THEN
        RAISE EXCEPTION 'only a draft of a playbook is changed';
    END IF;
    RETURN NEW;
END $$
"""
STATEMENTS = [
    *(
        statement
        for table in TABLES
        for statement in (
            f"ALTER TABLE records_{table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE records_{table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY tenant ON records_{table} USING ({TENANT}) WITH CHECK ({TENANT})",
        )
    ),
    GUARD,
    "CREATE TRIGGER kept_playbook BEFORE UPDATE ON records_playbookversion FOR EACH ROW EXECUTE FUNCTION forbear_kept_playbook()",
]


def _id() -> tuple[str, models.Field]:
    return "id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def _tenant() -> tuple[str, models.Field]:
    return "tenant", models.ForeignKey(
        "records.tenant", on_delete=django.db.models.deletion.PROTECT, db_index=False, related_name="+"
    )


class Migration(migrations.Migration):
    """Versions, releases and comparisons."""

    dependencies: ClassVar = [("records", "0031_approvals")]
    operations: ClassVar = [
        migrations.CreateModel(
            "PlaybookVersion",
            [
                _id(),
                ("number", models.IntegerField()),
                ("name", models.CharField(max_length=64)),
                ("based_on", models.CharField(max_length=80)),
                ("note", models.CharField(max_length=400, blank=True, default="")),
                ("files", models.JSONField(default=dict)),
                ("digest", models.CharField(max_length=64)),
                ("state", models.CharField(max_length=12, default="draft")),
                ("findings", models.JSONField(default=list)),
                ("checked_digest", models.CharField(max_length=64, blank=True, default="")),
                ("checked_at", models.DateTimeField(null=True)),
                ("editors", models.JSONField(default=list)),
                ("written_by", models.CharField(max_length=150)),
                ("written_at", models.DateTimeField(db_default=Now())),
                ("edited_at", models.DateTimeField(db_default=Now())),
                _tenant(),
            ],
        ),
        migrations.AddConstraint(
            "playbookversion", models.UniqueConstraint(fields=["tenant", "number"], name="playbook_number")
        ),
        migrations.CreateModel(
            "PlaybookRelease",
            [
                _id(),
                ("kind", models.CharField(max_length=10, default="release")),
                ("from_on", models.DateField()),
                ("why", models.CharField(max_length=400)),
                ("state", models.CharField(max_length=12, default="submitted")),
                ("submitted_by", models.CharField(max_length=150)),
                ("submitted_at", models.DateTimeField(db_default=Now())),
                ("decided_by", models.CharField(max_length=150, blank=True, default="")),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision_note", models.CharField(max_length=400, blank=True, default="")),
                _tenant(),
                (
                    "version",
                    models.ForeignKey(
                        "records.playbookversion", on_delete=django.db.models.deletion.PROTECT, related_name="releases"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            "playbookrelease",
            models.CheckConstraint(
                condition=~models.Q(state="approved") | ~models.Q(decided_by=models.F("submitted_by")),
                name="playbook_four_eyes",
            ),
        ),
        migrations.AddConstraint(
            "playbookrelease",
            models.UniqueConstraint(
                fields=["version"], condition=models.Q(state="submitted"), name="playbook_asked_once"
            ),
        ),
        migrations.AddIndex(
            "playbookrelease", models.Index(fields=["tenant", "state", "-from_on"], name="playbook_in_force")
        ),
        migrations.CreateModel(
            "Comparison",
            [
                _id(),
                ("number", models.IntegerField()),
                ("subject", models.CharField(max_length=10)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("as_of", models.DateField()),
                ("state", models.CharField(max_length=12, default="waits")),
                ("step", models.CharField(max_length=16, blank=True, default="")),
                ("steps_done", models.IntegerField(default=0)),
                ("steps_total", models.IntegerField(default=0)),
                ("problem", models.JSONField(default=dict)),
                ("record", models.JSONField(default=dict)),
                ("pages", models.JSONField(default=dict)),
                ("asked_by", models.CharField(max_length=150)),
                ("asked_at", models.DateTimeField(db_default=Now())),
                ("begun_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                _tenant(),
            ],
        ),
        migrations.AddConstraint(
            "comparison", models.UniqueConstraint(fields=["tenant", "number"], name="comparison_number")
        ),
        migrations.RunSQL([(statement, None) for statement in STATEMENTS]),
    ]
