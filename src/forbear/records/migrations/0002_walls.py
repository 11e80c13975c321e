"""The walls in the database: who sees which rows."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

SETTING = "current_setting('forbear.{}', true)"
TENANT = f"tenant_id = {SETTING.format('tenant')}"
ALL = f"{SETTING.format('reach')} = 'all'"

BY_PERSON = (
    "person", "loan", "contactpoint", "consent", "hold", "decision", "act", "permit", "contact", "inbound", "dispute",
    "complaint", "approval", "inspection", "correctivemeasure", "informationrequest", "conductfinding",
)  # fmt: skip
BY_LOAN = ("instalment", "payment", "promisetopay", "arrangement")
BY_CONTACT = ("message", "receiptheard")
BY_AGENCY = ("agency", "staff")
WHOLE_REACH_ONLY = ("conducttally", "conductday", "auditcheck", "settingchange")
WRITTEN_BY_ALL = ("subscription", "eventout", "idempotencykey")
TENANT_ONLY = (
    "run", "import", "messagetemplate", "auditlane", "pointblock", "playbookversion", "playbookrelease", "comparison",
)  # fmt: skip

CASE_REACH = f"""({ALL}
    OR ({SETTING.format("reach")} = 'team' AND team <> '' AND team = {SETTING.format("team")})
    OR ({SETTING.format("reach")} = 'agency' AND agency_id <> '' AND agency_id = {SETTING.format("agency")})
    OR ({SETTING.format("reach")} = 'own' AND assigned_to <> '' AND assigned_to = {SETTING.format("actor")}))"""

# Without a scope the tenant asked for is the empty text.
NAMED = "ALTER TABLE records_tenant ADD CONSTRAINT tenant_has_a_code CHECK (code <> '')"


def _seen(table: str) -> str:
    """Whether the person of a row is seen: by their open case, around which its own wall stands in here too.

    Written out and not in a function, so that the planner may look up all cases once instead of one for each row.
    """
    return (
        f"EXISTS (SELECT 1 FROM records_case c WHERE c.tenant_id = {SETTING.format('tenant')}"
        f" AND c.person_id = records_{table}.person_id AND c.closed_on IS NULL)"
    )


def _policies() -> list[str]:
    found = _wall("case", CASE_REACH)
    for table in BY_PERSON:
        found += _wall(table, f"({ALL} OR {_seen(table)})")
    for table in BY_LOAN:
        # The wall of the loan's own table stands in the subquery too.
        loan = f"SELECT 1 FROM records_loan l WHERE l.tenant_id = records_{table}.tenant_id AND l.loan_id = records_{table}.loan_id"
        found += _wall(table, f"({ALL} OR EXISTS ({loan}))")
    for table in BY_CONTACT:
        contact = (
            f"SELECT 1 FROM records_contact c WHERE c.tenant_id = records_{table}.tenant_id"
            f" AND c.contact_id = records_{table}.contact_id"
        )
        found += _wall(table, f"({ALL} OR EXISTS ({contact}))")
    for table in BY_AGENCY:
        own = f"agency_id <> '' AND agency_id = {SETTING.format('agency')}"
        found += _wall(table, f"({SETTING.format('reach')} <> 'agency' OR ({own}))")
    for table in WHOLE_REACH_ONLY:
        found += _wall(table, f"({ALL})")
    for table in WRITTEN_BY_ALL:
        # Anybody's act may cause an event or be kept under its key, so anybody may write one; only who sees all may read them.
        found += _wall(table, f"({ALL})", write="true")
    for table in TENANT_ONLY:
        found += _wall(table, None)
    own_team = f"({SETTING.format('reach')} = 'team' AND team <> '' AND team = {SETTING.format('team')})"
    found += _wall("allocation", f"({ALL} OR {own_team})")
    found += _wall("savedfilter", f"owner = {SETTING.format('actor')}", name="owner")
    entries = f"({ALL} OR {_seen('auditentry')})"
    return [*found, *_wall("auditentry", entries, write="true"), NAMED]


def _wall(table: str, seen: str | None, write: str | None = None, name: str = "reach") -> list[str]:
    rows = f"records_{table}"
    made = [
        f"ALTER TABLE {rows} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {rows} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY tenant ON {rows} USING ({TENANT}) WITH CHECK ({TENANT})",
    ]
    if seen:
        check = f" WITH CHECK ({write})" if write else ""
        made.append(f"CREATE POLICY {name} ON {rows} AS RESTRICTIVE USING ({seen}){check}")
    return made


class Migration(migrations.Migration):
    """The walls."""

    dependencies: ClassVar = [("records", "0001_initial")]
    operations: ClassVar = [migrations.RunSQL([(statement, None) for statement in _policies()])]
