"""What the database itself holds to: an audit that is only added to, what was decided, and a person's version that nothing forgets."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

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
APPROVALS = [
    """
CREATE FUNCTION forbear_approval_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decided text[] := ARRAY['decision', 'decided_by', 'decided_at', 'decision_reason'];
BEGIN
    IF OLD.decision <> '' OR to_jsonb(NEW) - decided <> to_jsonb(OLD) - decided THEN
        RAISE EXCEPTION 'an approval is decided once, and what was asked is not changed';
    END IF;
    RETURN NEW;
END $$
""",
    "CREATE TRIGGER approval_guard BEFORE UPDATE ON records_approval FOR EACH ROW EXECUTE FUNCTION forbear_approval_guard()",
]
# What was asked is not changed, and what was decided stands.
SETTINGS = [
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
# What was approved is never written anew: a past day is replayed from it.
KEPT_PLAYBOOK = """
CREATE FUNCTION forbear_kept_playbook() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft' AND NEW.digest IS DISTINCT FROM OLD.digest THEN
        RAISE EXCEPTION 'only a draft of a playbook is changed';
    END IF;
    RETURN NEW;
END $$
"""
PLAYBOOKS = [
    KEPT_PLAYBOOK,
    "CREATE TRIGGER kept_playbook BEFORE UPDATE ON records_playbookversion FOR EACH ROW EXECUTE FUNCTION forbear_kept_playbook()",
]
# With the statement that writes it, whoever writes it: a feed, a door, a hand. Set-based, as feeds bring millions at once; without
# nested loops, because nobody tells the planner how many rows a statement wrote, and it would look each up.
BLOCKED = """
CREATE FUNCTION forbear_blocked_points() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
DECLARE
    ids bigint[];
BEGIN
    SELECT array_agg(c.id) INTO ids FROM changed c
    JOIN records_pointblock b ON b.tenant_id = c.tenant_id AND b.value_index = c.value_index
    WHERE b.lifted_at IS NULL AND c.removed_at IS NULL;
    IF ids IS NOT NULL THEN
        UPDATE records_contactpoint p SET removed_at = clock_timestamp(), state = 'invalid', removed_reason = (
            SELECT b.reason FROM records_pointblock b WHERE b.tenant_id = p.tenant_id AND b.value_index = p.value_index
        ) WHERE p.id = ANY(ids);
    END IF;
    RETURN NULL;
END $$
"""
BLOCKED_TRIGGERS = [
    f"CREATE TRIGGER blocked_{event.lower()} AFTER {event} ON records_contactpoint REFERENCING NEW TABLE AS changed"
    " FOR EACH STATEMENT EXECUTE FUNCTION forbear_blocked_points()"
    for event in ("INSERT", "UPDATE")
]
OF_THE_LOAN = "SELECT l.tenant_id, l.person_id FROM changed c JOIN records_loan l ON l.tenant_id = c.tenant_id AND l.loan_id = c.loan_id"
OF_THE_PERSON = "SELECT c.tenant_id, c.person_id FROM changed c"
FORBIDDING = "c.direction = 'in' OR c.result IN ('conversation', 'met')"
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
    "contact": f"{OF_THE_PERSON} WHERE {FORBIDDING}",
}
# A contact that forbids nothing moves nobody: asked first, for it is written several times for each act.
FIRST = {
    "contact": f"""
    IF NOT EXISTS (SELECT 1 FROM changed c WHERE {FORBIDDING}) THEN
        RETURN NULL;
    END IF;"""
}


def _versions() -> list[str]:
    made = []
    for table, whose in FORBIDS.items():
        # In the order of ids, so that two feeds never wait for each other.
        made.append(
            f"""
CREATE FUNCTION forbear_moved_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN{FIRST.get(table, "")}
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
    """The guards."""

    dependencies: ClassVar = [("records", "0002_walls")]
    operations: ClassVar = [
        migrations.RunSQL(
            [
                (statement, None)
                for statement in [
                    *APPEND_ONLY,
                    *APPROVALS,
                    *SETTINGS,
                    *PLAYBOOKS,
                    BLOCKED,
                    *BLOCKED_TRIGGERS,
                    *_versions(),
                ]
            ]
        )
    ]
