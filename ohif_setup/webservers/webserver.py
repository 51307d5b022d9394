"""The contract of a web server of the site, and of a server that answers browsers itself (`Front`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ohif_setup.answers.model import Answers
    from ohif_setup.kinds.service import CorsSettings
    from ohif_setup.output.artefact import Artefact
    from ohif_setup.output.section import Section


# A default for all signatures; the empty text means that this program has no line for the fault.
def _no_line(*_: object) -> str:
    return ""


@dataclass(frozen=True, kw_only=True)
class Lines:
    """The change in the configuration that fixes each fault, one line each; empty where the program has none.

    Of the viewer's files: `types` of WebAssembly (and of scripts), `script_type`, `compression`, `no_cache`, `no_packed_copies`,
    `index` for the page in its folder, `fallback` to the page (the viewer's path), `fallback_spares_files`, and `slash` for the
    viewer's path without one (that path, and whether it is redirected, but elsewhere).

    Of any answer: `header` sets a header field (its name, its value, which has no double quote).

    Of DICOMweb: `hand_on` (the path as a pattern, the path, the server's address), `whole_path`, `keeps_path` and
    `resources_alone` (the path), `accept`, `body_size`, `post`, `forwarded` (whether the server is asked with its own name, which
    must stay), `own_name` for that (the name with its port, and whether the server is reached by https), `no_open_proxy`, and
    `cors` (the settings, the path) for a server of which nothing else is known.
    """

    types: Callable[[bool], str] = _no_line
    script_type: str = ""
    compression: str = ""
    no_cache: str = ""
    no_packed_copies: str = ""
    index: str = ""
    fallback: Callable[[str], str] = _no_line
    fallback_spares_files: str = ""
    slash: Callable[[str, bool], str] = _no_line
    header: Callable[[str, str], str] = _no_line
    hand_on: Callable[[str, str, str], str] = _no_line
    whole_path: str = ""
    keeps_path: Callable[[str], str] = _no_line
    resources_alone: Callable[[str], str] = _no_line
    accept: str = ""
    body_size: str = ""
    post: str = ""
    forwarded: Callable[[bool], str] = _no_line
    own_name: Callable[[str, bool], str] = _no_line
    no_open_proxy: str = ""
    cors: Callable[[CorsSettings, str], str] = _no_line


@dataclass(frozen=True, kw_only=True)
class Front:
    """The program that answers browsers for a server: a web server of the site, or the server itself where it serves the viewer
    too.

    `label` is its name for users. `file` is the generated file, `cors_file` the one for a viewer at another origin, where it can do
    CORS. The commands: `reload` applies a changed configuration, `status` shows whether it runs, `start` starts it where `reload`
    does not, and `sites` lists its sites.

    `lines` has the fix for each fault.

    `decodes_commas`: it can decode the commas of a query for a server that does not; `decoding_needs` is a command that must be run
    first.
    """

    label: str
    file: str
    cors_file: str = ""
    reload: str
    status: str
    start: str = ""
    sites: str = ""
    lines: Lines = field(default_factory=Lines)
    decodes_commas: bool = False
    decoding_needs: str = ""


@dataclass(frozen=True, kw_only=True)
class Guard:
    """How a web server restricts access: its directives for a `login` of its own and for an `allow_list`, and `refusals`, where to
    look for the rule that refuses a request."""

    login: str
    allow_list: str
    refusals: str


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """The answers of a web server that cannot forward a request.

    `busy_503`: its own page with that status means too many requests. `broken_500`: cause and command where the status 500 means
    that it cannot forward requests at all. `too_large`: the status for a body over its limit.
    """

    busy_503: bool = False
    broken_500: tuple[str, str] | None = None
    too_large: int = 413


@dataclass(frozen=True, kw_only=True)
class Pages:
    """Texts that identify the pages of a web server itself: its `errors`, a missing client certificate, http sent to an https
    port, and the default sites of its packages (with their names)."""

    errors: tuple[bytes, ...] = ()
    no_certificate: tuple[bytes, ...] = ()
    plain_to_tls: tuple[bytes, ...] = ()
    defaults: tuple[tuple[bytes, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class WebServer(Front):
    """What the tool knows of one web server.

    `name` is the value of `server.proxy`, and `choice` describes it in menus. `windows`: it runs on Windows and has Windows paths.
    `guard` is how it restricts access, `gateway` how it answers when it cannot reach the server behind it.

    `login_file` is the path of its file with the login of a server (`{}` is the name of the site), and `folders` the parent of the
    viewers' folders. `beside_viewer` names the generated file that belongs beside `index.html` of a viewer at the root of its host.

    `binding`: address, port and certificate belong to a binding, which its files cannot set. `nested_paths`: a path below a
    DICOMweb root that is no part of DICOMweb can serve something else.

    Its answers are recognised by its `pages`, and by `server_names`, the beginnings of its `Server` header in lower case.

    `artefacts` are the files that are generated for it, and `filters` quote the values in their templates.
    `address_before_name`: it selects a site by the listening address before it looks at the name. `host_to_https`: it can forward
    the browser's `Host` to a server at https:// too.

    `sections` are its sections of `NEXT-STEPS.md`; without them it gets the general one (`steps.usual`). The section with the
    commands has the `label` as its title, by which `init` finds it. `tried_on` names the system on which the commands were tried;
    empty where they were not. `authorizer` names the part of it that can check who sends a request.
    """

    name: str
    order: int
    choice: str
    windows: bool
    guard: Guard
    gateway: Gateway = field(default_factory=Gateway)
    login_file: str
    folders: str = "/var/www/"
    beside_viewer: str = ""
    binding: bool = False
    nested_paths: bool = False
    pages: Pages = field(default_factory=Pages)
    server_names: tuple[str, ...] = ()
    artefacts: tuple[Artefact, ...] = ()
    filters: Mapping[str, Callable[..., str]] = field(default_factory=dict)
    address_before_name: bool = False
    host_to_https: bool = True
    sections: Callable[[Answers], Iterable[Section]] | None = None
    tried_on: str = ""
    authorizer: str = ""

    @property
    def answers_origins(self) -> bool:
        """Whether it can allow the viewer's origins (CORS) where it has another origin."""
        return bool(self.cors_file)
