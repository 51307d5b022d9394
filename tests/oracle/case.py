"""One case of the oracle: a request of a page, and a server that answers it in some odd way.

A case holds no address: the places of a run (`Places`) are filled in when it is served, so that its `repr` can be kept as a
test. Header lines are Latin-1 text as on the wire, without the line end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ohif_setup.browser.values import Headers, ScriptRequest

Place = Literal["home", "near", "name", "far"]
"""Where an answer comes from: the page's own origin, another port, the same port by the name `localhost`, a third port."""

Kind = Literal[
    "simple", "search", "search-anonymous", "frames", "frames-anonymous", "store", "upload", "methods", "headers"
]


@dataclass(frozen=True)
class Reply:
    """A raw answer. Lines may hold `{page}`, `{page_host}`, `{next}`, `{next_host}`, `{next_path}` and `{near}`."""

    status: int
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stop:
    """One hop: where it is, what it answers to a preflight and what to the real request."""

    place: Place
    preflight: Reply
    answer: Reply


@dataclass(frozen=True)
class Case:
    """A page's request and the stops on its way; the first stop is the address that the page asks for."""

    kind: Kind
    method: str
    headers: Headers
    stops: tuple[Stop, ...]
    credentials: bool = False
    upload_listeners: bool = False
    api: Literal["fetch", "xhr"] = "fetch"

    def request(self, url: str) -> ScriptRequest:
        return ScriptRequest(self.method, url, self.headers, self.credentials, self.upload_listeners)


@dataclass(frozen=True)
class Places:
    """The origins of a run: `home` serves the page."""

    home: str
    near: str
    name: str
    far: str

    def origin(self, place: Place) -> str:
        return {"home": self.home, "near": self.near, "name": self.name, "far": self.far}[place]

    def url(self, run: str, number: int, stop: int, case: Case) -> str:
        """The address of a stop. Behind the last one there is nothing, at the place of the last."""
        place = case.stops[min(stop, len(case.stops) - 1)].place
        return f"{self.origin(place)}/case/{run}/{number}/{stop}?limit=101&offset=0"

    def fill(self, line: str, run: str, number: int, stop: int, case: Case) -> str:
        """A header line with the addresses of this run."""
        following = self.url(run, number, stop + 1, case)
        host, slash, path = following.removeprefix("http://").partition("/")
        for name, text in (
            ("{page}", self.home),
            ("{page_host}", self.home.removeprefix("http://")),
            ("{near}", self.near),
            ("{next}", following),
            ("{next_host}", host),
            ("{next_path}", slash + path),
        ):
            line = line.replace(name, text)
        return line
