"""The contract of what a kind of server has of its own where it is looked at: its words, its login, its settings, its API."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ohif_setup.answers.model import Answers
    from ohif_setup.answers.tables.tables import Server, SignIn
    from ohif_setup.checks.dicomweb.reachable_faults import SeenOwn
    from ohif_setup.checks.dicomweb.reachable_login import Login
    from ohif_setup.checks.dicomweb.reachable_token import SeenWithToken
    from ohif_setup.checks.fault import Fault
    from ohif_setup.checks.finding import Finding, Fix
    from ohif_setup.network.wire.exchange import Exchange, Received


@dataclass(frozen=True, kw_only=True)
class OwnAddress:
    """How such a server learns under which address browsers reach it. All functions give ways out in the server's configuration.

    `fixed` is for an address that the configuration fixes (that address), with the end of the cause; `host`, `secure` and `path`
    are for what it takes for its host (the wrong one), for the scheme, and for its path (the right one).
    """

    fixed: Callable[[str], tuple[str, tuple[Fix, ...]]]
    host: Callable[[str], tuple[Fix, ...]]
    secure: tuple[Fix, ...]
    path: Callable[[str], tuple[Fix, ...]]


@dataclass(frozen=True, kw_only=True)
class OwnLogin:
    """The login that such a server has itself. `realm` is that of its challenge, and `named` says whose it is in words.

    `fault` is what a 401 means (server, login, whether the server answers this machine without one, the symptom).
    """

    realm: str
    named: str
    fault: Callable[[Server, Login, bool, str], Fault]


@dataclass(frozen=True, kw_only=True)
class RestApi:
    """What such a server has beside DICOMweb, and no viewer needs.

    `doors` are addresses of it, wherever a web server before the root may have put them; `door` is the path of one that shows the
    API itself; `wrote` tells its answers from others. `open_by_server` is the fault where the server hands out the viewer itself,
    and so opens its API to everybody who views (server, path and status of the answer); None where it does not.
    """

    doors: Callable[[str], Sequence[str]]
    door: str
    wrote: Callable[[Received | None], bool]
    open_by_server: Callable[[Server, str, int | None], Fault] | None = None


@dataclass(frozen=True, kw_only=True)
class PageByFile:
    """How such a server hands out the viewer: the page is a file that browsers ask for by its name, without a fallback to it.

    `entry` is that name. `absent` gives cause, ways out and failure mode where something else than the page came; `lost` the fault
    of a route of OHIF that does not lead to the page (the exchange, title and symptom); `unknown` that of a page by which OHIF does
    not know its own address, None where it does (the page's text, its exchange).
    """

    entry: str
    absent: Callable[[Answers, Server, Received], tuple[str, tuple[Fix, ...], str]]
    lost: Callable[[Answers, Server, Exchange, str, str], Fault]
    unknown: Callable[[Answers, str, Exchange], Fault | None]


@dataclass(frozen=True, kw_only=True)
class Own:
    """What is said of such a server, with general words for a kind that has none of its own.

    `called` is the server in a sentence, `start` and `restart` what to type on its machine, `store` how images get in without a
    viewer. `whole_metadata` is cause and way out where its metadata are not whole, `undecoded` why it does not decode queries, for
    parentheses. `reads_forwarded`: it is known to look at the header Forwarded.

    `wrote` tells its answers from others, and `info` that at `/info` below its root. `address`, `login` and `rest_api` are its own,
    and `page_by_file` is how it hands out the viewer; None where nothing is known of them. `start_page` is the path to which it
    sends browsers by itself; empty for none.

    `misplaced` names the fault behind an answer of such a server that is no list of studies, whatever kind the answers have.
    `with_token` judges a search at a server that wants a token (the check's ID first); None where what holds for all will do.
    """

    called: str = "the server"
    start: str = "start it"
    restart: str = "start it anew"
    store: Callable[[Server], str] = lambda _: "store some"
    whole_metadata: tuple[str, Fix] | None = None
    undecoded: str = ""
    reads_forwarded: bool = False
    wrote: Callable[[Received], bool] = lambda _: False
    info: Callable[[Received], bool] = lambda _: False
    start_page: str = ""
    address: OwnAddress | None = None
    login: OwnLogin | None = None
    rest_api: RestApi | None = None
    page_by_file: PageByFile | None = None
    misplaced: Callable[[Server, SeenOwn, Received], Fault | None] | None = None
    with_token: Callable[[str, Server, SignIn, SeenWithToken], Finding | None] = lambda *_: None
