"""The DICOMweb roots of a data source, and what follows from them without a request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ohif_setup.config_js.read.config import Code
from ohif_setup.config_js.read.values import is_text
from ohif_setup.kinds import KINDS
from ohif_setup.kinds.kind import Kind
from ohif_setup.paste.pasted import placeholder_in
from ohif_setup.paste.urls import host_of, netloc_of

ROOTS = ("qidoRoot", "wadoRoot", "stowRoot", "wadoUriRoot")
_ORIGIN = "{origin}"


@dataclass(frozen=True)
class Root:
    """One root. `text` is an address, or a path at the viewer's own origin (`relative`). It is empty if the root is missing, or if
    it cannot be known without running code (`unknown`)."""

    text: str = ""
    relative: bool = False
    unknown: bool = False

    @property
    def path(self) -> str:
        """Its path, without a trailing slash."""
        text = self.text
        if not self.relative:
            text = "/" + text.split("://", 1)[-1].partition("/")[2]
        return text.rstrip("/")


def root(value: Any) -> Root:
    """The root that a value of the configuration stands for."""
    if isinstance(value, Code):
        # `window.location.origin + '/dicom-web'` is the same as the path alone. `{origin}:8042` is another origin.
        rest = value.meaning.removeprefix(_ORIGIN)
        if value.meaning.startswith(_ORIGIN) and "{" not in rest and rest[:1] in ("/", ""):
            return Root(rest or "/", relative=True)
        return Root(unknown=True)
    text = str(value) if is_text(value) else ""
    # What a template was to fill in is no address, and nobody knows whether it was to be a path.
    if not text or placeholder_in(text):
        return Root()
    if re.match(r"(?i)https?://", text):
        return Root(text)
    return Root(text, relative=True)


def root_of(options: Mapping[str, Any]) -> Root:
    """The root of a data source: that of the study list, or if it is missing, that of the images."""
    for key in ("qidoRoot", "wadoRoot"):
        found = root(options.get(key))
        if found.text or found.unknown:
            return found
    return Root()


def plain_origin(url: str) -> str:
    """Scheme, host and port of an address, without a login."""
    return f"{url.split('://', 1)[0].lower()}://{netloc_of(url)}"


def kind_at(found: Root, words: str) -> Kind:
    """The kind of the server with that root: by its host, or else by what its path and the words in its names resemble."""
    if not found.relative and (kind := kind_of_host(host_of(found.text))):
        return kind
    looks = words.casefold()
    return next((kind for kind in KINDS.values() if kind.reading.resembles(looks, found.path)), KINDS[KINDS.last])


def kind_of_host(host: str) -> Kind | None:
    """The kind whose servers are the only ones with such a host; None if any server may have it."""
    return next((kind for kind in KINDS.values() if kind.reading.at(host)), None)
