"""The contract of a kind of DICOMweb server."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ohif_setup.kinds.own import Own

if TYPE_CHECKING:
    from ohif_setup.answers.model import Answers
    from ohif_setup.answers.tables.tables import Server
    from ohif_setup.config_js.lint.remark import ConfigTable, Remark
    from ohif_setup.kinds.service import CorsService
    from ohif_setup.network.look.find import Found, ServerSeen
    from ohif_setup.network.wire.exchange import Exchange, Received
    from ohif_setup.network.wire.http import Http
    from ohif_setup.output.section import Section
    from ohif_setup.webservers.webserver import Front


@dataclass(frozen=True)
class SetUp:
    """What is known of a server when `init` says what is left to do.

    `seen` is None where nobody looked. `commands` are those of its section in `NEXT-STEPS.md`, `login` how the web server is given
    a login, empty where it needs none, and `logs_in`: it has one.
    """

    seen: ServerSeen | None
    commands: Sequence[str]
    login: Sequence[str]
    logs_in: bool


def all_of_it(server: Server, known: SetUp) -> Iterator[str]:
    """Everything that `NEXT-STEPS.md` says is needed."""
    yield from known.login
    yield from known.commands


def wrapped(text: str) -> list[str]:
    """A sentence as lines below the heading of a step: of 80 columns those behind its indent."""
    return textwrap.wrap(text, 72, break_long_words=False, break_on_hyphens=False)


@dataclass(frozen=True)
class Recognised:
    """What an answer tells. `kind` may be the name of what is none, `name` is in words; `tenant_id` where the server names the one
    that it trusts, `fits` whether this tool can set it up."""

    kind: str
    name: str
    tenant_id: str
    fits: bool


def no_address(url: str) -> bool:
    """Servers of other kinds may have every address too."""
    return False


@dataclass(frozen=True)
class Addresses:
    """What the addresses of a kind of server tell.

    `meant`: whether what somebody typed is meant for this kind, whatever answers there; None where its servers can have any
    address. `owned`: whether only servers of this kind have an address on the host of a URL. `own_pages`: such servers have pages
    and an API beside DICOMweb, whose addresses lead to the DICOMweb root. `hint` is shown to the question for the address.
    """

    meant: Callable[[str], bool] | None = None
    owned: Callable[[str], bool] = no_address
    own_pages: bool = False
    hint: str = ""

    def may_be(self, text: str) -> bool:
        """Whether what somebody typed speaks for this kind, or at least not against it."""
        return self.meant is None or self.meant(text)


def says_nothing(received: Received, url: str) -> Recognised | None:
    """No answer tells of such a server."""
    return None


@dataclass(frozen=True)
class Probe:
    """A request that shows a kind: the `path` below a DICOMweb root, the `accept` header, and whether an answer `shows` it."""

    path: str
    accept: str
    shows: Callable[[Received], bool]


@dataclass(frozen=True)
class Signs:
    """How a kind of server is recognised, asked without a token and by GET alone.

    `recognise` says what an answer to a search tells; the URL is the one that was asked. `probes` are further requests. `roots` are
    paths of a DICOMweb root at the top of a host. `find_root` finds the DICOMweb root of a server that did not answer as one, from
    the URL that was asked and the answer. `name` is a server whose root answered, in words.
    """

    name: str = "a DICOMweb server"
    recognise: Callable[[Received, str], Recognised | None] = says_nothing
    probes: tuple[Probe, ...] = ()
    roots: tuple[str, ...] = ()
    find_root: Callable[[Http, str, Exchange], Found] | None = None


def fits_every_viewer(url: str) -> str:
    """No viewer URL is refused."""
    return ""


@dataclass(frozen=True)
class ServerToken:
    """The token that a kind of server wants: the `provider` that gives it, the delegated `scope` that OHIF asks for, the
    `default_scope` of a service principal, the `audiences` that such a token may name, the usual one first, and the `api` to which
    the scope belongs, by its name."""

    provider: str
    scope: str
    default_scope: str
    audiences: tuple[str, ...]
    api: str


def never(*_: object) -> bool:
    """Nothing is."""
    return False


def no_remarks(options: ConfigTable, path: str) -> Iterator[Remark]:
    """Nothing is known to be wrong."""
    yield from ()


def not_misplaced(netloc: str, path: str) -> tuple[str, str] | None:
    """It may be a DICOMweb root."""
    return None


@dataclass(frozen=True)
class SourceReading:
    """How a data source that somebody wrote is read where it may be for a kind of server.

    `at`: whether a host is that of such a server, without a doubt. `resembles`: whether a source looks like one, by the words for
    it in lower case and the path of its root; the first kind that says yes has it. `port` is the one at which such servers
    usually listen; 0 where there is none. `misplaced`: what is wrong with an address, by its host with port and its path, that
    leads to such a server and not to its DICOMweb root, and what to do; None for any other. `decides`: whether only one value of
    that option works there, or this value does not, so that the tool writes it. `remarks` are on the options of a source, by the
    path of its root.
    """

    at: Callable[[str], bool] = never
    resembles: Callable[[str, str], bool] = never
    port: int = 0
    misplaced: Callable[[str, str], tuple[str, str] | None] = not_misplaced
    decides: Callable[[str, Any], bool] = never
    remarks: Callable[[ConfigTable, str], Iterator[Remark]] = no_remarks


@dataclass(frozen=True)
class NextSteps:
    """What `NEXT-STEPS.md` says of a kind of server.

    `sections` are those about one server; without, it has one for any DICOMweb server (`steps.usual`), with the `title` or the
    label of the kind. Of a server behind a web server of the site, exactly one is of the stage `SERVER`: `init` prints its
    commands as the step about that server. `preface` is a sentence for the head of the file. `fhir`: they tell of the FHIR
    service too. `authorizer` is what makes such a server check who asks, where by itself it checks no token. `undecoded` names
    those that take a query as it is, where a look has to tell.
    """

    sections: Callable[[Answers, Server], Iterable[Section]] | None = None
    title: str = ""
    preface: str = ""
    fhir: bool = False
    authorizer: str = ""
    undecoded: str = ""


@dataclass(frozen=True)
class Kind:
    """What the tool knows of one kind of server.

    `name` is that of `server.kind`; `label` is what people call it, and `choice` says what it is where it can be chosen.
    `parse_root` makes the DICOMweb root of what somebody typed, and raises ValueError with the end of a sentence; `example_url` is
    one that it takes. `label_of` names one server (`Azure DICOM service ws-dicom (v2)`). `data_source` is OHIF's, and `notes` say
    why its keys have their values.

    `front` is the server itself where it hands out the viewer's files too; None where it cannot. `own` gives what such a server
    has of its own where it is looked at; an exhibit loads that late, because it knows the network.

    `cors` is such a server as CORS sees it; None where it is like the general kind, whose fixes lie in a web server before it.
    `beside` are services of the same house that are no DICOMweb servers, by the name that the answers and the command `cors` have
    for them.

    `token` is the one that the server wants; None where it wants none of its own. `behind_web_server`: a web server of the site
    can stand before it. `answers_origins`: it can let the origins of browsers in by itself. One of the two or `front` is there,
    as some route must fit every kind. `varies`: what such a server can do is found out by a look at it (`server.capabilities`).

    `addresses` are what tells by an address, `signs` by an answer. `called` is the subject of a sentence about such a server.
    `asks` are keys that are asked for this kind alone. `login`: such servers ask for a login (Basic) of their own, so that a
    login of the site is theirs. `refuses_viewer` says why its CORS settings do not take the origin of a viewer URL; empty where
    they do. `left_to_do` has the lines of what is left to do about a server after the files are written, for `init`.

    `forbidden` is what its status 403 means to people; empty where nothing is known. `reading` is how a data source for it is read
    that somebody wrote. `next_steps` is what is left to do by hand.
    """

    name: str
    order: int
    label: str
    choice: str
    parse_root: Callable[[str], str]
    example_url: str
    label_of: Callable[[Server], str]
    data_source: Callable[[Answers, Server], dict[str, Any]]
    notes: Mapping[str, str]
    token: ServerToken | None = None
    behind_web_server: bool = True
    answers_origins: bool = False
    varies: bool = True
    front: Front | None = None
    own: Callable[[], Own] = Own
    cors: CorsService | None = None
    beside: Callable[[], Mapping[str, CorsService]] = dict
    addresses: Addresses = Addresses()
    signs: Signs = Signs()
    called: str = "the server"
    asks: tuple[str, ...] = ()
    login: bool = False
    refuses_viewer: Callable[[str], str] = fits_every_viewer
    left_to_do: Callable[[Server, SetUp], Iterator[str]] = all_of_it
    forbidden: str = ""
    reading: SourceReading = SourceReading()
    next_steps: NextSteps = NextSteps()

    @property
    def serves_viewer(self) -> bool:
        """Whether it can hand out the viewer's own files."""
        return self.front is not None
