"""What somebody gets who tries: another team's person, another lender's, markup where words belong, a guess."""

from __future__ import annotations

import pytest
import records_server

records_server.prepare()

from django.urls import reverse  # noqa: E402

from forbear.doors.console.places import Place  # noqa: E402
from forbear.doors.console.urls import PLACES  # noqa: E402

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
OF_A_PERSON = [each for each in PLACES if set(each.pattern().pattern.converters) == {"person_id"}]
LISTS = [each for each in PLACES if "GET" in each.methods and not each.pattern().pattern.converters]
QUERIES = {
    "q": HOSTILE, "filter": HOSTILE, "after": HOSTILE, "before": HOSTILE, "kind": HOSTILE, "team": HOSTILE, "on": HOSTILE,
    "state": HOSTILE, "period": HOSTILE, "page": HOSTILE, "actor": HOSTILE, "person": HOSTILE, "from": HOSTILE, "until": HOSTILE,
}  # fmt: skip


def seen_by(where: Place, lender: str, **reach: str):
    from console_staff import hire, signed_in

    return signed_in(hire(lender, where.roles[0], f"{where.name}.{lender}", **reach))


def asked(colleague, where: Place, person_id: str):
    return colleague.client.generic(where.methods[0], reverse(where.name, kwargs={"person_id": person_id}))


@pytest.mark.parametrize("where", OF_A_PERSON, ids=lambda each: each.name)
def test_another_teams_person_is_answered_like_nobody(where, lender, cast):
    colleague = seen_by(where, lender, reach="team", team="north")
    stranger, nobody = (asked(colleague, where, each) for each in (cast.south.person_id, "nobody"))
    assert (stranger.status_code, len(stranger.content)) == (
        nobody.status_code,
        pytest.approx(len(nobody.content), abs=60),
    )
    assert stranger.status_code in (302, 404, 422)
    assert cast.south.name.encode() not in stranger.content


@pytest.mark.parametrize("where", OF_A_PERSON, ids=lambda each: each.name)
def test_another_lenders_person_is_answered_like_nobody(where, lender, other_tenant):
    from records_cast import add_person

    add_person(other_tenant, "elsewhere", "周在外", "13600001111")
    colleague = seen_by(where, lender)
    stranger, nobody = (asked(colleague, where, each) for each in ("elsewhere", "nobody"))
    assert (stranger.status_code, len(stranger.content)) == (
        nobody.status_code,
        pytest.approx(len(nobody.content), abs=60),
    )
    assert stranger.status_code in (302, 404, 422) and "周在外".encode() not in stranger.content


@pytest.mark.parametrize("where", LISTS, ids=lambda each: each.name)
def test_markup_in_an_address_is_only_words(where, lender, cast):
    """And a query that nobody would write by hand breaks nothing."""
    from console_staff import hire, signed_in

    colleague = signed_in(hire(lender, where.roles[0]))
    for query in (QUERIES, dict.fromkeys(QUERIES, "x\x00y"), dict.fromkeys(QUERIES, "9" * 40)):
        said = colleague.get(reverse(where.name), data=query)
        assert said.status_code < 500, said.content[-300:]
        page = b"".join(said) if said.streaming else said.content
        assert b"<script>alert" not in page and b"<img src=x" not in page


@pytest.mark.parametrize("where", LISTS, ids=lambda each: each.name)
def test_a_list_shows_nothing_of_another_team_or_lender(where, lender, cast, other_tenant):
    from records_cast import add_person

    add_person(other_tenant, "elsewhere-1", "周在外", "13600001111")
    colleague = seen_by(where, lender, reach="team", team="north")
    said = colleague.get(reverse(where.name))
    page = b"".join(said) if said.streaming else said.content
    for hidden in (cast.south.person_id, cast.placed.person_id, cast.mine.person_id):
        assert f"/{hidden}/".encode() not in page and f'/{hidden}"'.encode() not in page
    for hidden in (cast.south.name, cast.south.phone, "elsewhere-1", "周在外"):
        assert hidden.encode() not in page
