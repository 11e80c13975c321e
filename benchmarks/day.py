"""The whole day against the floor and against SQL written by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.book import make_benchmark_book
from benchmarks.by_hand.comparing import differences
from benchmarks.measuring import Measured, in_own_process

DATA = Path(__file__).parent / "data"
SEED = 1
SHARED_STEPS = ("facts", "proposals", "verdicts", "plan")
CHECKED_LOANS = 100_000
ONCE_FROM = 5_000_000
REPEATS = 3
Say = Callable[[str], None]


def book_of(loans: int, say: Say) -> Path:
    """The benchmark book of that size, made when it is not there."""
    book = DATA / f"book_{loans}"
    if not (book / "done").exists():
        say(f"making a book of {loans:,} loans")
        make_benchmark_book(book, loans, SEED)
        (book / "done").touch()
    return book


def facts_of(loans: int, say: Say) -> Path:
    """The facts of a fresh run on the book of that size."""
    out = DATA / f"run_{loans}"
    in_own_process("day", book=book_of(loans, say), out=out)
    return out / "facts.parquet"


def check_same_rows(say: Say, loans: int = CHECKED_LOANS) -> list[str]:
    """Whether the SQL by hand gives the rows of the run; the differences."""
    book, ours, theirs = book_of(loans, say), DATA / f"run_{loans}", DATA / f"by_hand_{loans}"
    in_own_process("day", book=book, out=ours)
    in_own_process("by_hand", book=book, out=theirs)
    return differences(ours, theirs)


def measure_day(loans: int, say: Say) -> dict[str, Any]:
    """The run, the SQL by hand and the floor on one book, one after the other, and their ratios."""
    book = book_of(loans, say)
    repeats = 1 if loans >= ONCE_FROM else REPEATS
    say(f"{loans:,} loans: reading the columns once")
    floor = _best(repeats, "floor", book=book)
    say(f"{loans:,} loans: SQL by hand")
    by_hand = _best(repeats, "by_hand", book=book, out=DATA / f"by_hand_{loans}")
    say(f"{loans:,} loans: the run")
    run = _best(repeats, "day", book=book, out=DATA / f"run_{loans}")
    found = differences(DATA / f"run_{loans}", DATA / f"by_hand_{loans}")
    return {
        "loans": loans,
        "repeats": repeats,
        "run": run.to_json(),
        "by_hand": by_hand.to_json(),
        "floor": floor.to_json(),
        "ratios": _ratios(run, by_hand, floor),
        "differences": found,
    }


def _best(repeats: int, work: str, **arguments: object) -> Measured:
    """The quickest of some repeats: what other work on the machine adds is not ours."""
    tries = [in_own_process(work, **arguments) for _ in range(repeats)]
    return min(tries, key=lambda each: each.answer["seconds"])


def _ratios(run: Measured, by_hand: Measured, floor: Measured) -> dict[str, float]:
    steps: dict[str, dict[str, float]] = run.answer["steps"]
    shared = sum(steps[name]["seconds"] for name in SHARED_STEPS)
    shared_cpu = sum(steps[name]["cpu_seconds"] for name in SHARED_STEPS)
    theirs = sum(by_hand.answer["steps"].values())
    read = sum(floor.answer["tables"].values())
    return {
        "run_to_by_hand": round(run.answer["seconds"] / by_hand.answer["seconds"], 2),
        "run_to_by_hand_cpu": round(run.answer["cpu_seconds"] / by_hand.answer["cpu_seconds"], 2),
        "same_steps_to_by_hand": round(shared / theirs, 2),
        "same_steps_to_by_hand_cpu": round(shared_cpu / by_hand.answer["cpu_seconds"], 2),
        "run_to_floor": round(run.answer["seconds"] / read, 1),
        "by_hand_to_floor": round(theirs / read, 1),
    }


def growth(days: Sequence[dict[str, Any]]) -> dict[str, float] | None:
    """How much more than linear the run grows from the smallest book to the largest; None for fewer than two."""
    if len(days) < 2:
        return None
    small, large = (pick(days, key=lambda each: each["loans"]) for pick in (min, max))
    times = large["loans"] / small["loans"]
    return {
        "from": small["loans"],
        "to": large["loans"],
        **{name: round(large["run"][name] / small["run"][name] / times, 2) for name in ("seconds", "cpu_seconds")},
        "by_hand_seconds": round(large["by_hand"]["seconds"] / small["by_hand"]["seconds"] / times, 2),
    }
