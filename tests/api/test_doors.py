"""Who is let in: every address against every kind of stranger, and what each is told."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from api_client import BORNE, Machine, agency, call_asked, machine, payment
from records_cast import NOON, enter

from forbear.doors.api.application import api
from forbear.doors.api.document import PREFIX
from forbear.doors.api.envelope import HEADERS
from forbear.records.access.admitting import admit
from forbear.records.access.scopes import FOR_AGENCIES, SCOPES
from forbear.records.access.tokens import issue, revoke
from forbear.records.models import ApiToken
from forbear.records.scope import Scope

SOME_ID = str(uuid4())
PLACES = {
    "{person_id}": "north", "{loan_id}": "L-north", "{permit_id}": SOME_ID, "{payment_id}": "pay-north-1",
    "{hold_id}": "h1", "{subscription_id}": "1",
    "{promise_id}": "0" * 32, "{dispute_id}": SOME_ID, "{complaint_id}": SOME_ID, "{arrangement_id}": "a",
}  # fmt: skip
QUERIES = {"people.personal_data": "?purpose=case_work&fields=name"}


def routes() -> list[tuple[str, str, str, str]]:
    """Method, path, scope and name of every route that asks for a token."""
    found = []
    for path, operations in api.get_openapi_schema(path_prefix=f"{PREFIX}/")["paths"].items():
        for method, operation in operations.items():
            if "x-scope" in operation:
                name = operation["operationId"]
                found.append((method.upper(), path.removeprefix(PREFIX), operation["x-scope"], name))
    return found


ROUTES = routes()
NAMES = [each[3] for each in ROUTES]
BODIES = {
    "permits.ask": {"person_id": "north", "loan_id": "L-north", "channel": "voice_agent"},
    "permits.result": {"result": "busy", "ended_at": NOON.isoformat()},
    "money.take_payments": {
        "payments": [
            {"payment_id": "p", "loan_id": "L-north", "amount_cents": 1, "effective_on": "2026-11-23"},
        ]
    },
    "money.reverse": {"reversed_on": "2026-11-23"},
    "silence.hold": {"person_id": "north", "kind": "dispute", "starts_on": "2026-11-23"},
    "silence.end": {"ends_on": "2026-11-24"},
    "silence.refuse": {"person_id": "north"},
    "silence.arrange": {
        "arrangement_id": "a", "loan_id": "L-north", "kind": "extension", "signed_on": "2026-11-23",
    },
    "heard.inbound": {
        "inbound_id": "m", "channel": "sms", "from_value": "13800001234", "text": "TD", "at": NOON.isoformat(),
    },
    "heard.calls": {
        "calls": [{"call_id": "c", "started_at": NOON.isoformat(), "duration_seconds": 0, "result": "busy"}],
    },
    "book.feed": {"as_of": "2026-11-23", "tables": {"holds": [{"hold_id": "h", "person_id": "north"}]}},
    "events.add": {},
    "promises.make": {"loan_id": "L-north", "amount_cents": 1, "due_on": "2026-11-27", "made_on": "2026-11-23"},
    "promises.withdraw": {"on": "2026-11-24"},
    "redress.dispute": {"person_id": "north", "kind": "amount", "on": "2026-11-23"},
    "redress.dispute_answer": {"outcome": "upheld", "on": "2026-11-24"},
    "redress.complaint": {"person_id": "north", "kind": "frequency", "on": "2026-11-23"},
    "redress.assignment": {"to": "wang"},
    "redress.complaint_answer": {"outcome": "upheld", "root_cause": "too_often", "on": "2026-11-24"},
    "placements.place": {"loan_id": "L-north", "agency_id": "agency-1", "on": "2026-11-23"},
    "placements.recall": {"reason": "cured"},
    "silence.breach": {"breached_on": "2026-11-23"},
    "silence.end_of_arrangement": {"ends_on": "2026-11-24"},
}  # fmt: skip
NO_PLACE = {
    "heard.inbound", "heard.calls", "book.feed", "events.add", "events.subscriptions", "people.people", "people.cases",
    "runs.runs", "runs.imports", "call_list.call_list",
}  # fmt: skip
"""Routes that name nobody: a stranger to the tenant gets an answer about a tenant of their own."""


def knock(who: Machine, route: tuple[str, str, str, str]):
    method, path, _, name = route
    for mark, value in PLACES.items():
        path = path.replace(mark, value)
    if method == "GET":
        return who.get(path + QUERIES.get(name, ""))
    return who.post(path, BODIES.get(name, {}))


def check_problem(answer, status: int, code: str) -> None:
    """A whole problem, and nothing of the program in it."""
    assert (answer.status, answer.body["code"], answer.body["status"]) == (status, code, status)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert set(answer.body) == {"type", "title", "status", "detail", "code", "where", "do"}
    assert "Traceback" not in str(answer.body) and ".py" not in str(answer.body)


def test_every_scope_opens_something_and_every_route_asks_for_one():
    """Nothing but health and the reference is open."""
    assert {scope for _, _, scope, _ in ROUTES} == set(BORNE)
    assert len(ROUTES) > 20 and set(FOR_AGENCIES) < set(SCOPES)


@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
def test_nobody_comes_in_without_a_token(cast, clock, route):
    """None, one that is no token, another kind of authorization: the same answer."""
    for who in (
        Machine(),
        Machine("fbr_" + "0" * 64),
        Machine(headers={"Authorization": "Basic eDp5"}),
        Machine("x" * 5000),
    ):
        answer = knock(who, route)
        check_problem(answer, 401, "unauthenticated")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
def test_a_token_opens_only_what_it_is_for(tenant, cast, clock, route):
    """All other scopes together do not open it."""
    others = machine(tenant, *(name for name in BORNE if name != route[2]))
    check_problem(knock(others, route), 403, "forbidden")


@pytest.mark.parametrize("route", [each for each in ROUTES if each[3] not in NO_PLACE], ids=lambda each: each[3])
def test_another_lenders_token_finds_nothing(tenant, other_tenant, cast, clock, route):
    """The same ids, asked by another lender's machine, are not there."""
    answer = knock(machine(other_tenant), route)
    assert answer.status == 404 and answer.body["code"].startswith("unknown_")


