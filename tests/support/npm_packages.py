"""Packages of npm that tests need: installed by ``npm ci`` from a lock file, once a machine."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path


def installed(where: Path) -> Path:
    """The folder with what a folder's ``package-lock.json`` names, installed the first time it is needed."""
    lock = (where / "package-lock.json").read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "forbear-tests"
    folder = cache / f"{where.name}-{hashlib.sha256(lock).hexdigest()[:16]}"
    if not folder.exists():
        cache.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f"{where.name}-", dir=cache))
        for name in ("package.json", "package-lock.json"):
            shutil.copy(where / name, draft)
        subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=draft, check=True, capture_output=True
        )
        try:
            draft.rename(folder)
        except OSError:  # another process was quicker
            shutil.rmtree(draft)
    return folder
