"""What a leader and an administrator need: allocations, inspections, changes of settings by a second person, and sessions that know their user."""

from __future__ import annotations

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

_REACH = "current_setting('forbear.reach', true)"
_TENANT = "tenant_id = current_setting('forbear.tenant', true)"
_SEEN = (
    "EXISTS (SELECT 1 FROM records_case c WHERE c.tenant_id = current_setting('forbear.tenant', true)"
    " AND c.person_id = records_{table}.person_id AND c.closed_on IS NULL)"
)
_OWN_TEAM = f"({_REACH} = 'team' AND team <> '' AND team = current_setting('forbear.team', true))"
_WALLS = {
    "inspection": _SEEN.format(table="inspection"),
    "allocation": _OWN_TEAM,
    "settingchange": "false",
}
# What was asked is not changed, and what was decided stands.
GUARD = [
    """
CREATE FUNCTION forbear_setting_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decided text[] := ARRAY['decision', 'decided_by', 'decided_at'];
BEGIN
    IF OLD.decision <> '' OR to_jsonb(NEW) - decided <> to_jsonb(OLD) - decided THEN
        RAISE EXCEPTION 'a change is decided once, and what was asked is not changed';
    END IF;
    RETURN NEW;
END $$
""",
    "CREATE TRIGGER setting_guard BEFORE UPDATE ON records_settingchange FOR EACH ROW EXECUTE FUNCTION forbear_setting_guard()",
]


def _walls() -> list[str]:
    made = []
    for table, seen in _WALLS.items():
        made += [
            f"ALTER TABLE records_{table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE records_{table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY tenant ON records_{table} USING ({_TENANT}) WITH CHECK ({_TENANT})",
            f"CREATE POLICY reach ON records_{table} AS RESTRICTIVE USING ({_REACH} = 'all' OR {seen})",
        ]
    return made


class Migration(migrations.Migration):
    """Allocations, inspections and changes of settings with their walls; sessions; what a user may work."""

    dependencies = [
        ("records", "0033_worklist"),
    ]

    operations = [
        migrations.CreateModel(
            name="StaffSession",
            fields=[
                (
                    "session_key",
                    models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="session key"),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("public_id", models.UUIDField(unique=True)),
                ("user_id", models.BigIntegerField(db_index=True, null=True)),
                ("begun_at", models.DateTimeField(null=True)),
                ("address", models.CharField(blank=True, default="", max_length=64)),
                ("browser", models.CharField(blank=True, default="", max_length=200)),
            ],
            options={
                "verbose_name": "session",
                "verbose_name_plural": "sessions",
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="case",
            name="assigned_before",
            field=models.CharField(blank=True, db_default="", default="", max_length=150),
        ),
        migrations.AddField(
            model_name="case",
            name="assigned_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="must_change_password",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="user",
            name="share_percent",
            field=models.IntegerField(default=100),
        ),
        migrations.AddField(
            model_name="user",
            name="skills",
            field=models.JSONField(default=dict),
        ),
        migrations.CreateModel(
            name="Allocation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("allocation_id", models.UUIDField(unique=True)),
                ("team", models.CharField(blank=True, default="", max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("rules", models.JSONField(default=dict)),
                ("counts", models.JSONField(default=dict)),
                ("moved_count", models.IntegerField(default=0)),
                ("done_by", models.CharField(max_length=150)),
                ("done_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["tenant", "-id"], name="allocation_latest")],
            },
        ),
        migrations.CreateModel(
            name="SettingChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("change_id", models.UUIDField(unique=True)),
                ("changes", models.JSONField(default=dict)),
                ("asked_by", models.CharField(max_length=150)),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("decision", models.CharField(blank=True, db_default="", default="", max_length=8)),
                ("decided_by", models.CharField(blank=True, db_default="", default="", max_length=150)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["tenant", "-id"], name="setting_change_latest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(decided_by="") | ~models.Q(decided_by=models.F("asked_by")),
                        name="setting_four_eyes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(decision="") | ~models.Q(decided_by=""), name="setting_decided_by_somebody"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Inspection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("inspection_id", models.UUIDField(unique=True)),
                ("contact_id", models.CharField(max_length=64)),
                ("person_id", models.CharField(max_length=64)),
                ("staff_id", models.CharField(blank=True, default="", max_length=64)),
                ("channel", models.CharField(max_length=16)),
                ("contact_on", models.DateField()),
                ("rule", models.CharField(max_length=12)),
                ("drawn_by", models.CharField(max_length=150)),
                ("drawn_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("scores", models.JSONField(default=dict)),
                ("score_percent", models.IntegerField(null=True)),
                ("failed", models.JSONField(default=list)),
                ("note_sealed", models.BinaryField(null=True)),
                ("scored_by", models.CharField(blank=True, db_default="", default="", max_length=150)),
                ("scored_at", models.DateTimeField(null=True)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["tenant", "contact_on", "id"], name="inspection_day")],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "contact_id"), name="inspection_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("scored_by", ""),
                            models.Q(("scored_by", models.F("staff_id")), _negated=True),
                            _connector="OR",
                        ),
                        name="inspection_four_eyes",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            "contact",
            models.Index(fields=["tenant", "at"], condition=~models.Q(staff_id=""), name="contact_by_staff"),
        ),
        migrations.AddIndex(
            "contact",
            models.Index(fields=["tenant", "at"], condition=models.Q(state="uncertain"), name="contact_uncertain"),
        ),
        migrations.RunSQL([(statement, None) for statement in [*_walls(), *GUARD]]),
    ]
