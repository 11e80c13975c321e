"""The OpenAPI document: what the routes say of themselves, and what is the same for all of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from forbear.doors.api.problems import MEDIA_TYPE

if TYPE_CHECKING:
    from ninja import NinjaAPI

PREFIX = "/api/v1"
PROBLEM: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "Why something cannot be done (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code", "where", "do"],
    "properties": {
        "type": {"type": "string", "description": "The name of the kind of problem; it ends in the code."},
        "title": {"type": "string", "description": "The kind in words, in the language asked for."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is off, in English; never a value that was given."},
        "code": {"type": "string", "description": "Stable: programs go by it. See the errors of the reference."},
        "where": {"type": "object", "description": "Where it is off, by name."},
        "do": {"type": "string", "description": "What to do about it; may be empty."},
    },
    "examples": [
        {
            "type": "https://forbear.invalid/problems/unknown_loan",
            "title": "unknown loan",
            "status": 404,
            "detail": "There is no such loan.",
            "code": "unknown_loan",
            "where": {"loan": "L000000117"},
            "do": "Feed the book first.",
        }
    ],
}
OFTEN = {
    "400": "The request cannot be read.",
    "401": "No valid token, or no valid signature.",
    "403": "The token lacks the scope.",
    "404": "What is named is not there, or not for this token to see.",
    "409": "It clashes with what was asked or told before.",
    "413": "The request is too large.",
    "415": "The body is no JSON.",
    "422": "The request has not its shape, or its values do not fit together.",
    "429": "The token has used up its requests of this minute; `Retry-After` says how long to wait.",
    "500": "Something unforeseen happened.",
    "503": "The records cannot be reached now.",
}
OF_READS = ("400", "401", "403", "404", "422", "429", "500", "503")
LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "The language of what people read: `en`, `zh-Hans` or `zh-Hant`; English where none of them is asked for.",
}


def describe(document: Any) -> Any:
    """The document with problems, languages and scopes added to every route."""
    schemas = document["components"].setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    for path in document["paths"].values():
        for method, operation in path.items():
            _complete(method, operation)
    return document


def as_json(api: NinjaAPI) -> str:
    """The document as text, the same for the same routes."""
    return json.dumps(api.get_openapi_schema(path_prefix=f"{PREFIX}/"), ensure_ascii=False, indent=1, default=str)


def _complete(method: str, operation: dict[str, Any]) -> None:
    if not operation.get("security"):
        return
    statuses = OFTEN if method == "post" else {status: OFTEN[status] for status in OF_READS}
    answers = operation["responses"]
    for status, says in statuses.items():
        if not any(str(each) == status for each in answers):
            answers[status] = {
                "description": says,
                "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
    operation.setdefault("parameters", []).append(LANGUAGE)
