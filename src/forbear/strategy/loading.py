"""Reading a playbook from its folder: settings in YAML, tables in DMN. What is wrong is refused with its place."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from forbear.kernel.errors import PlaybookError
from forbear.kernel.language import gettext as _
from forbear.kernel.reading import read_yaml_text
from forbear.strategy.inputs import input_schema
from forbear.strategy.pipeline import ORDER
from forbear.strategy.playbook import Playbook
from forbear.strategy.proposals import Hours, ProposalShape, all_approved
from forbear.strategy.refusals import check_tables
from forbear.strategy.settings.experiments import read_experiment
from forbear.strategy.settings.parameters import Parameter, read_parameter
from forbear.strategy.settings.value import read_value
from forbear.tables import Model, read_dmn

PLAYBOOKS = Path(__file__).parent / "playbooks"
SETTINGS = "playbook.yaml"
REASONS = "reasons.yaml"
_REQUIRED = {"name", "title", "says", "version_note", "valid_from", "currency", "hours", "parameters", "value"}
_ALLOWED = _REQUIRED | {"approval", "experiments"}


def playbook_names() -> list[str]:
    """The playbooks that come with the package."""
    return sorted(folder.name for folder in PLAYBOOKS.iterdir() if (folder / SETTINGS).is_file())


def load_playbook(name_or_path: str | Path) -> Playbook:
    """A playbook of the package by name, or of one's own by the path of its folder.

    Raises:
        PlaybookError: there is no such playbook, or its settings or tables are not those of a playbook.
        TableError: a table cannot be read; ``where`` names file, table, rule and cell.
    """
    folder = _folder(name_or_path)
    settings = _settings(folder / SETTINGS)
    file = str(folder / SETTINGS)
    parameters = {
        key: read_parameter(key, given, file) for key, given in _mapping(settings["parameters"], file).items()
    }
    _check_names(parameters, file)
    experiments = [read_experiment(k, v, file) for k, v in _mapping(settings.get("experiments") or {}, file).items()]
    models = _models(folder)
    check_tables(models, parameters, experiments, folder)
    playbook = Playbook(
        name=str(settings["name"]),
        title=_texts(settings["title"], file),
        says=_texts(settings["says"], file),
        version_note=str(settings["version_note"]),
        valid_from=settings["valid_from"],
        currency=str(settings["currency"]),
        version=playbook_digest(playbook_files(folder)),
        folder=folder,
        models=models,
        parameters=parameters,
        experiments=tuple(experiments),
        shape=_shape(settings, file),
        own_reasons=_own_reasons(folder / REASONS),
    )
    assert playbook.pipeline  # compiles every cell, so that a bad one is refused here
    return playbook


def _folder(name_or_path: str | Path) -> Path:
    own = Path(name_or_path)
    if own.is_dir() and (len(own.parts) > 1 or str(name_or_path) not in playbook_names()):
        return own
    if str(name_or_path) in playbook_names():
        return PLAYBOOKS / str(name_or_path)
    raise PlaybookError(
        "no_such_playbook",
        _("There is no playbook {name}.").format(name=name_or_path),
        do=_("Name one of {names}, or the folder of your own.").format(names=", ".join(playbook_names())),
    )


def _settings(path: Path) -> Mapping[str, Any]:
    try:
        settings = read_yaml_text(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PlaybookError(
            "unreadable_settings", _("The settings cannot be read: {error}.").format(error=error), file=path
        ) from None
    if not isinstance(settings, dict) or not _REQUIRED <= set(settings) <= _ALLOWED:
        found = set(settings) if isinstance(settings, dict) else set()
        odd = sorted(map(str, (_REQUIRED - found) | (found - _ALLOWED)))
        raise PlaybookError(
            "bad_settings",
            _("Missing or unknown in the settings: {keys}.").format(keys=", ".join(odd)),
            do=_("See docs/reference/playbooks.md."),
            file=path,
        )
    if not isinstance(settings["valid_from"], date):
        raise PlaybookError("bad_settings", _("valid_from is no date."), do=_("Write it as YYYY-MM-DD."), file=path)
    return settings


def _own_reasons(path: Path) -> dict[str, Mapping[str, str]]:
    """The sentences for reason codes of one's own, if the folder has any."""
    if not path.is_file():
        return {}
    given = read_yaml_text(path.read_text(encoding="utf-8"))
    return {code: _texts(texts, str(path)) for code, texts in _mapping(given, str(path)).items()}


def _mapping(given: object, file: str) -> Mapping[str, Any]:
    if isinstance(given, dict) and all(isinstance(key, str) for key in given):
        return given
    raise PlaybookError("bad_settings", _("Parameters, experiments and reasons are given by name."), file=file)


def _texts(given: object, file: str) -> Mapping[str, str]:
    if isinstance(given, dict) and set(given) == {"en", "zh"}:
        return {language: str(text) for language, text in given.items()}
    raise PlaybookError("bad_settings", _("Titles and sentences are given in en and zh."), file=file)


def _check_names(parameters: Mapping[str, Parameter], file: str) -> None:
    taken = {name.lower() for name in input_schema()} | set(ORDER)
    for name in parameters:
        if name.lower() in taken or not name.isidentifier():
            raise PlaybookError(
                "bad_parameter",
                _("{name} cannot name a parameter: a fact or a table has it, or it is no plain name.").format(
                    name=name
                ),
                file=file,
            )


def _models(folder: Path) -> dict[str, Model]:
    found: dict[str, Model] = {}
    for path in sorted(folder.glob("*.dmn")):
        model = read_dmn(path)
        for decision in model.decisions:
            if decision not in ORDER or len(model.decisions) != 1 or decision in found:
                raise PlaybookError(
                    "unknown_table",
                    _("The decision {name} is not expected here.").format(name=decision),
                    do=_("A file holds one decision, and the decisions are {names}, each once.").format(
                        names=", ".join(ORDER)
                    ),
                    file=path,
                    table=decision,
                )
            found[decision] = model
    return {decision: found[decision] for decision in ORDER if decision in found}


def _shape(settings: Mapping[str, Any], file: str) -> ProposalShape:
    hours = settings["hours"]
    if not isinstance(hours, dict) or set(hours) != {"contact", "visit"}:
        raise PlaybookError("bad_settings", _("hours are given for contact and visit."), file=file)
    approval = settings.get("approval") or []
    if not isinstance(approval, list):
        raise PlaybookError("bad_settings", _("approval is a list of treatments."), file=file)
    return ProposalShape(
        contact=_hours(hours["contact"], file),
        visit=_hours(hours["visit"], file),
        approval=all_approved(tuple(map(str, approval))),
        value=read_value(settings["value"], file),
    )


def _hours(given: object, file: str) -> Hours:
    if isinstance(given, dict) and set(given) == {"earliest_minute", "latest_minute"}:
        first, last = given["earliest_minute"], given["latest_minute"]
        if type(first) is int and type(last) is int and 0 <= first < last <= 1440:
            return Hours(first, last)
    raise PlaybookError(
        "bad_settings", _("Hours are earliest_minute and latest_minute of the day, 0 to 1440."), file=file
    )


def playbook_files(name_or_path: str | Path) -> dict[str, bytes]:
    """What a playbook consists of: its tables, settings and reasons, by file name.

    Raises:
        PlaybookError: ``no_such_playbook``.
    """
    folder = _folder(name_or_path)
    return {path.name: path.read_bytes() for path in sorted([*folder.glob("*.dmn"), *folder.glob("*.yaml")])}


def playbook_digest(files: Mapping[str, bytes]) -> str:
    """The digest of a playbook's files, which is its version."""
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()
