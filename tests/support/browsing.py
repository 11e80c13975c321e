"""A real browser before the real application: Debian's Chromium through Playwright, with the rules of accessibility at hand."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

from npm_packages import installed
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

AXE = Path(__file__).parent / "axe"
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
LOCALES = {"zh": "zh-CN", "zh_TW": "zh-TW", "en": "en-GB"}
QUIET = (
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
    "--disable-domain-reliability", "--disable-dev-shm-usage", "--font-render-hinting=none",
)  # fmt: skip


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "Chromium is needed: apt-get install chromium"
    with sync_playwright() as play:
        flags = [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        browser = play.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@contextmanager
def served() -> Iterator[str]:
    """The application on a port of this machine: its address."""
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    class Quiet(WSGIRequestHandler):
        def log_message(self, *said: Any) -> None:
            """Nothing."""

    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.daemon_threads = True
    server.set_app(get_wsgi_application())
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class Sitting:
    """Somebody at a browser: what they see, what was complained of in its console, and how heavy each page was."""

    base: str
    context: BrowserContext
    page: Page
    complaints: list[str]
    bytes_by_page: dict[str, int]

    def open(self, path: str) -> Page:
        """Go to an address of the application, and wait until nothing more is loaded."""
        self.page.goto(self.base + path, wait_until="load")
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until no part of the page is being fetched."""
        self.page.wait_for_load_state("load")
        self.page.wait_for_function("!document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")

    def enter(self, user: Any) -> None:
        """Past the door, without the form: with a session made for them."""
        from console_staff import signed_in

        session = signed_in(user).client.cookies["sessionid"].value
        self.context.add_cookies([{"name": "sessionid", "value": session, "url": self.base}])

    def sign_in(self, name: str, password: str) -> None:
        """By the form, as people do."""
        self.open("/desk/sign-in")
        self.page.fill("[name=username]", name)
        self.page.fill("[name=password]", password)
        with self.page.expect_navigation():
            self.page.click("main button")
        self.settle()

    def opens(self, path: str) -> bool:
        """Go to an address that may be a file to keep; whether it was a page to read."""
        try:
            self.open(path)
        except Error as error:
            if "Download is starting" not in error.message:
                raise
            return False
        return True

    def picture(self, name: str) -> None:
        """Keep a picture of the whole page, where pictures are asked for (``FORBEAR_PICTURES``)."""
        folder = os.environ.get("FORBEAR_PICTURES")
        if folder:
            path = Path(folder) / f"{name}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=path, full_page=True)

    def broken_rules(self) -> list[str]:
        """What axe finds serious or critical on the page, by the rules of WCAG 2.2 AA."""
        self.page.evaluate((installed(AXE) / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8"))
        found = self.page.evaluate(
            "axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})"
        )
        return [
            f"{each['id']} ({each['impact']}): {node['target']} {node['html'][:120]}"
            for each in found["violations"]
            if each["impact"] in ("serious", "critical")
            for node in each["nodes"]
        ]

    def is_wider_than_the_screen(self) -> bool:
        """Whether the page must be moved sideways to be read."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"))


@contextmanager
def sitting(
    browser: Browser, base: str, *, language: str = "zh", viewport: dict[str, int] | None = None, dark: bool = False
) -> Iterator[Sitting]:
    """Somebody who opens the browser in a language, at a size of screen."""
    context = browser.new_context(
        viewport=viewport or DESKTOP, locale=LOCALES[language], color_scheme="dark" if dark else "light",
        has_touch=viewport == PHONE, bypass_csp=False, timezone_id="Asia/Shanghai",
    )  # fmt: skip
    context.add_cookies([{"name": "forbear_language", "value": language, "url": base}])
    page = context.new_page()
    # Every page is weighed as if it were the first.
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    here = Sitting(base, context, page, [], {})
    page.on("console", lambda said: here.complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: here.complaints.append(str(error)))

    def weigh(response: Any) -> None:
        where = page.url.removeprefix(base).split("?")[0]
        sizes = response.request.sizes()
        here.bytes_by_page[where] = here.bytes_by_page.get(where, 0) + sizes["responseBodySize"]

    page.on("requestfinished", lambda request: weigh(request.response()))
    yield here
    context.close()
