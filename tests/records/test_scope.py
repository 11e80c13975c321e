"""Does everybody see their own rows, and nothing else, whatever the application asks the database?

The attacker here is the application itself: a filter that was forgotten, a query that was altered on its way. What it cannot
be kept from is to name another scope: who can run any statement as the application can call itself by another lender's name.
Against that stand bound parameters, and the audit. Known to remain visible besides: estimates of how many rows a table has.
"""

from __future__ import annotations

import django.apps
import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction
from records_cast import TODAY, Life, add_person, ask

from forbear.kernel.errors import UsageError
from forbear.records import audit
from forbear.records.models import (
    Agency,
    AuditEntry,
    Case,
    ContactPoint,
    Hold,
    Instalment,
    Loan,
    Payment,
    Person,
    Staff,
    Tenant,
)
from forbear.records.scope import Scope, acting, current_scope

PEOPLE = "SELECT person_id FROM records_person ORDER BY 1"
# Tables that no policy guards, and why.
OPEN = {
    "records_tenant": "read before a scope is known; only its owner adds one",
    "records_user": "who signs in is looked up before a scope is known",
    "records_staffsession": "whose session it is, is looked up before a scope is known",
    "records_apitoken": "who calls is looked up before a scope is known; only a digest is kept",
}
NOT_OURS = ("auth_", "axes_", "django_", "procrastinate_", "records_user_")


def people(scope) -> list[str]:
    return [row[0] for row in ask(scope, PEOPLE)]


@pytest.mark.parametrize(
    "reach, who, sees",
    [
        ("all", {}, ["mine", "north", "placed", "south"]),
        ("team", {"team": "north"}, ["north"]),
        ("agency", {"agency_id": "agency-1"}, ["placed"]),
        ("own", {"actor": "wang"}, ["mine"]),
        ("team", {}, []),
        ("agency", {}, []),
        ("own", {"actor": "nobody"}, []),
    ],
    ids=lambda value: str(value),
)
def test_a_reach_shows_its_people_and_no_others(cast, as_reach, reach, who, sees):
    """A team, an agency, one's own; and one without a name for it shows nothing."""
    assert people(as_reach(reach, **who)) == sees


def test_nobody_sees_anything_without_a_scope(cast):
    """A forgotten scope is an empty page, not a whole book."""
    assert people(None) == []
    with pytest.raises(UsageError, match="nobody's name"):
        current_scope()


def test_another_lender_sees_nothing_of_it(cast, other_tenant):
    """By SQL, by the models, by counting, by asking whether something is there, by joining."""
    stranger = Scope(other_tenant, "tester")
    assert people(stranger) == []
    with acting(stranger):
        assert not Person.objects.filter(tenant_id=cast.tenant).exists()
        assert Loan.objects.count() == ContactPoint.objects.count() == Case.objects.count() == 0
    assert ask(stranger, "SELECT count(*), sum(principal_cents), max(loan_id) FROM records_loan") == [(0, None, None)]
    assert ask(stranger, "SELECT EXISTS (SELECT 1 FROM records_person WHERE person_id = 'north')") == [(False,)]
    joined = "SELECT count(*) FROM records_tenant t LEFT JOIN records_person p ON p.tenant_id = t.code AND p.id IS NOT NULL WHERE p.id > 0"
    assert ask(stranger, joined) == [(0,)]


@pytest.mark.parametrize("model", [Person, Loan, Instalment, ContactPoint, Case, Payment, Hold])
def test_what_hangs_on_a_person_is_seen_with_the_person(cast, as_reach, scope, model):
    """Loans, instalments, numbers, payments, holds: the wall of the case stands around them all."""
    with acting(scope):
        for each in cast.all:
            Payment.objects.create(
                tenant_id=cast.tenant,
                payment_id=each.person_id,
                loan_id=each.loan_id,
                amount_cents=1,
                effective_on=TODAY,
            )
            Hold.objects.create(
                tenant_id=cast.tenant, hold_id=each.person_id, person_id=each.person_id, kind="other", starts_on=TODAY
            )
        whole = model.objects.count()
    seen = []
    for reach in (
        as_reach("team", team="north"),
        as_reach("agency", agency_id="agency-1"),
        as_reach("own", actor="wang"),
    ):
        with acting(reach):
            seen.append(model.objects.count())
    assert len(set(seen)) == 1
    assert seen[0] * 4 == whole > 0


def test_a_row_cannot_be_written_into_another_tenant(cast, other_tenant):
    """Neither added there nor moved there."""
    stranger = Scope(other_tenant, "tester")
    with pytest.raises(DatabaseError, match="row-level security"), acting(stranger):
        Person.objects.create(tenant_id=cast.tenant, person_id="smuggled")
    add_person(other_tenant, "own", "钱本", "13500001111")
    with pytest.raises(DatabaseError, match="row-level security"), acting(stranger):
        Person.objects.update(tenant_id=cast.tenant)
    with acting(stranger):
        assert Person.objects.filter(tenant_id=cast.tenant).update(is_deceased=True) == 0
        assert Person.objects.filter(tenant_id=cast.tenant).delete()[0] == 0


