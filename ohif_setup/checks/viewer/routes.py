"""Do the viewer's routes lead to its page, and do missing files not?

A route of OHIF, such as `/viewer`, is not a file: the web server has to answer with `index.html` for it. The same fallback must not
answer for the files of the build.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ohif_setup.answers.model import Answers
from ohif_setup.browser.foreign import resolve
from ohif_setup.checks.check import Check
from ohif_setup.checks.fault import Fault, Severity, finding_of
from ohif_setup.checks.finding import Finding, Fix, skipped
from ohif_setup.checks.front_login import behind_login, front_login
from ohif_setup.checks.look import Look
from ohif_setup.checks.silence import says_nothing, unanswered
from ohif_setup.checks.speakers import fault_spoken_by
from ohif_setup.checks.trouble_words import short
from ohif_setup.checks.viewer.parts import base_path_of, type_of
from ohif_setup.checks.viewer.served import is_there
from ohif_setup.checks.viewer.spoken_page import ENTRY
from ohif_setup.checks.viewer.steps import page_by_file, regenerate, viewer_server, web_server_line
from ohif_setup.network.look.served import DEEP_LINK, MISSING, ServedViewer, references_of, text_of
from ohif_setup.network.wire.exchange import Exchange, evidence
from ohif_setup.ohif import versions

ID = "viewer-routes"
_CODE = re.compile(r"(?:<Code>|Code: )(\w{1,60})")
"""The name that a bucket gives its error, in XML or on a page."""
RELOAD = "a link to a study, or reloading one, shows an error page"


@dataclass(frozen=True)
class ViewerRouteObservations:
    """The viewer as it is served."""

    viewer: ServedViewer


def look(site: Look) -> ViewerRouteObservations:
    """Send a GET request each for a link to a study, `/callback` if people sign in, a file that no build has, and the viewer's
    path without its slash."""
    return ViewerRouteObservations(site.viewer())


def judge(answers: Answers, seen: ViewerRouteObservations) -> Sequence[Finding]:
    """One finding for each route that does not lead to the page, or one that passes."""
    viewer = seen.viewer
    login = front_login(viewer.page)
    if login:
        return [behind_login(ID, "", viewer.page, login, where=answers.viewer.url)]
    if not is_there(answers, viewer):
        return [skipped(ID, "", "no viewer to inspect", see=("viewer-served",))]
    asked = [exchange for exchange in (viewer.deep_link, viewer.callback, viewer.missing, viewer.bare) if exchange]
    # A login may guard the routes and leave the page open; what is behind it is no fault.
    guarded = [(exchange, login) for exchange in asked if (login := front_login(exchange))]
    found = [finding_of(ID, answers.viewer.url, fault) for fault in _faults(answers, _without_logins(viewer))]
    # One login usually stands in front of all of them, so it is reported once.
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
    # Without a fallback there is no file behind the viewer's path itself, so a reload of the study list fails. Nothing cures that.
    if by_file:
        title += f"; the list itself reloads only at {by_file.entry}"
    return [Finding(ID, answers.viewer.url, "pass", title)]


def _without_logins(viewer: ServedViewer) -> ServedViewer:
    """The viewer without the answers that a login in front gave."""

    def unless_login(exchange: Exchange | None) -> Exchange | None:
        if exchange is None or front_login(exchange):
            return None
        return exchange

    return replace(
        viewer,
        deep_link=unless_login(viewer.deep_link),
        callback=unless_login(viewer.callback),
        missing=unless_login(viewer.missing),
        bare=unless_login(viewer.bare),
    )


def _faults(answers: Answers, viewer: ServedViewer) -> list[Fault]:
    server = viewer_server(answers)
    by_file = page_by_file(server) if server else None
    wanted = [(viewer.deep_link, DEEP_LINK.partition("?")[0]), (viewer.callback, "callback")]
    faults = [fault for exchange, name in wanted if exchange and (fault := _route(answers, viewer, exchange, name))]
    # A server that serves the page by its file name has no fallback that could answer for missing files or a missing slash. Instead
    # OHIF must learn that the file name is no route.
    if by_file:
        unknown = by_file.unknown(answers, viewer.html, viewer.page)
        if unknown:
            faults.append(unknown)
        return faults
    return [*faults, *_missing(answers, viewer), *_bare(answers, viewer)]


def _is_page(viewer: ServedViewer, exchange: Exchange) -> bool:
    """Whether OHIF's page came. Its status may be 404 or 403: buckets send it as the error page, and browsers show it."""
    if exchange.received is None or exchange.received.status not in (200, 403, 404):
        return False
    # The scripts are compared, not the texts, so a page to which something on the way added a line still counts.
    return bool(references_of(viewer.html)) and references_of(text_of(exchange.received)) == references_of(viewer.html)


