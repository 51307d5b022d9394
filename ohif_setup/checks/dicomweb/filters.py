"""Do the filters of the study list find what is there?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks import web_server
from ohif_setup.checks.check import Check
from ohif_setup.checks.dicomweb.archive_there import finding_without_samples
from ohif_setup.checks.dicomweb.capability_values import capabilities_of
from ohif_setup.checks.dicomweb.each_server import LookCrash, judge_each, look_into_each
from ohif_setup.checks.dicomweb.server_fault import aspect_of, begin_of, name_of, passed, skipped
from ohif_setup.checks.dicomweb.token_there import WithoutToken
from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.checks.look import Look
from ohif_setup.checks.silence import says_nothing, unanswered
from ohif_setup.checks.trouble_words import short
from ohif_setup.kinds import kind_of
from ohif_setup.network.look.archive import Archive, datasets_of
from ohif_setup.network.look.filters import Filter, FilterLook, look_at_filters
from ohif_setup.network.wire.exchange import Exchange, evidence

ID = "filters"
NEEDED = "the filters of the study list"
PAGE = 25
"""So many other studies may come before the one that is looked for: an answer as long as that has not lost it."""
TWO = "two modalities at once"
_EMPTY = "the list is empty while that filter is set"


@dataclass(frozen=True)
class ServerFilters:
    """The archive of one server as browsers see it, the list with its filters, the login in front, and whether the server finds
    parts of names (None if unknown)."""

    archive: Archive
    filters: FilterLook | None
    login: str = ""
    wildcard: bool | None = None


@dataclass(frozen=True)
class FilterObservations:
    """One entry for each server, in the order of the answers."""

    servers: tuple[ServerFilters | WithoutToken | LookCrash, ...]


def look(site: Look) -> FilterObservations:
    """Request the list with each of its filters, for a study that it holds and for one that nobody has."""
    return FilterObservations(look_into_each(site, site.answers.servers, _look_at))


def judge(answers: Answers, seen: FilterObservations) -> Sequence[Finding]:
    """One finding for each way in which filters fail at a server, or one that passes."""
    return judge_each(ID, answers, answers.servers, seen.servers, _judge_server, needed=NEEDED)


def _look_at(site: Look, server: Server) -> ServerFilters:
    archive, token = site.archive(server), site.token(server)
    if not archive.studies:
        return ServerFilters(archive, None, "" if token else site.login_before(server))
    options = kind_of(server).data_source(site.answers, server)["configuration"]
    found = None
    if kind_of(server).varies:
        found = capabilities_of(site.queries(server), server.capabilities)
    direct = site.direct(server)
    seen = look_at_filters(
        site.http,
        archive.root,
        version=site.answers.viewer.ohif_version,
        fuzzy=bool(options.get("supportsFuzzyMatching")),
        wildcard=bool(options.get("supportsWildcard")),
        decodes=found is None or found.percent_decoding is not False,
        direct=direct.url if direct and direct.proven and direct.url != archive.root else "",
        token=token,
    )
    return ServerFilters(archive, seen, wildcard=found.wildcard if found else None)


def _judge_server(answers: Answers, server: Server, seen: ServerFilters) -> list[Finding]:
    aspect = aspect_of(answers, server)
    if seen.filters is None:
        # An archive of which not even the list came has no samples either.
        found = finding_without_samples(ID, answers, server, seen.archive, seen.login, needed=NEEDED)
        return [found] if found else []
    if not datasets_of(seen.filters.plain):
        return [skipped(ID, server, "the list does not come as OHIF asks for it", aspect, see=("dicomweb-answers",))]
    tried = seen.filters.filters
    # OHIF sends asterisks to a server that does not know them: `capabilities` names that for all texts at once.
    without_asterisks = [one for one in tried if not (seen.wildcard is False and _is_unread(one))]
    faults = _faults(server, seen.filters, [one for one in without_asterisks if one.name != TWO])
    if faults:
        return [finding_of(ID, server.url, fault, _shown(one), aspect) for fault, one in faults]
    by = [one.name for one in without_asterisks if one.name != TWO and one.study]
    title = f"studies are found by {', '.join(by)}" if by else "no study of the list has a value to filter by"
    bare = [one.name for one in tried if not one.study]
    if by and bare:
        title += f"; none has a value for {', '.join(bare)}"
    # No server has to understand the comma, and no setting of OHIF changes it, so it is worth a note, not a warning.
    if any(one.name == TWO and not one.finds for one in tried):
        title += f"; {TWO} find nothing"
    return [passed(ID, server, title, evidence(seen.filters.plain), aspect)]


def _is_unread(one: Filter) -> bool:
    """Whether the server took an asterisk for a letter: it answered. One that refuses the search is a fault of this check."""
    return one.value.startswith("*") and one.asked.status in (200, 204)


def _faults(server: Server, seen: FilterLook, tried: Sequence[Filter]) -> list[tuple[Fault, Filter]]:
    silent = [one for one in tried if says_nothing(one.asked)]
    answered = [one for one in tried if one not in silent and one.asked.received is not None]
    refused = [one for one in answered if one.asked.status not in (200, 204)]
    ignored = [one for one in answered if one not in refused and datasets_of(one.nobody)]
    lost = [one for one in answered if one not in (*refused, *ignored) and _is_lost(one)]
    by_case = [one for one in lost if one.other_case and _comes(one)]
    lost = [one for one in lost if one not in by_case]
    found: list[tuple[Fault, Filter]] = []
    if silent:
        what = f"the list filtered by {_names(silent)}"
        found.append((replace(unanswered(silent[0].asked, what, _EMPTY, "warn"), evidence={}), silent[0]))
    if refused:
        past = seen.direct if refused[0].name == seen.direct_by else None
        found.append((_refused(server, past, refused), refused[0]))
    if ignored:
        found.append((_ignored(server, seen, ignored, tried), ignored[0]))
    if by_case:
        found.append((_by_case(server, by_case), by_case[0]))
    if lost:
        found.append((_lost(server, lost), lost[0]))
    return found


def _shown(one: Filter) -> dict[str, object]:
    """Evidence without the value, which may be a patient's name."""
    return {"parameter": one.parameter, "status": one.asked.status, "studies": len(datasets_of(one.asked))}


