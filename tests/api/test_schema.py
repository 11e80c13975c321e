"""Does the API do what its document says, whatever it is sent; and can people read the document without asking anybody else?"""

from __future__ import annotations

import re

import pytest
import schemathesis
from api_client import Machine, machine, payment
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from forbear.doors.api.application import api
from forbear.doors.api.document import PREFIX
from forbear.doors.api.reference import routes_of

EXAMPLES_OF_EACH = 12
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
)


@pytest.fixture
def document(clock):
    """The document as it is served."""
    return Machine().get("/openapi.json").body


def test_the_document_is_openapi_three_one_and_says_everything(document):
    """Every route with a title, words, a scope or a reason to have none; every field of a body with a kind."""
    assert document["openapi"] == "3.1.0"
    for route in routes_of(document):
        assert route.title and route.says and route.tag and route.answers, route
        assert route.scope or route.path.endswith(("/health", "/receipts/{signer_id}")), route
        assert route.method == "GET" or route.path.endswith("{signer_id}") or "Idempotency-Key" in {
            each.name for each in route.parameters
        }, route  # fmt: skip


def test_the_reference_page_asks_nothing_of_another_host(document):
    """Nothing is fetched, nothing is run; its own style is the only thing that its policy lets in."""
    page = Machine().get("/docs")
    assert page.status == 200 and page.headers["Content-Type"].startswith("text/html")
    assert not re.findall(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//|@import|url\(|<script|<link|<img""", page.body)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "style-src 'sha256-" in policy and "unsafe" not in policy
    for route in routes_of(document):
        assert route.path in page.body and route.title in page.body


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
def test_whatever_is_sent_is_answered_as_the_document_says(tenant, cast, clock, mode):
    """Every route with made-up requests, right or wrong ones, from a seed: no fault, no answer that is not in the document."""
    lender = machine(tenant, requests_per_minute=100_000)
    lender.post("/payments", payment(cast, "north"))
    schema = schemathesis.openapi.from_wsgi(f"{PREFIX}/openapi.json", get_wsgi_application())
    schema.config.generation.update(with_security_parameters=False)  # a token is tried elsewhere
    headers = {"Authorization": f"Bearer {lender.token}", "Host": "localhost"}
    seen, odd = set(), {}
    for each in schema.get_all_operations():
        operation = each.ok()
        try:
            seen.add(operation.label)
            tried(operation.as_strategy(generation_mode=mode), headers)
        except Unsatisfiable:
            assert (mode, operation.label) == (GenerationMode.NEGATIVE, f"GET {PREFIX}/health"), "it takes nothing"
        except (Exception, FailureGroup) as error:
            odd[operation.label] = f"{type(error).__name__}: {error}"
    assert odd == {}, "\n\n".join(f"{name}\n{said[:1500]}" for name, said in odd.items())
    assert len(seen) == len(routes_of(api.get_openapi_schema(path_prefix=f"{PREFIX}/")))


def tried(strategy, headers: dict[str, str]) -> None:
    """So many requests of one kind, each checked against the document."""

    @settings(
        max_examples=EXAMPLES_OF_EACH, derandomize=True, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(strategy)
    def check(case):
        case.call_and_validate(headers=headers, checks=CHECKS)

    check()
