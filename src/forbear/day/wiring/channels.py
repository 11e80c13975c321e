"""The real channels of each tenant, from a file: who its providers are and how they are reached.

::

    lender-a:
      sms: {by: smpp, host: smsc.example.net, port: 2775, system_id: lender, password: "${SMSC_PASSWORD}", source: "10690001"}
      email: {by: smtp, host: mail.example.net, port: 587, ...}
      voice_agent: {by: dialler, folder: /srv/dialler}
      im_official: {by: webhook, url: "https://bridge.example.net/im", ...}

A value ``${NAME}`` is taken from the environment: no secret stands in the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

from forbear.day.wiring.hearing import finder
from forbear.dispatch import Channel
from forbear.kernel.clock import Clock
from forbear.kernel.errors import UsageError
from forbear.kernel.reading import read_yaml_text
from forbear.records.models import Tenant

Channels = dict[str, dict[str, Channel]]
MAKERS: Mapping[str, tuple[str, str, str]] = {
    "smpp": ("sms", "SmsSettings", "SmsChannel"),
    "smtp": ("email", "EmailSettings", "EmailChannel"),
    "web_push": ("push", "PushSettings", "PushChannel"),
    "mail_house": ("letter", "LetterSettings", "LetterChannel"),
    "dialler": ("phone", "PhoneSettings", "PhoneChannel"),
    "call_list": ("phone.listed", "ListedSettings", "ListedChannel"),
    "webhook": ("webhook", "WebhookSettings", "WebhookChannel"),
}
"""By what a channel is reached: the module of :mod:`forbear.dispatch.channels`, its settings, and the channel itself."""
CARRIES: Mapping[str, tuple[str, ...]] = {
    "smpp": ("sms",),
    "smtp": ("email",),
    "web_push": ("push",),
    "mail_house": ("letter",),
    "dialler": ("voice_agent", "voice_bot"),
    "call_list": ("voice_agent", "voice_bot"),
    "webhook": ("sms", "push", "email", "letter", "voice_agent", "voice_bot", "im_official"),
}
"""Which of the book's channels each may carry."""
_NAMED = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")


def read_channels(path: Path, environment: Mapping[str, str], clock: Clock) -> Channels:
    """The channels of a file, by tenant and name, not opened yet.

    Raises:
        UsageError: ``bad_channels`` naming tenant, channel and setting; ``unknown_tenant``; ``bad_channel_setting``.
    """
    try:
        raw = read_yaml_text(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UsageError("bad_channels", f"The channels file cannot be read: {error}.", file=path) from error
    if not isinstance(raw, Mapping) or not all(isinstance(each, Mapping) for each in raw.values()):
        raise UsageError("bad_channels", "The channels file is no mapping of tenants to channels.", file=path)
    known = set(Tenant.objects.values_list("code", flat=True))
    found: Channels = {}
    for tenant, own in raw.items():
        if tenant not in known:
            raise UsageError(
                "unknown_tenant", f"There is no tenant {tenant!r}.", file=path, do="forbear records tenant list"
            )
        found[tenant] = {name: _channel(path, tenant, name, given, environment, clock) for name, given in own.items()}
    return found


def _channel(path: Path, tenant: str, name: str, given: Any, environment: Mapping[str, str], clock: Clock) -> Channel:
    def off(reason: str, setting: str | None = None) -> UsageError:
        message = f"A channel cannot be used: {reason}."
        return UsageError("bad_channels", message, file=path, tenant=tenant, channel=name, setting=setting)

    if not isinstance(given, Mapping) or given.get("by") not in MAKERS:
        raise off(f"it must say by what it is reached, one of {', '.join(MAKERS)}", "by")
    by = str(given["by"])
    if name not in CARRIES[by]:
        raise off(f"{by} carries {', '.join(CARRIES[by])} only")
    module_name, settings_name, channel_name = MAKERS[by]
    module = import_module(f"forbear.dispatch.channels.{module_name}")
    settings_class, channel_class = getattr(module, settings_name), getattr(module, channel_name)
    types = {each.name: str(each.type) for each in fields(settings_class)}
    values = {}
    for key, value in given.items():
        if key == "by":
            continue
        if key not in types:
            raise off(f"it has no such setting; there are {', '.join(types)}", str(key))
        values[key] = _as_type(types[key], _filled(value, environment, partial(off, setting=str(key))))
    try:
        settings = settings_class(**values)
    except TypeError as error:
        raise off(str(error).rpartition("() ")[2]) from error
    if by == "smpp":
        return channel_class(settings, clock, finder(tenant, name))
    if by == "smtp":
        return channel_class(settings, clock)
    return channel_class(settings, clock, name=name)


def _filled(value: Any, environment: Mapping[str, str], off: Callable[[str], UsageError]) -> Any:
    if isinstance(value, list):
        return [_filled(each, environment, off) for each in value]
    if not isinstance(value, str):
        return value

    def named(match: re.Match[str]) -> str:
        if match[1] not in environment:
            raise off(f"{match[1]} is not in the environment")
        return environment[match[1]]

    return _NAMED.sub(named, value)


def _as_type(type_name: str, value: Any) -> Any:
    """YAML knows neither paths nor tuples."""
    if type_name.startswith("Path") and isinstance(value, str):
        return Path(value)
    if type_name.startswith("tuple") and isinstance(value, list):
        return tuple(value)
    return value
