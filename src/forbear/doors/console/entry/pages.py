"""Signing in and out. A guess learns nothing: a wrong name, a wrong password and a closed account are answered alike."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from forbear.doors.console.drawing import draw, said
from forbear.doors.console.entry import second_factor
from forbear.doors.console.entry.lockout import address_of
from forbear.doors.console.envelope import LANGUAGE_COOKIE
from forbear.doors.console.places import MUST_ENROL, visitor_of
from forbear.kernel.language import LANGUAGES
from forbear.kernel.language import gettext as _
from forbear.records import audit
from forbear.records.access.sessions import sit_down
from forbear.records.lender import lender_settings
from forbear.records.models import User
from forbear.records.scope import Scope, acting

WAITING = "waits_for_code"
WAITING_SECONDS_MAX = 300
YEAR_SECONDS = 365 * 24 * 3600


def home(request: HttpRequest) -> HttpResponse:
    """To the first page of whoever is there."""
    user = request.user
    if not user.is_authenticated:
        return HttpResponseRedirect(reverse("sign_in"))
    return HttpResponseRedirect(reverse(_first_page(user)))


def _first_page(user: User) -> str:
    from forbear.doors.console.sections import sections_of

    found = sections_of(user.role)
    return found[0].name if found else "account"


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password."""
    onward = request.POST.get("next") or request.GET.get("next", "")
    if request.method != "POST":
        return draw(request, "entry/sign_in.html.jinja", next=onward, name="", is_wrong=False)
    name, password = request.POST.get("username", "")[:150], request.POST.get("password", "")[:500]
    user = authenticate(request, username=name, password=password)
    if user is None or not user.tenant_id:
        return draw(request, "entry/sign_in.html.jinja", 422, next=onward, name=name, is_wrong=True)
    if user.totp_sealed is not None:
        request.session.cycle_key()
        request.session[WAITING] = {"user": user.pk, "at": settings.FORBEAR_CLOCK.now().timestamp(), "next": onward}
        return HttpResponseRedirect(reverse("second_factor"))
    return _let_in(request, user, onward)


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def ask_second_factor(request: HttpRequest) -> HttpResponse:
    """The code of the authenticator, within five minutes of the password."""
    waiting = request.session.get(WAITING)
    now = settings.FORBEAR_CLOCK.now()
    if not waiting or now.timestamp() - waiting["at"] > WAITING_SECONDS_MAX:
        request.session.pop(WAITING, None)
        return HttpResponseRedirect(reverse("sign_in"))
    if request.method != "POST":
        return draw(request, "entry/second_factor.html.jinja", is_wrong=False)
    user = User.objects.filter(pk=waiting["user"], is_active=True).first()
    if user is None:
        return HttpResponseRedirect(reverse("sign_in"))
    if not second_factor.is_right(request, user, request.POST.get("code", ""), now):
        return draw(request, "entry/second_factor.html.jinja", 422, is_wrong=True)
    del request.session[WAITING]
    return _let_in(request, user, waiting["next"])


def _let_in(request: HttpRequest, user: User, onward: str) -> HttpResponse:
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    sit_down(request.session, settings.FORBEAR_CLOCK.now(), address_of(request), request.headers.get("User-Agent", ""))
    if user.totp_sealed is None and lender_settings(user.tenant_id).second_factor:
        request.session[MUST_ENROL] = True
    with acting(Scope(user.tenant_id, user.username)):
        audit.record(audit.Entry("user.signed_in", "user", user.username))
    is_ours = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(onward if onward and is_ours else reverse("home"))


@csrf_protect
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    user = request.user
    if user.is_authenticated and user.tenant_id:
        with acting(Scope(user.tenant_id, user.username)):
            audit.record(audit.Entry("user.signed_out", "user", user.username))
    logout(request)
    return HttpResponseRedirect(reverse("sign_in"))


@csrf_protect
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Speak another language from here on; kept with the user where one is signed in."""
    language, onward = request.POST.get("language", ""), request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(onward if onward and is_ours else reverse("home"))
    if language in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE, language, max_age=YEAR_SECONDS, samesite="Lax", httponly=True, secure=request.is_secure()
        )
        if request.user.is_authenticated:
            User.objects.filter(pk=request.user.pk).update(language=language)
    return response


def new_second_factor(request: HttpRequest) -> HttpResponse:
    """Set up an authenticator: shown as a picture once, and taken when a code of it is right."""
    visitor = visitor_of(request)
    secret = second_factor.offered(request)
    if request.method == "POST":
        if second_factor.enrol(request, visitor.user, secret, request.POST.get("code", ""), visitor.clock.now()):
            request.session.pop(MUST_ENROL, None)
            return said(request, _("The second factor is set up."), "home")
        picture = second_factor.picture(visitor.user, secret)
        return draw(request, "entry/second_factor_new.html.jinja", 422, secret=secret, picture=picture, is_wrong=True)
    picture = second_factor.picture(visitor.user, secret)
    return draw(request, "entry/second_factor_new.html.jinja", secret=secret, picture=picture, is_wrong=False)


def account(request: HttpRequest) -> HttpResponse:
    """One's own password and second factor."""
    visitor = visitor_of(request)
    wrong: list[str] = []
    if request.method == "POST":
        wrong = _change_password(request, visitor.user)
        if not wrong:
            return said(request, _("The password is changed. Other sessions are signed out."), "account")
    return draw(request, "entry/account.html.jinja", 422 if wrong else 200, wrong=wrong)


def _change_password(request: HttpRequest, user: User) -> list[str]:
    if not user.check_password(request.POST.get("old", "")):
        return [_("The present password is not right.")]
    new = request.POST.get("new", "")
    if new != request.POST.get("again", ""):
        return [_("The new password was not repeated alike.")]
    try:
        validate_password(new, user)
    except ValidationError as error:
        return [str(each) for each in error.messages]
    user.set_password(new)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    update_session_auth_hash(request, user)
    audit.record(audit.Entry("user.password_changed", "user", user.username))
    return []


def components(request: HttpRequest) -> HttpResponse:
    """Every component in every state."""
    return draw(request, "design/components_page.html.jinja")
