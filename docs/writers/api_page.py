"""``docs/reference/api.md``: every address of the API, from its OpenAPI document."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from docs.writers.markdown import GENERATED, cell, code, grid

from forbear.records.access.scopes import SCOPES

if TYPE_CHECKING:
    from forbear.doors.api.reference import Route, Row

HEAD = f"""# API

{GENERATED}
`forbear serve` answers it at `/api/v1`. The same is at `/api/v1/docs` to read and at `/api/v1/openapi.json` for machines (OpenAPI 3.1).

"""
RULES = """
- **Tokens.** `forbear token new` gives one; only its digest is kept. It has scopes, may have an end, and may be revoked at any time.
  One that speaks for an agency sees the people who are placed with that agency, and nobody else.
- **Limits.** Each token has so many requests in a minute; above that the answer is 429, and `Retry-After` says how long to wait.
- **Writes once.** Every write bears an `Idempotency-Key`. The same key with the same request gets the first answer again, with
  `Idempotency-Replayed: true`; with another request it is a conflict (409).
- **Pages.** A list has `items` and `next`; `next` as `cursor` gives what follows. What is added meanwhile neither repeats a row nor
  hides one.
- **Problems.** Every error is `application/problem+json` with `type`, `title`, `status`, `detail`, `code`, `where` and `do`. The codes
  are in [errors](errors.md).
- **Refusals are no errors.** What the law forbids is an answer with its rules, in the language of `Accept-Language`: `en`, `zh-Hans`
  or `zh-Hant`.
- **Ids.** `X-Request-Id` comes back with every answer; give your own to find a request again.
"""


def api_page() -> str:
    """The page. The routes are those of the web application itself, which is set up without a database for it."""
    routes = _routes()
    parts = [HEAD, RULES.lstrip(), "\n## Scopes\n\n"]
    parts.append(grid(("scope", "allows"), [(code(name), says) for name, says in SCOPES.items()]))
    tag = ""
    for route in routes:
        if route.tag != tag:
            tag = route.tag
            parts.append(f"\n## {tag}\n")
        parts.append(_section(route))
    return "".join(parts).rstrip() + "\n"


def _routes() -> list[Route]:
    from forbear.records.deployment import KEY_BYTES, Deployment
    from forbear.records.setup import set_up

    nowhere = "postgresql://nobody@/nothing"
    folder = Path(tempfile.gettempdir())
    set_up(Deployment(nowhere, nowhere, folder, "x" * 64, (b"x" * KEY_BYTES,), (), is_embedded=False))
    from forbear.doors.api.application import api
    from forbear.doors.api.document import PREFIX
    from forbear.doors.api.reference import routes_of

    return routes_of(api.get_openapi_schema(path_prefix=f"{PREFIX}/"))


def _section(route: Route) -> str:
    lines = [f"\n### {route.title}\n\n`{route.method} {route.path}`\n\n{route.says}\n"]
    if route.scope:
        lines.append(f"\nScope: {code(route.scope)}\n")
    for title, rows in (("Parameters", route.parameters), ("Body", route.body)):
        if rows:
            lines.append(f"\n{title}:\n\n{_grid(rows)}")
    if route.example:
        lines.append(f"\n```json\n{route.example}\n```\n")
    for status, says, rows in route.answers:
        lines.append(f"\nAnswer {status}: {says}\n\n{_grid(rows)}" if rows else f"\nAnswer {status}\n")
    return "".join(lines)


def _grid(rows: tuple[Row, ...]) -> str:
    found = [
        (code(each.name) + ("" if each.is_required else " (optional)"), each.kind, cell(each.says)) for each in rows
    ]
    return grid(("name", "kind", "meaning"), found)
