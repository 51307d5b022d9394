"""The contract of a route: how browsers reach a DICOMweb server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

# For types only: the answers import the door of this gallery, so an import at run time would close a circle.
if TYPE_CHECKING:
    from ohif_setup.answers.model import Answers
    from ohif_setup.answers.rules.rules_own import Conflict, Place
    from ohif_setup.answers.tables.site import Site
    from ohif_setup.answers.tables.tables import Server
    from ohif_setup.kinds.kind import Kind
    from ohif_setup.output.artefact import Artefact
    from ohif_setup.output.section import Section


def no_conflicts(answers: Site, place: Place, server: Server) -> Iterator[Conflict]:
    """Every server fits."""
    yield from ()


def any_folder(path: str, base_path: str) -> None:
    """Accepts every folder."""


@dataclass(frozen=True)
class Route:
    """What the tool knows of one route.

    `name` is the value of `server.route`; `choice` describes it in menus. `fits`: whether a server of that kind can take it.
    `public_root` is the DICOMweb root as browsers call it, absolute, without a slash at its end.

    `web_server`: a web server of the site forwards DICOMweb to the server. `same_origin`: browsers reach the server at the viewer's
    own origin, so CORS does not apply. `serves_viewer`: the program that browsers ask for images serves the viewer too. Where that
    is the server itself (`by_server`), `fits` accepts only kinds that have a `front`.

    `conflicts` yields the answers that do not fit a server on this route; the server is at that `Place` in the tables.
    `artefacts` are the files that the route needs besides those of a web server. `sections` are its sections of
    `NEXT-STEPS.md`, and `tried_on` names the system on which their commands were tried. `entry` is the page below the viewer URL
    that people open, where the viewer URL itself does not work. `check_folder` raises SetupError for a folder (its real path) from
    which a viewer with that path cannot be served.
    """

    name: str
    order: int
    choice: str
    fits: Callable[[Kind], bool]
    public_root: Callable[[Answers, Server], str]
    web_server: bool
    same_origin: bool
    serves_viewer: bool
    conflicts: Callable[[Site, Place, Server], Iterator[Conflict]] = no_conflicts
    artefacts: tuple[Artefact, ...] = ()
    sections: Callable[[Answers], Iterable[Section]] | None = None
    tried_on: str = ""
    entry: str = ""
    check_folder: Callable[[str, str], None] = any_folder

    @property
    def direct(self) -> bool:
        """Whether browsers query the server directly, without a program of the site in between."""
        return not self.web_server and not self.serves_viewer

    @property
    def by_server(self) -> bool:
        """Whether the server serves the viewer itself, without a web server in front of it."""
        return self.serves_viewer and not self.web_server