def _is_lost(one: Filter) -> bool:
    return one.study != "" and not one.finds and len(datasets_of(one.asked)) < PAGE


def _comes(one: Filter) -> bool:
    return one.other_case is not None and len(datasets_of(one.other_case)) > 0


def _names(filters: Sequence[Filter]) -> str:
    *others, last = [one.name for one in filters]
    if not others:
        return last
    return f"{', '.join(others)} and {last}"


def _parameters(filters: Sequence[Filter]) -> str:
    return ", ".join(dict.fromkeys(one.parameter for one in filters))


def _refused(server: Server, direct: Exchange | None, filters: Sequence[Filter]) -> Fault:
    received = filters[0].asked.received
    assert received is not None
    said = received.body[:600].decode("utf-8", "replace")
    # Some servers repeat the value, which may be a patient's name.
    if not said.strip() or received.is_html() or filters[0].value.strip("*").lower() in said.lower():
        said = ""
    else:
        said = f" It said: {short(said)}"
    title = f"the list filtered by {_names(filters)} is refused ({received.status})"
    symptom = 'the list shows "Data Source Connection Error" as soon as that filter is set'
    # It takes the same kind of search from this machine, and a page is no answer of a DICOMweb server: something else refuses.
    if direct is not None and direct.status in (200, 204) and received.is_html():
        cause = (
            f"{begin_of(server)} takes such a search when asked past {web_server.name_of(server)}, and a web page came: a firewall "
            f"for web applications, or another rule on the way, refuses {_parameters(filters)} as OHIF sends it"
        )
        form = ", with asterisks around the text." if all(one.value.startswith("*") for one in filters) else "."
        fix = Fix("On the way", f"let searches below /studies pass unchanged: an exception for {_parameters(filters)}")
        return Fault("filter-refused", title, symptom, cause + form, (fix,), "warn")
    return Fault(
        "filter-refused",
        title,
        symptom,
        f"{begin_of(server)} does not accept {_parameters(filters)} in a search, which OHIF sends for it.{said}",
        _server_fixes(filters),
        "warn",
    )


def _ignored(server: Server, seen: FilterLook, filters: Sequence[Filter], tried: Sequence[Filter]) -> Fault:
    title = f"the list filtered by {_names(filters)} shows what does not match"
    symptom = "the filter changes nothing: studies of other patients stay in the list"
    # All of them at once, and not at the server itself: the query is lost on the way.
    lost_on_the_way = seen.direct is not None and seen.direct.status in (200, 204) and not datasets_of(seen.direct)
    if lost_on_the_way and len(filters) == len(tried):
        return Fault(
            "filter-ignored",
            title,
            symptom,
            f"{begin_of(server)} itself finds nothing for a value that no study has, and browsers get studies: "
            f"{web_server.name_of(server)} drops the query.",
            (web_server.regenerate(server),),
            "warn",
        )
    cause = f"{begin_of(server)} ignores {_parameters(filters)}: a value that no study has brings studies all the same."
    return Fault("filter-ignored", title, symptom, cause, _server_fixes(filters), "warn")


def _by_case(server: Server, filters: Sequence[Filter]) -> Fault:
    return Fault(
        "filter-case",
        f"the list filtered by {_names(filters)} distinguishes small and capital letters",
        f"{_EMPTY}, unless it is typed in the very letters of the archive",
        f"{begin_of(server)} compares the letters exactly: what was typed in small letters found nothing, and in the "
        "letters of the archive it did. OHIF sends what is typed.",
        (
            Fix("Server", "if it has a setting for the case of letters in searches, let it ignore the case"),
            Fix("Users", "or tell them to type as the archive has it: often capital letters"),
        ),
        "warn",
    )


def _lost(server: Server, filters: Sequence[Filter]) -> Fault:
    between = ": between asterisks" if filters[0].value.startswith("*") else ""
    return Fault(
        "filter-loses",
        f"the list filtered by {_names(filters)} loses the study",
        _EMPTY,
        f"The list has a study with that value, and {name_of(server)} does not find it by {_parameters(filters)} in the form in "
        f"which OHIF sends it{between}.",
        _server_fixes(filters),
        "warn",
    )


def _server_fixes(filters: Sequence[Filter]) -> tuple[Fix, ...]:
    return (
        Fix("Server", f"use a version that searches by {_parameters(filters)} (PS3.18, 10.6.1.2.3), or ask its maker"),
        Fix("Users", f"until then: leave the filter by {_names(filters)} empty; no setting of OHIF removes it"),
    )


CHECK = Check(
    ID,
    75,
    "Do the filters of the study list find what is there?",
    look,
    judge,
    needs=("dicomweb-reachable", "dicomweb-answers", "sign-in"),
    proves=NEEDED,
)
