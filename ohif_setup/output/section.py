"""One section of `NEXT-STEPS.md`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, auto
from typing import Any


class Stage(IntEnum):
    """Stages of setting a site up; the sections are in the order in which people carry them out."""

    SERVER = auto()
    """A server behind a web server of the site."""
    VIEWER = auto()
    LOGIN = auto()
    """The login that a web server adds for a server."""
    WEB_SERVER = auto()
    SERVICE = auto()
    """A server that browsers ask directly."""
    REGISTRATION = auto()
    """What a kind of server needs to have registered; if no kind says so, the provider does."""
    ROLE = auto()
    CORS = auto()
    IMAGES = auto()
    FHIR = auto()
    SIGN_IN = auto()
    ACCESS = auto()
    PROOF = auto()


@dataclass(frozen=True)
class Section:
    """A template of `next-steps/` (without `.md.j2`), its stage, and the values that it gets as `it`, besides the answers and
    `number`."""

    template: str
    stage: Stage
    values: Mapping[str, Any] = field(default_factory=dict)
