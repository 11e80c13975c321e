"""Agencies: who may be given a loan, what they see while they have it, and who works a case."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from records_cast import NOON, TODAY
from records_files import everything
from senders import queue_act

from forbear.kernel.clock import FixedClock
from forbear.kernel.errors import InputError
from forbear.records import audit
from forbear.records.actions.agencies.placing import place_loan, recall_loan
from forbear.records.actions.agencies.register import (
    ATTESTED,
    AgencyEntry,
    evaluate_agency,
    inspect_agency,
    register_agency,
)
from forbear.records.actions.agencies.staff import let_staff_go, register_staff, train_staff
from forbear.records.actions.blanking import BLANKS
from forbear.records.actions.cases import NOTE_LENGTH_MAX, assign_case, note
from forbear.records.actions.tenants import add_user, change_settings
from forbear.records.feed import take_in_delta
from forbear.records.models import Act, Agency, AuditEntry, Case, Loan, Person, Staff
from forbear.records.scope import acting

GOOD = dict.fromkeys(ATTESTED, True) | {
    "agency_has_violent_record": False,
    "has_excluded_staff": False,
    "lender_agrees_sub_delegation": False,
}
ENTRY = {
    "name": "示例调解服务", "licence": "91310000X", "contract_starts_on": date(2026, 1, 1), "contract_ends_on": date(2027, 1, 1),
    "white_list_from": date(2026, 1, 1), "placements_told": True, "attested": GOOD,
}  # fmt: skip


def entry(agency_id: str = "a1", **values) -> AgencyEntry:
    return AgencyEntry(agency_id, **(ENTRY | values))


def good_agency(scope, agency_id: str = "a1", **values) -> str:
    """An agency against which the register has nothing."""
    register_agency(scope, entry(agency_id, **values))
    evaluate_agency(scope, agency_id, date(2026, 6, 1))
    inspect_agency(scope, agency_id, date(2026, 6, 1))
    register_staff(scope, f"{agency_id}-s1", "陈员工", agency_id=agency_id, work_card="0001")
    train_staff(scope, f"{agency_id}-s1", date(2026, 9, 1), examined_on=date(2026, 9, 2))
    return agency_id


def worker(tenant: str, **values) -> str:
    name = f"u{uuid4().hex[:8]}"
    add_user(tenant, name, "correct horse battery staple", **({"role": "collector", "reach": "own"} | values))
    return name


def actions(action: str) -> int:
    return AuditEntry.objects.filter(action=action).count()


def test_an_agency_sees_a_person_while_it_has_the_loan(scope, as_reach, cast):
    """From the placement to the recall, and nobody else at any time."""
    good_agency(scope)
    agency = as_reach("agency", actor="agency a1", agency_id="a1")

    def seen() -> list[str]:
        with acting(agency):
            return list(Person.objects.values_list("person_id", flat=True))

    assert seen() == []
    placed = place_loan(scope, cast.north.loan_id, "a1", TODAY)
    assert (placed.is_placed, placed.is_new) == (True, True)
    assert seen() == ["north"]
    assert recall_loan(scope, cast.north.loan_id, "cured").is_new
    assert seen() == []


def test_a_placement_and_a_recall_are_one_however_often_they_are_told(scope, tenant, cast):
    """What waited for the loan is withdrawn: whoever acts is another now."""
    good_agency(scope)
    queue_act(tenant, cast.north)
    first, again = (place_loan(scope, cast.north.loan_id, "a1", TODAY) for _ in range(2))
    assert (first.withdrawn_count, again.is_placed, again.is_new) == (1, True, False)
    for _ in range(2):
        recall_loan(scope, cast.north.loan_id, "cured")
    with acting(scope):
        assert (Act.objects.get().state, Act.objects.get().reason) == ("withdrawn", "placed")
        assert (actions("loan.placed"), actions("loan.recalled")) == (1, 1)
        assert list(audit.verify()) == []


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"white_list_until": TODAY}, "cn.cba2026.agency.white_list.no_work"),
        ({"contract_ends_on": TODAY}, "cn.pipl.entrustment.mandate"),
        ({"contract_ends_on": None}, "cn.pipl.mandate_return.work_past_end"),
        ({"is_sub_delegated": True}, "cn.pipl.entrustment.passed_on"),
        ({"placements_told": False}, "cn.cp2022.outsourcing_notice.before_work"),
        ({"attested": GOOD | {"agency_has_violent_record": True}}, "cn.online2020.violent_agencies.record"),
        ({"attested": {}}, "cn.pipl.impact_assessment.placement"),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else next(iter(value)),
)
def test_the_law_refuses_a_placement_and_says_by_which_rule(scope, cast, values, rule):
    """As an answer, written down; what nobody answered for counts against the agency."""
    good_agency(scope, **values)
    answer = place_loan(scope, cast.north.loan_id, "a1", TODAY)
    assert (answer.is_placed, rule in answer.rules) == (False, True)
    assert "cn.reading.means.may_be_asked.agency" not in answer.rules  # what may be asked stands against nobody
    with acting(scope):
        assert Loan.objects.get(loan_id=cast.north.loan_id).agency_id is None
        assert actions("loan.placement_refused") == 1


def test_the_last_day_on_the_list_is_still_on_it(scope, cast):
    """Just inside: the day before the end of the list and of the mandate."""
    tomorrow = TODAY + timedelta(days=1)
    good_agency(scope, white_list_until=tomorrow, contract_ends_on=tomorrow)
    assert place_loan(scope, cast.north.loan_id, "a1", TODAY).is_placed


def test_whoever_was_taught_last_year_or_not_at_all_keeps_the_agency_from_work(scope, cast):
    """Until they are taught and examined, or gone. An agency of which nobody is known has nobody taught."""
    good_agency(scope)
    register_staff(scope, "late", "钱迟", agency_id="a1")
    untrained = "cn.gbt45251.training_months_max.untrained"
    assert untrained in place_loan(scope, cast.north.loan_id, "a1", TODAY).rules
    train_staff(scope, "late", date(2025, 12, 31), examined_on=date(2025, 12, 31))
    assert untrained in place_loan(scope, cast.north.loan_id, "a1", TODAY).rules
    assert let_staff_go(scope, "late", TODAY) and not let_staff_go(scope, "late", TODAY)
    assert place_loan(scope, cast.north.loan_id, "a1", TODAY).is_placed
    register_agency(scope, entry("empty"))
    evaluate_agency(scope, "empty", TODAY)
    inspect_agency(scope, "empty", TODAY)
    assert untrained in place_loan(scope, cast.south.loan_id, "empty", TODAY).rules


@pytest.mark.parametrize(("evaluated_on", "is_placed"), [(date(2025, 11, 23), True), (date(2025, 11, 22), False)])
def test_an_evaluation_is_too_old_from_the_day_after_its_months(scope, cast, evaluated_on, is_placed):
    """A month that has begun counts: twelve months and a day are thirteen."""
    good_agency(scope)
    with acting(scope):
        Agency.objects.update(evaluated_on=evaluated_on)
    answer = place_loan(scope, cast.north.loan_id, "a1", TODAY)
    assert answer.is_placed is is_placed
    assert ("cn.gbt45251.agency_evaluation_months_max.no_work" in answer.rules) is not is_placed


def test_nobody_is_worked_by_two_agencies(scope, cast):
    """Also one whom the lender's own book has with another."""
    good_agency(scope)
    good_agency(scope, "a2")
    place_loan(scope, cast.north.loan_id, "a1", TODAY)
    with pytest.raises(InputError, match="with another agency"):
        place_loan(scope, cast.north.loan_id, "a2", TODAY)
    with acting(scope):
        assert Loan.objects.filter(loan_id=cast.placed.loan_id).update(agency_id="agency-1") == 1
    with pytest.raises(InputError, match="with another agency"):
        place_loan(scope, cast.placed.loan_id, "a2", TODAY)
    with pytest.raises(InputError, match="no such agency"):
        place_loan(scope, cast.south.loan_id, "a3", TODAY)