def test_somebody_who_is_not_seen_can_be_neither_changed_nor_given_rows(cast, as_reach):
    """A collector of one team writes nothing about the people of another."""
    north = as_reach("team", team="north")
    with acting(north):
        assert Person.objects.filter(person_id="south").update(is_deceased=True) == 0
    with pytest.raises(DatabaseError, match="row-level security"), acting(north):
        Hold.objects.create(tenant_id=cast.tenant, hold_id="h", person_id="south", kind="other", starts_on=TODAY)
    with pytest.raises(DatabaseError, match="row-level security"), acting(north):
        Case.objects.filter(person_id="north").update(team="south")


def test_a_key_that_is_taken_says_nothing_of_another_tenant(cast, other_tenant, as_reach):
    """The same ids are free elsewhere; within the tenant the wall answers before the key does."""
    assert add_person(other_tenant, "north", "孙同", "13300001111").person_id == "north"
    for person_id in ("south", "never seen"):
        with pytest.raises(DatabaseError, match="row-level security") as caught, acting(as_reach("team", team="north")):
            Person.objects.create(tenant_id=cast.tenant, person_id=person_id)
        assert not isinstance(caught.value, IntegrityError)


@pytest.mark.parametrize(
    "statement, says",
    [
        ("SET ROLE postgres", "permission denied"),
        ("SET SESSION AUTHORIZATION postgres", "permission denied"),
        ("SET session_replication_role = replica", "permission denied"),
        ("ALTER TABLE records_person DISABLE ROW LEVEL SECURITY", "must be owner"),
        ("ALTER TABLE records_person NO FORCE ROW LEVEL SECURITY", "must be owner"),
        ("DROP POLICY tenant ON records_person", "must be owner"),
        ("ALTER TABLE records_auditentry DISABLE TRIGGER ALL", "must be owner"),
        (
            "CREATE OR REPLACE FUNCTION forbear_audit_guard() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
            "denied",
        ),
        ("CREATE FUNCTION public.peek() RETURNS int LANGUAGE sql AS 'SELECT 1'", "permission denied"),
        ("TRUNCATE records_person", "permission denied"),
        ("DELETE FROM records_auditentry", "permission denied"),
        ("DELETE FROM records_auditlane", "permission denied"),
        ("INSERT INTO records_tenant (code, name, settings) VALUES ('', '', '{}')", "tenant_has_a_code"),
    ],
)
def test_the_application_cannot_take_the_wall_down(scope, statement, says):
    """It owns no table, may become nobody else, and can define nothing that others run."""
    with pytest.raises(DatabaseError, match=says):
        ask(scope, statement)


def test_the_walls_cannot_be_switched_off_for_a_query(cast, as_reach):
    """PostgreSQL's own switch refuses rather than shows."""
    with acting(as_reach("team", team="north")), connection.cursor() as cursor:
        cursor.execute("SET LOCAL row_security = off")
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            cursor.execute(PEOPLE)


def test_a_scope_that_is_reset_inside_shows_nothing(cast, scope):
    """RESET, or a setting made empty, is no scope."""
    for statement in ("RESET forbear.tenant", "SELECT set_config('forbear.tenant', '', true)", "RESET ALL"):
        with acting(scope), connection.cursor() as cursor:
            cursor.execute(PEOPLE)
            assert len(cursor.fetchall()) == 4
            cursor.execute(statement)
            cursor.execute(PEOPLE)
            assert cursor.fetchall() == []


def test_a_function_of_a_query_never_sees_a_row_behind_the_wall(cast, as_reach):
    """A cheap function in the condition is run after the wall, not before it: what it could tell is only what is seen."""
    with acting(as_reach("team", team="north")), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE peeked (person_id text) ON COMMIT DROP")
        cursor.execute(
            "CREATE FUNCTION pg_temp.peek(text) RETURNS boolean COST 0.0000001 LANGUAGE sql VOLATILE AS"
            " $$ INSERT INTO pg_temp.peeked VALUES ($1) RETURNING true $$"
        )
        cursor.execute("SELECT count(*) FROM records_person WHERE pg_temp.peek(person_id)")
        cursor.execute("SELECT person_id FROM peeked")
        assert cursor.fetchall() == [("north",)]


def test_a_scope_ends_with_its_transaction(cast, scope):
    """The connection that goes back to the pool sees nothing, whether the work was done or failed."""
    assert len(people(scope)) == 4
    assert people(None) == []
    with pytest.raises(ZeroDivisionError), acting(scope):
        raise ZeroDivisionError
    assert people(None) == []


