"""The lender of the demonstration: what it chose, who works there, and the agencies that it places loans with."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from forbear.day.wiring.composer import take_in_shipped
from forbear.kernel.clock import FixedClock
from forbear.lab.practice.reactions import pick
from forbear.lab.synthetic.encode import AGENCIES, TEAMS
from forbear.lab.synthetic.words import GIVEN, SURNAMES
from forbear.records.actions.agencies.register import (
    ATTESTED,
    AgencyEntry,
    evaluate_agency,
    inspect_agency,
    register_agency,
)
from forbear.records.actions.agencies.staff import register_staff, train_staff
from forbear.records.actions.tenants import add_user, open_tenant
from forbear.records.daily.practice import PRACTICE
from forbear.records.models import Tenant, User
from forbear.records.scope import Scope

TENANT = f"{PRACTICE}lender"
SEED = 7
ROLES = ("collector", "leader", "compliance", "strategist", "auditor", "administrator")
LANGUAGES = ("zh_CN", "en")
"""Those of the book's people but one in two hundred, who are written to in the first."""
SETTINGS = {
    "attests_lawful_debt": True,
    "second_factor": False,
    "promise_grace_days": 1,
    "institution": {
        "name": "示例消费金融", "service_phone": "95000", "complaint_phone": "95001", "address": "上海市浦东新区示例路 1 号",
        "how_to_pay": "App → 还款", "portal": "https://pay.example.cn", "seal": "示例消费金融", "credit_bureau": "金融信用信息基础数据库",
    },
}  # fmt: skip
AGENCY_NAMES = ("示例东", "示例北", "示例南", "示例西", "示例中")
_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Login:
    """Somebody who works there: the name they sign in with, and what they do."""

    name: str
    role: str
    team: str = ""


def collectors() -> Sequence[Login]:
    """Three of each team; the first of the team of early arrears is ``collector``, whose password is told."""
    found = [Login(f"{team}-{number}", "collector", team) for team in TEAMS for number in (1, 2, 3)]
    return [Login("collector", "collector", "early") if each.name == "early-1" else each for each in found]


def password_of(secret_key: str) -> str:
    """The one password of the demonstration, the same for each start: it is guessed only by who knows the deployment's key."""
    digest = hmac.digest(secret_key.encode(), b"demonstration", hashlib.sha256)
    text = base64.b32encode(digest).decode().lower()
    return "-".join((text[:4], text[4:8], text[8:12]))


def open_lender(day: date, clock: FixedClock, password: str) -> None:
    """Open the tenant with its staff, agencies and templates; what is there already stays as it is.

    Args:
        day: the first day of practice: agencies were evaluated, and people trained, before it.
    """
    if not Tenant.objects.filter(code=TENANT).exists():
        open_tenant(TENANT, "示例消费金融 · Example Consumer Finance", SETTINGS)
    there = set(User.objects.filter(tenant_id=TENANT).values_list("username", flat=True))
    wanted = [*collectors(), *(Login(role, role) for role in ROLES if role != "collector")]
    for each in wanted:
        if each.name not in there:
            reach = "own" if each.role == "collector" else "all"
            add_user(TENANT, each.name, password, role=each.role, reach=reach, team=each.team)
    _register(day)
    take_in_shipped(TENANT, "strategist", "compliance", clock, LANGUAGES)


def person_name(number: int) -> str:
    """A name composed of common characters; nobody is meant."""
    surname = pick(tuple((each, 1) for each in SURNAMES), SEED, number, "surname")
    return str(surname + pick(tuple((each, 1) for each in GIVEN), SEED, number, "given"))


def _register(day: date) -> None:
    scope = Scope(TENANT, "compliance")
    for number, (agency_id, name) in enumerate(zip(AGENCIES, AGENCY_NAMES, strict=True)):
        begun = day - _YEAR + timedelta(days=30 * number)
        # One is on the list no more, one's mandate is about to end: there is something to see in the register.
        listed_until = day - timedelta(days=3) if number == 3 else begun + 2 * _YEAR
        ends_on = day + timedelta(days=24) if number == 2 else begun + 2 * _YEAR
        register_agency(scope, AgencyEntry(
            agency_id, f"{name}信息服务有限公司", licence=f"DEMO-{number + 1:03}", contract_starts_on=begun, contract_ends_on=ends_on,
            white_list_from=begun, white_list_until=listed_until, placements_told=True,
            attested={each: not each.startswith(("agency_has_violent", "has_excluded", "lender_agrees")) for each in ATTESTED},
        ))  # fmt: skip
        evaluate_agency(scope, agency_id, day - timedelta(days=40 + 11 * number))
        inspect_agency(scope, agency_id, day - timedelta(days=60 + 11 * number))
        for seat in range(4):
            _register_staff(scope, f"{agency_id}-{seat + 1}", 100 * number + seat, day, agency_id)
    for number, each in enumerate(collectors()):
        _register_staff(scope, each.name, 1_000 + number, day)


def _register_staff(scope: Scope, staff_id: str, number: int, day: date, agency_id: str = "") -> None:
    trained_on = max(date(day.year, 1, 1), day - timedelta(days=30 + number % 7 * 20))
    register_staff(scope, staff_id, person_name(number), agency_id=agency_id, work_card=f"C{number:05}")
    train_staff(scope, staff_id, trained_on, examined_on=trained_on)
