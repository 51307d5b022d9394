"""Which hosts a credential or a token may go to. The answers file does not decide that: it may be somebody else's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ohif_setup.browser.foreign import parts_of
from ohif_setup.network.wire.origin import origin_of, why_refused
from ohif_setup.paste.services import is_microsofts
from ohif_setup.paste.urls import is_loopback

VARIABLE = "OHIF_SETUP_TRUSTED_HOSTS"
"""Names of hosts, each perhaps with a port, or with a full stop before it for all hosts below that name; parted by commas."""


@dataclass(frozen=True)
class _Named:
    """One host that the environment names, or with `below` every host below it; `port` None for all of its ports."""

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
    """Whether a credential or a token may be sent to `url`: this machine itself, and over https Microsoft's sign-in hosts, Azure's
    health services and the hosts that the environment names."""
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
    """Those of the URLs that are not trusted."""
    return tuple(url for url in urls if not is_trusted(url, environment))


def words_of(environment: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the environment names, as it is written there: hosts, and what is no host and so names none."""
    words = _words(environment)
    return tuple(word for word in words if _read(word)), tuple(word for word in words if not _read(word))


def place_of(url: str) -> str:
    """The host of a URL as `VARIABLE` names it, with its port unless that is the one of https."""
    place = parts_of(origin_of(url))
    return place.netloc.removesuffix(":443")


def _words(environment: Mapping[str, str]) -> list[str]:
    return [word for part in environment.get(VARIABLE, "").split(",") if (word := part.strip())]


def _named(environment: Mapping[str, str]) -> Iterator[_Named]:
    return (named for word in _words(environment) if (named := _read(word)))


def _read(word: str) -> _Named | None:
    name = word.removeprefix(".")
    if re.search("[/?#]", name) or why_refused(f"https://{name}"):
        return None
    place = parts_of(origin_of(f"https://{name}"))
    return _Named(place.host, place.port if re.search(r":[0-9]+\Z", name) else None, below=name != word)
