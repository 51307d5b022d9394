"""Who wrote an answer: the table of programs on the way that answer by themselves, and the question whether one did. Pure.

To add one, add a `Speaker` to the module of its role, with two answers of it in `tests/checks/speakers/`. The signs come from
documentation and from public reports; none of these services was run, apart from the web servers of the site.
"""

from __future__ import annotations

from dataclasses import dataclass

from ohif_setup.checks.finding import Fix
from ohif_setup.checks.speakers import firewalls, gateways, logins, proxies, stores
from ohif_setup.checks.speakers.speaker import Saying, Speaker
from ohif_setup.network.wire.exchange import Exchange, Received
from ohif_setup.webservers import WEBSERVERS

# A proxy of this machine's side comes first: whatever it says, the site said nothing.
SPEAKERS: tuple[Speaker, ...] = (
    *proxies.SPEAKERS,
    *logins.SPEAKERS,
    *gateways.SPEAKERS,
    *stores.SPEAKERS,
    *firewalls.SPEAKERS,
)


@dataclass(frozen=True)
class Spoken:
    """Who wrote an answer, and which of its answers it is."""

    speaker: Speaker
    saying: Saying


def spoken_by(exchange: Exchange) -> Spoken | None:
    """Who wrote the answer in place of the site; None if nothing shows that anybody did."""
    for speaker in SPEAKERS:
        for saying in speaker.sayings:
            if saying.fits(exchange):
                return Spoken(speaker, saying)
    received, own = exchange.received, proxies.MACHINES
    # With http the environment's proxy answers itself where it refuses. A page of a web server was passed on by it.
    if exchange.proxy and received and received.is_html() and not is_web_servers_page(received):
        return next((Spoken(own, saying) for saying in own.sayings if saying.fits(exchange)), None)
    return None


def fault_spoken_by(exchange: Exchange) -> Spoken | None:
    """The same, None for a sign-in: that is no fault, and `front_login` has the words for it."""
    spoken = spoken_by(exchange)
    if spoken is None or spoken.speaker.role == "login":
        return None
    return spoken


def marked_by(exchange: Exchange) -> Speaker | None:
    """Who is on the way by the fields that it adds to every answer, whoever wrote it; None if nobody shows."""
    if exchange.received is None:
        return None
    return next((each for each in SPEAKERS if any(exchange.received.header(mark) for mark in each.marks)), None)


def preflights(speaker: Speaker, origin: str) -> Fix:
    """How that speaker lets the preflights of a viewer through, or answers them."""
    return Fix(f"{speaker.name[:1].upper()}{speaker.name[1:]}", speaker.preflights.replace("{origin}", origin))


def is_web_servers_page(received: Received) -> bool:
    """Whether that is an error page which a web server generates itself."""
    return any(mark in received.body for webserver in WEBSERVERS.values() for mark in webserver.pages.errors)
