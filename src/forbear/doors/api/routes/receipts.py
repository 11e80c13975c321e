"""What providers tell of messages: signed, as Standard Webhooks says, instead of borne by a token."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import Field

from forbear.dispatch.channel import RECEIPTS, Receipt
from forbear.doors.api.callers import Caller, clock_of, let_in
from forbear.doors.api.fields import PLAIN, Asked, Instant
from forbear.doors.api.paging import POSITION_MAX
from forbear.doors.api.problems import unauthenticated
from forbear.kernel.errors import InputError
from forbear.kernel.signing import verify_signature
from forbear.records.access.admitting import admit_signer
from forbear.records.desk.settling import settle
from forbear.records.idempotency import once
from forbear.records.lender import lender_settings
from forbear.records.scope import acting

router = Router(tags=["Receipts"])
RECEIPTS_MAX = 500
Status = Literal[RECEIPTS]  # type: ignore[valid-type]  # the channels' own list


class ReceiptTold(Asked):
    """What became of a message."""

    message_id: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")] = Field(
        description="As it was given with the message.", examples=["6f0e8f4352f45d0c9c362f1d7f2b7a10"]
    )
    status: Status = Field(examples=["delivered"])
    at: Instant = Field(examples=["2026-11-23T12:00:04+08:00"])
    provider_id: Annotated[str, Field(max_length=128, pattern=PLAIN)] = ""
    reason: Annotated[str, Field(max_length=64, pattern=PLAIN)] = Field("", description="The provider's own code.")
    parts_count: Annotated[int, Field(strict=True, ge=1, le=255)] = 1


class Receipts(Asked):
    """Receipts, in any order; the same one twice is written once."""

    receipts: list[ReceiptTold] = Field(min_length=1, max_length=RECEIPTS_MAX)


class Heard(Schema):
    """What was heard."""

    heard_count: int = Field(description="Receipts that were read.")
    news_count: int = Field(description="Messages of which it said something new; unknown ones are passed over.")


class Signature:
    """Lets in who signed the request with the secret of a signer, lately."""

    openapi_security_schema = {  # noqa: RUF012  # the web library reads it as a plain mapping
        "type": "apiKey", "in": "header", "name": "webhook-signature",
        "description": "Standard Webhooks, version 1: `webhook-id`, `webhook-timestamp` and `webhook-signature`.",
    }  # fmt: skip

    def __call__(self, request: HttpRequest) -> Any:
        """The signer as a caller.

        Raises:
            InputError: ``signature_missing``, ``signature_wrong``, ``signature_old``.
            ForbearError: ``unauthenticated``, ``too_many_requests``.
        """
        clock = clock_of(request)
        number = request.path_info.rsplit("/", 1)[-1]
        known = number.isascii() and number.isdigit() and 0 < int(number) <= POSITION_MAX
        found = admit_signer(int(number), clock.now()) if known else None
        if found is None:
            raise unauthenticated()
        admitted, secret = found
        caller = let_in(request, admitted, "receipts:write")
        request.webhook = verify_signature(request.headers, request.body, [secret], clock)
        return caller


@router.post("/receipts/{signer_id}", response=Heard, auth=Signature(), summary="Tell receipts")
def tell(request: HttpRequest, signer_id: Annotated[int, Path(ge=1, le=POSITION_MAX)], body: Receipts) -> Any:
    """The header `webhook-id` stands for the idempotency key: the same request twice is heard once."""
    caller: Caller = request.auth
    now = caller.clock.now()

    def do() -> dict[str, int]:
        told = [(each.message_id, _receipt(each)) for each in body.receipts]
        news = settle(caller.tenant, told, now, lender_settings(caller.tenant))
        return {"heard_count": len(told), "news_count": len(news)}

    with acting(caller.scope):
        key = request.webhook.request_id
        if len(key) > 128:
            raise InputError("bad_idempotency_key", "The idempotency key is empty or too long.", action="receipts.tell")
        return once("receipts.tell", key, body.model_dump(mode="json"), do)


def _receipt(each: ReceiptTold) -> Receipt:
    return Receipt(each.message_id, each.status, each.at, each.provider_id, each.reason, parts_count=each.parts_count)
