"""Numbers that are blocked for good, who says where a loan is placed, and since when an arrangement or a refusal is known."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now

# With the statement that writes it, whoever writes it: a feed, a door, a hand. Set-based, as feeds bring millions at once.
GUARD = """
CREATE FUNCTION forbear_blocked_points() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM changed c JOIN records_pointblock b ON b.tenant_id = c.tenant_id AND b.value_index = c.value_index
        WHERE b.lifted_at IS NULL AND c.removed_at IS NULL
    ) THEN
        UPDATE records_contactpoint p SET removed_at = clock_timestamp(), removed_reason = b.reason, state = 'invalid'
        FROM changed c JOIN records_pointblock b ON b.tenant_id = c.tenant_id AND b.value_index = c.value_index
        WHERE p.id = c.id AND b.lifted_at IS NULL AND p.removed_at IS NULL;
    END IF;
    RETURN NULL;
END $$
"""
TRIGGERS = [
    f"CREATE TRIGGER blocked_{event.lower()} AFTER {event} ON records_contactpoint REFERENCING NEW TABLE AS changed"
    " FOR EACH STATEMENT EXECUTE FUNCTION forbear_blocked_points()"
    for event in ("INSERT", "UPDATE")
]
WALL = [
    "ALTER TABLE records_pointblock ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE records_pointblock FORCE ROW LEVEL SECURITY",
    "CREATE POLICY tenant ON records_pointblock USING (tenant_id = current_setting('forbear.tenant', true))"
    " WITH CHECK (tenant_id = current_setting('forbear.tenant', true))",
]


class Migration(migrations.Migration):
    """Blocks with their guard and their wall, placements, and arrangements."""

    dependencies: ClassVar = [("records", "0004_doors")]
    operations: ClassVar = [
        migrations.CreateModel(
            "PointBlock",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("value_index", models.CharField(max_length=64)),
                ("reason", models.CharField(max_length=24)),
                ("blocked_at", models.DateTimeField(db_default=Now())),
                ("lifted_at", models.DateTimeField(null=True)),
                ("lifted_reason", models.CharField(max_length=24, blank=True, default="")),
                (
                    "tenant",
                    models.ForeignKey(
                        "records.tenant", on_delete=django.db.models.deletion.PROTECT, db_index=False, related_name="+"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            "pointblock", models.UniqueConstraint(fields=["tenant", "value_index"], name="point_block_key")
        ),
        migrations.AddField("loan", "placed_at", models.DateTimeField(null=True)),
        migrations.AddField("arrangement", "recorded_at", models.DateTimeField(null=True)),
        migrations.AddField("consent", "recorded_at", models.DateTimeField(null=True)),
        migrations.AddField("agency", "inspected_on", models.DateField(null=True)),
        migrations.AddField("agency", "attested", models.JSONField(default=dict)),
        migrations.RunSQL([(statement, None) for statement in [*WALL, GUARD, *TRIGGERS]]),
    ]
