"""Staged rows into the records: what is new is added, what changed is changed, what is alike is left alone. Set-based.

People are locked before anything is changed, in the order of their keys, as every action does: so no feed and no action wait for
each other in a circle. New people come last: until then there is nobody whose version every row of theirs would move.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from forbear.records.actions.recalls import calls_in_hand, recall_calls
from forbear.records.actions.silence import moment
from forbear.records.feed.mirror import MIRRORS, Mirror
from forbear.records.models import Contact

BY_LOAN = ("instalments", "payments", "promises", "arrangements")
PEOPLE_NAMED_BY = ("loans", "contact_points", "contacts", "holds", "consents")
# What silences: new rows of these withdraw the acts that wait, of the loan or of the person.
_SILENCES = {
    "payments": ("payment", "loan", "n.status IN ('settled', 'in_flight')"),
    "arrangements": ("arrangement", "loan", "n.signed_on IS NOT NULL"),
    "holds": ("hold", "person", "true"),
    "consents": ("refused", "person", "n.kind = 'channel_refusal' AND n.revoked_at IS NULL"),
}


@dataclass(frozen=True)
class Merged:
    """What became of the staged rows of a table: ``gone`` are fed rows that a whole book no longer had."""

    added: int
    changed: int
    gone: int = 0


def run(statement: str, values: Sequence[Any] = ()) -> int:
    """Run one statement in this transaction; says how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return int(cursor.rowcount)


def merge(tenant: str, names: Iterable[str], as_of: date, *, is_whole: bool) -> dict[str, Merged]:
    """Merge the staged tables.

    Args:
        names: the tables that were staged.
        as_of: the date of the book.
        is_whole: whether rows that are not staged are gone from the lender's book.
    """
    mirrors = [MIRRORS[name] for name in names]
    firsts = {mirror.name for mirror in mirrors if _is_first(tenant, mirror)}
    # Sorting and hashing of whole tables; the server's own default would spill from the first million on.
    run("SET LOCAL work_mem = '128MB'")
    # Nobody but their owner may tell the planner how large the tables became in this very transaction: it would take a million
    # rows for none and look each up in a list of a million.
    run("SET LOCAL enable_nestloop = off")
    _leave_erased_alone(tenant, mirrors)
    for mirror in mirrors:
        _find_changed(tenant, mirror, is_first=mirror.name in firsts)
    _lock_people(tenant, mirrors)
    merged: dict[str, Merged] = {}
    people_last = [
        *(each for each in mirrors if each.name != "borrowers"),
        *(m for m in mirrors if m.name == "borrowers"),
    ]
    for mirror in people_last:
        changed = _change(tenant, mirror)
        if mirror.name == "borrowers":
            _name_people(tenant, mirrors)
        added = _add(tenant, mirror)
        _fall_silent(tenant, mirror)
        may_lack = is_whole and mirror.name not in firsts and "loans" not in firsts
        merged[mirror.name] = Merged(added, changed, _note_gone(tenant, mirror, as_of) if may_lack else 0)
    if not any(mirror.name == "borrowers" for mirror in mirrors):
        _name_people(tenant, mirrors)
    return {name: merged[name] for name in names}


def _leave_erased_alone(tenant: str, mirrors: Sequence[Mirror]) -> None:
    """What was erased does not come back with the next book."""
    erased = "SELECT person_id FROM records_person WHERE tenant_id = %s AND erased_at IS NOT NULL"
    for mirror in mirrors:
        if mirror.name in ("borrowers", "contact_points"):
            run(f"DELETE FROM {mirror.staging} WHERE person_id IN ({erased})", [tenant])


def _is_first(tenant: str, mirror: Mirror) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT NOT EXISTS (SELECT 1 FROM {mirror.target} WHERE tenant_id = %s)", [tenant])
        return bool(cursor.fetchone()[0])


def _find_changed(tenant: str, mirror: Mirror, *, is_first: bool) -> None:
    """The staged rows that are new or differ, with ``is_known``; a first feed has only new ones and is taken as it is."""
    if is_first:
        run(f"ALTER TABLE {mirror.staging} RENAME TO {mirror.changed}")
        run(f"ALTER TABLE {mirror.changed} ADD COLUMN is_known boolean NOT NULL DEFAULT false")
        return
    updates = mirror.updates
    old = ", ".join(f"t.{name}" for name in updates)
    new = ", ".join(updates.values())
    run(
        f"CREATE TEMP TABLE {mirror.changed} ON COMMIT DROP AS SELECT s.*, t.id IS NOT NULL AS is_known"
        f" FROM {mirror.staging} s LEFT JOIN {mirror.target} t ON t.tenant_id = %s AND {mirror.same_key('t', 's')}"
        f" WHERE t.id IS NULL OR (({old}) IS DISTINCT FROM ({new}) AND {mirror.may_change}){_came_back(mirror)}",
        [tenant],
    )
    run(f"ANALYZE {mirror.changed}")


def _came_back(mirror: Mirror) -> str:
    return " OR t.gone_on IS NOT NULL" if mirror.name == "loans" else ""


