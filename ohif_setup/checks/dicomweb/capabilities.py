"""Can the server do what the answers say, and is OHIF told so?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.capabilities import Capabilities
from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks import web_server
from ohif_setup.checks.check import Check
from ohif_setup.checks.dicomweb.archive_there import unseen
from ohif_setup.checks.dicomweb.capability_values import capabilities_of
from ohif_setup.checks.dicomweb.each_server import Broken, judge_each, look_at_each
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
    "fuzzy": "names that sound alike",
    "includefield": "further fields",
    "rendered": "rendered images",
    "bulk_data": "bulk data by address",
    "quoted_accept": "images asked for with quotes",
    "percent_decoding": "percent-encoded queries",
}
_HARM: Mapping[str, tuple[str, str]] = {
    "wildcard": ("FM34", "a filter by a part of a name empties the list, or finds whole names only"),
    "fuzzy": ("FM35", "names that are spelt otherwise are not found"),
    "bulk_data": ("FM26", "PDF documents stay blank, palette colour black"),
    "quoted_accept": ("FM31", "images stay black"),
    "percent_decoding": ("FM35", 'every study has "No Description" in the list'),
}
"""Failure mode, and what a person sees, where OHIF or the web server is told otherwise. The rest decides nothing: OHIF always sends
`includefield`, and its thumbnails are drawn from the frames (that `/rendered` answers does not say that it does so in the way in
which OHIF asks for thumbnails: Orthanc 1.10 with plugin 1.7 refuses that)."""
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
"""Which capability each exchange of a `CapabilityLook` shows."""
NO_BLANKS = "a search with a blank, ^ or an accent in it finds nothing, since the server does not decode queries"


@dataclass(frozen=True)
class ServerCapabilities:
    """What one server showed, and the login in front of where browsers ask."""

    look: CapabilityLook
    login: str = ""


@dataclass(frozen=True)
class CapabilityObservations:
    """One for each server that wants no token of its own."""

    servers: tuple[ServerCapabilities | Broken, ...]


def look(site: Look) -> CapabilityObservations:
    """About twenty GETs for each server, about what it holds."""
    return CapabilityObservations(look_at_each(site, reach.shown_without_token(site.answers), _look_at))


def judge(answers: Answers, seen: CapabilityObservations) -> Sequence[Finding]:
    """One finding for each server: where its capabilities differ from the answers, or else what it can do."""
    return judge_each(ID, answers, reach.shown_without_token(answers), seen.servers, _of_server)


def _look_at(site: Look, server: Server) -> ServerCapabilities:
    return ServerCapabilities(site.capabilities(server), site.login_before(server))


def _of_server(answers: Answers, server: Server, seen: ServerCapabilities) -> list[Finding]:
    aspect, archive = aspect_of(answers, server), seen.look.archive
    nothing = unseen(ID, answers, server, archive, seen.login)
    if nothing:
        return [nothing]
    known = server.capabilities
    found, note = _without_safe(known, capabilities_of(seen.look, known))
    shown = evidence(archive.search) | {"found": found.model_dump(), "answers": known.model_dump()}
    unasked = _unasked(server, seen.look, aspect)
    wrong = _differing(known, found)
    options = _changed_options(answers, server, found)
    if not wrong and not options and not _needs_cure(known, found):
        return unasked or [passed(ID, server, _summary(found) + note, shown, aspect)]
    names = wrong or [name for name in _HARM if getattr(found, name) is not None and getattr(known, name) is None]
    said = "; ".join(f"{_WORDS[name]}: {_yes(getattr(found, name))}" for name in names)
    title, grave = "the answers do not say yet what the server can do", ""
    if wrong:
        title, grave = "the server was found otherwise than the answers have it", wrong[0]
    elif _needs_cure(known, found):
        grave = "percent_decoding"
    mode, symptom = _HARM.get(grave, ("", "perhaps none"))
    cause = f"Found: {said or _summary(found)}."
    if options:
        cause += f" OHIF would get: {', '.join(options)}."
    save = f"ohif-setup check --save writes what was found; {web_server.then_regenerate(server, viewer=True)}"
    fixes = [Fix("Answers", save)]
    if _to_be_decoded(known, found):
        fixes += web_server.needs_to_decode(server)
    fault = Fault(mode, title, symptom, cause, tuple(fixes), "warn")
    return [finding_of(ID, server.url, fault, shown, aspect), *unasked]


def _unasked(server: Server, look: CapabilityLook, aspect: str) -> list[Finding]:
    """One finding for all that the server left unanswered; none where it answered everything."""
    asked = [(name, getattr(look, name)) for name in _SHOWN_BY]
    silent = [(name, exchange) for name, exchange in asked if exchange and says_nothing(exchange)]
    if not silent:
        return []
    words = dict.fromkeys(_WORDS[_SHOWN_BY[name]] for name, _ in silent)
    fault = unanswered(silent[0][1], f"not found out ({', '.join(words)})", "perhaps none", "warn")
    return [finding_of(ID, server.url, fault, evidence(silent[0][1]), aspect)]


def _differing(known: Capabilities, found: Capabilities) -> list[str]:
    """The names of what the answers have otherwise, and something follows from."""
    return [name for name in _HARM if getattr(known, name) not in (None, getattr(found, name))]


def _without_safe(known: Capabilities, found: Capabilities) -> tuple[Capabilities, str]:
    """What was found without what the answers have otherwise and does no harm, and a note on it: a server that takes quotes takes
    requests without them too."""
    if known.quoted_accept is not False or not found.quoted_accept:
        return found, ""
    note = "; images come with quotes too (the answers have quoted_accept = false, which works as well)"
    return found.model_copy(update={"quoted_accept": False}), note


def _to_be_decoded(known: Capabilities, found: Capabilities) -> bool:
    return found.percent_decoding is False and known.percent_decoding is not False


def _needs_cure(known: Capabilities, found: Capabilities) -> bool:
    """Whether the web server has to decode the commas and is not told so."""
    return found.percent_decoding is False and known.percent_decoding is None


def _changed_options(answers: Answers, server: Server, found: Capabilities) -> list[str]:
    """The options of OHIF's data source that would be others with what was found."""
    data_source = kind_of(server).data_source
    now: Mapping[str, Any] = data_source(answers, server)["configuration"]
    then: Mapping[str, Any] = data_source(answers, server.model_copy(update={"capabilities": found}))["configuration"]
    names = [*now, *(name for name in then if name not in now)]
    return [f"{name} {_plain(then.get(name))}" for name in names if now.get(name) != then.get(name)]


def _plain(value: Any) -> str:
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


CHECK = Check(ID, 78, "Can the server do what OHIF is told that it can?", look, judge, needs=("dicomweb-reachable",))
