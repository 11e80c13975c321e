"""Django's settings, from the deployment. Made by :func:`forbear.records.setup.set_up`, which is called before any model."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import forbear
from forbear.kernel.clock import SystemClock
from forbear.records.deployment import Deployment

PASSWORDS: dict[str, Any] = {
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
    "AUTH_PASSWORD_VALIDATORS": [
        {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
        for name, options in (
            ("MinimumLengthValidator", {"min_length": 12}),
            ("CommonPasswordValidator", {}),
            ("UserAttributeSimilarityValidator", {}),
            ("NumericPasswordValidator", {}),
        )
    ],
}


_DOORS = Path(forbear.__file__).parent / "doors"
PAGES: dict[str, Any] = {
    "TEMPLATES": [
        {
            "BACKEND": "django.template.backends.jinja2.Jinja2",
            "DIRS": [_DOORS / "design" / "templates", _DOORS / "console" / "templates"],
            "OPTIONS": {"environment": "forbear.doors.design.environment.environment", "auto_reload": False},
        }
    ],
    "STATIC_URL": "/static/",
    "STATICFILES_DIRS": [_DOORS / "design" / "static"],
    # The package's own few files, found once when a process starts: nothing to collect, and nothing that could be stale.
    "WHITENOISE_USE_FINDERS": True,
    "WHITENOISE_AUTOREFRESH": False,
    "WHITENOISE_MAX_AGE": 365 * 24 * 3600,
    "LOGIN_URL": "sign_in",
}
GUESSES: dict[str, Any] = {
    "AUTHENTICATION_BACKENDS": ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"],
    "AXES_FAILURE_LIMIT": 5,
    "AXES_COOLOFF_TIME": timedelta(minutes=15),
    "AXES_LOCKOUT_PARAMETERS": [["username", "ip_address"]],
    "AXES_LOCKOUT_CALLABLE": "forbear.doors.console.entry.lockout.locked_out",
    "AXES_CLIENT_IP_CALLABLE": "forbear.doors.console.entry.lockout.address_of",
    "AXES_ENABLE_ADMIN": False,
    "AXES_VERBOSE": False,
    "AXES_DISABLE_ACCESS_LOG": True,
}
"""Five wrong passwords or codes from one place for one name, and it waits a quarter of an hour."""


def django_settings(deployment: Deployment) -> dict[str, Any]:
    """The settings of a deployment, as ``django.conf.settings.configure`` takes them."""
    return {
        "SECRET_KEY": deployment.secret_key,
        "DEBUG": False,
        "ALLOWED_HOSTS": [*deployment.hosts, "localhost", "127.0.0.1", "[::1]"],
        "INSTALLED_APPS": [
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django.contrib.staticfiles",
            "axes",
            "django_htmx",
            "procrastinate.contrib.django",
            "forbear.records",
        ],
        "MIDDLEWARE": [
            "forbear.doors.api.envelope.Envelope",
            "django.middleware.security.SecurityMiddleware",
            "whitenoise.middleware.WhiteNoiseMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.locale.LocaleMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django_htmx.middleware.HtmxMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
            "forbear.doors.console.envelope.ConsoleEnvelope",
            "axes.middleware.AxesMiddleware",
        ],
        "DATABASES": {
            "default": database(deployment.database_url),
            "owner": database(deployment.admin_url),
        },
        "ROOT_URLCONF": "forbear.doors.urls",
        "AUTH_USER_MODEL": "records.User",
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "USE_TZ": True,
        "TIME_ZONE": "UTC",
        "USE_I18N": True,
        "LANGUAGE_CODE": "zh-hans",
        **PASSWORDS,
        **GUESSES,
        **PAGES,
        **_towards_the_web(faces_the_world=bool(deployment.hosts)),
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 10_000_000,
        "LOGGING_CONFIG": None,
        "SILENCED_SYSTEM_CHECKS": ["ninja.W001"],
        "PROCRASTINATE_AUTODISCOVER_MODULE_NAME": "procrastinate_tasks",
        "FORBEAR": deployment,
        "FORBEAR_CLOCK": SystemClock(),
    }


def _towards_the_web(*, faces_the_world: bool) -> dict[str, Any]:
    """Cookies and headers. Where host names are given the web is reached through a proxy that speaks TLS, and only so."""
    return {
        "SESSION_ENGINE": "forbear.records.access.sessions",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_AGE": 8 * 3600,
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        "CSRF_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": faces_the_world,
        "CSRF_COOKIE_SECURE": faces_the_world,
        "SECURE_SSL_REDIRECT": faces_the_world,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if faces_the_world else None,
        "SECURE_HSTS_SECONDS": 31_536_000 if faces_the_world else 0,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": faces_the_world,
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "X_FRAME_OPTIONS": "DENY",
    }


def database(url: str) -> dict[str, Any]:
    """A PostgreSQL address as Django's settings of a database.

    >>> database("postgresql://app@/forbear?host=%2Frun%2Fpg")["HOST"]
    '/run/pg'
    """
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    options = {key: value for key, value in query.items() if key not in ("host", "port")}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")) or "forbear",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host") or parts.hostname or "",
        "PORT": str(query.get("port") or parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": "forbear", **options},
    }
