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
    """What `init` knows about a server when it prints the next steps.

    `seen` is None if the server was not looked at. `commands` are those of its section in `NEXT-STEPS.md`. `login` are the lines on
    how to give the web server a login, empty if it needs none. `logs_in`: the web server logs in at this server.
    """

    seen: ServerSeen | None
    commands: Sequence[str]
    login: Sequence[str]
    logs_in: bool


def every_step(server: Server, known: SetUp) -> Iterator[str]:
    """All commands of the section in `NEXT-STEPS.md`."""
    # The login first: the web server does not start without the file that it reads the login from.
    yield from known.login
    yield from known.commands


def wrapped(text: str) -> list[str]:
    """A sentence as lines of at most 72 characters: `init` indents them below the heading of a step, within 80 columns."""
    return textwrap.wrap(text, 72, break_long_words=False, break_on_hyphens=False)


@dataclass(frozen=True)
class Recognised:
    """What an answer says about the server.

    `kind` is the name of a kind, or of something else that was recognised (such as FHIR). `name` is for a sentence. `tenant_id` is
    the tenant that the server trusts, empty if it names none. `fits`: this tool can set it up.
    """

    kind: str
    name: str
    tenant_id: str
    fits: bool


def owns_none(url: str) -> bool:
    """Servers of other kinds may have any of these addresses too."""
    return False


@dataclass(frozen=True)
class Addresses:
    """What an address says about the kind of server.

    `meant`: whether typed text implies this kind, whatever answers there; None if its servers can have any address. `owned`:
    whether only servers of this kind have addresses on the host of a URL. `own_pages`: such servers have pages and an API beside
    DICOMweb, and the root can be derived from their addresses. `hint` is shown with the question for the address.
    """

    meant: Callable[[str], bool] | None = None
    owned: Callable[[str], bool] = owns_none
    own_pages: bool = False
    hint: str = ""

    def may_be(self, text: str) -> bool:
        """Whether typed text is compatible with this kind."""
        return self.meant is None or self.meant(text)


def recognises_nothing(received: Received, url: str) -> Recognised | None:
    """This kind cannot be recognised by an answer."""
    return None


@dataclass(frozen=True)
class Probe:
    """A request that identifies a kind: its `path` below the DICOMweb root, its `accept` header, and the test of the answer
    (`shows`)."""

    path: str
    accept: str
    shows: Callable[[Received], bool]


@dataclass(frozen=True)
class Signs:
    """How a kind of server is recognised. All requests are GETs without a token.

    `name` is for a sentence about a server whose root answered. `recognise` gets the answer to a search, and its URL. `probes` are
    further requests. `roots` are paths at which such servers usually have their DICOMweb root. `find_root` finds the root if the
    given address is not one, from the URL that was asked and the answer.
    """

    name: str = "a DICOMweb server"
    recognise: Callable[[Received, str], Recognised | None] = recognises_nothing
    probes: tuple[Probe, ...] = ()
    roots: tuple[str, ...] = ()
    find_root: Callable[[Http, str, Exchange], Found] | None = None


def accepts_every_viewer(url: str) -> str:
    """No viewer URL is refused."""
    return ""


@dataclass(frozen=True)
class ServerToken:
    """The token that a kind of server needs.

    `provider` is the name of the provider that issues it, `scope` the delegated scope that OHIF requests, `default_scope` that of a
    service principal. `audiences` are the accepted values of `aud`, the usual one first. `api` is its name in the portal.
    """

    provider: str
    scope: str
    default_scope: str
    audiences: tuple[str, ...]
    api: str

    @property
    def scope_beginnings(self) -> tuple[str, ...]:
        """How a scope for that token begins: with its audience as a URL, or as an application ID."""
        return (*self.audiences, *(f"api://{audience}" for audience in self.audiences))


# Defaults of the contract are functions, so that a caller never has to test for None.
def never(*_: object) -> bool:
    """False for all arguments."""
    return False


def no_remarks(options: ConfigTable, path: str) -> Iterator[Remark]:
    """No mistakes are known for this kind."""
    yield from ()


def not_misplaced(netloc: str, path: str) -> tuple[str, str] | None:
    """Any address may be a DICOMweb root."""
    return None