@pytest.mark.parametrize(
    "route", [each for each in ROUTES if each[3] not in NO_PLACE and each[2] in FOR_AGENCIES], ids=lambda each: each[3]
)
def test_another_agencys_token_finds_nothing(tenant, cast, clock, route):
    """North is placed with nobody."""
    answer = knock(machine(tenant, agency_id=agency(tenant, "agency-2")), route)
    assert answer.status == 404 and answer.body["code"].startswith("unknown_")


def test_lists_hold_only_what_the_token_sees(tenant, other_tenant, cast, clock, placed_with):
    """Another lender's and another agency's lists are empty, or their own."""
    enter(other_tenant)
    stranger = machine(tenant, agency_id=agency(tenant, "agency-2"))
    for path in ("/people", "/cases"):
        assert [each["person_id"] for each in placed_with.get(path).body["items"]] == ["placed"]
        assert stranger.get(path).body["items"] == []
        assert len(machine(tenant).get(path).body["items"]) == 4
    assert machine(other_tenant).get("/people/north").status == 200, "their own, of the same id"


def test_a_token_ends_when_it_is_revoked_and_when_its_time_is_over(tenant, cast, clock):
    """From that moment on it opens nothing."""
    owner = Scope(tenant, "owner")
    issued = issue(owner, "short", ["people:read"], expires_at=NOON + timedelta(minutes=5))
    who = Machine(issued.secret)
    assert who.get("/people").status == 200
    clock.move_to(NOON + timedelta(minutes=5))
    check_problem(who.get("/people"), 401, "unauthenticated")
    clock.move_to(NOON)
    assert [revoke(owner, issued.token_id) for _ in range(2)] == [True, False]
    check_problem(who.get("/people"), 401, "unauthenticated")


def test_only_the_digest_of_a_token_is_kept_and_when_it_was_used(tenant, cast, clock):
    """Whoever reads the table cannot bear what is in it."""
    who = machine(tenant, "people:read")
    who.get("/people")
    row = ApiToken.objects.get(tenant_id=tenant)
    assert who.token not in {str(value) for value in vars(row).values()} and row.last_used_at == NOON
    assert admit(row.digest, NOON) is None


@pytest.mark.parametrize(
    ("scopes", "values"),
    [
        (["payments:write"], {"agency_id": "agency-1"}),
        (["everything"], {}),
        ([], {}),
        (["people:read"], {"requests_per_minute": 0}),
        (["people:read"], {"signs": True}),
        (["receipts:write"], {}),
        (["people:read"], {"name": ""}),
    ],
)
def test_a_token_that_makes_no_sense_is_not_given(tenant, cast, scopes, values):
    """An agency has no hand in payments, and a signer bears nothing."""
    agency(tenant, "agency-1")
    name = values.pop("name", "odd")
    with pytest.raises(Exception, match="cannot be given"):
        issue(Scope(tenant, "owner"), name, scopes, **values)


