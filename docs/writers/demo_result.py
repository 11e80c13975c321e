"""The result of the demo as the READMEs show it: what it printed, when it was last run by ``make docs``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FILES = {"README.md": "en", "README.zh.md": "zh"}
LOCALES = {"en": "en_US.UTF-8", "zh": "zh_CN.UTF-8"}


def printed(root: Path, language: str) -> tuple[str, str]:
    """What the demo prints in the language: the day, and the explanation of one loan."""
    with tempfile.TemporaryDirectory() as work:
        shutil.copytree(root / "examples", Path(work) / "examples")
        environment = {**os.environ, "LC_ALL": LOCALES[language], "PYTHONUTF8": "1"}
        done = subprocess.run(
            [sys.executable, "examples/demo.py"], cwd=work, env=environment, capture_output=True, text=True, check=True
        )
    lines = done.stdout.splitlines()
    cut = next(number for number, line in enumerate(lines) if line.startswith("$ forbear explain"))
    return "\n".join(lines[: cut - 1]).rstrip(), "\n".join(lines[cut:])


def readmes(root: Path, only: str = "") -> dict[str, str]:
    """Text of each README, or of one, with the demo's result in its places."""
    made = {}
    for name, language in FILES.items():
        if only not in ("", name):
            continue
        day, decision = printed(root, language)
        text = (root / name).read_text(encoding="utf-8")
        for mark, result in (("day", day), ("decision", decision)):
            text = _put(text, mark, result)
        made[name] = text
    return made


def _put(text: str, mark: str, result: str) -> str:
    begin, end = f"<!-- {mark} -->\n", f"<!-- end of {mark} -->"
    before, rest = text.split(begin)
    _, after = rest.split(end)
    return f"{before}{begin}\n```text\n{result}\n```\n\n{end}{after}"
