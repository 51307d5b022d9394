"""Do the server's capabilities match the answers, and is OHIF configured for them?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.capabilities import Capabilities
from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks import web_server
from ohif_setup.checks.check import Check
from ohif_setup.checks.dicomweb.archive_there import finding_without_samples
from ohif_setup.checks.dicomweb.capability_values import capabilities_of
from ohif_setup.checks.dicomweb.each_server import LookCrash, judge_each, look_at_each
from ohif_setup.checks.dicomweb.server_fault import aspect_of, passed
from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.checks.look import Look
from ohif_setup.checks.silence import says_nothing, unanswered
from ohif_setup.kinds import kind_of
from ohif_setup.network.look.capabilities import CapabilityLook
from ohif_setup.network.wire.exchange import evidence
from ohif_setup.routes import reach

ID = "capabilities"

_WORDS: Mapping[str, str] = {
    "wildcard": "parts of names",
    "fuzzy": "fuzzy matching of names",
    "includefield": "additional fields",
    "rendered": "rendered images",
    "bulk_data": "bulk data",
    "quoted_accept": "images requested with quotes",
    "percent_decoding": "percent-encoded queries",
}
_HARM: Mapping[str, tuple[str, str]] = {
    "wildcard": ("FM34", "a filter by part of a name empties the list, or finds whole names only"),
    "fuzzy": ("FM35", "names that are spelt differently are not found"),
    "bulk_data": ("FM26", "PDF documents stay blank, palette colour black"),
    "quoted_accept": ("FM31", "images stay black"),
    "percent_decoding": ("FM35", 'every study has "No Description" in the list'),
}
"""Failure mode and symptom of each capability that OHIF or the web server can be configured wrongly for.

