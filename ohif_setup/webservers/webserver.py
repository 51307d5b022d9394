"""The contract of a web server of the site, and of whatever else answers browsers in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ohif_setup.answers.model import Answers
    from ohif_setup.kinds.service import CorsSettings
    from ohif_setup.output.artefact import Artefact
    from ohif_setup.output.section import Section


def _no_line(*_: object) -> str:
    return ""


@dataclass(frozen=True, kw_only=True)
class Lines:
    """What to change in the configuration, one line for each fault; empty where there is none for it.

    Of the viewer's files: `types` of WebAssembly (and of scripts), `script_type`, `compression`, `no_cache`, `no_packed_copies`,
    `fallback` to the page (the viewer's path), `fallback_spares_files`, and `slash` for the viewer's path without one (that path,
    and whether it is redirected, but elsewhere).

    Of DICOMweb: `hand_on` (the path as a pattern, the path, the server's address), `whole_path`, `keeps_path` and
    `resources_alone` (the path), `accept`, `body_size`, `post`, `forwarded` (the server behind is reached by https) `no_open_proxy`
    and `cors` (the settings, the path) for a server of which no more is known.
    """

    types: Callable[[bool], str] = _no_line
    script_type: str = ""
    compression: str = ""
    no_cache: str = ""
    no_packed_copies: str = ""
    fallback: Callable[[str], str] = _no_line
    fallback_spares_files: str = ""
    slash: Callable[[str, bool], str] = _no_line
    hand_on: Callable[[str, str, str], str] = _no_line
    whole_path: str = ""
    keeps_path: Callable[[str], str] = _no_line
    resources_alone: Callable[[str], str] = _no_line
    accept: str = ""
    body_size: str = ""
    post: str = ""
    forwarded: Callable[[bool], str] = _no_line
    no_open_proxy: str = ""
    cors: Callable[[CorsSettings, str], str] = _no_line


@dataclass(frozen=True, kw_only=True)
class Front:
    """What answers browsers for a server: a web server of the site, or the server itself where it hands out the viewer too.

    `label` is its name in words. `file` is the generated one, `cors_file` that for a viewer of another origin, where it can
    do CORS. `reload` is the command after which a changed configuration counts, `status` shows whether it runs, `start` starts it
    where `reload` does not, and `sites` lists its sites.

    `lines` are what to change for each fault.

    `decodes_commas`: it can decode the commas of a query for a server that does not; `decoding_needs` is the command that must come
    before.
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
    """How a web server keeps people out: the words of its configuration for a `login` of its own and for an `allow_list`, and
    `refusals`, where to look for what forbids a request."""

    login: str
    allow_list: str
    refusals: str


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """How a web server says that it does not get a request through.

    `busy_503`: a page of its own with that status stands for too many requests. `broken_500`: cause and command where the status
    500 means that it cannot pass requests on at all. `too_large`: the status for a body that is over its own, generous limit.
    """

    busy_503: bool = False
    broken_500: tuple[str, str] | None = None
    too_large: int = 413


@dataclass(frozen=True, kw_only=True)
class Pages:
    """Marks of the pages that a web server writes itself: of its `errors`, of a client that has no certificate, of http that is
    spoken to a port of https, and of the sites that come with it before anybody has put one there (with their names)."""

    errors: tuple[bytes, ...] = ()
    no_certificate: tuple[bytes, ...] = ()
    plain_to_tls: tuple[bytes, ...] = ()
    defaults: tuple[tuple[bytes, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class WebServer(Front):
    """What the tool knows of one web server.

    `name` is that of `server.proxy`, and `choice` says what it is where it can be chosen. `windows`: it runs on Windows, whose
    paths it has. `guard` is how it keeps people out, `gateway` how it fails to reach the server behind it.

    `login_file` is where its file with the login of a server lies, `{}` being the name of the site, and `folders` where the viewers
    lie. `beside_viewer` names the generated file that lies beside `index.html` of a viewer at the top of its host.

    `binding`: its address, port and certificate belong to a binding, which its files say nothing of. `nested_paths`: what lies
    below a DICOMweb root, and is no part of DICOMweb, can have another use.

    Its answers are told from others by its `pages`, and by `server_names`, the beginnings of its field `Server` in lower case.

    `artefacts` are its files, which are generated where it stands before a server, and `filters` are those with which their
    templates quote a value. `address_before_name`: it looks for the site that listens at the address before it looks at the name.
    `host_to_https`: it can pass the browser's `Host` on to a server at https:// too.

    `sections` are its own of `NEXT-STEPS.md`; without, it has one for any web server (`steps.usual`). The one with the commands
    has the `label` as its title, by which `init` finds it. `tried_on` is where their commands were tried; empty where nobody did.
    `authorizer` is what of it can check who asks, in words.
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
        """Whether it can let the viewer's origins in, where browsers reach it at another one (CORS)."""
        return bool(self.cors_file)
