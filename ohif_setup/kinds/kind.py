"""The contract of a kind of DICOMweb server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ohif_setup.answers.model import Answers
    from ohif_setup.answers.tables import Server
    from ohif_setup.files.section import Section
    from ohif_setup.javascript.remark import Part, Remark


@dataclass(frozen=True)
class Token:
    """The token that a kind of server wants: the `provider` that gives it, the delegated `scope` that OHIF asks for, the
    `default_scope` of a service principal, and the `audiences` that such a token may name."""

    provider: str
    scope: str
    default_scope: str
    audiences: tuple[str, ...]


def never(*_: object) -> bool:
    """Nothing is."""
    return False


def no_remarks(options: Part, path: str) -> Iterator[Remark]:
    """Nothing is known to be wrong."""
    yield from ()


def not_misplaced(netloc: str, path: str) -> tuple[str, str] | None:
    """It may be a DICOMweb root."""
    return None


@dataclass(frozen=True)
class SourceReading:
    """How a data source that somebody wrote is read where it may be for a kind of server.

    `at`: whether a host is that of such a server, without a doubt. `resembles`: whether a source looks like one, by the words for
    it in lower case and the path of its root. `port` is the one at which such servers usually listen; 0 where there is none.
    `misplaced`: what is wrong with an address, by its host with port and its path, that leads to such a server and not to its
    DICOMweb root, and what to do; None for any other. `decides`: whether only one value of that option works there, or this value
    does not, so that the tool writes it. `remarks` are on the options of a source, by the path of its root.
    """

    at: Callable[[str], bool] = never
    resembles: Callable[[str, str], bool] = never
    port: int = 0
    misplaced: Callable[[str, str], tuple[str, str] | None] = not_misplaced
    decides: Callable[[str, Any], bool] = never
    remarks: Callable[[Part, str], Iterator[Remark]] = no_remarks


@dataclass(frozen=True)
class NextSteps:
    """What `NEXT-STEPS.md` says of a kind of server.

    `sections` are those about one server; without, it has one for any DICOMweb server (`steps.usual`), with the `title` or the
    label of the kind. `preface` is a sentence for the head of the file. `fhir`: they tell of the FHIR service too. `authorizer` is
    what makes such a server check who asks, where by itself it checks no token. `undecoded` names those that take a query as it
    is, where a look has to tell.
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

    `token` is the one that the server wants from Entra ID; None where it wants none of its own. `behind_web_server`: a web server
    of the site can stand before it. `answers_origins`: it can let the origins of browsers in by itself. `serves_viewer`: it can
    hand out the viewer's own files. `varies`: what such a server can do is found out by a look at it (`server.capabilities`).

    `forbidden` is what its status 403 means to people; empty where nothing is known. `reading` is how a
    data source for it is read that somebody wrote. `next_steps` is what is left to do by hand.
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
    token: Token | None = None
    behind_web_server: bool = True
    answers_origins: bool = False
    serves_viewer: bool = False
    varies: bool = True
    forbidden: str = ""
    reading: SourceReading = SourceReading()
    next_steps: NextSteps = NextSteps()
