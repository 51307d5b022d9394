"""What is known of a program on the way that answers by itself: its name, how its answers are recognised, what they mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ohif_setup.checks.finding import Fix
from ohif_setup.network.wire.exchange import Exchange

Role = Literal["proxy", "login", "gateway", "store", "firewall", "network"]
"""`proxy`: between this machine and the internet. `login`: a sign-in in front of the site. `gateway`: an API gateway or load
balancer. `store`: a bucket or a content delivery network. `firewall`: a web application firewall. `network`: a guest network."""

HEAD = 4096
"""Bytes of a body that are searched. An error page says who wrote it at its beginning."""


@dataclass(frozen=True, kw_only=True)
class Saying:
    """One kind of answer, and what it means.

    It is recognised by whatever is given of: `statuses` (from 400 on if empty), `methods`, a `field` of the header by name and
    pattern, patterns in the first `HEAD` bytes of the `body` and in the `location`. All that is given must fit. Patterns are
    searched without regard to case.

    `title` begins a finding; `{name}` is the speaker in it. `{method}` in the cause is the method that was asked with, and `{host}`
    in a fix the host, quoted for a shell. `for_people`: it wants something that a browser with a person can give and this tool
    cannot, so the same request may succeed there. `no_file`: a store says that it has no such file, or hands it out to nobody.
    """

    title: str
    cause: str
    fixes: tuple[Fix, ...] = ()
    statuses: tuple[int, ...] = ()
    methods: tuple[str, ...] = ()
    field: tuple[str, str] = ("", "")
    body: str = ""
    location: str = ""
    for_people: bool = False
    no_file: bool = False

    def fits(self, exchange: Exchange) -> bool:
        """Whether the answer is of this kind."""
        received = exchange.received
        if received is None:
            return False
        if self.statuses:
            fits = received.status in self.statuses
        else:
            fits = received.status >= 400
        if not fits or (self.methods and exchange.sent.method not in self.methods):
            return False
        # Data may quote anything: with 200 only a page is somebody else's.
        if received.status == 200 and self.body and not received.is_html():
            return False
        name, value = self.field
        return (
            (not name or bool(_found(value, received.header(name))))
            and (not self.body or _found(self.body, received.body[:HEAD].decode("utf-8", "replace")))
            and (not self.location or _found(self.location, received.header("Location")[:HEAD]))
        )


@dataclass(frozen=True, kw_only=True)
class Speaker:
    """A program on the way.

    `name` is its name in a sentence; `sayings` are the answers that it writes itself, the special ones first. `marks` are header
    fields that it adds to whatever passes through it: they show that it is there, not that it wrote the answer.

    What to do there: `routes` so that the viewer's routes lead to its page, `root` so that its address does, `preflights` so that
    it answers OPTIONS or passes it on (`{origin}` is the viewer's). Each is empty if it has no such setting.
    """

    name: str
    role: Role
    sayings: tuple[Saying, ...]
    marks: tuple[str, ...] = ()
    routes: str = ""
    root: str = ""
    preflights: str = ""


def _found(pattern: str, text: str) -> bool:
    return re.search(pattern, text, re.IGNORECASE | re.DOTALL) is not None
