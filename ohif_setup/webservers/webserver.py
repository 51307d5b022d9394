"""The contract of a web server of the site."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ohif_setup.answers.model import Answers
    from ohif_setup.files.artefact import Artefact
    from ohif_setup.files.section import Section


@dataclass(frozen=True)
class WebServer:
    """What the tool knows of one web server.

    `name` is that of `server.proxy`, `label` its name in words, and `choice` says what it is where it can be chosen. `windows`: it
    runs on Windows, whose paths it has. `reload` is the command after which a changed configuration counts.

    `artefacts` are its files, which are generated where it stands before a server, and `filters` are those
    with which their templates quote a value. `address_before_name`: it looks for the site
    that listens at the address before it looks at the name.
    `host_to_https`: it can pass the browser's `Host` on to a server at https:// too.

    `sections` are its own of `NEXT-STEPS.md`; without, it has one for any web server (`steps.usual`). `tried_on` is where their
    commands were tried; empty where nobody did. `authorizer` is what of it can check who asks, in words.
    """

    name: str
    order: int
    label: str
    choice: str
    windows: bool
    reload: str
    artefacts: tuple[Artefact, ...] = ()
    filters: Mapping[str, Callable[..., str]] = field(default_factory=dict)
    address_before_name: bool = False
    host_to_https: bool = True
    sections: Callable[[Answers], Iterable[Section]] | None = None
    tried_on: str = ""
    authorizer: str = ""
