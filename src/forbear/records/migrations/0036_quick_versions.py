"""A contact that forbids nothing moves nobody: asked first, for it is written several times for each act."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

FORBIDDING = "c.direction = 'in' OR c.result IN ('conversation', 'met')"
WHOSE = f"SELECT c.tenant_id, c.person_id FROM changed c WHERE {FORBIDDING}"
MOVED = f"""
CREATE OR REPLACE FUNCTION forbear_moved_contact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM changed c WHERE {FORBIDDING}) THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM records_person p WHERE (p.tenant_id, p.person_id) IN ({WHOSE}) ORDER BY p.id FOR UPDATE;
    UPDATE records_person p SET version = version + 1 WHERE (p.tenant_id, p.person_id) IN ({WHOSE});
    RETURN NULL;
END $$
"""


class Migration(migrations.Migration):
    """The guard of versions on contacts, with its question in front."""

    dependencies: ClassVar = [("records", "0035_conduct")]
    operations: ClassVar = [migrations.RunSQL([(MOVED, None)])]
