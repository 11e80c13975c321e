"""Django made ready, once a process: before any model is imported."""

from __future__ import annotations

from forbear.records.deployment import Deployment, read_deployment


def set_up(deployment: Deployment | None = None) -> Deployment:
    """Configure Django for a deployment, the environment's where none is given; a second call changes nothing.

    Raises:
        UsageError, OutputError: as :func:`forbear.records.deployment.read_deployment`.
    """
    import django
    from django.conf import settings

    if settings.configured:
        return settings.FORBEAR
    from forbear.records.settings import django_settings

    deployment = deployment or read_deployment()
    settings.configure(**django_settings(deployment))
    django.setup()
    return deployment


def migrate(quiet: bool = True) -> None:
    """Bring the database to the newest version, as its owner."""
    from django.core.management import call_command

    call_command("migrate", database="owner", interactive=False, verbosity=0 if quiet else 1)
    _grant()


def _grant() -> None:
    """What the application's role may do: read and write rows, but neither change tables nor remove from the audit."""
    from django.conf import settings
    from django.db import connections
    from psycopg import sql

    role, owner = (settings.DATABASES[each]["USER"] for each in ("default", "owner"))
    if role == owner:
        return  # one role for all: the walls are forced on owners too, and ``forbear doctor`` says what is lost
    named = sql.Identifier(role)
    with connections["owner"].cursor() as cursor:
        for statement in (
            "GRANT USAGE ON SCHEMA public TO {}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
            "REVOKE DELETE, TRUNCATE ON records_auditentry, records_auditlane FROM {}",
        ):
            cursor.execute(sql.SQL(statement).format(named))
