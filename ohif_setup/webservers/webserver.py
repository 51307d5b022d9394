"""The contract of a web server of the site."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class WebServer:
    """What the tool knows of one web server.

    `name` is that of `server.proxy`, `label` its name in words, and `choice` says what it is where it can be chosen. `windows`: it
    runs on Windows, whose paths it has. `reload` is the command after which a changed configuration counts.
    """

    name: str
    order: int
    label: str
    choice: str
    windows: bool
    reload: str
