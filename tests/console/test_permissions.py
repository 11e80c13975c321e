"""Every address of the console, asked by everybody: a role opens what is placed for it, and nothing else."""

from __future__ import annotations

import pytest
import records_server

records_server.prepare()

from django.urls import reverse  # noqa: E402
from django.urls.exceptions import NoReverseMatch  # noqa: E402

from forbear.doors.console.places import STAFF, Place  # noqa: E402
from forbear.doors.console.urls import PLACES  # noqa: E402

ANY = {
    "str": "nothing-of-that-name",
    "int": 987654321,
    "uuid": "00000000-0000-4000-8000-000000000000",
    "slug": "nothing",
}


def address_of(where: Place) -> str:
    """An address of the place, of something that is not there."""
    pattern = where.pattern().pattern
    values = {name: ANY[type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")]
              for name, converter in pattern.converters.items()}  # fmt: skip
    return reverse(where.name, kwargs=values or None)


def test_no_two_places_have_one_name_or_one_address():
    assert len({each.name for each in PLACES}) == len({each.route for each in PLACES}) == len(PLACES)


def test_a_place_is_for_roles_that_there_are():
    assert [each.name for each in PLACES if not set(each.roles) <= set(STAFF)] == []
    assert [each.name for each in PLACES if not each.roles] == []


@pytest.mark.parametrize("where", PLACES, ids=lambda each: each.name)
def test_every_role_opens_what_is_placed_for_it_and_nothing_else(where, staff):
    """The matrix: one row here, one column a role."""
    path = address_of(where)
    for role, colleague in staff.items():
        said = colleague.client.generic(where.methods[0], path)
        if role in where.roles:
            assert said.status_code not in (403, 405, 500), (role, path, said.status_code)
        else:
            assert said.status_code == 403, (role, path, said.status_code)


@pytest.mark.parametrize("where", PLACES, ids=lambda each: each.name)
def test_a_place_answers_only_the_methods_it_says(where, staff):
    colleague = staff[where.roles[0]]
    for method in {"GET", "POST", "PUT", "DELETE"} - set(where.methods):
        assert colleague.client.generic(method, address_of(where)).status_code == 405


@pytest.mark.parametrize("where", PLACES, ids=lambda each: each.name)
def test_a_stranger_sees_nothing(where, lender):
    from django.test import Client

    said = Client(SERVER_NAME="localhost").generic(where.methods[0], address_of(where))
    assert said.status_code == 302 and said.headers["Location"].startswith("/desk/sign-in")


@pytest.mark.parametrize("where", [each for each in PLACES if "POST" in each.methods], ids=lambda each: each.name)
def test_nothing_is_changed_by_a_form_of_another_site(where, lender):
    from console_staff import hire, signed_in

    colleague = signed_in(hire(lender, where.roles[0]), checks_csrf=True)
    assert colleague.post(address_of(where)).status_code == 403


def test_an_address_that_is_not_there_is_said_so_in_words(staff):
    said = staff["collector"].get("/desk/nothing/of/that/name")
    assert said.status_code == 404 and b"There is no such page" in said.content
    with pytest.raises(NoReverseMatch):
        reverse("nothing_of_that_name")
