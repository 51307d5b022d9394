"""Concludes from the probes of a server what it can do. Pure; a value is None if the probes do not tell it."""

from __future__ import annotations

from ohif_setup.answers.tables.capabilities import Capabilities
from ohif_setup.network.look.archive import STUDY_UID, datasets_of, first_value
from ohif_setup.network.look.capabilities import DESCRIPTION, CapabilityLook
from ohif_setup.network.wire.exchange import Exchange


def capabilities_of(seen: CapabilityLook, known: Capabilities | None = None) -> Capabilities:
    """The capabilities that the probes show; those that they do not show keep their value in `known`."""
    found = {
        "wildcard": _finds(seen.wildcard, seen.study),
        "fuzzy": _fuzzy(seen),
        "includefield": _is_accepted(seen.plain),
        "rendered": _is_image(seen.rendered),
        "bulk_data": _is_accepted(seen.bulk),
        "quoted_accept": _quoted(seen),
        "percent_decoding": _decodes(seen),
    }
    # A busy server or an archive without a suitable example must not erase what an earlier run found.
    return (known or Capabilities()).model_copy(
        update={name: value for name, value in found.items() if value is not None}
    )


def descriptions_lost(seen: CapabilityLook) -> bool:
    """Whether study descriptions come for commas in the query, but not for `%2C`, which is how OHIF writes them."""
    # Both are needed: an archive whose studies have no description returns none for either spelling.
    return _has_descriptions(seen.plain) and not _has_descriptions(seen.encoded)


def _has_descriptions(exchange: Exchange | None) -> bool:
    return exchange is not None and any(first_value(study, DESCRIPTION) for study in datasets_of(exchange))


def _is_accepted(exchange: Exchange | None) -> bool | None:
    """True if the request is accepted, False if it is refused, None if the answer tells neither (none came, 401, 5xx, a page)."""
    # A page with status 200 is a fallback or a portal, and would otherwise count as support for everything.
    if exchange is None or exchange.received is None or exchange.received.is_html():
        return None
    if exchange.received.status in (200, 204):
        return True
    # 401 and 403 are missing here: they refuse the person, not the form of the request. 500 may be an accident.
    if exchange.received.status in (400, 404, 406, 415, 501):
        return False
    return None


def _decodes(seen: CapabilityLook) -> bool | None:
    """Whether the server decodes queries: it accepts `limit=%31`, which is `limit=1`.

    Debian 12's Orthanc does not, and answers 400. None if the server refuses an unencoded query too, because then the encoding
    does not explain the refusal.
    """
    if not _is_accepted(seen.plain):
        return None
    return _is_accepted(seen.raw_limit)


def _finds(exchange: Exchange | None, study: str) -> bool | None:
    """Whether a search finds that study. Status 200 proves nothing: a server without wildcards accepts `*x*` and finds nothing."""
    accepted = _is_accepted(exchange)
    if not accepted or exchange is None:
        return accepted
    return any(first_value(dataset, STUDY_UID) == study for dataset in datasets_of(exchange))


def _fuzzy(seen: CapabilityLook) -> bool | None:
    """Whether `fuzzymatching=true` makes a difference. Orthanc, for one, accepts and ignores it."""
    on, sound = _finds(seen.fuzzy_on, seen.study), _finds(seen.fuzzy_sound, seen.study)
    if on is None or sound is None:
        return None
    # Two swapped letters need real fuzzy matching. For a name without its last letter prefix matching will do, which is what Azure
    # means by fuzzy. A server may match prefixes without the parameter too, so that counts only if the other search misses.
    return sound or (on and _finds(seen.fuzzy_off, seen.study) is False)


def _is_image(exchange: Exchange | None) -> bool | None:
    """Whether the answer is an image, and not only accepted."""
    accepted = _is_accepted(exchange)
    if not accepted or exchange is None or exchange.received is None:
        return accepted
    return exchange.received.header("Content-Type").lower().startswith("image/")


def _quoted(seen: CapabilityLook) -> bool | None:
    """Whether a frame comes for an `Accept` header with quotes."""
    quoted = _is_accepted(seen.quoted)
    # A refusal counts only if the same frame comes without quotes. If it does not, the quotes are not the reason.
    if quoted or _is_accepted(seen.unquoted):
        return quoted
    return None
