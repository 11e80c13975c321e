"""Does everybody see their own rows, and nothing else, whatever the application asks the database?"""

from __future__ import annotations

import pytest
from records_cast import ask

PEOPLE = "SELECT person_id FROM records_person ORDER BY 1"


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
