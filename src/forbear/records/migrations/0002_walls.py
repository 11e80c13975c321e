"""The walls in the database: who sees which rows, an audit that is only added to, and a person's version that nothing forgets."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

SETTING = "current_setting('forbear.{}', true)"
TENANT = f"tenant_id = {SETTING.format('tenant')}"
ALL = f"{SETTING.format('reach')} = 'all'"

BY_PERSON = (
    "person", "loan", "contactpoint", "consent", "hold", "decision", "act", "permit", "contact", "inbound", "dispute",
    "complaint",
)  # fmt: skip
BY_LOAN = ("instalment", "payment", "promisetopay", "arrangement")
BY_CONTACT = ("message", "receiptheard")
BY_AGENCY = ("agency", "staff")
WHOLE_REACH_ONLY = ("subscription", "eventout", "idempotencykey")
TENANT_ONLY = ("run", "import", "messagetemplate", "auditlane")

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
        # Anybody's act may cause an event or be kept under its key, so anybody may write one; only who sees all may read them.
        found += _wall(table, f"({ALL})", write="true")
    for table in TENANT_ONLY:
        found += _wall(table, None)
    entries = f"({ALL} OR {_seen('auditentry')})"
    return [*found, *_wall("auditentry", entries, write="true"), NAMED]


def _wall(table: str, reach: str | None, write: str | None = None) -> list[str]:
    name = f"records_{table}"
    made = [
        f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY tenant ON {name} USING ({TENANT}) WITH CHECK ({TENANT})",
    ]
    if reach:
        check = f" WITH CHECK ({write})" if write else ""
        made.append(f"CREATE POLICY reach ON {name} AS RESTRICTIVE USING ({reach}){check}")
    return made


APPEND_ONLY = [
    """
CREATE FUNCTION forbear_audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.personal_sealed IS NULL AND NEW.blanked_at IS NOT NULL AND OLD.blanked_at IS NULL
            AND to_jsonb(NEW) - 'personal_sealed' - 'blanked_at' = to_jsonb(OLD) - 'personal_sealed' - 'blanked_at'
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the audit is only added to';
END $$
""",
    "CREATE TRIGGER audit_guard BEFORE UPDATE OR DELETE ON records_auditentry FOR EACH ROW EXECUTE FUNCTION forbear_audit_guard()",
    "CREATE TRIGGER audit_whole BEFORE TRUNCATE ON records_auditentry FOR EACH STATEMENT EXECUTE FUNCTION forbear_audit_guard()",
    """
CREATE FUNCTION forbear_permit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.consumed_at IS NOT NULL AND NEW.consumed_at IS DISTINCT FROM OLD.consumed_at THEN
        RAISE EXCEPTION 'a permit is used once';
    END IF;
    RETURN NEW;
END $$
""",
    "CREATE TRIGGER permit_guard BEFORE UPDATE ON records_permit FOR EACH ROW EXECUTE FUNCTION forbear_permit_guard()",
]

OF_THE_LOAN = "SELECT l.tenant_id, l.person_id FROM changed c JOIN records_loan l ON l.tenant_id = c.tenant_id AND l.loan_id = c.loan_id"
OF_THE_PERSON = "SELECT c.tenant_id, c.person_id FROM changed c"
# What may forbid a contact: where a row of it is added, changed or removed, whose version grows.
FORBIDS = {
    "payment": OF_THE_LOAN,
    "arrangement": OF_THE_LOAN,
    "promisetopay": OF_THE_LOAN,
    "instalment": OF_THE_LOAN,
    "loan": OF_THE_PERSON,
    "hold": OF_THE_PERSON,
    "consent": OF_THE_PERSON,
    "contactpoint": OF_THE_PERSON,
    "inbound": OF_THE_PERSON,
    "contact": OF_THE_PERSON + " WHERE c.direction = 'in' OR c.result IN ('conversation', 'met')",
}


def _versions() -> list[str]:
    made = []
    for table, whose in FORBIDS.items():
        # In the order of ids, so that two feeds never wait for each other.
        made.append(
            f"""
CREATE FUNCTION forbear_moved_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM records_person p WHERE (p.tenant_id, p.person_id) IN ({whose}) ORDER BY p.id FOR UPDATE;
    UPDATE records_person p SET version = version + 1 WHERE (p.tenant_id, p.person_id) IN ({whose});
    RETURN NULL;
END $$
"""
        )
        for event, rows in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
            made.append(
                f"CREATE TRIGGER moved_{event.lower()} AFTER {event} ON records_{table} REFERENCING {rows} TABLE AS changed"
                f" FOR EACH STATEMENT EXECUTE FUNCTION forbear_moved_{table}()"
            )
    made.append(
        """
CREATE FUNCTION forbear_person_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - 'version' - 'updated_at' <> to_jsonb(OLD) - 'version' - 'updated_at' AND NEW.version = OLD.version THEN
        NEW.version := OLD.version + 1;
    END IF;
    RETURN NEW;
END $$
"""
    )
    made.append(
        "CREATE TRIGGER moved_person BEFORE UPDATE ON records_person FOR EACH ROW EXECUTE FUNCTION forbear_person_moved()"
    )
    return made


class Migration(migrations.Migration):
    """Walls, an audit that is only added to, and versions."""

    dependencies: ClassVar = [("records", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL([(statement, None) for statement in [*_policies(), *APPEND_ONLY, *_versions()]])
    ]
