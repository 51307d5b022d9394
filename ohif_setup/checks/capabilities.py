"""Can the server do what the answers say, and is OHIF told so?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ohif_setup.answers.capabilities import Capabilities
from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables import Server
from ohif_setup.checks.archive_there import nothing_to_see
from ohif_setup.checks.capability_values import capabilities_of
from ohif_setup.checks.check import Check
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.checks.look import Look
from ohif_setup.checks.server_fault import Fault, aspect_of, finding_of, passed, skipped
from ohif_setup.network.capabilities import CapabilityLook
from ohif_setup.network.exchange import evidence
from ohif_setup.network.parallel import side_by_side
from ohif_setup.servers import routes
from ohif_setup.servers.kind import kind_of

ID = "capabilities"

_WORDS: Mapping[str, tuple[str, str, str]] = {
    "wildcard": ("FM34", "parts of names", "a filter by a part of a name empties the list, or finds whole names only"),
    "fuzzy": ("FM35", "names that sound alike", "names that are spelt otherwise are not found"),
    "includefield": ("FM35", "further fields", "the list fails, or lacks descriptions"),
    "rendered": ("FM39", "rendered images", "thumbnails stay away, where they are set to be rendered"),
    "bulk_data": ("FM26", "bulk data by address", "PDF documents stay blank, palette colour black"),
    "quoted_accept": ("FM31", "quotes in Accept", "images stay black"),
    "percent_decoding": ("FM35", "percent-encoded queries", 'every study has "No Description" in the list'),
}
"""Failure mode, what it is, and what a person sees where OHIF is told otherwise."""
NO_BLANKS = "a search with a blank, ^ or an accent in it finds nothing, since the server does not decode queries"


@dataclass(frozen=True)
class Seen:
    """What each server behind a web server of the site showed."""

    servers: tuple[CapabilityLook, ...]


def look(site: Look) -> Seen:
    """About twenty GETs for each server, about what it holds."""
    own = routes.own_servers(site.answers)
    return Seen(tuple(side_by_side([partial(site.capabilities, one) for one in own])))


def judge(answers: Answers, seen: Seen) -> Sequence[Finding]:
    """One finding for each server: what was found otherwise than the answers have it, or what it can do."""
    pairs = zip(routes.own_servers(answers), seen.servers, strict=True)
    return [_one(answers, server, one) for server, one in pairs]


def _one(answers: Answers, server: Server, seen: CapabilityLook) -> Finding:
    aspect = aspect_of(answers, server)
    unseen = nothing_to_see(seen.archive, signs_in=answers.sign_in is not None)
    if unseen:
        return skipped(ID, server, unseen, aspect)
    known = server.capabilities
    found = capabilities_of(seen, known)
    shown = evidence(seen.archive.search) | {"found": found.model_dump(), "answers": known.model_dump()}
    wrong = _differing(known, found)
    options = _changed_options(answers, server, found)
    if not wrong and not options and not _needs_cure(known, found):
        return passed(ID, server, _summary(found), shown, aspect)
    names = wrong or [name for name in _WORDS if getattr(found, name) is not None and getattr(known, name) is None]
    said = "; ".join(f"{_WORDS[name][1]}: {_yes(getattr(found, name))}" for name in names)
    grave = wrong[0] if wrong else "percent_decoding" if _needs_cure(known, found) else ""
    mode, _, symptom = _WORDS.get(grave, ("", "", "perhaps none"))
    told = f" OHIF would get: {', '.join(options)}." if options else ""
    fault = Fault(
        mode,
        "the server was found otherwise than the answers have it"
        if wrong
        else "the answers do not say yet what the server can do",
        symptom,
        f"Found: {said or _summary(found)}.{told}",
        (
            Fix(
                "Answers",
                "ohif-setup check --save writes what was found; then: ohif-setup generate, and install the new files",
            ),
        ),
        "warn",
    )
    return finding_of(ID, server, fault, shown, aspect)


def _differing(known: Capabilities, found: Capabilities) -> list[str]:
    """The names of what the answers have otherwise."""
    return [name for name in _WORDS if getattr(known, name) not in (None, getattr(found, name))]


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
    return "left out" if value is None else str(value).replace("True", "true").replace("False", "false")


def _summary(found: Capabilities) -> str:
    can = [words for name, (_, words, _) in _WORDS.items() if getattr(found, name)]
    note = f"; {NO_BLANKS}" if found.percent_decoding is False else ""
    return (", ".join(can) or "nothing special") + note


def _yes(value: object) -> str:
    return "yes" if value else "no"


CHECK = Check(ID, 78, "Can the server do what OHIF is told that it can?", look, judge, needs=("dicomweb-reachable",))
