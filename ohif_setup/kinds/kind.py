"""The contract of a kind of DICOMweb server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ohif_setup.kinds.own import Own

if TYPE_CHECKING:
    from ohif_setup.answers.model import Answers
    from ohif_setup.answers.tables import Server
    from ohif_setup.kinds.cors import CorsService
    from ohif_setup.webservers.webserver import Front


@dataclass(frozen=True)
class Token:
    """The token that a kind of server wants: the delegated `scope` that OHIF asks for, the `default_scope` of a service principal,
    the `audiences` that such a token may name, the usual one first, and the `api` to which the scope belongs, by its name."""

    scope: str
    default_scope: str
    audiences: tuple[str, ...]
    api: str


@dataclass(frozen=True)
class Kind:
    """What the tool knows of one kind of server.

    `name` is that of `server.kind`; `label` is what people call it, and `choice` says what it is where it can be chosen.
    `parse_root` makes the DICOMweb root of what somebody typed, and raises ValueError with the end of a sentence; `example_url` is
    one that it takes. `label_of` names one server (`Azure DICOM service ws-dicom (v2)`). `data_source` is OHIF's, and `notes` say
    why its keys have their values.

    `token` is the one that the server wants from Entra ID; None where it wants none of its own. `behind_web_server`: a web server
    of the site can stand before it. `answers_origins`: it can let the origins of browsers in by itself. `varies`: what such a
    server can do is found out by a look at it (`server.capabilities`).

    `front` is the server itself where it hands out the viewer's files too; None where it cannot. `own` gives what such a server
    has of its own where it is looked at; an exhibit loads that late, because it knows the network.

    `cors` is such a server as CORS sees it; None where it is like any other. `beside` are services of the same house that are no
    DICOMweb servers, by the name that the answers and the command `cors` have for them.
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
    varies: bool = True
    front: Front | None = None
    own: Callable[[], Own] = Own
    cors: CorsService | None = None
    beside: Callable[[], Mapping[str, CorsService]] = dict

    @property
    def serves_viewer(self) -> bool:
        """Whether it can hand out the viewer's own files."""
        return self.front is not None
