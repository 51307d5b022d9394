"""Which hosts may receive a credential or a token. The answers file does not decide that, because it may come from someone else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ohif_setup.browser.foreign import parts_of
from ohif_setup.network.wire.origin import origin_of, why_refused
from ohif_setup.paste.services import is_microsofts
from ohif_setup.paste.urls import is_loopback

VARIABLE = "OHIF_SETUP_TRUSTED_HOSTS"
"""Host names separated by commas, optionally with a port; a leading full stop means all subdomains: `.example.org`."""


@dataclass(frozen=True)
class _Named:
    """A host named by the environment, or all its subdomains (`below`); `port` None means any port."""

    host: str
    port: int | None
    below: bool

    def covers(self, host: str, port: int | None) -> bool:
        if self.port not in (None, port):
            return False
        if self.below:
            return host.endswith(f".{self.host}")
        return host == self.host


def is_trusted(url: str, environment: Mapping[str, str]) -> bool:
    """Whether a credential or a token may be sent to `url`. Trusted are this machine and, over https, Microsoft's sign-in hosts,
    Azure's health services and the hosts named by the environment."""
    if why_refused(url):
        return False
    place = parts_of(origin_of(url))
    host = place.host
    if is_loopback(host):
        return True
    if place.scheme != "https":
        return False
    return is_microsofts(host) or any(named.covers(host, place.port) for named in _named(environment))


def untrusted(urls: Iterable[str], environment: Mapping[str, str]) -> tuple[str, ...]:
    """The URLs that are not trusted."""
    return tuple(url for url in urls if not is_trusted(url, environment))


def words_of(environment: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The entries of the environment variable as written: the valid ones, and those that are not host names."""
    words = _words(environment)
    return tuple(word for word in words if _read(word)), tuple(word for word in words if not _read(word))


def place_of(url: str) -> str:
    """The host of a URL in the form of `VARIABLE`, with its port unless that is 443."""
    place = parts_of(origin_of(url))
    return place.netloc.removesuffix(":443")


def _words(environment: Mapping[str, str]) -> list[str]:
    return [word for part in environment.get(VARIABLE, "").split(",") if (word := part.strip())]


def _named(environment: Mapping[str, str]) -> Iterator[_Named]:
    return (named for word in _words(environment) if (named := _read(word)))


def _read(word: str) -> _Named | None:
    name = word.removeprefix(".")
    # A URL in place of a host name would be read as its host only; refuse it rather than trust more than was meant.
    if re.search("[/?#]", name) or why_refused(f"https://{name}"):
        return None
    place = parts_of(origin_of(f"https://{name}"))
    # `origin_of` adds the default port, so whether one was written is seen in the text only.
    port = None
    if re.search(r":[0-9]+\Z", name):
        port = place.port
    return _Named(place.host, port, below=name != word)
