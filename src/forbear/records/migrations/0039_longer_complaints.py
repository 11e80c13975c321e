"""From when a complaint's clock runs, and whether the law's longer time was taken."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Columns only; of what came in before, the day of receipt is that of its row."""

    dependencies: ClassVar = [("records", "0038_administration")]
    operations: ClassVar = [
        migrations.AddField("Complaint", "received_on", models.DateField(null=True)),
        migrations.AddField(
            "Complaint", "extension", models.CharField(max_length=12, blank=True, default="", db_default="")
        ),
        migrations.AddField("Complaint", "extended_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "Complaint", "extension_approval", models.CharField(max_length=200, blank=True, default="", db_default="")
        ),
    ]
