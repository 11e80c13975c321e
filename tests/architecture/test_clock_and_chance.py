"""Is the clock read in one module, and does all chance come from a seed?"""

from __future__ import annotations

import ast

from source_tree import dotted, nodes

CLOCK = "kernel/clock.py"
NOW = {"now", "utcnow", "today", "fromtimestamp", "utcfromtimestamp"}
CLOCK_FUNCTIONS = {
    f"time.{name}"
    for name in ("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "process_time")
} | {"time.localtime", "time.gmtime", "time.ctime", "time.strftime"}
ENGINE_CLOCKS = {"CurrentDate", "CurrentTimestamp", "CurrentTime", "CurrentDatetime", "Rand", "Randn", "Uuid"}
SEEDED = {"np.random.SeedSequence", "np.random.Generator", "np.random.PCG64", "np.random.Philox"}
CHANCE_MODULES = {"random", "secrets"}
FRESH_IDS = {"uuid1", "uuid4", "uuid6", "uuid7"}
"""Of ``uuid`` only ids that are made of what they name are no chance."""
UNGUESSABLE = {
    "records/access/chance.py": "Tokens and signing secrets must not be guessed from any seed.",
    "records/deployment.py": "The keys of a deployment must not be guessed from any seed.",
    "records/sealing.py": "A nonce must never come twice under one key, whoever replays a day.",
    "records/desk/worker.py": "Two workers begun from one seed must not take each other for themselves.",
    "records/desk/agency.py": "An agency must not guess the permit of another.",
}
"""The modules whose chance must come from no seed, each with its reason. Nothing that is decided rests on it."""


def imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {name.name.split(".")[0] for name in node.names}
    return {node.module.split(".")[0]} if isinstance(node, ast.ImportFrom) and node.module and not node.level else set()


def test_only_one_module_reads_the_clock():
    """No ``datetime.now``, ``date.today`` or ``time.time`` anywhere else; ``SystemClock().now()`` is the way."""
    odd = [
        f"{path}:{node.lineno} {dotted(node.func)}"
        for path, node in nodes()
        if isinstance(node, ast.Call)
        and path != CLOCK
        and (
            dotted(node.func) in CLOCK_FUNCTIONS
            or (
                dotted(node.func).split(".")[-1] in NOW
                and dotted(node.func).split(".")[0] in ("date", "datetime", "dt")
            )
        )
    ]
    assert not odd


def test_the_time_module_is_imported_by_the_clock_alone():
    """Whoever wants to measure asks ``kernel.clock.stopwatch``."""
    assert {path for path, node in nodes() if "time" in imported(node)} == {CLOCK}


def test_no_expression_asks_an_engine_for_its_clock_or_for_chance():
    """The vocabulary of columns has no ``current_date`` and no ``rand``."""
    named = {node.attr for path, node in nodes(rooms=("columns",)) if isinstance(node, ast.Attribute)}
    assert not named & ENGINE_CLOCKS


def test_chance_comes_from_a_seed():
    """No ``random``, no ``secrets``, no fresh ids; of numpy's chance only what takes a seed, and it is given one."""
    free = [(path, node) for path, node in nodes() if path not in UNGUESSABLE]
    assert not [f"{path} {imported(node)}" for path, node in free if imported(node) & CHANCE_MODULES]
    named = {alias.name for _, node in free if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert not named & FRESH_IDS
    assert not [path for path, node in free if isinstance(node, ast.Import) and "uuid" in imported(node)]
    calls = [(path, node) for path, node in free if isinstance(node, ast.Call)]
    numpy = [(path, node) for path, node in calls if dotted(node.func).startswith(("np.random.", "numpy.random."))]
    assert numpy, "the synthetic book draws from numpy"
    odd = [f"{path}:{node.lineno}" for path, node in numpy if dotted(node.func) not in SEEDED or not node.args]
    assert not odd
    assert not [f"{path}:{node.lineno}" for path, node in calls if dotted(node.func) in ("os.urandom", "os.getrandom")]


def test_unguessable_chance_is_drawn_where_it_is_said_to_be():
    """A module that draws none any more leaves the list."""
    drawn = {
        path
        for path, node in nodes()
        if imported(node) & CHANCE_MODULES
        or (isinstance(node, ast.ImportFrom) and FRESH_IDS & {alias.name for alias in node.names})
        or (isinstance(node, ast.Call) and dotted(node.func) == "os.urandom")
    }
    assert drawn == set(UNGUESSABLE)
