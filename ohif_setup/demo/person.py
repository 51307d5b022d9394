"""Ada, the simulated user of the demo: she opens an address in a browser of her own and presses the buttons that she sees."""

from __future__ import annotations

import http.cookiejar
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

MOST_PAGES = 10
SECONDS = 10.0


@dataclass(frozen=True)
class Page:
    """The last page of a visit: address, status and HTML."""

    url: str
    status: int
    text: str


class Person:
    """A browser with cookies but without scripts: it follows redirects and presses the only button of a page.

    `gives_up`: on a page without a button it follows the link back. `stays_before` are prefixes of addresses, such as the viewer's,
    at which it stops without a request, because nothing listens there.
    """

    def __init__(self, context: ssl.SSLContext, *, gives_up: bool = False, stays_before: tuple[str, ...] = ()) -> None:
        self._gives_up = gives_up
        self._stays_before = stays_before
        self._opener = urllib.request.build_opener(
            # No proxy from the environment: everything is on this machine.
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPSHandler(context=context),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
            _NoRedirect(),
        )

    def open(self, url: str) -> Page:
        """Opens an address and continues until there is nothing left to press. Returns the last page."""
        body: dict[str, str] | None = None
        page = Page(url, 0, "")
        # Bounded, so that a loop of redirects ends in a failed assertion and not in a hanging test.
        for _ in range(MOST_PAGES):
            if url.startswith(self._stays_before):
                return Page(url, 0, urlencode(body or {}))
            page, location = self._fetch(url, body)
            found = _Found()
            found.feed(page.text)
            if location:
                url, body = urljoin(url, location), None
            # A form on http:// is the page of a desktop client (MSAL) that listens on localhost, which is the end of
            # the sign-in.
            elif found.action is not None and not page.url.startswith("http://"):
                url, body = urljoin(url, found.action), found.fields
            elif self._gives_up and found.link is not None:
                url, body = urljoin(url, found.link), None
            else:
                return page
        return page

    def _fetch(self, url: str, body: dict[str, str] | None) -> tuple[Page, str | None]:
        sent = None
        if body is not None:
            sent = urlencode(body).encode()
        request = urllib.request.Request(urlsplit(url)._replace(fragment="").geturl(), sent)  # noqa: S310 - loopback
        try:
            with self._opener.open(request, timeout=SECONDS) as answer:
                text = answer.read().decode("utf-8", "replace")
                return Page(url, answer.status, text), None
        except urllib.error.HTTPError as error:
            with error:
                text = error.read().decode("utf-8", "replace")
            return Page(url, error.code, text), error.headers.get("Location")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirects: `Person.open` does that, so that it can stop before the viewer."""

    def redirect_request(self, *_: object) -> None:
        return None


@dataclass
class _Found(HTMLParser):
    """The first form and the first link of a page."""

    action: str | None = None
    fields: dict[str, str] = field(default_factory=dict)
    link: str | None = None

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "form" and self.action is None:
            self.action = attributes.get("action") or ""
        elif tag == "input":
            self.fields[attributes.get("name") or ""] = attributes.get("value") or ""
        elif tag == "a" and self.link is None:
            self.link = attributes.get("href")
