"""From what a server showed to what it can do. Pure; a value is None where the look did not show it."""

from __future__ import annotations

from ohif_setup.answers.tables.capabilities import Capabilities
from ohif_setup.network.look.archive import STUDY_UID, datasets_of, first_value
from ohif_setup.network.look.capabilities import DESCRIPTION, CapabilityLook
from ohif_setup.network.wire.exchange import Exchange


def capabilities_of(seen: CapabilityLook, known: Capabilities | None = None) -> Capabilities:
    """What was found out; where nothing was, what is `known` already."""
    found = {
        "wildcard": _finds(seen.wildcard, seen.study),
        "fuzzy": _fuzzy(seen),
        "includefield": _is_taken(seen.plain),
        "rendered": _is_image(seen.rendered),
        "bulk_data": _is_taken(seen.bulk),
        "quoted_accept": _quoted(seen),
        "percent_decoding": _decodes(seen),
    }
    return (known or Capabilities()).model_copy(
        update={name: value for name, value in found.items() if value is not None}
    )


def descriptions_lost(seen: CapabilityLook) -> bool:
    """Whether the descriptions of studies come with commas in the query, and not with `%2C`, as OHIF writes them."""
    return _has_descriptions(seen.plain) and not _has_descriptions(seen.encoded)


def _has_descriptions(exchange: Exchange | None) -> bool:
    return exchange is not None and any(first_value(study, DESCRIPTION) for study in datasets_of(exchange))


def _is_taken(exchange: Exchange | None) -> bool | None:
    """True for an answer, False for a refusal of the request, None for anything else (no answer, sign-in, trouble)."""
    if exchange is None or exchange.received is None or exchange.received.is_html():
        return None
    if exchange.received.status in (200, 204):
        return True
    if exchange.received.status in (400, 404, 406, 415, 501):
        return False
    return None


def _decodes(seen: CapabilityLook) -> bool | None:
    """Whether `limit=%31` is taken; None where the server refuses an unencoded query too, so that the encoding explains nothing."""
    if not _is_taken(seen.plain):
        return None
    return _is_taken(seen.raw_limit)


def _finds(exchange: Exchange | None, study: str) -> bool | None:
    taken = _is_taken(exchange)
    if not taken or exchange is None:
        return taken
    return any(first_value(dataset, STUDY_UID) == study for dataset in datasets_of(exchange))


def _fuzzy(seen: CapabilityLook) -> bool | None:
    """Whether the switch makes a difference: a name without its last letter, or with its last two swapped, needs it."""
    on, sound = _finds(seen.fuzzy_on, seen.study), _finds(seen.fuzzy_sound, seen.study)
    if on is None or sound is None:
        return None
    return sound or (on and _finds(seen.fuzzy_off, seen.study) is False)


def _is_image(exchange: Exchange | None) -> bool | None:
    taken = _is_taken(exchange)
    if not taken or exchange is None or exchange.received is None:
        return taken
    return exchange.received.header("Content-Type").lower().startswith("image/")


def _quoted(seen: CapabilityLook) -> bool | None:
    """False only where the same without quotes is taken: else something else is wrong."""
    quoted = _is_taken(seen.quoted)
    if quoted or _is_taken(seen.unquoted):
        return quoted
    return None
