"""The error of an OAuth 2.0 answer (RFC 6749, 5.2)."""

from __future__ import annotations

from typing import Any

from ohif_setup.network.wire.exchange import Received


def json_object(received: Received) -> dict[str, Any] | None:
    """The JSON object in an answer; None if its body is something else."""
    try:
        document = received.json()
    except ValueError:
        return None
    if isinstance(document, dict):
        return document
    return None


def text_of(document: dict[str, Any], name: str) -> str:
    """A member of the object that is a text; empty if it is missing or something else."""
    value = document.get(name)
    if isinstance(value, str):
        return value
    return ""
