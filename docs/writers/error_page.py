"""``docs/reference/errors.md``: every error code of the source, with its message, found by reading the source."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docs.writers.markdown import GENERATED, cell, code

from forbear.kernel import errors

SOURCE = Path(errors.__file__).parent.parent
CLASSES = {
    name: kind for name, kind in vars(errors).items() if inspect.isclass(kind) and kind.__module__ == errors.__name__
}
VARIES = "(says what the engine or the system said)"

HEAD = f"""# Errors

{GENERATED}
Every error that Forbear raises on purpose has a stable code, a sentence that says what, the place (file, table, row,
column, cell …), and a sentence that says what to do. On the command line the message goes to stderr, or with `--json` to
stdout as `{{"error": …, "message": …, "where": {{…}}, "do": …}}`. In the messages below, `{{…}}` stands for what was found.

Two things are never errors: a bad *row* of a book goes to the rejects with its reason, and a refusal by law is a verdict with
its rules and citations.

"""


@dataclass(frozen=True)
class Raised:
    """A place in the source that raises an error."""

    kind: str
    code: str
    message: str
    module: str


def raised() -> list[Raised]:
    """Every code with a message, in the order of the source; several for a code that is raised in several places."""
    found: list[Raised] = []
    for path in sorted(SOURCE.rglob("*.py")):
        module = path.relative_to(SOURCE.parent).with_suffix("").as_posix().replace("/", ".")
        found += _Scan(ast.parse(path.read_text(encoding="utf-8")), module).run()
    return list(dict.fromkeys(found))


@dataclass(frozen=True)
class _Wrapper:
    """A function that raises with the code or the message it is given."""

    kind: str
    code: str | int
    message: str | int


class _Scan:
    """One module. Functions that hand a code or a message on are followed to their callers in the same module."""

    def __init__(self, tree: ast.Module, module: str) -> None:
        self.tree, self.module = tree, module
        self.wrappers: dict[str, _Wrapper] = {}

    def run(self) -> Iterator[Raised]:
        for function in ast.walk(self.tree):
            if isinstance(function, ast.FunctionDef):
                yield from self._of_function(function)
        for call in ast.walk(self.tree):
            if isinstance(call, ast.Call) and _name(call) in self.wrappers:
                yield from self._of_wrapper(call, self.wrappers[_name(call)])

    def _of_function(self, function: ast.FunctionDef) -> Iterator[Raised]:
        names = [each.arg for each in function.args.args if each.arg not in ("self", "cls")]
        for call in _own(function):
            if not isinstance(call, ast.Call) or _name(call) not in CLASSES or len(call.args) < 2:
                continue
            given_code, given_message = (_given(argument, names) for argument in call.args[:2])
            if isinstance(given_code, int) or isinstance(given_message, int):
                if given_code is not None and given_message is not None:
                    self.wrappers[function.name] = _Wrapper(_name(call), given_code, given_message)
            elif given_code is not None:
                message = given_message or _assigned(function, call.args[1]) or VARIES
                yield Raised(_name(call), given_code, message, self.module)

    def _of_wrapper(self, call: ast.Call, wrapper: _Wrapper) -> Iterator[Raised]:
        said = _argument(call, wrapper.code)
        message = _argument(call, wrapper.message)
        if said is not None:
            yield Raised(wrapper.kind, said, message or VARIES, self.module)


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function without those of functions within it, in the order of the source."""
    for node in ast.iter_child_nodes(function):
        yield node
        if not isinstance(node, ast.FunctionDef):
            yield from _own(node)


def _name(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def _given(argument: ast.expr, parameters: list[str]) -> str | int | None:
    """The text of an argument, or the place of the parameter that it hands on; None if it is neither."""
    if isinstance(argument, ast.Name) and argument.id in parameters:
        return parameters.index(argument.id)
    return _text(argument)


def _argument(call: ast.Call, place: str | int) -> str | None:
    if isinstance(place, str):
        return place
    return _text(call.args[place]) if place < len(call.args) else None


def _assigned(function: ast.FunctionDef, name: ast.expr) -> str | None:
    """The text last assigned to a variable of the function before it is used."""
    if not isinstance(name, ast.Name):
        return None
    values = [
        node.value
        for node in _own(function)
        if isinstance(node, ast.Assign)
        and node.lineno < name.lineno
        and any(isinstance(to, ast.Name) and to.id == name.id for to in node.targets)
    ]
    return next((text for text in map(_text, reversed(values)) if text is not None), None)


def _text(node: ast.expr) -> str | None:
    """A text of the source with ``{…}`` where values are put in; None for what is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "{…}" for part in node.values)
    if isinstance(node, ast.IfExp):
        return f"{_text(node.body)} / {_text(node.orelse)}"
    if isinstance(node, ast.Call):
        if _name(node) in ("_", "gettext") and node.args:
            return _text(node.args[0])
        if _name(node) == "format" and isinstance(node.func, ast.Attribute):
            return _text(node.func.value)
    return None


def error_page() -> str:
    """The page, class by class."""
    parts = [HEAD]
    found = raised()
    for name, kind in CLASSES.items():
        mine = [each for each in found if each.kind == name]
        if not mine:
            continue
        parts.append(f"## {name} (exit code {kind.exit_code})\n\n{(kind.__doc__ or '').strip().splitlines()[0]}\n\n")
        parts.append("| code | what is said | raised in |\n| --- | --- | --- |\n")
        for each in sorted({each.code for each in mine}):
            alike = [one for one in mine if one.code == each]
            messages = "<br>".join(dict.fromkeys(cell(one.message) for one in alike))
            modules = ", ".join(dict.fromkeys(code(one.module.removeprefix("forbear.")) for one in alike))
            parts.append(f"| {code(each)} | {messages} | {modules} |\n")
        parts.append("\n")
    return "".join(parts).rstrip() + "\n"
