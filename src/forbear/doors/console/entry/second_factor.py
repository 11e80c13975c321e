"""Codes of an authenticator (TOTP, RFC 6238): the secret is sealed, a code works once, and wrong ones count as wrong passwords."""

from __future__ import annotations

from datetime import datetime

import pyotp
import segno
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from markupsafe import Markup

from forbear.records import audit
from forbear.records.models import User
from forbear.records.sealing import sealer

OFFERED = "offered_secret"
FIELD = "totp"
WINDOW_STEPS = 1
"""A clock may be off by one step of thirty seconds."""


def offered(request: HttpRequest) -> str:
    """The secret that this session is offered, the same until it is taken."""
    secret = request.session.get(OFFERED)
    if not secret:
        secret = request.session[OFFERED] = pyotp.random_base32()
    return str(secret)


def picture(user: User, secret: str) -> Markup:
    """The secret as a QR code, drawn as SVG."""
    address = pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name="Forbear")
    return Markup(segno.make(address, error="m").svg_inline(scale=4, border=2, omitsize=False))


def enrol(request: HttpRequest, user: User, secret: str, code: str, now: datetime) -> bool:
    """Take the offered secret, where a code of it is right."""
    step = _step_of(secret, code, now)
    if step is None:
        return False
    user.totp_sealed, user.totp_step = sealer(user.tenant_id).seal(FIELD, secret), step
    user.save(update_fields=["totp_sealed", "totp_step"])
    request.session.pop(OFFERED, None)
    audit.record(audit.Entry("user.second_factor_set", "user", user.username))
    return True


def is_right(request: HttpRequest, user: User, code: str, now: datetime) -> bool:
    """Whether the code is right and was not used before. Of several at once with the same code one is let in."""
    from axes.handlers.proxy import AxesProxyHandler

    credentials = {"username": user.username}
    if not AxesProxyHandler.is_allowed(request, credentials):
        raise PermissionDenied
    step = _step_of(sealer(user.tenant_id).open(FIELD, user.totp_sealed) or "", code, now)
    if step is not None:
        used = User.objects.filter(pk=user.pk, totp_step__lt=step).update(totp_step=step)
        if used:
            return True
    user_login_failed.send(sender=__name__, credentials=credentials, request=request)
    return False


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    code, totp = code.replace(" ", "")[:10], pyotp.TOTP(secret)
    here = totp.timecode(now)
    for step in range(here - WINDOW_STEPS, here + WINDOW_STEPS + 1):
        if pyotp.utils.strings_equal(totp.generate_otp(step), code):
            return step
    return None
