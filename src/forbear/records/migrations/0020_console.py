"""What the console needs besides: which code of an authenticator was used last."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """The last step of time whose code was used."""

    dependencies: ClassVar = [("records", "0011_actions")]
    operations: ClassVar = [
        migrations.AddField("user", "totp_step", models.BigIntegerField(default=0)),
    ]
