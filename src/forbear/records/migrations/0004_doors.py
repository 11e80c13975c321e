"""What the doors need: tokens that are counted by the minute and may sign, and events that a reader gets in order."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Tokens and events."""

    dependencies: ClassVar = [("records", "0003_fed")]
    operations: ClassVar = [
        migrations.AddField("apitoken", "secret_sealed", models.BinaryField(null=True)),
        migrations.AddField("apitoken", "window_at", models.DateTimeField(null=True)),
        migrations.AddField("apitoken", "window_count", models.IntegerField(default=0)),
        migrations.AlterField("subscription", "url", models.URLField(max_length=400, blank=True, default="")),
        migrations.AddField("eventout", "position", models.BigIntegerField(null=True)),
        migrations.AddConstraint(
            "eventout",
            models.UniqueConstraint(fields=["subscription", "position"], name="event_position_once"),
        ),
        migrations.AddIndex(
            "eventout",
            models.Index(
                fields=["subscription", "id"], condition=models.Q(position__isnull=True), name="event_unplaced"
            ),
        ),
    ]
