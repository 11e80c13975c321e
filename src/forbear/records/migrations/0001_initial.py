"""The tables of the records."""

import django.contrib.auth.models
import django.contrib.auth.validators
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
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
        migrations.CreateModel(
            name="Tenant",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=200)),
                ("settings", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="Agency",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("agency_id", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=200)),
                ("licence", models.CharField(blank=True, default="", max_length=100)),
                ("contract_starts_on", models.DateField(null=True)),
                ("contract_ends_on", models.DateField(null=True)),
                ("white_list_from", models.DateField(null=True)),
                ("white_list_until", models.DateField(null=True)),
                ("evaluated_on", models.DateField(null=True)),
                ("inspected_on", models.DateField(null=True)),
                ("is_sub_delegated", models.BooleanField(default=False)),
                ("placements_told", models.BooleanField(default=False)),
                ("attested", models.JSONField(default=dict)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("tenant", "agency_id"), name="agency_key")],
            },
        ),
        migrations.CreateModel(
            name="Allocation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("allocation_id", models.UUIDField(unique=True)),
                ("team", models.CharField(blank=True, default="", max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("rules", models.JSONField(default=dict)),
                ("counts", models.JSONField(default=dict)),
                ("moved_count", models.IntegerField(default=0)),
                ("done_by", models.CharField(max_length=150)),
                ("done_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "indexes": [models.Index(fields=["tenant", "-id"], name="allocation_latest")],
            },
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("scopes", models.JSONField(default=list)),
                ("agency_id", models.CharField(blank=True, default="", max_length=64)),
                ("requests_per_minute", models.IntegerField(default=600)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("expires_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("last_used_at", models.DateTimeField(null=True)),
                ("secret_sealed", models.BinaryField(null=True)),
                ("window_at", models.DateTimeField(null=True)),
                ("window_count", models.IntegerField(default=0)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("approval_id", models.UUIDField(unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("visit", "visit"),
                            ("offer", "offer"),
                            ("waiver", "waiver"),
                            ("legal_referral", "legal_referral"),
                            ("credit_line_pause", "credit_line_pause"),
                        ],
                        max_length=20,
                    ),
                ),
                ("person_id", models.CharField(max_length=64)),
                ("loan_id", models.CharField(blank=True, default="", max_length=64)),
                ("act_id", models.UUIDField(null=True)),
                ("terms", models.JSONField(default=dict)),
                ("reason", models.CharField(max_length=40)),
                ("asked_by", models.CharField(max_length=150)),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("expires_at", models.DateTimeField()),
                ("decision", models.CharField(blank=True, default="", max_length=8)),
                ("decided_by", models.CharField(blank=True, default="", max_length=150)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision_reason", models.CharField(blank=True, default="", max_length=40)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant", "person_id"], name="approval_person"),
                    models.Index(condition=models.Q(("decision", "")), fields=["tenant", "kind"], name="approval_open"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("asked_by", ""), _negated=True), name="approval_asked_by_somebody"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decided_by", models.F("asked_by")), _negated=True),
                        name="approval_four_eyes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("decided_by", ""), ("decision", "")),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decision__in", ["approved", "refused"]),
                                models.Q(("decided_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="approval_decided_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Arrangement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("arrangement_id", models.CharField(max_length=64)),
                ("loan_id", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=20)),
                ("form", models.CharField(default="written", max_length=8)),
                ("signed_on", models.DateField(null=True)),
                ("ends_on", models.DateField(null=True)),
                ("breached_on", models.DateField(null=True)),
                ("term_months", models.IntegerField(null=True)),
                ("recorded_at", models.DateTimeField(null=True)),
                ("is_fed", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [models.Index(fields=["tenant", "loan_id"], name="arrangement_loan")],
                "constraints": [models.UniqueConstraint(fields=("tenant", "arrangement_id"), name="arrangement_key")],
            },
        ),
        migrations.CreateModel(
            name="AuditCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("asked_by", models.CharField(max_length=150)),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("anchor", models.JSONField(default=list)),
                ("entries_count", models.BigIntegerField(default=0)),
                ("done_count", models.BigIntegerField(default=0)),
                ("findings", models.JSONField(default=list)),
                ("begun_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["tenant", "-asked_at"], name="audit_check_latest")],
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("lane", models.IntegerField()),
                ("number", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=150)),
                ("action", models.CharField(max_length=60)),
                ("subject_kind", models.CharField(max_length=24)),
                ("subject_id", models.CharField(max_length=80)),
                ("person_id", models.CharField(blank=True, default="", max_length=64)),
                ("payload", models.JSONField(default=dict)),
                ("personal_sealed", models.BinaryField(null=True)),
                ("personal_digest", models.CharField(blank=True, default="", max_length=64)),
                ("blanked_at", models.DateTimeField(null=True)),
                ("previous", models.CharField(blank=True, default="", max_length=64)),
                ("digest", models.CharField(max_length=64)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant", "subject_kind", "subject_id"], name="audit_subject"),
                    models.Index(fields=["tenant", "person_id", "at"], name="audit_person"),
                    models.Index(fields=["tenant", "action", "-id"], name="audit_action"),
                    models.Index(fields=["tenant", "actor", "-id"], name="audit_actor"),
                ],
                "constraints": [models.UniqueConstraint(fields=("tenant", "lane", "number"), name="audit_entry_key")],
            },
        ),
        migrations.CreateModel(
            name="AuditLane",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("lane", models.IntegerField()),
                ("entries_count", models.BigIntegerField(default=0)),
                ("head", models.CharField(blank=True, default="", max_length=64)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("tenant", "lane"), name="audit_lane_key")],
            },
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("person_id", models.CharField(max_length=64)),
                ("opened_on", models.DateField()),
                ("closed_on", models.DateField(null=True)),
                ("closed_reason", models.CharField(blank=True, default="", max_length=24)),
                ("stage", models.CharField(blank=True, default="", max_length=24)),
                ("team", models.CharField(blank=True, default="", max_length=64)),
                ("agency_id", models.CharField(blank=True, default="", max_length=64)),
                ("assigned_to", models.CharField(blank=True, default="", max_length=150)),
                ("assigned_on", models.DateField(null=True)),
                ("assigned_before", models.CharField(blank=True, db_default="", default="", max_length=150)),
                ("overdue_cents", models.BigIntegerField(default=0)),
                ("days_past_due", models.IntegerField(default=0)),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("called_at", models.DateTimeField(null=True)),
                ("reached_at", models.DateTimeField(null=True)),
                ("callback_at", models.DateTimeField(null=True)),
                ("promise_due_on", models.DateField(null=True)),
                ("promise_cents", models.BigIntegerField(null=True)),
                ("promise_broken_on", models.DateField(null=True)),
                ("plan_due_on", models.DateField(null=True)),
                ("act_on", models.DateField(null=True)),
                ("skipped_on", models.DateField(null=True)),
                ("skip_reason", models.CharField(blank=True, db_default="", default="", max_length=24)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant", "person_id"], name="case_person"),
                    models.Index(fields=["tenant", "assigned_to"], name="case_assigned"),
                    models.Index(fields=["tenant", "team"], name="case_team"),
                    models.Index(fields=["tenant", "agency_id"], name="case_agency"),
                    models.Index(
                        condition=models.Q(("closed_on__isnull", True)),
                        fields=["tenant", "assigned_to"],
                        name="case_open_assigned",
                    ),
                    models.Index(
                        condition=models.Q(("closed_on__isnull", True)),
                        fields=["tenant", "team"],
                        name="case_open_team",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_on__isnull", True)),
                        fields=("tenant", "person_id"),
                        name="case_open_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Comparison",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("number", models.IntegerField()),
                ("subject", models.CharField(max_length=10)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("as_of", models.DateField()),
                ("state", models.CharField(default="waits", max_length=12)),
                ("step", models.CharField(blank=True, default="", max_length=16)),
                ("steps_done", models.IntegerField(default=0)),
                ("steps_total", models.IntegerField(default=0)),
                ("problem", models.JSONField(default=dict)),
                ("record", models.JSONField(default=dict)),
                ("pages", models.JSONField(default=dict)),
                ("asked_by", models.CharField(max_length=150)),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("begun_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("tenant", "number"), name="comparison_number")],
            },
        ),
        migrations.CreateModel(
            name="Complaint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("complaint_id", models.UUIDField(unique=True)),
                ("person_id", models.CharField(max_length=64)),
                ("contact_id", models.CharField(blank=True, default="", max_length=64)),
                ("kind", models.CharField(max_length=24)),
                ("text_sealed", models.BinaryField(null=True)),
                ("raised_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("due_on", models.DateField(null=True)),
                ("assigned_to", models.CharField(blank=True, default="", max_length=150)),
                ("root_cause", models.CharField(blank=True, default="", max_length=40)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", models.CharField(blank=True, default="", max_length=150)),
                ("answer_sealed", models.BinaryField(null=True)),
                ("outcome", models.CharField(blank=True, default="", max_length=20)),
                ("reopened_at", models.DateTimeField(null=True)),
                ("reopened_count", models.IntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant", "person_id"], name="complaint_person"),
                    models.Index(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=["tenant", "due_on", "id"],
                        name="complaint_open",
                    ),
                    models.Index(fields=["tenant", "raised_at"], name="complaint_raised"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConductDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("business_date", models.DateField()),
                ("looked_at", models.DateTimeField()),
                ("seconds", models.FloatField(default=0)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("tenant", "business_date"), name="conduct_day_once")],
            },
        ),
        migrations.CreateModel(
            name="ConductFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("kind", models.CharField(max_length=24)),
                ("contact_id", models.CharField(max_length=64)),
                ("person_id", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("channel", models.CharField(max_length=16)),
                ("agency_id", models.CharField(blank=True, default="", max_length=64)),
                ("staff_id", models.CharField(blank=True, default="", max_length=64)),
                ("reason", models.CharField(blank=True, default="", max_length=64)),
                ("seconds_after", models.BigIntegerField(null=True)),
                ("found_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", models.CharField(blank=True, default="", max_length=150)),
                ("closed_reason", models.CharField(blank=True, default="", max_length=24)),
                ("note_sealed", models.BinaryField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=["tenant", "-at", "-id"],
                        name="conduct_open",
                    ),
                    models.Index(fields=["tenant", "at"], name="conduct_at"),
                    models.Index(fields=["tenant", "person_id"], name="conduct_person"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "contact_id", "kind"), name="conduct_finding_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ConductTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("business_date", models.DateField()),
                ("measure", models.CharField(max_length=20)),
                ("channel", models.CharField(blank=True, default="", max_length=16)),
                ("agency_id", models.CharField(blank=True, default="", max_length=64)),
                ("staff_id", models.CharField(blank=True, default="", max_length=64)),
                ("rule", models.CharField(blank=True, default="", max_length=160)),
                ("count", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["tenant", "business_date", "measure"], name="conduct_tally_day")],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("consent_id", models.CharField(max_length=64)),
                ("person_id", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=24)),
                ("channel", models.CharField(max_length=16, null=True)),
                ("purpose", models.CharField(blank=True, default="", max_length=24)),
                ("form", models.CharField(default="individual", max_length=12)),
                ("given_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("attempts_max", models.IntegerField(null=True)),
                ("recorded_at", models.DateTimeField(null=True)),
                ("is_fed", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant", "person_id"], name="consent_person"),
                    models.Index(
                        condition=models.Q(("kind", "channel_refusal")),
                        fields=["tenant", "recorded_at"],
                        name="consent_refused",
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("tenant", "consent_id"), name="consent_key")],
            },
        ),
        migrations.CreateModel(
            name="ContactPoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("contact_point_id", models.CharField(max_length=64)),
                ("person_id", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=12)),
                ("value_sealed", models.BinaryField(null=True)),
                ("value_index", models.CharField(blank=True, default="", max_length=64)),
                ("source", models.CharField(default="unknown", max_length=20)),
                ("state", models.CharField(default="unknown", max_length=12)),
                ("verified_on", models.DateField(null=True)),
                ("recorded_at", models.DateTimeField(null=True)),
                ("removed_at", models.DateTimeField(null=True)),
                ("removed_reason", models.CharField(blank=True, default="", max_length=24)),
                ("is_fed", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant", "person_id"], name="contact_point_person"),
                    models.Index(fields=["tenant", "value_index"], name="contact_point_value"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "contact_point_id"), name="contact_point_key")
                ],
            },
        ),
        migrations.CreateModel(
            name="CorrectiveMeasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("measure_id", models.UUIDField(unique=True)),
                ("matter_kind", models.CharField(max_length=12)),
                ("matter_id", models.UUIDField()),
                ("person_id", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=24)),
                ("text_sealed", models.BinaryField(null=True)),
                ("owner", models.CharField(max_length=150)),
                ("due_on", models.DateField()),
                ("agreed_by", models.CharField(max_length=150)),
                ("agreed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("done_at", models.DateTimeField(null=True)),
                ("done_by", models.CharField(blank=True, default="", max_length=150)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant", "matter_id"], name="measure_matter"),
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=["tenant", "due_on", "id"],
                        name="measure_open",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Dispute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("dispute_id", models.UUIDField(unique=True)),
                ("person_id", models.CharField(max_length=64)),
                ("loan_id", models.CharField(max_length=64, null=True)),
                ("kind", models.CharField(max_length=20)),
                ("text_sealed", models.BinaryField(null=True)),
                ("raised_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("due_on", models.DateField(null=True)),
                ("assigned_to", models.CharField(blank=True, default="", max_length=150)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", models.CharField(blank=True, default="", max_length=150)),
                ("answer_sealed", models.BinaryField(null=True)),
                ("outcome", models.CharField(blank=True, default="", max_length=20)),
                ("reopened_at", models.DateTimeField(null=True)),
                ("reopened_count", models.IntegerField(default=0)),
                ("hold_id", models.CharField(max_length=64)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant", "person_id"], name="dispute_person"),
                    models.Index(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=["tenant", "due_on", "id"],
                        name="dispute_open",
                    ),
                    models.Index(fields=["tenant", "raised_at"], name="dispute_raised"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("hold_id", models.CharField(max_length=64)),
                ("person_id", models.CharField(max_length=64)),
                ("loan_id", models.CharField(max_length=64, null=True)),
                ("kind", models.CharField(max_length=20)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(null=True)),
                ("pauses_ageing", models.BooleanField(default=False)),
                ("recorded_at", models.DateTimeField(null=True)),
                ("is_fed", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [models.Index(fields=["tenant", "person_id"], name="hold_person")],
                "constraints": [models.UniqueConstraint(fields=("tenant", "hold_id"), name="hold_key")],
            },
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("key", models.CharField(max_length=128)),
                ("action", models.CharField(max_length=60)),
                ("request_digest", models.CharField(max_length=64)),
                ("answer", models.JSONField(null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("tenant", "action", "key"), name="idempotency_once")],
            },
        ),
        migrations.CreateModel(
            name="Import",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("kind", models.CharField(max_length=8)),
                ("digest", models.CharField(max_length=64)),
                ("as_of", models.DateField(null=True)),
                ("fed_at", models.DateTimeField()),
                ("counts", models.JSONField(default=dict)),
                ("rejects_path", models.CharField(blank=True, default="", max_length=400)),
                ("begun_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["tenant", "-fed_at"], name="import_latest")],
            },
        ),
        migrations.CreateModel(
            name="Inbound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("channel", models.CharField(max_length=16)),
                ("inbound_id", models.CharField(max_length=128)),
                ("person_id", models.CharField(blank=True, default="", max_length=64)),
                ("contact_point_id", models.CharField(blank=True, default="", max_length=64)),
                ("in_reply_to", models.CharField(blank=True, default="", max_length=64)),
                ("intent", models.CharField(max_length=20)),
                ("text_sealed", models.BinaryField(null=True)),
                ("at", models.DateTimeField()),
                ("heard_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "indexes": [models.Index(fields=["tenant", "person_id", "at"], name="inbound_person")],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "channel", "inbound_id"), name="inbound_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="InformationRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("request_id", models.UUIDField(unique=True)),
                ("person_id", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=16)),
                ("text_sealed", models.BinaryField(null=True)),
                ("raised_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("received_on", models.DateField()),
                ("due_on", models.DateField(null=True)),
                ("assigned_to", models.CharField(blank=True, default="", max_length=150)),
                ("carried_at", models.DateTimeField(null=True)),
                ("carried_by", models.CharField(blank=True, default="", max_length=150)),
                ("found", models.JSONField(default=dict)),
                ("outcome", models.CharField(blank=True, default="", max_length=20)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", models.CharField(blank=True, default="", max_length=150)),
                ("answer_sealed", models.BinaryField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant", "person_id"], name="request_person"),
                    models.Index(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=["tenant", "due_on", "id"],
                        name="request_open",
                    ),
                    models.Index(fields=["tenant", "raised_at"], name="request_raised"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Inspection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
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
        migrations.CreateModel(
            name="Instalment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("loan_id", models.CharField(max_length=64)),
                ("instalment_number", models.IntegerField()),
                ("due_on", models.DateField()),
                ("original_due_on", models.DateField(null=True)),
                ("principal_cents", models.BigIntegerField(default=0)),
                ("interest_cents", models.BigIntegerField(default=0)),
                ("penalty_cents", models.BigIntegerField(default=0)),
                ("fee_cents", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "loan_id", "instalment_number"), name="instalment_key")
                ],
            },
        ),
        migrations.CreateModel(
            name="Loan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("loan_id", models.CharField(max_length=64)),
                ("person_id", models.CharField(max_length=64)),
                ("product_code", models.CharField(blank=True, default="", max_length=64)),
                ("product_kind", models.CharField(default="instalment", max_length=16)),
                ("lender_type", models.CharField(default="other", max_length=24)),
                ("currency", models.CharField(blank=True, default="", max_length=3)),
                ("disbursed_on", models.DateField()),
                ("principal_cents", models.BigIntegerField(default=0)),
                ("annual_rate", models.DecimalField(decimal_places=6, max_digits=9, null=True)),
                ("all_in_rate", models.DecimalField(decimal_places=6, max_digits=9, null=True)),
                ("status", models.CharField(default="active", max_length=16)),
                ("closed_on", models.DateField(null=True)),
                ("agency_id", models.CharField(max_length=64, null=True)),
                ("team", models.CharField(max_length=64, null=True)),
                ("gone_on", models.DateField(null=True)),
                ("placed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["tenant", "person_id"], name="loan_person")],
                "constraints": [models.UniqueConstraint(fields=("tenant", "loan_id"), name="loan_key")],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("contact_id", models.CharField(max_length=64)),
                ("template", models.CharField(max_length=64)),
                ("template_version", models.IntegerField(default=0)),
                ("language", models.CharField(max_length=8)),
                ("text_sealed", models.BinaryField(null=True)),
                ("digest", models.CharField(max_length=64)),
                (
                    "provider_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=128), default=list, size=None
                    ),
                ),
                ("parts_count", models.IntegerField(default=1)),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["provider_ids"], name="message_provider_ids")
                ],
                "constraints": [models.UniqueConstraint(fields=("tenant", "contact_id"), name="message_key")],
            },
        ),
        migrations.CreateModel(
            name="MessageTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("code", models.CharField(max_length=64)),
                ("version", models.IntegerField()),
                ("language", models.CharField(max_length=8)),
                ("channel", models.CharField(max_length=16)),
                ("purpose", models.CharField(max_length=24)),
                ("subject", models.TextField(blank=True, default="")),
                ("body", models.TextField()),
                ("digest", models.CharField(max_length=64)),
                ("findings", models.JSONField(default=list)),
                ("written_by", models.CharField(max_length=150)),
                ("written_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("approved_by", models.CharField(blank=True, default="", max_length=150)),
                ("approved_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "code", "version", "language", "channel"), name="template_version"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by", ""),
                            models.Q(("approved_by", models.F("written_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="template_four_eyes",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("payment_id", models.CharField(max_length=64)),
                ("loan_id", models.CharField(max_length=64)),
                ("amount_cents", models.BigIntegerField(default=0)),
                ("effective_on", models.DateField()),
                ("recorded_at", models.DateTimeField(null=True)),
                ("status", models.CharField(default="settled", max_length=12)),
                ("reversed_on", models.DateField(null=True)),
                ("reversal_recorded_at", models.DateTimeField(null=True)),
                ("accepted_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("is_fed", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [models.Index(fields=["tenant", "loan_id"], name="payment_loan")],
                "constraints": [models.UniqueConstraint(fields=("tenant", "payment_id"), name="payment_key")],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("person_id", models.CharField(max_length=64)),
                ("name_sealed", models.BinaryField(null=True)),
                ("birth_on_sealed", models.BinaryField(null=True)),
                ("language", models.CharField(blank=True, default="", max_length=8)),
                ("time_zone", models.CharField(blank=True, default="", max_length=64)),
                ("region_code", models.CharField(blank=True, default="", max_length=12)),
                ("legal_capacity", models.CharField(default="full", max_length=8)),
                ("is_deceased", models.BooleanField(default=False)),
                ("monthly_income_cents", models.BigIntegerField(null=True)),
                ("has_representative", models.BooleanField(default=False)),
                ("has_local_agency", models.BooleanField(null=True)),
                ("personal_index", models.CharField(blank=True, default="", max_length=64)),
                ("version", models.BigIntegerField(default=0)),
                ("restricted_at", models.DateTimeField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("tenant", "person_id"), name="person_key")],
            },
        ),
        migrations.CreateModel(
            name="PlaybookVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("number", models.IntegerField()),
                ("name", models.CharField(max_length=64)),
                ("based_on", models.CharField(max_length=80)),
                ("note", models.CharField(blank=True, default="", max_length=400)),
                ("files", models.JSONField(default=dict)),
                ("digest", models.CharField(max_length=64)),
                ("state", models.CharField(default="draft", max_length=12)),
                ("findings", models.JSONField(default=list)),
                ("checked_digest", models.CharField(blank=True, default="", max_length=64)),
                ("checked_at", models.DateTimeField(null=True)),
                ("editors", models.JSONField(default=list)),
                ("written_by", models.CharField(max_length=150)),
                ("written_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("edited_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("tenant", "number"), name="playbook_number")],
            },
        ),
        migrations.CreateModel(
            name="PlaybookRelease",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="releases",
                        to="records.playbookversion",
                    ),
                ),
                ("kind", models.CharField(default="release", max_length=10)),
                ("from_on", models.DateField()),
                ("why", models.CharField(max_length=400)),
                ("state", models.CharField(default="submitted", max_length=12)),
                ("submitted_by", models.CharField(max_length=150)),
                ("submitted_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("decided_by", models.CharField(blank=True, default="", max_length=150)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision_note", models.CharField(blank=True, default="", max_length=400)),
            ],
            options={
                "indexes": [models.Index(fields=["tenant", "state", "-from_on"], name="playbook_in_force")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "approved"), _negated=True),
                            models.Q(("decided_by", models.F("submitted_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="playbook_four_eyes",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "submitted")), fields=("version",), name="playbook_asked_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PointBlock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("value_index", models.CharField(max_length=64)),
                ("reason", models.CharField(max_length=24)),
                ("blocked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("lifted_at", models.DateTimeField(null=True)),
                ("lifted_reason", models.CharField(blank=True, default="", max_length=24)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("tenant", "value_index"), name="point_block_key")],
            },
        ),
        migrations.CreateModel(
            name="PromiseToPay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("promise_id", models.CharField(max_length=64)),
                ("loan_id", models.CharField(max_length=64)),
                ("made_on", models.DateField()),
                ("due_on", models.DateField()),
                ("amount_cents", models.BigIntegerField()),
                ("cancelled_on", models.DateField(null=True)),
                ("grace_days", models.IntegerField(default=0)),
                ("threshold_percent", models.IntegerField(default=100)),
                ("verdict", models.CharField(default="open", max_length=8)),
                ("paid_cents", models.BigIntegerField(default=0)),
                ("judged_at", models.DateTimeField(null=True)),
                ("is_fed", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant", "loan_id"], name="promise_loan"),
                    models.Index(fields=["tenant", "due_on"], name="promise_due"),
                ],
                "constraints": [models.UniqueConstraint(fields=("tenant", "promise_id"), name="promise_key")],
            },
        ),
        migrations.CreateModel(
            name="ReceiptHeard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("contact_id", models.CharField(max_length=64)),
                ("status", models.CharField(max_length=12)),
                ("at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, default="", max_length=64)),
                ("detail", models.CharField(blank=True, default="", max_length=200)),
                ("heard_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "contact_id", "status"), name="receipt_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("business_date", models.DateField()),
                ("digest", models.CharField(blank=True, default="", max_length=64)),
                ("playbook", models.CharField(max_length=80)),
                ("law", models.CharField(max_length=80)),
                ("state", models.CharField(default="begun", max_length=12)),
                ("folder", models.CharField(blank=True, default="", max_length=400)),
                ("counts", models.JSONField(default=dict)),
                ("begun_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("tenant", "business_date"), name="run_once_a_day")],
            },
        ),
        migrations.CreateModel(
            name="Act",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("act_id", models.UUIDField(unique=True)),
                (
                    "run",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.run"
                    ),
                ),
                ("person_id", models.CharField(max_length=64)),
                ("loan_id", models.CharField(max_length=64)),
                ("business_date", models.DateField()),
                ("channel", models.CharField(max_length=16)),
                ("purpose", models.CharField(max_length=24)),
                ("treatment", models.CharField(blank=True, default="", max_length=40)),
                ("template", models.CharField(blank=True, default="", max_length=64)),
                ("offer", models.CharField(blank=True, default="", max_length=40)),
                ("about", models.CharField(blank=True, db_default="", default="", max_length=64)),
                ("contact_point_id", models.CharField(blank=True, default="", max_length=64)),
                ("actor_kind", models.CharField(default="lender", max_length=8)),
                ("agency_id", models.CharField(blank=True, default="", max_length=64)),
                ("earliest_at", models.DateTimeField()),
                ("latest_at", models.DateTimeField()),
                ("basis_digest", models.CharField(blank=True, default="", max_length=64)),
                ("state", models.CharField(default="queued", max_length=12)),
                ("reason", models.CharField(blank=True, default="", max_length=64)),
                ("reason_rule", models.CharField(blank=True, default="", max_length=160)),
                ("tries_count", models.IntegerField(default=0)),
                ("try_after_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant", "person_id"], name="act_person"),
                    models.Index(
                        condition=models.Q(("state", "queued")),
                        fields=["tenant", "channel", "earliest_at"],
                        name="act_queue",
                    ),
                    models.Index(
                        condition=models.Q(("state", "refused")),
                        fields=["tenant", "business_date", "reason_rule"],
                        name="act_refused",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.run"),
                ),
                ("business_date", models.DateField()),
                ("loan_id", models.CharField(max_length=64)),
                ("person_id", models.CharField(max_length=64)),
                ("act", models.CharField(max_length=12)),
                ("status", models.CharField(max_length=12)),
                ("treatment", models.CharField(max_length=40, null=True)),
                ("channel", models.CharField(max_length=16, null=True)),
                ("reason", models.CharField(max_length=64, null=True)),
                ("reason_rule", models.CharField(max_length=160, null=True)),
                ("verdict", models.CharField(max_length=24, null=True)),
                ("duties", models.JSONField(default=list)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant", "loan_id", "business_date"], name="decision_loan"),
                    models.Index(fields=["tenant", "person_id", "business_date"], name="decision_person"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Permit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("permit_id", models.UUIDField(unique=True)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="permits",
                        to="records.act",
                        to_field="act_id",
                    ),
                ),
                ("person_id", models.CharField(max_length=64)),
                ("person_version", models.BigIntegerField()),
                ("issued_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("expires_at", models.DateTimeField()),
                ("verdict", models.CharField(max_length=24)),
                ("rules", models.JSONField(default=list)),
                ("duties", models.JSONField(default=list)),
                ("pack_version", models.CharField(max_length=300)),
                ("facts", models.JSONField(default=dict)),
                ("facts_digest", models.CharField(max_length=64)),
                ("consumed_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("revoked_reason", models.CharField(blank=True, default="", max_length=64)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant", "person_id"], name="permit_person"),
                    django.contrib.postgres.indexes.BrinIndex(fields=["issued_at"], name="permit_issued"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("contact_id", models.CharField(max_length=64)),
                ("person_id", models.CharField(max_length=64)),
                ("loan_id", models.CharField(max_length=64, null=True)),
                ("contact_point_id", models.CharField(max_length=64, null=True)),
                ("at", models.DateTimeField()),
                ("channel", models.CharField(max_length=16)),
                ("direction", models.CharField(default="out", max_length=4)),
                ("purpose", models.CharField(default="collection", max_length=24)),
                ("result", models.CharField(default="unknown", max_length=16)),
                ("is_right_party", models.BooleanField(default=False)),
                ("attitude", models.CharField(max_length=12, null=True)),
                ("reason_code", models.CharField(max_length=16, null=True)),
                (
                    "permit",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contact",
                        to="records.permit",
                        to_field="permit_id",
                    ),
                ),
                ("actor_kind", models.CharField(default="lender", max_length=8)),
                ("agency_id", models.CharField(blank=True, default="", max_length=64)),
                ("staff_id", models.CharField(blank=True, default="", max_length=64)),
                ("state", models.CharField(default="done", max_length=12)),
                ("started_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("worker", models.CharField(blank=True, default="", max_length=64)),
                ("next_at", models.DateTimeField(null=True)),
                ("recalled_at", models.DateTimeField(null=True)),
                ("recall_told_at", models.DateTimeField(null=True)),
                ("recording_digest", models.CharField(blank=True, default="", max_length=64)),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("is_fed", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant", "person_id", "at"], name="contact_person"),
                    django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="contact_at"),
                    models.Index(
                        condition=models.Q(("result", "wrong_person")),
                        fields=["tenant", "contact_point_id"],
                        name="contact_wrong",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["claimed", "started"])), fields=["state"], name="contact_open"
                    ),
                    models.Index(
                        condition=models.Q(("staff_id", ""), _negated=True),
                        fields=["tenant", "at"],
                        name="contact_by_staff",
                    ),
                    models.Index(
                        condition=models.Q(("state", "uncertain")), fields=["tenant", "at"], name="contact_uncertain"
                    ),
                    models.Index(
                        condition=models.Q(("recall_told_at__isnull", True), ("recalled_at__isnull", False)),
                        fields=["tenant", "channel"],
                        name="contact_untold",
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("tenant", "contact_id"), name="contact_key")],
            },
        ),
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("owner", models.CharField(max_length=150)),
                ("name", models.CharField(max_length=60)),
                ("wanted", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("tenant", "owner", "name"), name="saved_filter_key")],
            },
        ),
        migrations.CreateModel(
            name="SettingChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("change_id", models.UUIDField(unique=True)),
                ("changes", models.JSONField(default=dict)),
                ("asked_by", models.CharField(max_length=150)),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("decision", models.CharField(blank=True, db_default="", default="", max_length=8)),
                ("decided_by", models.CharField(blank=True, db_default="", default="", max_length=150)),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["tenant", "-id"], name="setting_change_latest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", ""),
                            models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="setting_four_eyes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decision", ""), models.Q(("decided_by", ""), _negated=True), _connector="OR"
                        ),
                        name="setting_decided_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Staff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("staff_id", models.CharField(max_length=64)),
                ("agency_id", models.CharField(blank=True, default="", max_length=64)),
                ("name_sealed", models.BinaryField(null=True)),
                ("work_card", models.CharField(blank=True, default="", max_length=64)),
                ("trained_on", models.DateField(null=True)),
                ("examined_on", models.DateField(null=True)),
                ("left_on", models.DateField(null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("tenant", "staff_id"), name="staff_key")],
            },
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("url", models.URLField(blank=True, default="", max_length=400)),
                ("secret_sealed", models.BinaryField()),
                ("kinds", models.JSONField(default=list)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("stopped_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="EventOut",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.tenant",
                    ),
                ),
                ("event_id", models.UUIDField()),
                (
                    "subscription",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.subscription"
                    ),
                ),
                ("kind", models.CharField(max_length=60)),
                ("person_id", models.CharField(blank=True, default="", max_length=64)),
                ("body", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("delivered_at", models.DateTimeField(null=True)),
                ("tries_count", models.IntegerField(default=0)),
                ("try_after_at", models.DateTimeField(null=True)),
                ("last_error", models.CharField(blank=True, default="", max_length=200)),
                ("position", models.BigIntegerField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("position__isnull", True)),
                        fields=["subscription", "id"],
                        name="event_unplaced",
                    ),
                    models.Index(
                        condition=models.Q(("delivered_at__isnull", True)),
                        fields=["subscription", "person_id", "id"],
                        name="event_waiting",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("event_id", "subscription"), name="event_once"),
                    models.UniqueConstraint(fields=("subscription", "position"), name="event_position_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                ("first_name", models.CharField(blank=True, max_length=150, verbose_name="first name")),
                ("last_name", models.CharField(blank=True, max_length=150, verbose_name="last name")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email address")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined")),
                (
                    "tenant",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.tenant"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("collector", "collector"),
                            ("leader", "leader"),
                            ("compliance", "compliance"),
                            ("strategist", "strategist"),
                            ("auditor", "auditor"),
                            ("administrator", "administrator"),
                            ("visitor", "visitor"),
                            ("system", "system"),
                        ],
                        default="collector",
                        max_length=20,
                    ),
                ),
                (
                    "reach",
                    models.CharField(
                        choices=[("all", "all"), ("team", "team"), ("agency", "agency"), ("own", "own")],
                        default="own",
                        max_length=10,
                    ),
                ),
                ("team", models.CharField(blank=True, default="", max_length=64)),
                ("agency_id", models.CharField(blank=True, default="", max_length=64)),
                ("language", models.CharField(default="zh", max_length=8)),
                ("totp_sealed", models.BinaryField(null=True)),
                ("totp_step", models.BigIntegerField(default=0)),
                ("skills", models.JSONField(default=dict)),
                ("share_percent", models.IntegerField(default=100)),
                ("must_change_password", models.BooleanField(default=False)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
                "abstract": False,
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
    ]