def test_a_stale_book_does_not_hand_a_recalled_loan_out_again(scope, tenant, cast):
    """Once these records placed or recalled it, they say where it is; until then the book does."""
    good_agency(scope)
    place_loan(scope, cast.north.loan_id, "a1", TODAY)
    recall_loan(scope, cast.north.loan_id, "complaint")
    rows = [
        {"loan_id": each.loan_id, "person_id": each.person_id, "disbursed_on": date(2026, 5, 8), "principal_cents": 30_000,
         "currency": "CNY", "agency_id": "a1"}
        for each in (cast.north, cast.south)
    ]  # fmt: skip
    take_in_delta(scope, {"loans": rows}, as_of=TODAY, clock=FixedClock(NOON))
    with acting(scope):
        found = dict(Loan.objects.filter(person_id__in=["north", "south"]).values_list("person_id", "agency_id"))
    assert found == {"north": None, "south": "a1"}


def test_where_the_law_asks_nothing_of_a_placement_it_may_be(scope, tenant, cast):
    """Each contact is still asked for."""
    change_settings(tenant, {"law": "us.regf"})
    register_agency(scope, AgencyEntry("a1", "Agency"))
    assert place_loan(scope, cast.north.loan_id, "a1", TODAY).is_placed


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"name": ""}, "1 to 200"),
        ({"contract_ends_on": date(2026, 1, 1)}, "mandate must end after"),
        ({"white_list_from": None, "white_list_until": TODAY}, "list must end after"),
        ({"attested": {"is_friendly": True}}, "answered for"),
        ({"attested": {"has_excluded_staff": 0}}, "answered for"),
    ],
)
def test_an_entry_that_cannot_be_is_refused_with_what_is_off(scope, values, says):
    """Nothing is written."""
    with pytest.raises(InputError, match=says):
        register_agency(scope, entry(**values))
    with acting(scope):
        assert Agency.objects.count() == 0


