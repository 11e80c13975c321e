"""Machines are let in by an administrator: a token is shown once, listed without its secret, and ended at once."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import records_server

records_server.prepare()

from records_cast import TODAY  # noqa: E402

from forbear.kernel.ids import digest_text  # noqa: E402
from forbear.records.models import ApiToken, AuditEntry  # noqa: E402
from forbear.records.scope import acting  # noqa: E402

PATH = "/desk/administration/tokens"
GOOD = {"name": "ledger", "scopes": ["payments:write", "book:write"], "rate": "60"}


@pytest.fixture
def admin(lender):
    from console_staff import hire, signed_in

    return signed_in(hire(lender, "administrator", f"adm.{lender}", language="en"))


def give(admin, **values):
    return admin.post(PATH, {**GOOD, "once": str(uuid4()), **values})


def secret_of(page) -> str:
    return re.search(r'class="secret">([^<]+)<', page.content.decode())[1]


def test_a_token_is_shown_once_and_opens_the_api_until_it_is_ended(admin, scope):
    from django.test import Client

    key = str(uuid4())
    page = give(admin, once=key, scopes=["runs:read"], until=(TODAY + timedelta(days=5)).isoformat())
    secret = secret_of(page)
    assert page.headers["Cache-Control"] == "no-store"
    with acting(scope):
        (token,) = ApiToken.objects.filter(tenant_id=scope.tenant)
        assert token.digest == digest_text(secret) and token.scopes == ["runs:read"]
        assert token.expires_at.isoformat() == "2026-11-27T16:00:00+00:00"
    again = give(admin, once=key, scopes=["runs:read"], until=(TODAY + timedelta(days=5)).isoformat())
    assert again.status_code == 302
    listed = admin.get(PATH).content.decode()
    assert secret not in listed and digest_text(secret) not in listed
    assert listed.count(admin.user.username) > 1 and "<code>runs:read</code>" in listed
    machine = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {secret}"})
    assert machine.get("/api/v1/runs").status_code == 200
    assert [admin.post(f"{PATH}/{token.pk}/end").status_code for _ in range(2)] == [302, 302]
    assert machine.get("/api/v1/runs").status_code == 401
    with acting(scope):
        assert ApiToken.objects.filter(tenant_id=scope.tenant).count() == 1
        told = AuditEntry.objects.filter(subject_kind="token", actor=admin.user.username).order_by("id")
        assert [each.action for each in told] == ["token.issued", "token.revoked"]
        assert all(secret not in str(each.payload) for each in told)


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"scopes": []}, 400), ({"scopes": ["everything"]}, 400), ({"name": ""}, 400), ({"rate": "many"}, 400),
        ({"agency_id": "nobody", "scopes": ["people:read"]}, 404), ({"signs": "yes"}, 400),
        ({"until": TODAY.isoformat()}, 422), ({"until": "soon"}, 422), ({"once": ""}, 422),
    ],
)  # fmt: skip
def test_a_token_that_cannot_be_is_not_given(admin, scope, values, status):
    assert give(admin, **values).status_code == status
    with acting(scope):
        assert not ApiToken.objects.filter(tenant_id=scope.tenant).exists()


def test_another_lenders_token_is_not_ended(admin, scope, other_tenant):
    from console_staff import hire, signed_in

    from forbear.records.actions.tenants import change_settings

    give(admin)
    with acting(scope):
        token = ApiToken.objects.get(tenant_id=scope.tenant)
    change_settings(other_tenant, {"second_factor": False})
    stranger = signed_in(hire(other_tenant, "administrator", f"adm.{other_tenant}"))
    assert stranger.post(f"{PATH}/{token.pk}/end").status_code == 404
    assert "ledger" not in stranger.get(PATH).content.decode()
    with acting(scope):
        assert ApiToken.objects.get(tenant_id=scope.tenant).revoked_at is None
