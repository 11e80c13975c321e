"""Can anything but ``dispatch.send`` reach a borrower? Read from the source, so that nobody can forget it."""

from __future__ import annotations

import ast

from source_tree import dotted, nodes

NETWORKS = {
    "socket", "http", "urllib", "smtplib", "ssl", "requests", "httpx", "aiohttp", "pywebpush", "aiosmpplib", "aiosmtpd", "ftplib",
    "telnetlib", "websockets",
}  # fmt: skip
MAY_REACH = {
    "dispatch/channels/": "The real senders, which nothing but the wiring knows.",
    "day/wiring/events.py": "Tells the lender's own systems of what happened; no borrower is behind such an address.",
}
"""Where a library of the network may be imported, each with its reason."""
HARMLESS = {"urllib.parse", "http.HTTPStatus", "aiosmpplib.codec"}
"""Words, numbers and alphabets, no lines."""


def modules(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {name.name for name in node.names}
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return (
            {f"{node.module}.{name.name}" for name in node.names}
            if node.module in ("http", "urllib")
            else {node.module}
        )
    return set()


def test_a_channel_is_called_by_send_alone():
    """``deliver`` is called in one place of the whole package."""
    called = {
        path
        for path, node in nodes()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "deliver"
    }
    assert called == {"dispatch/send.py"}


def test_only_named_places_can_reach_a_network():
    """A new one needs a reason here."""
    odd = {
        f"{path} {name}"
        for path, node in nodes()
        for name in modules(node)
        if name.split(".")[0] in NETWORKS and name not in HARMLESS and not path.startswith(tuple(MAY_REACH))
    }
    assert odd == set()


def test_a_place_that_may_reach_a_network_still_does():
    """What needs it no more leaves the list."""
    used = {
        place
        for place in MAY_REACH
        for path, node in nodes()
        if path.startswith(place) and any(name.split(".")[0] in NETWORKS for name in modules(node))
    }
    assert used == set(MAY_REACH)


def test_a_contact_begins_in_the_desk_alone():
    """Nothing else writes that a contact has started."""
    written = {
        path
        for path, node in nodes()
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "SET state = 'started'" in node.value
    }
    assert written <= {"records/desk/desk.py", "records/desk/agency.py"}
    assert "records/desk/desk.py" in written
    assert not [
        path for path, node in nodes() if isinstance(node, ast.Call) and dotted(node.func).endswith("os.system")
    ]