def _lock_people(tenant: str, mirrors: Sequence[Mirror]) -> None:
    parts = []
    for mirror in mirrors:
        if mirror.name in BY_LOAN:
            parts.append(
                f"SELECT l.person_id FROM {mirror.changed} c JOIN records_loan l ON l.tenant_id = %(tenant)s AND l.loan_id = c.loan_id"
            )
        else:
            parts.append(f"SELECT c.person_id FROM {mirror.changed} c")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM records_person p WHERE p.tenant_id = %(tenant)s AND p.person_id IN"
            f" ({' UNION ALL '.join(parts)}) ORDER BY p.id FOR UPDATE) AS locked",
            {"tenant": tenant},
        )


def _change(tenant: str, mirror: Mirror) -> int:
    chosen = mirror.updates | ({"gone_on": "NULL"} if mirror.name == "loans" else {})
    if mirror.name == "payments":
        # From the moment money is known to be there, the records can say since when they knew.
        chosen |= {"accepted_at": "CASE WHEN t.status <> s.status THEN clock_timestamp() ELSE t.accepted_at END"}
    assigned = ", ".join(f"{name} = {value}" for name, value in chosen.items())
    return run(
        f"UPDATE {mirror.target} t SET {assigned} FROM {mirror.changed} s WHERE s.is_known AND t.tenant_id = %s"
        f" AND {mirror.same_key('t', 's')} AND {mirror.may_change}",
        [tenant],
    )


def _add(tenant: str, mirror: Mirror) -> int:
    columns = ", ".join(["tenant_id", *mirror.values, *mirror.constants])
    values = ", ".join(["%s", *mirror.values.values(), *mirror.constants.values()])
    return run(
        f"INSERT INTO {mirror.target} ({columns}) SELECT {values} FROM {mirror.changed} s WHERE NOT s.is_known"
        " ON CONFLICT DO NOTHING",
        [tenant],
    )


def _name_people(tenant: str, mirrors: Sequence[Mirror]) -> None:
    """Whoever owes or is named has a row, also without one in the book: who is locked must be there."""
    named = [f"SELECT person_id FROM {mirror.changed}" for mirror in mirrors if mirror.name in PEOPLE_NAMED_BY]
    if not named:
        return
    people = MIRRORS["borrowers"]
    known = any(mirror.name == "borrowers" for mirror in mirrors)
    but = f" AND n.person_id NOT IN (SELECT person_id FROM {people.changed})" if known else ""
    plain = {name: value for name, value in people.values.items() if name not in people.key}
    empty = {name: value.replace(f"s.{name}", "NULL") for name, value in plain.items()} | people.constants
    run(
        f"INSERT INTO {people.target} (tenant_id, person_id, {', '.join(empty)})"
        f" SELECT %s, n.person_id, {', '.join(empty.values())} FROM ({' UNION '.join(named)}) n"
        f" WHERE NOT EXISTS (SELECT 1 FROM {people.target} p WHERE p.tenant_id = %s AND p.person_id = n.person_id){but}"
        " ON CONFLICT DO NOTHING",
        [tenant, tenant],
    )


def _fall_silent(tenant: str, mirror: Mirror) -> None:
    """Acts that wait are withdrawn with the very transaction that forbids them, as by an action."""
    if mirror.name not in _SILENCES:
        return
    reason, whom, condition = _SILENCES[mirror.name]
    run(
        f"UPDATE records_act a SET state = 'withdrawn', reason = %s, changed_at = now() FROM {mirror.changed} n"
        f" WHERE a.tenant_id = %s AND a.state IN ('queued', 'waits') AND a.{whom}_id = n.{whom}_id AND {condition}",
        [reason, tenant],
    )
    with connection.cursor() as cursor:
        calls, values = calls_in_hand(tenant).values("pk").query.sql_with_params()
        cursor.execute(
            f"SELECT c.id FROM records_contact c JOIN {mirror.changed} n ON c.{whom}_id = n.{whom}_id"
            f" WHERE c.id IN ({calls}) AND {condition}",
            values,
        )
        ids = [row[0] for row in cursor.fetchall()]
    recall_calls(Contact.objects.filter(pk__in=ids), reason, moment())


def _note_gone(tenant: str, mirror: Mirror, as_of: date) -> int:
    """Rows of a whole book that are no longer there. Only a schedule is replaced; of a loan it is noted; the rest stays."""
    lacking = f"t.tenant_id = %s AND NOT EXISTS (SELECT 1 FROM {mirror.staging} s WHERE {mirror.same_key('s', 't')})"
    if mirror.name == "loans":
        run(f"UPDATE {mirror.target} t SET gone_on = %s WHERE t.gone_on IS NULL AND {lacking}", [as_of, tenant])
    if mirror.name == "instalments":
        listed = f"SELECT loan_id FROM {MIRRORS['loans'].staging}"
        return run(f"DELETE FROM {mirror.target} t WHERE {lacking} AND t.loan_id IN ({listed})", [tenant])
    if any(field.column == "is_fed" for field in mirror.model._meta.concrete_fields):
        lacking += " AND t.is_fed"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {mirror.target} t WHERE {lacking}", [tenant])
        return int(cursor.fetchone()[0])