def test_everything_that_goes_wrong_is_a_problem(cast, lender):
    """Addresses, methods, bodies: whatever the framework would say in its own words."""
    check_problem(lender.get("/nothing"), 404, "no_such_address")
    wrong = lender.send("DELETE", "/permits")
    check_problem(wrong, 405, "no_such_method")
    assert wrong.headers["Allow"] == "POST"
    key = {"Idempotency-Key": "k"}
    check_problem(lender.send("POST", "/refusals", b"{", **key), 400, "bad_json")
    check_problem(lender.send("POST", "/refusals", b"\xff\xfe", **key), 400, "bad_json")
    check_problem(lender.send("POST", "/refusals", b"[]", **key), 422, "invalid_request")
    check_problem(lender.send("POST", "/refusals", b"a=1", Content_Type="text/plain", **key), 415, "not_json")
    check_problem(lender.send("POST", "/refusals", b"x" * 10_000_001, **key), 413, "too_large")
    check_problem(lender.send("POST", "/refusals", b"{}", Host="evil.example", **key), 400, "bad_request")
    check_problem(lender.send("POST", "/refusals", b'{"person_id": "north"}'), 422, "invalid_request")
    check_problem(lender.post("/refusals", {"person_id": "north\x00"}), 422, "invalid_request")
    check_problem(lender.post("/refusals", {"person_id": "nobody"}), 404, "unknown_person")


def test_what_nobody_foresaw_says_nothing_of_itself(cast, lender, monkeypatch, caplog):
    """The words of an exception may hold personal data: neither the answer nor the log has them."""
    from forbear.doors.api.routes import people

    def broken(*_: object) -> None:
        raise RuntimeError("13800001234")

    monkeypatch.setattr(people, "glimpse", broken)
    answer = lender.get("/people/north")
    check_problem(answer, 500, "unexpected")
    assert "13800001234" not in str(answer.body) + caplog.text
    assert "RuntimeError at" in caplog.text


def test_a_problem_has_its_title_in_the_language_asked_for(cast, lender):
    """Its detail and what to do are English, its code is the same in all."""
    titles = {
        tag: lender.get("/people/nobody", Accept_Language=tag).body["title"] for tag in ("en", "zh-Hans", "zh-Hant")
    }
    assert titles == {"en": "unknown person", "zh-Hans": "没有此人。", "zh-Hant": "沒有此人。"}


def test_every_answer_is_dressed_alike(cast, lender):
    """Nothing is kept, framed, run or shown to another site; the request can be found again."""
    for answer in (lender.get("/people"), lender.get("/nothing"), Machine().get("/health")):
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert len(answer.headers["X-Request-Id"]) == 32
        assert not [name for name in answer.headers if name.startswith("Access-Control") or name == "Set-Cookie"]
    named = lender.get("/people", X_Request_Id="my-request-0001", Origin="https://elsewhere.example")
    assert named.headers["X-Request-Id"] == "my-request-0001"
    assert "Access-Control-Allow-Origin" not in named.headers
    odd = lender.get("/people", X_Request_Id="<script>")
    assert odd.headers["X-Request-Id"] != "<script>"


def test_health_says_up_or_down_and_nothing_else(cast, clock):
    """To anybody."""
    assert Machine().get("/health").body == {"status": "up"}


def test_a_limit_is_one_for_all_processes_and_says_how_long_to_wait(tenant, cast, clock):
    """The count is in the database; a new minute begins anew."""
    who = machine(tenant, "people:read", requests_per_minute=3)
    clock.move_to(NOON + timedelta(seconds=10))
    assert [who.get("/people").status for _ in range(5)] == [200, 200, 200, 429, 429]
    refused = who.get("/people")
    check_problem(refused, 429, "too_many_requests")
    assert refused.headers["Retry-After"] == "50"
    clock.move_to(NOON + timedelta(seconds=60))
    assert who.get("/people").status == 200


def test_masked_by_default_and_opened_on_the_record(tenant, scope, cast, lender, placed_with):
    """A name is its first character until it is opened for a purpose; an agency's machine sees no numbers whole."""
    assert lender.get("/people/north").body["name_masked"] == "张*"
    listed = str([lender.get(path).body for path in ("/people", "/cases", "/people/north/contacts")])
    assert cast.north.name not in listed and cast.north.phone not in listed
    path = "/personal-data?purpose=case_work&fields=name&fields=contact_points"
    whole = lender.get(f"/people/north{path}").body["values"]
    assert [each["text"] for each in whole] == [cast.north.name, cast.north.phone]
    theirs = placed_with.get(f"/people/placed{path}").body["values"]
    assert [each["is_masked"] for each in theirs] == [False, True]


def test_what_was_asked_is_answered(cast, lender):
    """The bodies of this file are right: with a token that fits, none is refused for its shape."""
    lender.post("/payments", payment(cast, "north"))
    odd = [
        (name, answer.body)
        for name, answer in ((route[3], knock(lender, route)) for route in ROUTES)
        if answer.status >= 400 and not answer.body["code"].startswith("unknown_")
    ]
    assert odd == []
    assert lender.post("/permits", call_asked(cast, "south")).status == 201
