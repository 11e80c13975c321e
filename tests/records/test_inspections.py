"""Which contacts are inspected nobody chooses, and who made one does not score it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import records_server

records_server.prepare()

from forbear.kernel.errors import InputError  # noqa: E402
from forbear.records.actions.oversight.inspection import (  # noqa: E402
    criteria,
    draw_sample,
    score_contact,
    score_of,
)
from forbear.records.actions.tenants import change_settings  # noqa: E402
from forbear.records.models import Complaint, Contact, Inspection  # noqa: E402
from forbear.records.scope import Scope, acting  # noqa: E402

ALL_YES = {each.id: "yes" for each in criteria()}


@pytest.fixture
def talks(cast, scope):
    from records_cast import NOON

    with acting(scope):
        for number in range(200):
            Contact.objects.create(
                tenant_id=cast.tenant, contact_id=f"c{number:03}", person_id="north", loan_id="L-north", channel="voice_agent",
                at=NOON - timedelta(days=1), result="conversation", staff_id="wang" if number % 2 else "ma",
            )  # fmt: skip
        Contact.objects.create(
            tenant_id=cast.tenant, contact_id="text", person_id="north", channel="sms", at=NOON - timedelta(days=1)
        )
    return scope


def drawn(scope) -> dict[str, str]:
    with acting(scope):
        return dict(Inspection.objects.filter(tenant_id=scope.tenant).values_list("contact_id", "rule"))


def yesterday():
    from records_cast import TODAY

    return TODAY - timedelta(days=1)


def test_a_share_is_drawn_and_drawn_again_it_is_the_same(talks):
    change_settings(talks.tenant, {"inspection_percent": 20})
    assert draw_sample(talks, yesterday())["sample"] == len(drawn(talks))
    first = drawn(talks)
    assert 15 < len(first) < 65 and "text" not in first
    assert draw_sample(talks, yesterday()) == {"complaint": 0, "sample": 0}
    assert drawn(talks) == first


@pytest.mark.parametrize(("percent", "count"), [(0, 0), (100, 200)])
def test_the_share_is_the_lenders(talks, percent, count):
    change_settings(talks.tenant, {"inspection_percent": percent})
    assert draw_sample(talks, yesterday())["sample"] == count


def test_every_contact_that_was_complained_of_is_drawn(talks):
    from records_cast import NOON

    change_settings(talks.tenant, {"inspection_percent": 0})
    with acting(talks):
        Complaint.objects.create(
            tenant_id=talks.tenant, complaint_id=uuid4(), person_id="north", contact_id="c007", kind="conduct",
            raised_at=NOON - timedelta(days=1),
        )  # fmt: skip
    draw_sample(talks, yesterday())
    assert drawn(talks) == {"c007": "complaint"}


def test_something_grave_leaves_no_points(talks):
    assert score_of(ALL_YES | {"tone": "no"}).percent == 95
    assert score_of(ALL_YES | {"tone": "not_asked"}).percent == 100
    assert score_of(ALL_YES | {"no_pressure": "no"}) == score_of({**ALL_YES, "no_pressure": "no"})
    assert score_of(ALL_YES | {"no_pressure": "no"}).failed == ("no_pressure",)
    assert score_of(ALL_YES | {"no_pressure": "no"}).percent == 0


@pytest.mark.parametrize("answers", [{}, {**ALL_YES, "other": "yes"}, {**ALL_YES, "tone": "perhaps"},
                                     dict.fromkeys(ALL_YES, "not_asked")])  # fmt: skip
def test_half_a_form_is_no_score(answers):
    with pytest.raises(InputError, match=r"criterion|looked"):
        score_of(answers)


def test_it_is_scored_once_and_never_by_who_made_it(talks):
    from records_cast import NOON

    change_settings(talks.tenant, {"inspection_percent": 100})
    draw_sample(talks, yesterday())
    with acting(talks):
        row = Inspection.objects.get(tenant_id=talks.tenant, contact_id="c001")
    own, lin, wu = (Scope(talks.tenant, name) for name in ("wang", "lin", "wu"))
    with pytest.raises(InputError) as caught:
        score_contact(own, row.inspection_id, ALL_YES, "", NOON)
    assert caught.value.code == "own_contact"
    assert score_contact(lin, row.inspection_id, ALL_YES, "", NOON).percent == 100
    assert score_contact(lin, row.inspection_id, ALL_YES, "", NOON).percent == 100
    for scope, answers in ((wu, ALL_YES), (lin, ALL_YES | {"tone": "no"})):
        with pytest.raises(InputError) as caught:
            score_contact(scope, row.inspection_id, answers, "", NOON)
        assert caught.value.code == "inspection_over"


def test_something_grave_needs_words(talks):
    from records_cast import NOON

    change_settings(talks.tenant, {"inspection_percent": 100})
    draw_sample(talks, yesterday())
    with acting(talks):
        row = Inspection.objects.get(tenant_id=talks.tenant, contact_id="c001")
    grave = ALL_YES | {"no_pressure": "no"}
    with pytest.raises(InputError):
        score_contact(Scope(talks.tenant, "lin"), row.inspection_id, grave, " ", NOON)
    assert score_contact(Scope(talks.tenant, "lin"), row.inspection_id, grave, "第 40 秒", NOON).failed == (
        "no_pressure",
    )
