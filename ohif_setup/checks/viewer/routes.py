"""Do the viewer's own addresses lead to its page, and missing files not?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ohif_setup.answers.model import Answers
from ohif_setup.browser.foreign import resolve
from ohif_setup.checks.check import Check
from ohif_setup.checks.fault import Fault, Severity, finding_of
from ohif_setup.checks.finding import Finding, skipped
from ohif_setup.checks.front_login import behind_login, front_login
from ohif_setup.checks.look import Look
from ohif_setup.checks.silence import says_nothing, unanswered
from ohif_setup.checks.trouble_words import short
from ohif_setup.checks.viewer.parts import base_path_of, type_of
from ohif_setup.checks.viewer.served import is_there
from ohif_setup.checks.viewer.steps import line, page_by_file, viewer_server
from ohif_setup.network.look.served import DEEP_LINK, MISSING, ServedViewer, references_of, text_of
from ohif_setup.network.wire.exchange import Exchange, evidence
from ohif_setup.ohif import versions

ID = "viewer-routes"
RELOAD = "a link to a study, or reloading one, shows the web server's 404 page"


@dataclass(frozen=True)
class ViewerRouteObservations:
    """The viewer as it is served."""

    viewer: ServedViewer


def look(site: Look) -> ViewerRouteObservations:
    """One GET each for a link to a study, `/callback` where people sign in, a file that no build has, the path without a slash."""
    return ViewerRouteObservations(site.viewer())


def judge(answers: Answers, seen: ViewerRouteObservations) -> Sequence[Finding]:
    """One finding for each route that goes wrong, or one that passes."""
    viewer = seen.viewer
    login = front_login(viewer.page)
    if login:
        return [behind_login(ID, "", viewer.page, login, where=answers.viewer.url)]
    if not is_there(answers, viewer):
        return [skipped(ID, "", "no viewer to look at", see=("viewer-served",))]
    asked = [exchange for exchange in (viewer.deep_link, viewer.callback, viewer.missing, viewer.bare) if exchange]
    guarded = [(exchange, login) for exchange in asked if (login := front_login(exchange))]
    found = [finding_of(ID, answers.viewer.url, fault) for fault in _faults(answers, _let_in(viewer))]
    found += [
        behind_login(ID, answers.viewer.url, exchange, login, where=exchange.sent.url)
        for exchange, login in guarded[:1]
    ]
    if found:
        return found
    title = "links, reload and /callback lead to the viewer"
    if viewer.callback is None:
        title = "links and reload lead to the viewer"
    server = viewer_server(answers)
    by_file = page_by_file(server) if server else None
    if by_file:
        title += f"; the list itself reloads only at {by_file.entry}"
    return [Finding(ID, answers.viewer.url, "pass", title)]


def _let_in(viewer: ServedViewer) -> ServedViewer:
    """The same without the answers of a login in front."""

    def seen(exchange: Exchange | None) -> Exchange | None:
        if exchange is None or front_login(exchange):
            return None
        return exchange

    return replace(
        viewer,
        deep_link=seen(viewer.deep_link),
        callback=seen(viewer.callback),
        missing=seen(viewer.missing),
        bare=seen(viewer.bare),
    )


def _faults(answers: Answers, viewer: ServedViewer) -> list[Fault]:
    server = viewer_server(answers)
    by_file = page_by_file(server) if server else None
    wanted = [(viewer.deep_link, DEEP_LINK.partition("?")[0]), (viewer.callback, "callback")]
    faults = [fault for exchange, name in wanted if exchange and (fault := _route(answers, viewer, exchange, name))]
    if by_file:
        unknown = by_file.unknown(answers, viewer.html, viewer.page)
        if unknown:
            faults.append(unknown)
        return faults
    return [*faults, *_missing(answers, viewer), *_bare(answers, viewer)]


def _is_page(viewer: ServedViewer, exchange: Exchange) -> bool:
    """Whether OHIF's page came. Its status may be 404: static hosts of Azure send it so, and browsers show it all the same."""
    if exchange.received is None or exchange.received.status not in (200, 404):
        return False
    return bool(references_of(viewer.html)) and references_of(text_of(exchange.received)) == references_of(viewer.html)


