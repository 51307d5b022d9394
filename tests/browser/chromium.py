"""Debian's Chromium, which finds hosts that a test names on loopback and no other host anywhere."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    HttpCredentials,
    Page,
    Playwright,
    Request,
)

PROGRAM = Path("/usr/bin/chromium")
PATIENCE_SECONDS = 120.0

QUIET = (
    "--no-sandbox",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
)
"""No traffic of the browser's own, and none through a proxy, to which host rules do not apply."""

DRAWN_BY_THE_CPU = ("--disable-gpu", "--use-gl=swiftshader", "--enable-unsafe-swiftshader")

HARMLESS = ("https://login.microsoftonline.com/favicon.ico",)
"""Addresses whose errors mean nothing: the pages of the stand-in have no icon."""

HARMLESS_TEXTS = (
    "The element for this Shepherd step was not found",
    "No element was found for the selector supplied to advanceOn",
    "Cannot read properties of undefined (reading 'getRegistrations')",
)
"""The guided tour of OHIF up to 3.12, where what is shown is no image; and its look for old service workers, which http
off this machine does not have."""

OWN_SCHEMES = frozenset({"data", "blob", "chrome", "chrome-extension"})
"""What never leaves the browser; its PDF viewer is an extension."""


def launch(playwright: Playwright, ports: Mapping[str, int], home: Path, names: Collection[str] = ()) -> Browser:
    """A browser for which port 443 of each host in `ports` is that port of 127.0.0.1, and each of `names` is 127.0.0.1 with
    all its ports; any other name is not found.

    `home` is the home directory that it writes its certificates and crash reports into.
    """
    rules = [f"MAP {host}:443 127.0.0.1:{port}" for host, port in ports.items()]
    rules += [f"MAP {name} 127.0.0.1" for name in names]
    host_rules = f"--host-resolver-rules={','.join([*rules, 'MAP * ~NOTFOUND'])}"
    own: dict[str, str | float | bool] = {key: value for key, value in os.environ.items() if not key.startswith("XDG_")}
    return playwright.chromium.launch(
        executable_path=PROGRAM,
        args=[*QUIET, *DRAWN_BY_THE_CPU, host_rules],
        env=own | {"HOME": str(home)},
    )


class Visit:
    """One person's visit: a page in a browser profile of its own, and what was seen along the way.

    `errors` are those of the console and uncaught ones, `strangers` the addresses asked for beyond the known hosts,
    `tokens` pairs of an address and the bearer token that it was asked with, in the order of the requests.
    """

    def __init__(self, page: Page, known_hosts: frozenset[str]) -> None:
        self.page = page
        self.errors: list[str] = []
        self.strangers: list[str] = []
        self.tokens: list[tuple[str, str]] = []
        self._known_hosts = known_hosts
        page.on("console", self._note_message)
        page.on("pageerror", self._note_error)
        page.context.on("request", self._note_request)

    def wait_until(self, fact: Callable[[], bool]) -> None:
        """Look on until something is so; fails when it does not become so."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not fact():
            assert time.monotonic() < deadline, f"not so within {PATIENCE_SECONDS:.0f} s"
            self.page.wait_for_timeout(50)

    def _note_message(self, message: ConsoleMessage) -> None:
        harmless = message.location["url"] in HARMLESS or message.text.startswith(HARMLESS_TEXTS)
        if message.type == "error" and not harmless:
            self.errors.append(f"{message.text} ({message.location['url']})")

    def _note_error(self, error: Error) -> None:
        if not str(error).startswith(HARMLESS_TEXTS):
            self.errors.append(str(error))

    def _note_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in OWN_SCHEMES and address.hostname not in self._known_hosts:
            self.strangers.append(request.url)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme == "Bearer":
            self.tokens.append((request.url, token))


@contextlib.contextmanager
def visiting(browser: Browser, known_hosts: frozenset[str], screenshots: Path) -> Iterator[Visit]:
    """A new visit in a browser profile of its own; see `watching`."""
    with (
        contextlib.closing(new_profile(browser)) as profile,
        watching(profile.new_page(), known_hosts, screenshots) as visit,
    ):
        yield visit


def new_profile(browser: Browser, credentials: HttpCredentials | None = None) -> BrowserContext:
    """A browser profile of its own, which answers a login box with `credentials`. The caller closes it."""
    # The certificates of the stand-ins come from an authority that the browser cannot know.
    profile = browser.new_context(
        ignore_https_errors=True, viewport={"width": 1280, "height": 800}, http_credentials=credentials
    )
    profile.set_default_timeout(PATIENCE_SECONDS * 1000)
    return profile


@contextlib.contextmanager
def watching(page: Page, known_hosts: frozenset[str], screenshots: Path) -> Iterator[Visit]:
    """A visit, which must meet no error and no stranger; when it fails, a screenshot is kept and named."""
    visit = Visit(page, known_hosts)
    try:
        yield visit
        assert visit.strangers == []
        assert visit.errors == []
    except BaseException as error:
        picture = screenshots / "page.png"
        with contextlib.suppress(Error):
            page.screenshot(path=picture)
        error.add_note(f"page: {page.url.partition('#')[0].partition('code=')[0]}\nscreenshot: {picture}")
        error.add_note("\n".join(["console:", *visit.errors]))
        raise
