"""Who comes in, how, and what somebody learns who only guesses."""

from __future__ import annotations

import re

import pyotp
import pytest
from django.test import Client

from forbear.records.actions.tenants import change_settings


@pytest.fixture
def wang(lender):
    from console_staff import hire

    return hire(lender, "collector", f"wang.{lender}")


def door(**options) -> Client:
    return Client(SERVER_NAME="localhost", **options)


def tried(client: Client, name: str, password: str, **more: str):
    return client.post("/desk/sign-in", {"username": name, "password": password, **more})


def test_whoever_knows_the_password_comes_in(wang):
    from console_staff import PASSWORD

    client = door()
    assert tried(client, wang.username, PASSWORD).status_code == 302
    assert client.get("/desk/account").status_code == 200


@pytest.mark.parametrize("path", ["/desk/account", "/desk/components"])
def test_a_stranger_is_sent_to_the_door(lender, path):
    said = door().get(path)
    assert said.status_code == 302 and said.headers["Location"].startswith("/desk/sign-in?next=")


def test_a_wrong_name_and_a_wrong_password_are_answered_alike(wang):
    pages = [tried(door(), name, "wrong password").content.decode() for name in (wang.username, "nobody-of-that-name")]
    marks = re.compile(r"""value="[^"]*"|hx-headers='[^']*'""")
    assert marks.sub("", pages[0]) == marks.sub("", pages[1])


def test_nobody_is_led_to_another_site_after_coming_in(wang):
    from console_staff import PASSWORD

    said = tried(door(), wang.username, PASSWORD, next="https://elsewhere.example/")
    assert said.headers["Location"] == "/desk/"


def test_five_wrong_guesses_and_even_the_right_password_must_wait(wang):
    from console_staff import PASSWORD

    client = door()
    for _ in range(5):
        tried(client, wang.username, "wrong password")
    said = tried(client, wang.username, PASSWORD)
    assert said.status_code == 429 and said.headers["Retry-After"] == "900"


def test_guesses_from_one_place_lock_nobody_out_elsewhere(wang):
    """Or whoever knows a colleague's name could keep them from work."""
    from console_staff import PASSWORD

    for _ in range(6):
        tried(door(REMOTE_ADDR="203.0.113.7"), wang.username, "wrong password")
    assert tried(door(REMOTE_ADDR="203.0.113.8"), wang.username, PASSWORD).status_code == 302


def test_whoever_guesses_cannot_choose_where_they_come_from(wang):
    """Towards nobody but this machine there is no proxy, so what the header says is the guesser's own word."""
    for number in range(5):
        client = door(headers={"X-Forwarded-For": f"198.51.100.{number}"})
        tried(client, wang.username, "wrong password")
    assert tried(door(), wang.username, "wrong password").status_code == 429


def test_where_the_lender_wants_a_second_factor_nothing_is_open_before_it_is_set_up(wang, lender, clock):
    from console_staff import PASSWORD

    change_settings(lender, {"second_factor": True})
    client = door()
    tried(client, wang.username, PASSWORD)
    assert client.get("/desk/account").headers["Location"] == "/desk/account/second-factor"
    page = client.get("/desk/account/second-factor").content.decode()
    secret = re.search(r'class="secret">([A-Z2-7]+)<', page)[1]
    code = pyotp.TOTP(secret).at(clock.now())
    assert (
        client.post("/desk/account/second-factor", {"code": "000000" if code != "000000" else "1"}).status_code == 422
    )
    assert client.post("/desk/account/second-factor", {"code": code}).status_code == 302
    assert client.get("/desk/account").status_code == 200


def test_a_code_is_used_once(wang, lender, clock):
    from datetime import timedelta

    from console_staff import PASSWORD

    change_settings(lender, {"second_factor": True})
    first = door()
    tried(first, wang.username, PASSWORD)
    page = first.get("/desk/account/second-factor").content.decode()
    secret = re.search(r'class="secret">([A-Z2-7]+)<', page)[1]
    first.post("/desk/account/second-factor", {"code": pyotp.TOTP(secret).at(clock.now())})

    clock.move_to(clock.now() + timedelta(minutes=2))
    code = pyotp.TOTP(secret).at(clock.now())
    answers = []
    for client in (door(), door()):
        assert tried(client, wang.username, PASSWORD).headers["Location"] == "/desk/second-factor"
        assert client.get("/desk/account").status_code == 302  # the password alone opens nothing
        answers.append(client.post("/desk/second-factor", {"code": code}).status_code)
    assert answers == [302, 422]


def test_a_form_without_its_mark_is_refused(wang):
    from console_staff import PASSWORD

    assert tried(door(enforce_csrf_checks=True), wang.username, PASSWORD).status_code == 403


@pytest.mark.parametrize(("language", "word"), [("zh", "登录"), ("zh_TW", "登錄"), ("en", "Sign in")])
def test_the_door_speaks_three_languages(lender, language, word):
    client = door()
    client.post("/desk/language", {"language": language})
    page = client.get("/desk/sign-in").content.decode()
    assert word in page and f'lang="{ {"zh": "zh-Hans", "zh_TW": "zh-Hant", "en": "en"}[language] }"' in page


def test_every_page_says_that_nothing_of_it_runs_or_is_kept_elsewhere(wang):
    said = door().get("/desk/sign-in").headers
    assert "'unsafe-inline'" not in said["Content-Security-Policy"] and said["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in said["Content-Security-Policy"]


def test_the_door_in_a_real_browser(wang, sit):
    from browsing import PHONE
    from console_staff import PASSWORD

    for language in ("zh", "en"):
        for viewport in (None, PHONE):
            seat = sit(language=language, viewport=viewport)
            seat.open("/desk/sign-in")
            assert seat.broken_rules() == []
            seat.picture(f"entry/sign-in-{language}-{'phone' if viewport else 'desktop'}")
            seat.sign_in(wang.username, PASSWORD)
            seat.open("/desk/components")
            assert seat.broken_rules() == []
            assert not seat.is_wider_than_the_screen()
            seat.picture(f"entry/components-{language}-{'phone' if viewport else 'desktop'}")