def _route(answers: Answers, viewer: ServedViewer, exchange: Exchange, name: str) -> Fault | None:
    server = viewer_server(answers)
    by_file = page_by_file(server) if server else None
    if _is_page(viewer, exchange) and (by_file is None or type_of(exchange) == "text/html"):
        return None
    if exchange.received and says_nothing(exchange):
        return unanswered(exchange, f"{base_path_of(answers)}{name}", RELOAD)
    came = f"status {exchange.status}, {type_of(exchange) or 'no type'}"
    if exchange.trouble:
        came = exchange.trouble.kind
    symptom = RELOAD
    if name == "callback":
        symptom = "after signing in, the browser shows a 404 page"
    base = base_path_of(answers)
    title = f"{base}{name} is not the viewer's page ({came})"
    if server and by_file:
        return by_file.lost(answers, server, exchange, title, symptom)
    return Fault(
        "FM68",
        title,
        symptom,
        "Routes of OHIF are no files: for what is no file, the web server has to answer with index.html.",
        line(
            answers,
            lambda lines: lines.fallback(base),
            host="name index.html as the error document (404), or switch on the fallback to it",
        ),
        evidence=evidence(exchange),
    )


def _missing(answers: Answers, viewer: ServedViewer) -> list[Fault]:
    if viewer.missing is None or viewer.missing.received is None:
        return []
    received = viewer.missing.received
    if received.status != 200 or not received.is_html():
        return []
    return [
        Fault(
            "FM68",
            f"a missing file is answered with a page ({MISSING})",
            "none while the build is whole; after an upgrade the page stays blank with Unexpected token '<'",
            "The fallback to index.html answers for scripts, styles and WebAssembly as well, so what is missing is hidden.",
            line(
                answers,
                lambda lines: lines.fallback_spares_files,
                host="exclude the files of the build from the fallback",
            ),
            "warn",
            evidence(viewer.missing),
        )
    ]


def _bare(answers: Answers, viewer: ServedViewer) -> list[Fault]:
    """The path without its slash. OHIF up to 3.12 writes it into the address line, so reloading asks for it."""
    bare = viewer.bare
    if bare is None or _is_page(viewer, bare) or _leads_home(answers, bare):
        return []
    path = answers.viewer.base_path
    status: Severity = "warn"
    symptom = f"whoever types {answers.viewer.url} gets an error"
    if versions.parse(answers.viewer.ohif_version) < (3, 13):
        symptom, status = f"{symptom}, and so does reloading the list", "fail"
    return [
        Fault(
            "FM68",
            f"{path} without a slash leads {_whither(bare)}",
            symptom,
            f"The viewer lives at {path}/, and nothing sends people there, with the scheme and port that they came with.",
            line(answers, lambda lines: lines.slash(path, bool(_target(bare)))),
            status,
            evidence(bare),
        )
    ]


def _leads_home(answers: Answers, exchange: Exchange) -> bool:
    return exchange.received is not None and _target(exchange).startswith(f"{answers.viewer.url}/")


def _whither(exchange: Exchange) -> str:
    target = _target(exchange)
    if target:
        return f"to {short(target, 80)}"
    return f"nowhere ({exchange.status or 'no answer'})"


def _target(exchange: Exchange) -> str:
    """Where a redirect leads; empty for anything else."""
    received = exchange.received
    if received is None or received.status not in (301, 302, 303, 307, 308):
        return ""
    return resolve(exchange.sent.url, received.header("Location"))


CHECK = Check(ID, 16, "Do links, reload and sign-in lead to the viewer?", look, judge, needs=("viewer-served",))
