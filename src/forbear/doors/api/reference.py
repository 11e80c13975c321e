"""The document for people: the same addresses, shapes and errors as the OpenAPI document says, to be read."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from forbear.doors.api.document import PREFIX

if TYPE_CHECKING:
    from ninja import NinjaAPI

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24; background: #fff }
h2 { margin-top: 3rem; border-bottom: 1px solid #d0d7de } h3 { margin-top: 2rem } code, pre { font: 14px/1.45 ui-monospace, monospace }
pre { background: #f3f5f7; padding: .8rem; overflow-x: auto } table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #d0d7de }
@media (prefers-color-scheme: dark) { body { color: #dfe4ea; background: #14171a } pre { background: #1f2429 } }
"""
POLICY = (
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-"
    + base64.b64encode(sha256(STYLE.encode()).digest()).decode()
    + "'"
)
"""Only this very style, nothing else and from nowhere."""


@dataclass(frozen=True)
class Row:
    """One field or parameter: its name, kind, whether it must be given, and what it means."""

    name: str
    kind: str
    is_required: bool
    says: str


@dataclass(frozen=True)
class Route:
    """One address with one method."""

    method: str
    path: str
    title: str
    says: str
    tag: str
    scope: str
    parameters: tuple[Row, ...]
    body: tuple[Row, ...]
    example: str
    answers: tuple[tuple[str, str, tuple[Row, ...]], ...]


def routes_of(document: Mapping[str, Any]) -> list[Route]:
    """The routes of an OpenAPI document, in its order."""
    shapes = document["components"]["schemas"]
    return [
        _route(path, method, operation, shapes)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]


def html_page(api: NinjaAPI) -> str:
    """The reference as one page of HTML, made once a process."""
    return _html(api)


@cache
def _html(api: NinjaAPI) -> str:
    document = api.get_openapi_schema(path_prefix=f"{PREFIX}/")
    info = document["info"]
    parts = [Markup("<h1>{} API {}</h1>").format(info["title"], info["version"])]
    parts += [Markup("<p>{}</p>").format(each) for each in info["description"].split("\n\n")]
    parts.append(Markup('<p><a href="{}">openapi.json</a></p>').format(f"{PREFIX}/openapi.json"))
    tag = ""
    for route in routes_of(document):
        if route.tag != tag:
            tag = route.tag
            parts.append(Markup("<h2>{}</h2>").format(tag))
        parts += _html_route(route)
    head = Markup('<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{}</title>').format(info["title"])
    return f"{head}<style>{STYLE}</style></head><body>{Markup('').join(parts)}</body></html>"


def _html_route(route: Route) -> Iterator[Markup]:
    yield Markup("<h3>{}</h3><p><code>{} {}</code></p>").format(route.title, route.method, route.path)
    yield Markup("<p>{}</p>").format(route.says)
    if route.scope:
        yield Markup("<p>Scope: <code>{}</code></p>").format(route.scope)
    for title, rows in (("Parameters", route.parameters), ("Body", route.body)):
        if rows:
            yield Markup("<h4>{}</h4>{}").format(title, _html_rows(rows))
    if route.example:
        yield Markup("<pre>{}</pre>").format(route.example)
    for status, says, rows in route.answers:
        yield Markup("<h4>{} {}</h4>{}").format(status, says, _html_rows(rows) if rows else "")


def _html_rows(rows: tuple[Row, ...]) -> Markup:
    lines = Markup("").join(
        Markup("<tr><td><code>{}</code>{}</td><td>{}</td><td>{}</td></tr>").format(
            row.name, "" if row.is_required else " (optional)", row.kind, escape(row.says)
        )
        for row in rows
    )
    return Markup("<table>{}</table>").format(lines)


def _route(path: str, method: str, operation: Mapping[str, Any], shapes: Mapping[str, Any]) -> Route:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    own = {status: each for status, each in operation["responses"].items() if int(status) < 300}
    return Route(
        method=method.upper(),
        path=path,
        title=operation["summary"],
        says=" ".join(operation.get("description", "").split()),
        tag=operation["tags"][0],
        scope=operation.get("x-scope", ""),
        parameters=tuple(_parameter(each, shapes) for each in operation.get("parameters", ())),
        body=tuple(_rows(body, shapes)) if body else (),
        example=_example(body, shapes) if body else "",
        answers=tuple(
            (str(status), _titled(_schema(each), shapes), tuple(_rows(_schema(each), shapes)))
            for status, each in own.items()
        ),
    )


def _schema(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return found


def _parameter(each: Mapping[str, Any], shapes: Mapping[str, Any]) -> Row:
    place = {"path": "in the path", "header": "header", "query": "query"}[each["in"]]
    kind = f"{_kind(each['schema'], shapes)}, {place}"
    return Row(each["name"], kind, each["required"], each.get("description", each["schema"].get("description", "")))


def _shape(schema: Mapping[str, Any], shapes: Mapping[str, Any]) -> Mapping[str, Any]:
    named = schema.get("$ref")
    return shapes[named.rsplit("/", 1)[-1]] if named else schema


def _titled(schema: Mapping[str, Any], shapes: Mapping[str, Any]) -> str:
    return str(_shape(schema, shapes).get("description", "")).split("\n\n")[0]


def _rows(schema: Mapping[str, Any], shapes: Mapping[str, Any], before: str = "") -> Iterator[Row]:
    """The fields of a shape, those of shapes within it under their whole names."""
    shape = _shape(schema, shapes)
    required = shape.get("required", ())
    for name, field in shape.get("properties", {}).items():
        yield Row(f"{before}{name}", _kind(field, shapes), name in required, str(field.get("description", "")))
        for mark, part in (("[].", field.get("items")), (".", _only(field))):
            if part and "properties" in _shape(part, shapes):
                yield from _rows(part, shapes, f"{before}{name}{mark}")


def _only(field: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The shape of a field that has one or is null."""
    kinds = [each for each in field.get("anyOf", [field]) if each.get("type") != "null"]
    return kinds[0] if len(kinds) == 1 and "$ref" in kinds[0] else None


def _kind(schema: Mapping[str, Any], shapes: Mapping[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_kind(each, shapes) for each in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(str(each) for each in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'], shapes)}"
    if "$ref" in schema:
        return "object"
    return str(schema.get("format") or schema.get("type", "anything"))


def _example(schema: Mapping[str, Any], shapes: Mapping[str, Any]) -> str:
    return json.dumps(_sample(schema, shapes), ensure_ascii=False, indent=2)


def _sample(schema: Mapping[str, Any], shapes: Mapping[str, Any]) -> Any:
    """The fields that must be given, and those that have an example."""
    if schema.get("examples"):
        return schema["examples"][0]
    shape = _shape(schema, shapes)
    if shape.get("type") == "array":
        return [_sample(shape["items"], shapes)]
    if "properties" not in shape:
        return shape.get("enum", [shape.get("default", "…")])[0]
    required = shape.get("required", ())
    return {
        name: _sample(field, shapes)
        for name, field in shape["properties"].items()
        if name in required or field.get("examples")
    }
