"""Is this deployment sound? Each check says what it found, and what to do where something is off."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from forbear.dispatch.channels.letter.fonts import Fonts
from forbear.dispatch.channels.letter.settings import FONT_FOLDERS
from forbear.kernel.clock import Clock
from forbear.kernel.errors import InputError
from forbear.kernel.language import N_
from forbear.records.deployment import Deployment
from forbear.records.desk import taking
from forbear.records.desk.worker import anybody_at_work
from forbear.records.lender import lender_settings
from forbear.records.models import Act, Contact, Tenant
from forbear.records.scope import Scope, acting

POSTGRES_MIN = 150_000
SECRET_LENGTH_MIN = 50
CLOCK_SECONDS_MAX = 2.0
LATE = timedelta(minutes=10)


@dataclass(frozen=True)
class Check:
    """One thing looked at. ``severity`` is ``ok``, ``warning`` or ``failure``; ``says`` and ``do`` are English sentences of the
    catalog, ``values`` fill them in."""

    name: str
    severity: str
    says: str
    do: str = ""
    values: dict[str, object] | None = None

    @property
    def told(self) -> dict[str, object]:
        """The values that fill the sentences in."""
        return self.values or {}


def examine(deployment: Deployment, clock: Clock) -> Iterator[Check]:
    """All checks in order; where the database is out of reach, those that need none."""
    yield from _secrets(deployment)
    yield from _web(deployment)
    yield fonts_are_there(FONT_FOLDERS)
    database = list(_database())
    yield from database
    if all(each.severity != "failure" for each in database):
        yield from _roles()
        yield from _migrations()
        yield from _walls()
        yield _time(clock)
        yield from _work(clock)


def _secrets(deployment: Deployment) -> Iterator[Check]:
    if len(deployment.secret_key) < SECRET_LENGTH_MIN:
        do = N_("Give one of at least {length} characters in FORBEAR_SECRET_KEY.")
        yield Check("secret_key", "failure", N_("The secret key is short."), do, {"length": SECRET_LENGTH_MIN})
    else:
        yield Check("secret_key", "ok", N_("The secret key is long enough."))
    for path in (deployment.data / "secret-key", deployment.data / "data-keys"):
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            do = N_("Let only its owner read it: chmod 600.")
            yield Check("key_files", "failure", N_("Others may read the file {file}."), do, {"file": path.name})
    if deployment.is_embedded:
        says = N_("Keys lie beside the data that they seal, as the embedded database keeps them.")
        do = N_("For real borrowers, give DATABASE_URL and the keys in the environment.")
        yield Check("key_place", "warning", says, do)
    else:
        yield Check("key_place", "ok", N_("Keys come from the environment."))


def _web(deployment: Deployment) -> Iterator[Check]:
    if deployment.hosts:
        says = N_("The web insists on HTTPS for {hosts}.")
        yield Check("web", "ok", says, values={"hosts": ", ".join(deployment.hosts)})
    else:
        do = N_("Name its hosts in FORBEAR_HOSTS before others can reach it.")
        yield Check("web", "warning", N_("The web answers on this machine only, without HTTPS."), do)


def _database() -> Iterator[Check]:
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('fsync')")
            version, fsync = cursor.fetchone()
    except Exception as error:  # whatever the driver says, the answer is the same
        do = N_("Check DATABASE_URL and whether the server runs.")
        yield Check(
            "database", "failure", N_("The database does not answer: {error}."), do, {"error": type(error).__name__}
        )
        return
    severity = "ok" if version >= POSTGRES_MIN else "failure"
    yield Check(
        "database", severity, N_("PostgreSQL {version} answers."), N_("Use PostgreSQL 15 or later."), {"version": version // 10_000}
    )  # fmt: skip
    if fsync != "on":
        do = N_("Turn fsync on: a power cut could undo what was told as done.")
        yield Check("durability", "failure", N_("The database does not wait for the disk."), do)


def _roles() -> Iterator[Check]:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT r.rolsuper OR r.rolbypassrls, EXISTS (SELECT 1 FROM pg_class c WHERE c.relname = 'records_person' AND"
            " c.relowner = r.oid) FROM pg_roles r WHERE r.rolname = current_user"
        )
        is_above, is_owner = cursor.fetchone()
    if is_above:
        do = N_("Give the application a role of its own that is neither superuser nor BYPASSRLS.")
        yield Check("role", "failure", N_("The application's role is above the walls between tenants."), do)
    elif is_owner:
        do = N_("Give the owner in DATABASE_ADMIN_URL and the application a role that owns nothing.")
        yield Check("role", "warning", N_("The application owns its tables and could take the walls down."), do)
    else:
        yield Check("role", "ok", N_("The application's role owns nothing and stands below the walls."))


def _migrations() -> Iterator[Check]:
    executor = MigrationExecutor(connections["default"])
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        says, do = N_("{count} migrations were not run."), N_("Run forbear records migrate.")
        yield Check("migrations", "failure", says, do, {"count": len(waiting)})
    else:
        yield Check("migrations", "ok", N_("The tables are those of this version."))


def _walls() -> Iterator[Check]:
    """Every table with a tenant has its wall, and it binds even the owner."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'"
            " WHERE c.relkind = 'r' AND c.relname LIKE 'records\\_%%' AND NOT (c.relrowsecurity AND c.relforcerowsecurity)"
            " AND c.relname NOT IN ('records_user', 'records_apitoken') ORDER BY 1"
        )
        open_tables = [row[0] for row in cursor.fetchall()]
    if open_tables:
        do = N_("Run forbear records migrate; if it stays so, this is a fault of the program.")
        yield Check(
            "walls",
            "failure",
            N_("No wall between tenants stands around {tables}."),
            do,
            {"tables": ", ".join(open_tables)},
        )
    else:
        yield Check("walls", "ok", N_("A wall between tenants stands around every table."))