def _route(answers: Answers, viewer: ServedViewer, exchange: Exchange, name: str) -> Fault | None:
    """The fault of one route that does not lead to the page; `name` is the route below the viewer's path."""
    server = viewer_server(answers)
    by_file = page_by_file(server) if server else None
    # The copy of the page under a route's name has no extension, so its type may be one that browsers download.
    if _is_page(viewer, exchange) and (by_file is None or type_of(exchange) == "text/html"):
        return None
    symptom = RELOAD
    if name == "callback":
        symptom = "after signing in, the browser shows an error page"
    if exchange.received and says_nothing(exchange):
        return _by_another(exchange, unanswered(exchange, f"{base_path_of(answers)}{name}", symptom))
    came = f"status {exchange.status}, {type_of(exchange) or 'no type'}"
    if exchange.trouble:
        came = exchange.trouble.kind
    base = base_path_of(answers)
    title = f"{base}{name} is not the viewer's page ({came})"
    if server and by_file:
        return by_file.lost(answers, server, exchange, title, symptom)
    target = _target(exchange)
    if target:
        return _led_away(answers, exchange, f"{base}{name}", target)
    return Fault(
        "FM68",
        title,
        symptom,
        "OHIF's routes are not files: the web server has to answer with index.html for every path that is not a file.",
        web_server_line(
            answers,
            lambda lines: lines.fallback(base),
            host=f"set index.html as the error document ({exchange.status or 404}), or turn on the fallback to it",
        ),
        evidence=evidence(exchange),
    )


def _led_away(answers: Answers, exchange: Exchange, route: str, target: str) -> Fault:
    """The fault of a redirect in the place of a route: the page may come there, but what the address said is lost."""
    symptom = "a link to a study opens something else, such as the study list"
    if route.endswith("callback"):
        symptom = (
            "after signing in, the browser comes back without what the provider sent along, and has to sign in again"
        )
    return Fault(
        "FM68",
        f"{route} is redirected ({exchange.status}) to {short(target, 80)}",
        symptom,
        "The page has to come at the route itself, without a redirect: OHIF reads from the address what to open.",
        (
            Fix("On the way", f"take away the rule that redirects {route}: in the web server, or in what is before it"),
            *regenerate(answers),
        ),
        evidence=evidence(exchange),
    )


def _by_another(exchange: Exchange, fault: Fault) -> Fault:
    """The fault with the setting for routes of who answered. A bucket has no file of that name: that is how it should be."""
    spoken = fault_spoken_by(exchange)
    if spoken is None or spoken.speaker.role != "store" or not spoken.speaker.routes:
        return fault
    code, symptom = _CODE.search(text_of(exchange.received)), fault.symptom
    if code:
        symptom += f" ({code[1]})"
    cause = f"{fault.cause} OHIF's routes are not files: {ENTRY} has to come for every path that is none."
    fix = Fix(spoken.speaker.name, spoken.speaker.routes)
    return replace(fault, id="FM68", symptom=symptom, cause=cause, fixes=(fix,))


def _missing(answers: Answers, viewer: ServedViewer) -> list[Fault]:
    """The fault of a fallback that answers for a file of the build too."""
    if viewer.missing is None or viewer.missing.received is None:
        return []
    received = viewer.missing.received
    # A page with status 404 is fine: a browser does not run it as a script.
    if received.status != 200 or not received.is_html():
        return []
    return [
        Fault(
            "FM68",
            f"a missing file is answered with a page ({MISSING})",
            "none while the build is complete; after an upgrade the page stays blank with Unexpected token '<'",
            "The fallback to index.html also answers for scripts, styles and WebAssembly, which hides missing files.",
            web_server_line(
                answers,
                lambda lines: lines.fallback_spares_files,
                host="exclude the files of the build from the fallback",
            ),
            "warn",
            evidence(viewer.missing),
        )
    ]


def _bare(answers: Answers, viewer: ServedViewer) -> list[Fault]:
    """The fault of the viewer's path without its slash."""
    bare = viewer.bare
    if bare is None or _is_page(viewer, bare) or _redirects_to_viewer(answers, bare):
        return []
    path = answers.viewer.base_path
    status: Severity = "warn"
    symptom = f"opening {answers.viewer.url} shows an error"
    # OHIF up to 3.12 puts the path without its slash into the address bar, so a reload of the study list requests it.
    if versions.parse(answers.viewer.ohif_version) < (3, 13):
        symptom, status = f"{symptom}, and so does reloading the list", "fail"
    return [
        Fault(
            "FM68",
            f"{path} without a slash leads {_destination(bare)}",
            symptom,
            f"The viewer is at {path}/, and nothing redirects browsers there with the scheme and port that they used.",
            web_server_line(answers, lambda lines: lines.slash(path, bool(_target(bare)))),
            status,
            evidence(bare),
        )
    ]


def _redirects_to_viewer(answers: Answers, exchange: Exchange) -> bool:
    # The whole URL is compared: nginx behind another port redirects to its own port unless absolute_redirect is off.
    return exchange.received is not None and _target(exchange).startswith(f"{answers.viewer.url}/")


def _destination(exchange: Exchange) -> str:
    """Where the path without its slash leads, as the end of a sentence."""
    target = _target(exchange)
    if target:
        return f"to {short(target, 80)}"
    return f"nowhere ({exchange.status or 'no answer'})"


def _target(exchange: Exchange) -> str:
    """The absolute address that a redirect leads to; empty for an answer that is no redirect."""
    received = exchange.received
    if received is None or received.status not in (301, 302, 303, 307, 308):
        return ""
    return resolve(exchange.sent.url, received.header("Location"))


CHECK = Check(
    ID,
    16,
    "Do links, reload and sign-in lead to the viewer?",
    look,
    judge,
    needs=("viewer-served",),
    proves="its routes",
)
