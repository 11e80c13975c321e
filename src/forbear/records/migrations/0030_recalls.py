"""Calls that were handed over and taken back, and whether the dialler was told."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Since when a call is recalled, and since when the dialler knows."""

    dependencies: ClassVar = [("records", "0020_console")]
    operations: ClassVar = [
        migrations.AddField("contact", "recalled_at", models.DateTimeField(null=True)),
        migrations.AddField("contact", "recall_told_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "contact",
            models.Index(
                fields=["tenant", "channel"],
                condition=models.Q(recalled_at__isnull=False, recall_told_at__isnull=True),
                name="contact_untold",
            ),
        ),
    ]