def test_the_register_notes_what_is_news_and_only_that(scope):
    """The same entry, an older evaluation, the same name again: nothing."""
    assert register_agency(scope, entry()) and not register_agency(scope, entry())
    assert register_agency(scope, entry(licence="new"))
    assert evaluate_agency(scope, "a1", TODAY) and not evaluate_agency(scope, "a1", TODAY - timedelta(days=1))
    with pytest.raises(InputError, match="no such agency"):
        inspect_agency(scope, "none", TODAY)
    with acting(scope):
        assert (actions("agency.registered"), actions("agency.changed"), actions("agency.evaluated")) == (1, 1, 1)


def test_staff_are_of_one_employer_and_are_taught_anew_when_they_come_back(scope, tenant):
    """Names are sealed."""
    register_agency(scope, entry())
    assert register_staff(scope, "s1", "陈员工", agency_id="a1") and not register_staff(
        scope, "s1", "陈员工", agency_id="a1"
    )
    assert train_staff(scope, "s1", TODAY, examined_on=TODAY) and not train_staff(
        scope, "s1", TODAY - timedelta(days=9)
    )
    with pytest.raises(InputError, match="with another agency"):
        register_staff(scope, "s1", "陈员工")
    with pytest.raises(InputError, match="no such agency"):
        register_staff(scope, "s2", "陈员工", agency_id="a9")
    with pytest.raises(InputError, match="nobody of this id"):
        train_staff(scope, "s9", TODAY)
    let_staff_go(scope, "s1", TODAY)
    register_staff(scope, "s1", "陈员工")
    with acting(scope):
        row = Staff.objects.get()
        assert (row.agency_id, row.trained_on, row.left_on) == ("", None, None)
    assert "陈员工" not in everything(tenant)


def test_a_case_is_given_to_somebody_who_may_see_it(scope, tenant, cast):
    """Of its team, of its agency, or of the whole; once."""
    own, other_team = worker(tenant), worker(tenant, reach="team", team="south")
    agent = worker(tenant, reach="agency", agency_id="agency-1")
    assert assign_case(scope, "north", own) and not assign_case(scope, "north", own)
    for stranger in (other_team, agent):
        with pytest.raises(InputError, match="not of this user's"):
            assign_case(scope, "north", stranger)
    with pytest.raises(InputError, match="no such user"):
        assign_case(scope, "north", "nobody")
    assert assign_case(scope, "placed", agent)
    assert assign_case(scope, "north", "")
    with acting(scope):
        Case.objects.filter(person_id="south").update(closed_on=TODAY)
        assert actions("case.assigned") == 3
    with pytest.raises(InputError, match="no open case"):
        assign_case(scope, "south", own)


def test_whoever_gives_a_case_away_sees_it_no_more(as_reach, scope, tenant, cast):
    """And cannot take what is not theirs."""
    mine, other = as_reach("own", actor="wang"), worker(tenant)
    assert assign_case(mine, "mine", other)
    for person_id in ("mine", "north"):
        with pytest.raises(InputError, match="no such person"):
            assign_case(mine, person_id, "")
    with acting(scope):
        assert Case.objects.get(person_id="mine").assigned_to == other


def test_an_agencys_worker_keeps_nothing_of_a_recalled_loan(scope, tenant, cast):
    """The case is nobody's again."""
    good_agency(scope)
    agent = worker(tenant, reach="agency", agency_id="a1")
    place_loan(scope, cast.north.loan_id, "a1", TODAY)
    assign_case(scope, "north", agent)
    recall_loan(scope, cast.north.loan_id, "cured")
    with acting(scope):
        case = Case.objects.get(person_id="north")
        assert (case.agency_id, case.assigned_to) == ("", "")


def test_a_note_is_sealed_written_once_and_gone_with_the_person(scope, tenant, cast):
    """It stands beside an entry of the audit, whose chain stays whole when it is blanked."""
    note_id = uuid4()
    assert note(scope, "north", note_id, "答应周五前还款") and not note(scope, "north", note_id, "答应周五前还款")
    assert "答应周五" not in everything(tenant)
    with acting(scope):
        entry_ = AuditEntry.objects.get(action="case.noted")
        assert entry_.personal_sealed is not None
        BLANKS["identity"](tenant, "north", NOON)
        entry_.refresh_from_db()
        assert entry_.personal_sealed is None
        assert list(audit.verify()) == []
    for text in (" ", "x" * (NOTE_LENGTH_MAX + 1)):
        with pytest.raises(InputError, match="1 to 2000"):
            note(scope, "north", uuid4(), text)