def _time(clock: Clock) -> Check:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        apart = abs((cursor.fetchone()[0] - clock.now()).total_seconds())
    if apart > CLOCK_SECONDS_MAX:
        do = N_("Set both clocks by the same source: hours of contact depend on them.")
        values: dict[str, object] = {"seconds": round(apart, 1)}
        return Check(
            "clock", "failure", N_("The clocks of this machine and the database are {seconds} s apart."), do, values
        )
    return Check("clock", "ok", N_("The clocks of this machine and the database agree."))


def _work(clock: Clock) -> Iterator[Check]:
    tenants = list(Tenant.objects.order_by("code").values_list("code", flat=True))
    if not tenants:
        yield Check("tenants", "warning", N_("There is no tenant yet."), N_("Make one: forbear records tenant new."))
        return
    if anybody_at_work():
        yield Check("workers", "ok", N_("A worker is at work."))
    else:
        yield Check(
            "workers", "warning", N_("No worker is at work: nothing is sent."), N_("Start one: forbear worker.")
        )
    for tenant in tenants:
        yield from _tenant(tenant, clock)


def _tenant(tenant: str, clock: Clock) -> Iterator[Check]:
    now, values = clock.now(), {"tenant": tenant}
    with acting(Scope(tenant, "doctor")):
        lender = lender_settings(tenant)
        if taking.feed_is_stale(tenant, lender, now):
            do = N_("Feed today's book; until then nothing is sent.")
            yield Check("feed", "warning", N_("{tenant}: the book feed is missing or old."), do, {**values})
        else:
            yield Check("feed", "ok", N_("{tenant}: the book feed is fresh."), values={**values})
        if not lender.attests_lawful_debt:
            do = N_(
                "Set attests_lawful_debt once the lender answers for it; until then no message can speak of a debt."
            )
            yield Check(
                "attested", "warning", N_("{tenant}: nobody answers for the lawfulness of its debts."), do, {**values}
            )
        late = Act.objects.filter(
            tenant_id=tenant, state="queued", earliest_at__lt=now - LATE, try_after_at__isnull=True
        )
        if count := late.count():
            do = N_("Look at the channel's health and start more workers.")
            yield Check(
                "backlog",
                "warning",
                N_("{tenant}: {count} acts have waited for ten minutes."),
                do,
                {**values, "count": count},
            )
        uncertain = Contact.objects.filter(tenant_id=tenant, state="uncertain").count()
        if uncertain:
            do = N_("Ask the provider what became of them; they are never sent again by themselves.")
            yield Check(
                "uncertain",
                "warning",
                N_("{tenant}: {count} contacts may or may not have left."),
                do,
                {**values, "count": uncertain},
            )


def fonts_are_there(folders: Sequence[str]) -> Check:
    """Whether letters can be set in Chinese with the fonts of these folders."""
    try:
        Fonts(folders)
    except InputError:
        do = N_("Install Noto CJK fonts, in Debian the package fonts-noto-cjk.")
        return Check("fonts", "warning", N_("There are no Chinese fonts for letters."), do)
    return Check("fonts", "ok", N_("There are Chinese fonts for letters."))
