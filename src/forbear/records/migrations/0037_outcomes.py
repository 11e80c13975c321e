"""What came of contacts, day by day, and the book in figures, kept; with the indexes by which both are asked for a period."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now

TENANT = "tenant_id = current_setting('forbear.tenant', true)"
WHOLE_REACH = "current_setting('forbear.reach', true) = 'all'"
KEPT = ("outcometally", "outcomeday", "bookfigures")


def _walls() -> list[tuple[str, None]]:
    """Counts of all teams lie side by side: only who sees all reads them, and picks out what the asker may see."""
    found: list[str] = []
    for table in KEPT:
        name = f"records_{table}"
        found += [
            f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY tenant ON {name} USING ({TENANT}) WITH CHECK ({TENANT})",
            f"CREATE POLICY reach ON {name} AS RESTRICTIVE USING ({WHOLE_REACH})",
        ]
    return [(each, None) for each in found]


def _id() -> models.BigAutoField:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def _tenant() -> models.ForeignKey:
    return models.ForeignKey(
        "records.tenant", on_delete=django.db.models.deletion.PROTECT, db_index=False, related_name="+"
    )


def _word(length: int) -> models.CharField:
    return models.CharField(max_length=length, blank=True, default="")


class Migration(migrations.Migration):
    """Kept counts with their walls, and the indexes."""

    dependencies: ClassVar = [("records", "0003_guards")]
    operations: ClassVar = [
        migrations.CreateModel(
            "OutcomeTally",
            [
                ("id", _id()),
                ("business_date", models.DateField()),
                ("measure", models.CharField(max_length=20)),
                ("team", _word(64)),
                ("agency_id", _word(64)),
                ("channel", _word(16)),
                ("hour", models.SmallIntegerField(null=True)),
                ("reason", _word(20)),
                ("currency", _word(3)),
                ("count", models.BigIntegerField()),
                ("cents", models.BigIntegerField(default=0)),
                ("tenant", _tenant()),
            ],
        ),
        migrations.CreateModel(
            "OutcomeDay",
            [
                ("id", _id()),
                ("business_date", models.DateField()),
                ("counted_at", models.DateTimeField()),
                ("tenant", _tenant()),
            ],
        ),
        migrations.CreateModel(
            "BookFigures",
            [
                ("id", _id()),
                ("business_date", models.DateField()),
                ("digest", models.CharField(max_length=64)),
                ("compared_on", models.DateField(null=True)),
                ("figures", models.JSONField(default=dict)),
                ("counted_at", models.DateTimeField(db_default=Now())),
                ("tenant", _tenant()),
            ],
        ),
        migrations.AddIndex(
            "outcometally", models.Index(fields=["tenant", "business_date", "measure"], name="outcome_tally_day")
        ),
        *(
            migrations.AddConstraint(
                table, models.UniqueConstraint(fields=["tenant", "business_date"], name=f"{name}_once")
            )
            for table, name in (("outcomeday", "outcome_day"), ("bookfigures", "book_figures"))
        ),
        *(
            migrations.AddIndex(table, models.Index(fields=["tenant", field], name=name))
            for table, field, name in (
                ("payment", "effective_on", "payment_effective"),
                ("payment", "accepted_at", "payment_accepted"),
                ("hold", "recorded_at", "hold_recorded"),
                ("arrangement", "recorded_at", "arrangement_recorded"),
                ("contact", "started_at", "contact_started"),
            )
        ),
        migrations.AddIndex(
            "contact",
            models.Index(fields=["tenant", "at", "id"], condition=models.Q(direction="out"), name="contact_out"),
        ),
        migrations.RunSQL(_walls()),
    ]
