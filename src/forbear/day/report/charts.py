"""Charts as static SVG, drawn by Vega-Lite. Colours are CSS variables, so one drawing serves light and dark.

Sizes are fixed and texts are never measured, so the bytes do not depend on the fonts of the machine that draws. Every
row carries its name on a line of its own: long names need no axis, on a telephone or elsewhere.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isqrt
from typing import Any

import vl_convert

NARROW, WIDE = 318, 520
FONT_SIZE = 13
ROW = 46
HEAT_STEPS = 5
LINES_HEIGHT = 240
STROKES = (("var(--accent)", (1, 0)), ("var(--ink)", (6, 3)), ("var(--muted)", (2, 3)))
Spec = dict[str, Any]


@dataclass(frozen=True)
class Bar:
    """One row of a bar chart: its name, its length, the text at its right end, and the length of the track behind it."""

    name: str
    value: int
    text: str
    track: int | None = None


@dataclass(frozen=True)
class PyramidRow:
    """One row of a pyramid: two lengths, left and right of its name, each with its text. None draws no bar."""

    name: str
    left: int | None
    left_text: str
    right: int | None
    right_text: str


@dataclass(frozen=True)
class Cell:
    """One cell of a heat map."""

    row: str
    column: str
    value: int


@dataclass(frozen=True)
class Line:
    """One line of a chart of shares: its name, and its points by what they are counted along, both from 0 on."""

    name: str
    points: Sequence[tuple[int, float]]


def bars(rows: Sequence[Bar], width: int) -> str:
    """A bar to each row, its name above it."""
    longest = max([max(row.value, row.track or 0) for row in rows] + [1])
    values = [
        {"row": str(number), "name": clip(row.name, width - 9 * len(row.text)), "text": row.text, "value": row.value}
        | {"track": row.track or 0}
        for number, row in enumerate(rows)
    ]
    layers = [
        _bar("track", "var(--track)", longest),
        _bar("value", "var(--accent)", longest),
        _text("name", x=0, align="left"),
        _text("text", x=width, align="right", ink="var(--muted)"),
    ]
    return _draw({**_canvas(values, width, len(rows)), "layer": layers, "encoding": {"y": _rows()}})


def pyramid(rows: Sequence[PyramidRow], width: int) -> str:
    """Two bars to each row, back to back, its name between them."""
    middle = 52
    side = (width - middle) // 2
    values = [
        {"row": str(number), "name": row.name, "left_text": row.left_text, "right_text": row.right_text}
        | {"left": row.left or 0, "right": row.right or 0}
        for number, row in enumerate(rows)
    ]
    longest = {key: max([int(value[key]) for value in values] + [1]) for key in ("left", "right")}
    canvas = _canvas(values, side, len(rows))
    left = {
        "width": side,
        "layer": [
            _bar("left", "var(--accent)", longest["left"], reverse=True),
            _text("left_text", x=side, align="right"),
        ],
    }
    names = {"width": middle, "layer": [_text("name", x=middle // 2, align="center", ink="var(--muted)", dy=4)]}
    right = {
        "width": side,
        "layer": [_bar("right", "var(--accent-2)", longest["right"]), _text("right_text", x=0, align="left")],
    }
    parts = [{"height": canvas["height"], "encoding": {"y": _rows()}, **part} for part in (left, names, right)]
    shared = {key: value for key, value in canvas.items() if key not in ("width", "height", "autosize")}
    return _draw({**shared, "hconcat": parts, "spacing": 0, "bounds": "flush"}, size=(width, len(rows) * ROW))


def heat(cells: Sequence[Cell], rows: Sequence[str], columns: Sequence[str], width: int) -> str:
    """A cell to each pair of row and column, darker for more; its figure inside."""
    indent = 0 if width < WIDE else 176
    largest = max([cell.value for cell in cells] + [1])
    values = [
        {
            "row": str(rows.index(cell.row)),
            "column": str(columns.index(cell.column)),
            "text": f"{cell.value:,}" if cell.value else "·",
            "step": _heat_step(cell.value, largest),
        }
        for cell in cells
    ]
    names = [{"row": str(number), "name": clip(name, indent if indent else width)} for number, name in enumerate(rows)]
    heads = [
        {"column": str(number), "name": clip(name, 8 + (width - indent) // max(len(columns), 1))}
        for number, name in enumerate(columns)
    ]
    across = {
        "field": "column",
        "type": "nominal",
        "axis": None,
        "sort": [str(number) for number in range(len(columns))],
        "scale": {"range": [indent, width], "paddingInner": 0.06, "paddingOuter": 0},
    }
    drop = 0 if indent else 9
    square = {"type": "rect", "height": 26, "yOffset": drop, "cornerRadius": 3}
    inks = [f"var(--heat-ink-{step})" for step in range(HEAT_STEPS + 1)]
    fills = [f"var(--heat-{step})" for step in range(HEAT_STEPS + 1)]
    layers: list[Spec] = [
        {"mark": square, "encoding": {"x": across, "fill": _stepped(fills)}},
        {
            "mark": {"type": "text", "fontSize": 12, "dy": drop, "baseline": "middle"},
            "encoding": {"x": across, "text": {"field": "text"}, "fill": _stepped(inks)},
        },
        {**_text("name", x=0, align="left", dy=0 if indent else -13), "data": {"values": names}},
    ]
    if not rows:
        return ""
    top = {
        "height": 24,
        "width": width,
        "data": {"values": heads},
        "mark": {"type": "text", "fontSize": 12, "fill": "var(--muted)", "baseline": "middle"},
        "encoding": {"x": across, "y": {"value": 12}, "text": {"field": "name"}},
    }
    step = 32 if indent else ROW
    body = {"height": step * len(rows), "width": width, "layer": layers, "encoding": {"y": _rows()}}
    body["resolve"] = {"scale": {"fill": "independent"}}
    canvas = {
        key: value for key, value in _canvas(values, width, 0).items() if key not in ("width", "height", "autosize")
    }
    spec = {**canvas, "vconcat": [top, body], "spacing": 0, "bounds": "flush"}
    return _draw(spec, size=(width, 24 + step * len(rows)))


def lines(rows: Sequence[Line], width: int) -> str:
    """A line to each row, its name at its end; told apart by their strokes, so that no colour is needed. Empty without a point."""
    points = [point for row in rows for point in row.points]
    if not points:
        return ""
    left, right, top, low = 48, width - 120, 12, LINES_HEIGHT - 24
    most, best = max(1, *(x for x, _y in points)), max(0.01, *(y for _x, y in points))

    def place(x: int, y: float) -> Spec:
        return {"x": round(left + (right - left) * x / most, 1), "y": round(low - (low - top) * y / best, 1)}

    layers: list[Spec] = [_rule(left, right, place(0, best * part / 2)["y"]) for part in range(3)]
    layers += [_word(f"{best * part / 2:.1%}", left - 6, place(0, best * part / 2)["y"], "right") for part in range(3)]
    ticks = sorted({x for x, _y in points})
    step = max(1, -(-len(ticks) // 12))
    layers += [_word(str(x), place(x, 0)["x"], low + 14, "center") for x in ticks[::step]]
    ends: list[float] = []
    for number, row in enumerate(row for row in rows if row.points):
        path = [place(x, y) for x, y in sorted(row.points)]
        ink, dash = STROKES[number % len(STROKES)]
        layers.append(_path(path, ink, dash))
        end = path[-1]["y"]
        while any(abs(end - other) < FONT_SIZE + 1 for other in ends):
            end -= FONT_SIZE + 1
        ends.append(end)
        layers.append(_word(clip(row.name, 110), path[-1]["x"] + 8, end, "left", "var(--ink)"))
    canvas = _canvas([], width, 0) | {"height": LINES_HEIGHT, "layer": layers}
    return _draw(canvas, size=(width, LINES_HEIGHT))


def _pixels(*names: str) -> Spec:
    return {name: {"field": name, "type": "quantitative", "scale": None, "axis": None} for name in names}


def _rule(left: int, right: int, y: float) -> Spec:
    mark = {"type": "rule", "stroke": "var(--track, var(--line))", "strokeWidth": 1}
    data = {"values": [{"x": left, "x2": right, "y": y}]}
    return {"data": data, "mark": mark, "encoding": _pixels("x", "y") | {"x2": {"field": "x2"}}}


def _word(text: str, x: float, y: float, align: str, ink: str = "var(--muted)") -> Spec:
    mark = {"type": "text", "align": align, "baseline": "middle", "fontSize": FONT_SIZE - 1, "fill": ink}
    data = {"values": [{"x": x, "y": y, "text": text}]}
    return {"data": data, "mark": mark, "encoding": _pixels("x", "y") | {"text": {"field": "text", "type": "nominal"}}}


def _path(path: Sequence[Spec], ink: str, dash: Sequence[int]) -> Spec:
    mark = {
        "type": "line",
        "stroke": ink,
        "strokeWidth": 2,
        "strokeDash": list(dash),
        "point": {"fill": ink, "size": 24},
    }
    return {"data": {"values": list(path)}, "mark": mark, "encoding": _pixels("x", "y")}


def _heat_step(value: int, largest: int) -> int:
    """0 for nothing, else 1 to HEAT_STEPS by the square root of the share of the largest, so that small cells differ too."""
    return 0 if value == 0 else 1 + min(HEAT_STEPS - 1, isqrt(HEAT_STEPS**2 * value // (largest + 1)))


def _stepped(colours: Sequence[str]) -> Spec:
    scale = {"domain": list(range(len(colours))), "range": list(colours)}
    return {"field": "step", "type": "ordinal", "scale": scale, "legend": None}


def _rows() -> Spec:
    return {"field": "row", "type": "ordinal", "axis": None, "sort": None, "scale": {"type": "band", "padding": 0}}


def _bar(field: str, fill: str, longest: int, *, reverse: bool = False) -> Spec:
    scale = {"domain": [0, longest], "nice": False, "reverse": reverse}
    return {
        "mark": {"type": "bar", "height": 12, "yOffset": 8, "fill": fill},
        "encoding": {"x": {"field": field, "type": "quantitative", "stack": None, "axis": None, "scale": scale}},
    }


def _text(field: str, *, x: int, align: str, ink: str = "var(--ink)", dy: int = -9) -> Spec:
    mark = {"type": "text", "align": align, "baseline": "middle", "dy": dy, "fontSize": FONT_SIZE, "fill": ink}
    return {"mark": mark, "encoding": {"x": {"value": x}, "text": {"field": field, "type": "nominal"}}}


def _canvas(values: Sequence[Spec], width: int, rows: int) -> Spec:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": width,
        "height": rows * ROW,
        "padding": 0,
        "autosize": {"type": "none"},
        "background": None,
        "data": {"values": list(values)},
        "config": {"view": {"stroke": None}, "aria": False},
    }


def _draw(spec: Spec, size: tuple[int, int] | None = None) -> str:
    """The SVG: no fonts of its own, no size of its own beyond its view box, hidden from readers (its table speaks)."""
    width, height = size or (spec["width"], spec["height"])
    drawing = _drawn(json.dumps(spec))
    body = drawing[drawing.index(">") + 1 :]
    for needless in (
        r' font-family="[^"]*"',
        r' (?:role|aria-[a-z]+)="[^"]*"',
        r' class="[^"]*"',
        r' stroke-miterlimit="10"',
    ):
        body = re.sub(needless, "", body)
    body = re.sub(r"<path(?![^>]* stroke=\"var)[^>]*(?: d=\"\"|fill=\"none\")[^>]*/>", "", body)
    return f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" aria-hidden="true">{body}'


@lru_cache(maxsize=256)
def _drawn(spec: str) -> str:
    """What Vega-Lite makes of it. Drawing takes a hundred times longer than all around it, and reports of a day repeat themselves."""
    drawing: str = vl_convert.vegalite_to_svg(spec)
    return drawing


def clip(text: str, pixels: int) -> str:
    """The text cut to fit, by a rule of thumb: a wide (Chinese) character takes a full em, any other 0.56."""
    room = pixels / FONT_SIZE
    used = 0.0
    for place, character in enumerate(text):
        used += 1.0 if unicodedata.east_asian_width(character) in "WF" else 0.56
        if used > room:
            return text[: max(place - 1, 0)].rstrip() + "…"
    return text