def test_a_scope_within_another_is_given_back(cast, scope, as_reach):
    """After success, after a failure of the program, and after a failure of the database, whose own words are kept."""
    north = as_reach("team", team="north")
    with acting(scope):
        with acting(north):
            assert Person.objects.count() == 1
        assert Person.objects.count() == 4
        with pytest.raises(ZeroDivisionError), acting(north):
            raise ZeroDivisionError
        assert current_scope() == scope
        assert Person.objects.count() == 4
        with pytest.raises(DatabaseError, match="division by zero"), acting(north), connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")
        assert Person.objects.count() == 4


def test_a_scope_within_a_bare_transaction_does_not_outlast_its_block(cast, scope):
    """A transaction that somebody else began is left as it was: in nobody's name."""
    with transaction.atomic():
        with acting(scope):
            assert Person.objects.count() == 4
        assert Person.objects.count() == 0


def test_an_agency_sees_itself_and_its_own_staff_only(tenant, scope, as_reach):
    """Not the other agencies, not the lender's own people; and without a name no agency at all."""
    with acting(scope):
        for agency_id in ("agency-1", "agency-2"):
            Agency.objects.create(tenant_id=tenant, agency_id=agency_id, name=agency_id)
        for staff_id, agency_id in (("a", "agency-1"), ("b", "agency-2"), ("c", "")):
            Staff.objects.create(tenant_id=tenant, staff_id=staff_id, agency_id=agency_id)
    with acting(as_reach("agency", agency_id="agency-1")):
        assert [each.agency_id for each in Agency.objects.all()] == ["agency-1"]
        assert [each.staff_id for each in Staff.objects.all()] == ["a"]
    with acting(as_reach("agency")):
        assert (Agency.objects.count(), Staff.objects.count()) == (0, 0)


def test_who_sees_little_can_still_say_what_they_did(cast, as_reach, scope):
    """An entry about somebody, and one about nobody, which they cannot read again."""
    mine = as_reach("own", actor="wang")
    with acting(mine):
        audit.record(audit.Entry("template.read", "template", "t1"), audit.Entry("case.read", "case", "c1", "mine"))
    with acting(mine):
        assert [entry.action for entry in AuditEntry.objects.all()] == ["case.read"]
    with acting(scope):
        assert {(entry.action, entry.actor) for entry in AuditEntry.objects.all()} == {
            ("template.read", "wang"), ("case.read", "wang"),
        }  # fmt: skip


def test_one_transaction_is_about_one_lender(scope, other_tenant):
    """A lender's scope inside another's is a mistake of the program."""
    with acting(scope):
        with pytest.raises(UsageError, match="one lender"), acting(Scope(other_tenant, "tester")):
            pass
        assert current_scope() == scope


def test_every_table_of_a_tenant_has_a_forced_wall(records):
    """A new model without one is named here, unless the list above says why."""
    walled = dict(
        ask(
            None,
            "SELECT relname, relrowsecurity AND relforcerowsecurity AND"
            " EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'tenant')"
            " FROM pg_class c WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace",
            role="owner",
        )
    )
    ours = {name: has for name, has in walled.items() if not name.startswith(NOT_OURS)}
    assert {model._meta.db_table for model in django.apps.apps.get_app_config("records").get_models()} <= set(walled)
    assert len(ours) > 30
    assert {name for name, has in ours.items() if not has} == set(OPEN)


def test_the_role_of_the_application_has_no_way_round(records):
    """It is no superuser, bypasses nothing, owns nothing, and is a member of no role that does."""
    role = settings.DATABASES["default"]["USER"]
    with psycopg.connect(records.admin_url) as owner:
        rights = owner.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles WHERE rolname = %s",
            [role],
        ).fetchone()
        owned = owner.execute(
            "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = %s", [role]
        ).fetchone()
        member = owner.execute(
            "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = %s", [role]
        ).fetchone()
    assert (rights, owned, member) == ((False,) * 5, (0,), (0,))


def test_a_reach_nobody_has_is_refused(tenant):
    """A typing error is not a wider view."""
    with pytest.raises(ValueError, match="reaches one of"):
        Scope(tenant, "tester", "everything")


def test_a_person_comes_into_sight_with_the_case_and_goes_with_it(tenant, as_reach, scope):
    """A case that is handed on, or closed, takes the person along."""
    add_person(tenant, "moved", "周移", "13400001111", Life(team="north"))
    north, south = as_reach("team", team="north"), as_reach("team", team="south")
    assert (people(north), people(south)) == (["moved"], [])
    with acting(scope):
        Case.objects.filter(person_id="moved").update(team="south")
    assert (people(north), people(south)) == ([], ["moved"])
    with acting(scope):
        Case.objects.filter(person_id="moved").update(closed_on=TODAY)
    assert (people(north), people(south)) == ([], [])
    assert Tenant.objects.filter(code=tenant).exists()