The other capabilities change nothing that is generated. OHIF always sends `includefield`, and it draws its thumbnails from the
frames: that `/rendered` answers does not prove that it accepts the form in which OHIF requests thumbnails. Orthanc 1.10 with plugin
1.7 refuses that form.
"""
_SHOWN_BY: Mapping[str, str] = {
    "plain": "includefield",
    "encoded": "percent_decoding",
    "raw_limit": "percent_decoding",
    "wildcard": "wildcard",
    "fuzzy_off": "fuzzy",
    "fuzzy_on": "fuzzy",
    "fuzzy_sound": "fuzzy",
    "rendered": "rendered",
    "bulk": "bulk_data",
    "quoted": "quoted_accept",
    "unquoted": "quoted_accept",
}
"""The capability that each exchange of a `CapabilityLook` tests."""
NO_BLANKS = "a search with a space, ^ or an accent in it finds nothing, because the server does not decode queries"


@dataclass(frozen=True)
class ServerCapabilities:
    """The probes of one server, and the login in front of the root that browsers use."""

    look: CapabilityLook
    login: str = ""


@dataclass(frozen=True)
class CapabilityObservations:
    """One entry for each server that requires no access token, in the order of the answers."""

    servers: tuple[ServerCapabilities | LookCrash, ...]


def look(site: Look) -> CapabilityObservations:
    """Send about twenty GET requests to each server, about instances and names that it holds."""
    return CapabilityObservations(look_at_each(site, reach.shown_without_token(site.answers), _look_at))


def judge(answers: Answers, seen: CapabilityObservations) -> Sequence[Finding]:
    """One finding for each server: how its capabilities differ from the answers, or what they are if they match.

    One more if the server left probes unanswered.
    """
    return judge_each(ID, answers, reach.shown_without_token(answers), seen.servers, _judge_server)


def _look_at(site: Look, server: Server) -> ServerCapabilities:
    return ServerCapabilities(site.capabilities(server), site.login_before(server))


def _judge_server(answers: Answers, server: Server, seen: ServerCapabilities) -> list[Finding]:
    aspect, archive = aspect_of(answers, server), seen.look.archive
    without_samples = finding_without_samples(ID, answers, server, archive, seen.login)
    if without_samples:
        return [without_samples]
    # `known` comes from the answers, `found` from the probes. What a probe did not show keeps its value in the answers.
    known = server.capabilities
    found, note = _without_harmless(known, capabilities_of(seen.look, known))
    shown = evidence(archive.search) | {"found": found.model_dump(), "answers": known.model_dump()}
    unknown = _unanswered(server, seen.look, aspect)
    wrong = _differing(known, found)
    options = _changed_options(answers, server, found)
    # A capability that nobody has looked up yet matters only if it would change a generated file.
    if not wrong and not options and not _decoding_unset(known, found):
        return unknown or [passed(ID, server, _summary(found) + note, shown, aspect)]
    # The cause lists what differs; if nothing does, what was found and is not in the answers yet.
    names = wrong or [name for name in _HARM if getattr(found, name) is not None and getattr(known, name) is None]
    said = "; ".join(f"{_WORDS[name]}: {_yes(getattr(found, name))}" for name in names)
    # A finding has one symptom and one failure mode: those of the first difference.
    title, gravest = "the answers file does not have the server's capabilities yet", ""
    if wrong:
        title, gravest = "the server's capabilities differ from the answers file", wrong[0]
    elif _decoding_unset(known, found):
        gravest = "percent_decoding"
    mode, symptom = _HARM.get(gravest, ("", "perhaps none"))
    cause = f"Found: {said or _summary(found)}."
    if options:
        cause += f" The data source of OHIF would change: {', '.join(options)}."
    save = f"ohif-setup check --save writes what was found; {web_server.then_regenerate(server, viewer=True)}"
    fixes = [Fix("Answers", save)]
    # The new file will decode the commas. Apache needs its module rewrite for that, or it does not load the file.
    if found.percent_decoding is False and known.percent_decoding is not False:
        fixes += web_server.needs_to_decode(server)
    fault = Fault(mode, title, symptom, cause, tuple(fixes), "warn")
    return [finding_of(ID, server.url, fault, shown, aspect), *unknown]


def _unanswered(server: Server, look: CapabilityLook, aspect: str) -> list[Finding]:
    """One finding for all probes that the server left unanswered; none if it answered all of them."""
    asked = [(name, getattr(look, name)) for name in _SHOWN_BY]
    silent = [(name, exchange) for name, exchange in asked if exchange and says_nothing(exchange)]
    if not silent:
        return []
    # Several probes test one capability; name it once. A dict, unlike a set, keeps the order.
    words = dict.fromkeys(_WORDS[_SHOWN_BY[name]] for name, _ in silent)
    fault = unanswered(silent[0][1], f"could not be tested ({', '.join(words)})", "perhaps none", "warn")
    return [finding_of(ID, server.url, fault, evidence(silent[0][1]), aspect)]


def _differing(known: Capabilities, found: Capabilities) -> list[str]:
    """The names of the capabilities whose value in the answers is wrong and does harm."""
    return [name for name in _HARM if getattr(known, name) not in (None, getattr(found, name))]


def _without_harmless(known: Capabilities, found: Capabilities) -> tuple[Capabilities, str]:
    """What was found, without the difference that does no harm; and a note on that difference.

    A server that accepts quotes accepts requests without them too, so `quoted_accept = false` in the answers works.
    """
    if known.quoted_accept is not False or not found.quoted_accept:
        return found, ""
    note = "; images come with quotes too (the answers have quoted_accept = false, which works as well)"
    return found.model_copy(update={"quoted_accept": False}), note


def _decoding_unset(known: Capabilities, found: Capabilities) -> bool:
    """Whether the web server has to decode the commas, and the answers do not say so yet."""
    return found.percent_decoding is False and known.percent_decoding is None


def _changed_options(answers: Answers, server: Server, found: Capabilities) -> list[str]:
    """The options of OHIF's data source that would differ if the answers had what was found, with their new values."""
    data_source = kind_of(server).data_source
    current: Mapping[str, Any] = data_source(answers, server)["configuration"]
    with_found = server.model_copy(update={"capabilities": found})
    updated: Mapping[str, Any] = data_source(answers, with_found)["configuration"]
    names = [*current, *(name for name in updated if name not in current)]
    return [f"{name} {_plain(updated.get(name))}" for name in names if current.get(name) != updated.get(name)]


def _plain(value: Any) -> str:
    """A value as `app-config.js` spells it."""
    if value is None:
        return "left out"
    return str(value).replace("True", "true").replace("False", "false")


def _summary(found: Capabilities) -> str:
    can = [words for name, words in _WORDS.items() if getattr(found, name)]
    summary = ", ".join(can) or "nothing special"
    if found.percent_decoding is False:
        summary += f"; {NO_BLANKS}"
    return summary


def _yes(value: object) -> str:
    return "yes" if value else "no"


CHECK = Check(ID, 78, "Can the server do what OHIF is configured for?", look, judge, needs=("dicomweb-reachable",))
