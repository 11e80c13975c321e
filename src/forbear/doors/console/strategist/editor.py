"""The visual editor of decision tables, dmn-js of bpmn.io. It is not ours and not in our package: its licence wants its mark to stay
in sight. It is fetched once by npm, from a lock file with the digest of every package, and served from the data folder."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

from forbear.kernel.errors import OutputError
from forbear.kernel.language import gettext as _

LOCK = Path(__file__).parent / "editor_lock"
SECONDS_MAX = 600
SCRIPT, STYLE, LICENCE = "dmn-modeler.js", "dmn-modeler.css", "LICENSE.txt"
ASSETS = {SCRIPT: "text/javascript", STYLE: "text/css", LICENCE: "text/plain; charset=utf-8"}
_STYLES = (
    "diagram-js.css", "dmn-js-shared.css", "dmn-js-drd.css", "dmn-js-decision-table.css", "dmn-js-decision-table-controls.css",
    "dmn-js-literal-expression.css", "dmn-js-boxed-expression.css", "dmn-js-boxed-expression-controls.css",
    "dmn-font/css/dmn-embedded.css",
)  # fmt: skip


def editor_folder(data: Path) -> Path:
    """Where the editor of this lock file lies in a data folder, whether or not it is there."""
    lock = (LOCK / "package-lock.json").read_bytes()
    return data / "table-editor" / hashlib.sha256(lock).hexdigest()[:16]


def is_fetched(data: Path) -> bool:
    """Whether the editor is there."""
    return (editor_folder(data) / SCRIPT).is_file()


def fetch_editor(data: Path) -> Path:
    """Fetch the editor into a data folder, unless it is there: whole or not at all.

    Returns:
        Its folder.

    Raises:
        OutputError: ``npm_missing``, ``cannot_fetch``.
    """
    folder = editor_folder(data)
    if is_fetched(data):
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".fetching-", dir=folder.parent) as work:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(LOCK / name, work)
        _run_npm(Path(work))
        made = Path(work) / "made"
        made.mkdir()
        package = Path(work) / "node_modules" / "dmn-js"
        shutil.copy(package / "dist" / "dmn-modeler.production.min.js", made / SCRIPT)
        shutil.copy(package / "LICENSE", made / LICENCE)
        styles = [(package / "dist" / "assets" / name).read_text(encoding="utf-8") for name in _STYLES]
        (made / STYLE).write_text("\n".join(styles), encoding="utf-8")
        try:
            made.rename(folder)
        except OSError:  # another process was quicker
            if not is_fetched(data):
                raise
    return folder


def _run_npm(folder: Path) -> None:
    if shutil.which("npm") is None:
        raise OutputError(
            "npm_missing", _("npm is not here, which fetches the editor."), do=_("Install Node.js, and try again.")
        )
    words = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        subprocess.run(words, cwd=folder, check=True, capture_output=True, timeout=SECONDS_MAX)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        told = (error.stderr or b"").decode(errors="replace").strip().splitlines()
        raise OutputError(
            "cannot_fetch",
            _("The editor cannot be fetched: {reason}.").format(reason=told[-1] if told else "npm ci"),
            do=_("Look at the network and at npm's registry, and try again."),
        ) from error
