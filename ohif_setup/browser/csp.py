"""Content Security Policies as browsers read and apply them (https://www.w3.org/TR/CSP3/). Pure; never raises for foreign text.

A resource loads only where every enforced policy of the response allows it. `Content-Security-Policy-Report-Only` blocks nothing.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ohif_setup.browser.foreign import Script, parts_of, tags_of
from ohif_setup.browser.values import Headers

HEADER = "Content-Security-Policy"
UNSAFE_EVAL = "'unsafe-eval'"
UNSAFE_INLINE = "'unsafe-inline'"
WASM = "'wasm-unsafe-eval'"

_FALLBACKS: Mapping[str, tuple[str, ...]] = {
    "script-src-elem": ("script-src-elem", "script-src", "default-src"),
    "style-src-elem": ("style-src-elem", "style-src", "default-src"),
    "worker-src": ("worker-src", "child-src", "script-src", "default-src"),
    "frame-src": ("frame-src", "child-src", "default-src"),
}
"""The directives that decide about a kind of resource: the first that is there (CSP3, 6.8.3). Others fall back to default-src."""
_NO_FALLBACK = frozenset({"frame-ancestors", "form-action", "base-uri", "sandbox"})
_NOT_IN_META = frozenset({"frame-ancestors", "report-uri", "sandbox"})
"""What a browser ignores in `<meta>` (CSP3, 3.3)."""
_WHITE = " \t\n\f\r"
_HASH = re.compile(r"'(sha256|sha384|sha512)-([A-Za-z0-9+/_-]+={0,2})'", re.IGNORECASE)
_NONCE = re.compile(r"'nonce-([A-Za-z0-9+/_-]+={0,2})'", re.IGNORECASE)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_HOST = re.compile(
    r"(?:([a-z][a-z0-9+.-]*)://)?(\*|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\])(?::(\d{1,5}|\*))?(/[^?#]*)?",
    re.IGNORECASE,
)
_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_LONGEST = 65_536
"""Characters of a policy that are read. Web servers send no longer header fields."""


@dataclass(frozen=True)
class Policy:
    """One enforced policy. `directives` are in lower case, their values as written. `meta`: it stands in the page."""

    directives: Mapping[str, tuple[str, ...]]
    meta: bool = False

    def deciding(self, directive: str) -> str:
        """The name of the directive that decides about such resources, after fallbacks; empty where none restricts them."""
        names = _FALLBACKS.get(directive, (directive, "default-src"))
        if directive in _NO_FALLBACK:
            names = (directive,)
        return next((name for name in names if name in self.directives), "")

    def sources(self, directive: str) -> tuple[str, ...] | None:
        """The sources in force for a directive; None where nothing restricts it."""
        name = self.deciding(directive)
        if not name:
            return None
        return self.directives[name]

    def allows_url(self, directive: str, url: str, page: str) -> bool:
        """Whether a page at `page` may load `url`, an absolute address or one with `blob:` or `data:`."""
        sources = self.sources(directive)
        # A worker is started by a script that runs already, which is all that 'strict-dynamic' asks for.
        if sources is None or (self.deciding(directive) == "script-src" and is_strict_dynamic(sources)):
            return True
        return any(_matches(source, url, page) for source in sources)

    def allows_eval(self) -> bool:
        """Whether `eval` and `new Function` run: `'wasm-unsafe-eval'` does not allow them."""
        return self._script_has(UNSAFE_EVAL)

    def allows_wasm(self) -> bool:
        """Whether WebAssembly compiles."""
        return self._script_has(UNSAFE_EVAL) or self._script_has(WASM)

    def allows_script(self, script: Script, url: str, page: str) -> bool:
        """Whether a script of the page runs, by its nonce, its digest, or the address `url` it comes from (empty for inline)."""
        sources = self.sources("script-src-elem")
        if sources is None:
            return True
        nonces = {match[1] for source in sources if (match := _NONCE.fullmatch(source))}
        if script.attributes.get("nonce", "") in nonces:
            return True
        if url:
            # With 'strict-dynamic' a browser ignores hosts, schemes and 'self' for what stands in the page itself.
            return not is_strict_dynamic(sources) and any(_matches(source, url, page) for source in sources)
        return _allows_inline(sources, script.text)

    def allows_inline_style(self) -> bool:
        """Whether `<style>` elements that a script adds apply. They have no nonce."""
        sources = self.sources("style-src-elem")
        return sources is None or _takes_inline(sources)

    def _script_has(self, keyword: str) -> bool:
        # 'unsafe-eval' counts in script-src, never in script-src-elem.
        sources = self.sources("script-src")
        return sources is None or keyword in map(str.lower, sources)


def policies_of(headers: Headers, html: str = "") -> tuple[Policy, ...]:
    """The enforced policies of a response, those of its header fields first, then those of `<meta>` in a page."""
    fields = [value for name, value in headers if name.lower() == HEADER.lower()]
    # A comma separates policies: none of the grammar of a policy can hold one.
    texts = [text for field in fields for text in field[:_LONGEST].split(",")]
    found = [_parsed(text, meta=False) for text in texts]
    for tag in tags_of(html):
        # A policy after the start of the body counts for nothing.
        if tag.name == "body":
            break
        if tag.name == "meta" and tag.attributes.get("http-equiv", "").strip().lower() == HEADER.lower():
            found += [_parsed(text, meta=True) for text in tag.attributes.get("content", "")[:_LONGEST].split(",")]
    return tuple(policy for policy in found if policy.directives)


def with_sources(sources: Iterable[str], added: Iterable[str]) -> str:
    """The sources of a directive with others added. `'none'` counts only where it stands alone, so it is left out."""
    kept = [source for source in sources if source.lower() != "'none'"]
    return " ".join(dict.fromkeys([*kept, *added]))


def digest_of(script: str) -> str:
    """The source that allows an inline script with this text."""
    return f"'sha256-{_digest('sha256', script)}'"


def is_strict_dynamic(sources: Iterable[str]) -> bool:
    """Whether `'strict-dynamic'` is among them."""
    return any(source.lower() == "'strict-dynamic'" for source in sources)


def _parsed(text: str, *, meta: bool) -> Policy:
    directives: dict[str, tuple[str, ...]] = {}
    for part in text.split(";"):
        words = [word for word in re.split(f"[{_WHITE}]+", part) if word]
        # The first of two equal directives counts, and one that is not ASCII is none.
        if words and part.isascii():
            name = words[0].lower()
            if not (meta and name in _NOT_IN_META):
                directives.setdefault(name, tuple(words[1:]))
    return Policy(directives, meta)


def _takes_inline(sources: tuple[str, ...]) -> bool:
    """Whether `'unsafe-inline'` is there and counts: beside a nonce or a digest, browsers ignore it."""
    if UNSAFE_INLINE not in map(str.lower, sources):
        return False
    return not any(_NONCE.fullmatch(source) or _HASH.fullmatch(source) for source in sources)


def _allows_inline(sources: tuple[str, ...], text: str) -> bool:
    if _takes_inline(sources) and not is_strict_dynamic(sources):
        return True
    found = (_HASH.fullmatch(source) for source in sources)
    # The digest may be written in the alphabet for URLs.
    return any(
        match[2].replace("-", "+").replace("_", "/").rstrip("=") == _digest(match[1].lower(), text).rstrip("=")
        for match in found
        if match
    )


def _digest(algorithm: str, text: str) -> str:
    return base64.b64encode(hashlib.new(algorithm, text.encode("utf-8", "replace")).digest()).decode()


def _matches(source: str, url: str, page: str) -> bool:
    """Whether one source expression matches an address (CSP3, 6.7.2.8)."""
    target, own = parts_of(url), parts_of(page)
    if source == "*":
        # Not `blob:` nor `data:`, unless the page has that scheme itself.
        return target.scheme in _DEFAULT_PORTS or target.scheme == own.scheme
    scheme = _SCHEME.fullmatch(source)
    if scheme:
        return _scheme_matches(scheme[1].lower(), target.scheme)
    if source.lower() == "'self'":
        source = f"{own.scheme}://{own.netloc}"
    host = _HOST.fullmatch(source)
    if host is None or not target.host:
        return False
    wanted = (host[1] or own.scheme).lower()
    return (
        _scheme_matches(wanted, target.scheme)
        and _host_matches(host[2].lower(), target.host)
        and _port_matches(host[3] or "", wanted, target.scheme, target.port)
        and _path_matches(host[4] or "", target.path)
    )


def _scheme_matches(wanted: str, scheme: str) -> bool:
    # A source with http allows https too.
    upgrades = {"http": ("https",), "ws": ("wss", "http", "https"), "wss": ("https",)}
    return wanted == scheme or scheme in upgrades.get(wanted, ())


def _host_matches(pattern: str, host: str) -> bool:
    if pattern == "*":
        return True
    if pattern.startswith("*."):
        return host.endswith(pattern[1:])
    return pattern.strip("[]") == host


def _port_matches(pattern: str, wanted: str, scheme: str, port: int | None) -> bool:
    found = port or _DEFAULT_PORTS.get(scheme)
    if pattern == "*":
        return True
    if not pattern:
        return found == _DEFAULT_PORTS.get(scheme)
    # Port 80 allows 443 as well where http was upgraded to https.
    return int(pattern) == found or (wanted, pattern, found) == ("http", "80", 443)


def _path_matches(pattern: str, path: str) -> bool:
    if pattern in ("", "/"):
        return True
    if pattern.endswith("/"):
        return path.startswith(pattern)
    return path == pattern