@dataclass(frozen=True)
class SourceReading:
    """How `import` and the linter read a data source in an existing `app-config.js`.

    - `at`: whether a host certainly belongs to such a server.
    - `resembles`: whether a source looks like this kind, by the words in it (lower case) and the path of its root. The first kind
      that says yes gets it.
    - `port`: the usual port of such servers; 0 if there is none.
    - `misplaced`: the fault of an address that reaches such a server outside its DICOMweb root, and what to do. Arguments: host and
      port, path. None for any other address.
    - `decides`: whether the tool writes this option itself, because only one value works or this value does not.
    - `remarks`: mistakes in the options of a source with the given root path.
    """

    at: Callable[[str], bool] = never
    resembles: Callable[[str, str], bool] = never
    port: int = 0
    misplaced: Callable[[str, str], tuple[str, str] | None] = not_misplaced
    decides: Callable[[str, Any], bool] = never
    remarks: Callable[[ConfigTable, str], Iterator[Remark]] = no_remarks


@dataclass(frozen=True)
class NextSteps:
    """The part of `NEXT-STEPS.md` about a kind of server.

    - `sections`: the sections about one server. None for the general section (`steps.usual`), headed by `title` or the label of the
      kind. Behind a web server exactly one section has the stage `SERVER`: `init` prints its commands as the step about
      that server.
    - `preface`: a sentence for the head of the file.
    - `fhir`: the sections cover the FHIR service too.
    - `authorizer`: what makes such a server check tokens, if it does not do so by itself.
    - `undecoded`: the servers of this kind that do not decode queries, if only a look at the server can tell.
    """

    sections: Callable[[Answers, Server], Iterable[Section]] | None = None
    title: str = ""
    preface: str = ""
    fhir: bool = False
    authorizer: str = ""
    undecoded: str = ""


@dataclass(frozen=True)
class Kind:
    """One kind of DICOMweb server.

    Names and answers:

    - `name`: the value of `server.kind`. `label`: its usual name. `choice`: its description in a list of choices. `called`: the
      subject of a sentence about such a server.
    - `parse_root`: the DICOMweb root from typed text; raises ValueError with the end of a sentence. `example_url`: text that it
      accepts. `root_setting`: the setting of such a server that gives it another root, with PATH for the path; empty if unknown.
    - `label_of`: the name of one server (`Azure DICOM service ws-dicom (v2)`).
    - `asks`: answer keys that are asked only for this kind.

    Files:

    - `data_source`: OHIF's data source. `notes`: why its keys have their values.
    - `next_steps`: what the user has to do by hand. `left_to_do`: the lines about a server that `init` prints after it has written
      the files.
    - `reading`: how its data source in an existing `app-config.js` is read.

    Routes (at least one of `behind_web_server`, `answers_origins` and `front` is needed, because some route must fit):

    - `behind_web_server`: a web server of the site can be put in front of it.
    - `answers_origins`: it can answer CORS requests itself. `refuses_viewer`: why its CORS settings cannot contain the origin of a
      viewer URL; empty if they can.
    - `front`: the server itself, if it can serve the viewer's files too.
    - `cors`: its CORS side; None if that is set in a web server in front of it, as for the general kind. `beside`: other services
      of the same product, by the name that the answers and the command `cors` use for them.

    Checks:

    - `own`: what is specific to such a server when it is checked. Imports late, because that part needs the network.
    - `token`: the token that it needs; None if it needs none of its own.
    - `login`: such servers have a login (Basic) of their own, so a login in the answers is theirs.
    - `varies`: its capabilities have to be found by requests (`server.capabilities`).
    - `addresses`, `signs`: how it is recognised by an address and by an answer.
    - `forbidden`: what its status 403 means to users; empty if unknown.
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
    root_setting: str = ""
    asks: tuple[str, ...] = ()
    login: bool = False
    refuses_viewer: Callable[[str], str] = accepts_every_viewer
    left_to_do: Callable[[Server, SetUp], Iterator[str]] = every_step
    forbidden: str = ""
    reading: SourceReading = SourceReading()
    next_steps: NextSteps = NextSteps()

    @property
    def serves_viewer(self) -> bool:
        """Whether it can serve the viewer's files."""
        return self.front is not None
