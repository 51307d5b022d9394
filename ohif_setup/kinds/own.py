"""The contract of what is specific to a kind of server when it is checked: its words, its login, its settings, its API."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ohif_setup.answers.model import Answers
    from ohif_setup.answers.tables.tables import Server, SignIn
    from ohif_setup.checks.dicomweb.reachable_faults import SeenOwn
    from ohif_setup.checks.dicomweb.reachable_login import Login
    from ohif_setup.checks.dicomweb.reachable_token import SeenWithToken
    from ohif_setup.checks.fault import Fault
    from ohif_setup.checks.finding import Finding, Fix
    from ohif_setup.network.wire.exchange import Exchange, Received


Principal = Literal["User", "ServicePrincipal"]
"""Whose token it is."""


@dataclass(frozen=True, kw_only=True)
class OwnAddress:
    """How such a server learns the address that browsers use, which it writes into its answers. Each member gives fixes in the
    server's configuration.

    `fixed`: for a fixed address in the configuration; takes that address, returns the end of the cause and the fixes. `host`: takes
    the wrong host. `secure`: for a wrong scheme. `path`: takes the right path.
    """

    fixed: Callable[[str], tuple[str, tuple[Fix, ...]]]
    host: Callable[[str], tuple[Fix, ...]]
    secure: tuple[Fix, ...]
    path: Callable[[str], tuple[Fix, ...]]


@dataclass(frozen=True, kw_only=True)
class OwnLogin:
    """The login of such a server itself. `realm` is the realm of its challenge, `named` its name for a sentence.

    `fault` is the fault behind a 401. Arguments: the server, the login, whether the server answers this machine without a login,
    and the symptom.
    """

    realm: str
    named: str
    fault: Callable[[Server, Login, bool, str], Fault]


@dataclass(frozen=True, kw_only=True)
class RestApi:
    """The API of such a server beside DICOMweb, which no viewer needs.

    `doors`: its addresses for a DICOMweb root, wherever a web server may have mapped them. `door`: the path of one that identifies
    the API. `wrote`: whether an answer came from it. `open_by_server`: the fault if the server serves the viewer too and so opens
    its API to every user (arguments: server, path and status of the answer); None if it cannot serve the viewer.
    """

    doors: Callable[[str], Sequence[str]]
    door: str
    wrote: Callable[[Received | None], bool]
    open_by_server: Callable[[Server, str, int | None], Fault] | None = None


@dataclass(frozen=True, kw_only=True)
class PageByFile:
    """How such a server serves the viewer if it can serve files only by their names, without a fallback to `index.html`.

    - `entry`: the name of the page.
    - `absent`: cause, fixes and failure mode if something else than the page is returned.
    - `lost`: the fault of an OHIF route that does not return the page (arguments: the exchange, title and symptom).
    - `unknown`: the fault of a page that lets OHIF see an address which is none of its routes (arguments: the page's text and its
      exchange); None if the page handles that.
    """

    entry: str
    absent: Callable[[Answers, Server, Received], tuple[str, tuple[Fix, ...], str]]
    lost: Callable[[Answers, Server, Exchange, str, str], Fault]
    unknown: Callable[[Answers, str, Exchange], Fault | None]


@dataclass(frozen=True, kw_only=True)
class Own:
    """What the checks say about such a server. The defaults are general words for a kind without anything specific.

    - `called`: the server in a sentence. `start`, `restart`: what to type on its machine. `store`: how to store images without a
      viewer.
    - `whole_metadata`: cause and fix if its metadata is incomplete. `undecoded`: why it does not decode queries, for parentheses.
      `reads_forwarded`: it evaluates the header `Forwarded`.
    - `wrote`: whether an answer came from such a server. `info`: whether one is its own answer at `/info` below the root.
    - `address`, `login`, `rest_api`, `page_by_file`: see their classes; None if unknown. `start_page`: the path that its top-level
      address redirects to; empty for none.
    - `misplaced`: the fault behind an answer of such a server that is not a list of studies. Asked for every kind, because the
      answers may name the wrong one.
    - `empty_upload`: an upload without an instance stores nothing there (measured, or read in its source), so a check may send one.
      `may_not_store`: the fault where the server itself refuses to store (arguments: server, status, whose token it is); None if
      nothing is known about it.
    - `with_token`: judges a search at a server that needs a token (the check's ID first); None if the general judgement applies.
    """

    called: str = "the server"
    start: str = "start it"
    restart: str = "restart it"
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
    empty_upload: bool = False
    may_not_store: Callable[[Server, int, Principal], Fault | None] = lambda *_: None
    with_token: Callable[[str, Server, SignIn, SeenWithToken], Finding | None] = lambda *_: None
