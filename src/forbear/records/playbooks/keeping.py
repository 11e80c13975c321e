"""Versions as folders: a playbook is read from files, so what is kept in the records is laid out once, under its digest."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from shutil import rmtree

from django.conf import settings

from forbear.kernel.errors import InputError
from forbear.records.models import PlaybookVersion
from forbear.records.scope import current_scope
from forbear.strategy import Playbook, load_playbook, playbook_digest, playbook_files, playbook_names

FILE = re.compile(r"[a-z][a-z0-9_]*\.(?:dmn|yaml)")
FILE_BYTES_MAX = 1_000_000


def version_of(number: int) -> PlaybookVersion:
    """A version of the tenant.

    Raises:
        InputError: ``unknown_playbook_version``.
    """
    found = PlaybookVersion.objects.filter(tenant_id=current_scope().tenant, number=number).first()
    if found is None:
        raise InputError("unknown_playbook_version", "There is no such version of a playbook.", version=number)
    return found


def label_of(version: PlaybookVersion) -> str:
    """What a version is called: ``balanced 3``."""
    return f"{version.name} {version.number}"


def files_of(key: str) -> dict[str, str]:
    """The files of a playbook of the package, by its name, or of a kept version, by its number.

    Raises:
        InputError: ``unknown_playbook_version``.
    """
    if key.isdecimal():
        return dict(version_of(int(key)).files)
    if key not in playbook_names():
        raise InputError("unknown_playbook_version", "There is no such version of a playbook.", version=key)
    return {name: content.decode("utf-8") for name, content in playbook_files(key).items()}


def digest_of(files: Mapping[str, str]) -> str:
    """The digest of files as they are kept.

    Raises:
        InputError: ``bad_playbook_file`` for a name that is none of a playbook's, and for a file that is too large.
    """
    for name, text in files.items():
        if not FILE.fullmatch(name) or len(text.encode()) > FILE_BYTES_MAX:
            raise InputError("bad_playbook_file", "A playbook has no such file, or it is too large.", file=name)
    return playbook_digest({name: text.encode() for name, text in files.items()})


def unpacked(files: Mapping[str, str]) -> Path:
    """The folder with these files, named by their digest: laid out the first time, whole or not at all.

    Raises:
        InputError: ``bad_playbook_file``.
    """
    digest = digest_of(files)
    home: Path = settings.FORBEAR.data / "playbooks"
    folder = home / digest
    if folder.is_dir():
        return folder
    home.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".unpacked-", dir=home))
    for name, text in files.items():
        (draft / name).write_bytes(text.encode())
    try:
        draft.rename(folder)
    except OSError:  # another process was quicker
        rmtree(draft)
    return folder


def kept_playbook(files: Mapping[str, str]) -> Playbook:
    """The playbook that the files are.

    Raises:
        PlaybookError, TableError: as :func:`forbear.strategy.load_playbook`.
    """
    return _loaded(unpacked(files))


@lru_cache(maxsize=8)
def _loaded(folder: Path) -> Playbook:
    return load_playbook(folder)
