"""What nobody may do alone: asked for by one, decided by another, in the database too."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import Error
from records_cast import NOON
from senders import queue_act, sender

from forbear.kernel.errors import InputError
from forbear.records import audit
from forbear.records.approved.approvals import Wanted, ask_approval, decide_approval
from forbear.records.models import Act, Approval, Permit
from forbear.records.scope import Scope, acting

LATER = NOON + timedelta(days=3650)  # the database's own clock runs, the story's stands still


def wanted(**values) -> Wanted:
    return Wanted(**({"kind": "legal_referral", "person_id": "north", "reason": "no_answer", "expires_at": LATER,
                      "loan_id": "L-north"} | values))  # fmt: skip


@pytest.fixture
def li(tenant) -> Scope:
    """Who asks."""
    return Scope(tenant, "li")


@pytest.fixture
def wang(tenant) -> Scope:
    """Who decides."""
    return Scope(tenant, "wang")


def test_nobody_decides_what_they_asked_for_and_nothing_is_decided_twice(cast, li, wang):
    """With its reason, told to the audit; the same asked again is one."""
    first, again = (ask_approval(li, wanted()) for _ in range(2))
    assert first == again
    for who, code in ((li, "own_approval"), (wang, ""), (Scope(li.tenant, "third"), "approval_decided")):
        if code:
            with pytest.raises(InputError) as error:
                decide_approval(who, first, "sound", approve=True)
            assert error.value.code == code
        else:
            decide_approval(who, first, "sound", approve=True)
    with acting(li):
        row = Approval.objects.get()
        assert (row.asked_by, row.decided_by, row.decision, row.decision_reason) == ("li", "wang", "approved", "sound")
        assert list(audit.verify()) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records_approval SET decision = 'approved', decided_by = asked_by, decided_at = now()",
        "UPDATE records_approval SET decision = 'approved', decided_by = '', decided_at = now()",
        "UPDATE records_approval SET asked_by = 'somebody'",
        "UPDATE records_approval SET terms = '{\"settlement_cents\": 1}'",
    ],
)
def test_the_database_itself_lets_nobody_decide_alone_or_change_what_was_asked(cast, li, statement):
    """Whatever the code does."""
    from django.db import connection

    ask_approval(li, wanted())
    with pytest.raises(Error), acting(li), connection.cursor() as cursor:
        cursor.execute(statement)


def test_what_was_decided_stays(cast, li, wang):
    """A refusal cannot become an approval."""
    from django.db import connection

    decide_approval(wang, ask_approval(li, wanted()), "too_early", approve=False)
    with pytest.raises(Error), acting(li), connection.cursor() as cursor:
        cursor.execute("UPDATE records_approval SET decision = 'approved'")


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "whim"}, {"reason": "Because!"}, {"terms": {"visit_on": "2026-11-25"}},
        {"kind": "offer", "terms": {"settlement_cents": 1.5}}, {"kind": "visit", "terms": {"visit_from_at": "10:00"}},
        {"kind": "visit", "terms": {"visit_place": "employer"}}, {"kind": "visit", "terms": {"visitors": []}},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_not_asked(cast, li, values):
    """Least of all a visit to somebody else's place."""
    with pytest.raises(InputError, match="off"):
        ask_approval(li, wanted(**values))


def test_an_act_that_waits_goes_or_goes_not(tenant, scope, cast, li, wang):
    """A visit, an offer: the act is queued by the approval, and refused by the refusal."""
    for approve, state in ((True, "queued"), (False, "refused")):
        act = queue_act(tenant, cast.north, treatment=f"t-{approve}", state="waits")
        decide_approval(wang, ask_approval(li, wanted(kind="visit", act_id=act.act_id)), "sound", approve=approve)
        with acting(scope):
            assert Act.objects.get(act_id=act.act_id).state == state


def test_the_gate_is_told_of_a_referral_and_a_paused_line_that_stand(tenant, cast, li, wang, scope, tmp_path):
    """Approved and not over: of that loan, and of no other."""
    for kind in ("legal_referral", "credit_line_pause"):
        decide_approval(wang, ask_approval(li, wanted(kind=kind)), "sound", approve=True)
    ask_approval(li, wanted(person_id="south", loan_id="L-south"))  # nobody decided it
    for member in (cast.north, cast.south):
        queue_act(tenant, member)
    with sender(tenant, tmp_path / "log") as own:
        own.drain()
    with acting(scope):
        told = {row.person_id: row.facts for row in Permit.objects.all()}
    names = ("is_legal_referral_approved", "is_credit_line_paused")
    assert [told["north"][name] for name in names] == [True, True]
    assert [told["south"][name] for name in names] == [False, False]
