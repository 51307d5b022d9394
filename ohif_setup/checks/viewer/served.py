"""Is the viewer served at its address, with everything that its page loads?"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ohif_setup.answers.model import Answers
from ohif_setup.browser.foreign import resolve
from ohif_setup.browser.origin import has_origin
from ohif_setup.checks import web_server
from ohif_setup.checks.check import Check
from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix, skipped
from ohif_setup.checks.front_login import behind_login, front_login
from ohif_setup.checks.look import Look
from ohif_setup.checks.redirects import CHANGES, turn_of
from ohif_setup.checks.trouble_words import explain_trouble, from_status, from_trouble, is_tls, named_by_tls, short
from ohif_setup.checks.viewer import addresses as viewer_addresses
from ohif_setup.checks.viewer import page_loss, spoken_page
from ohif_setup.checks.viewer import parts as viewer_parts
from ohif_setup.checks.viewer import steps as viewer_steps
from ohif_setup.checks.viewer.body import MARKS_OF_UTF_16
from ohif_setup.checks.viewer.other_page import describe, is_viewer
from ohif_setup.kinds import KINDS
from ohif_setup.network.look.each_address import AtAddress, pages_at
from ohif_setup.network.look.served import ServedViewer
from ohif_setup.network.wire.certificate import Certificate
from ohif_setup.network.wire.exchange import Exchange, Received, evidence
from ohif_setup.ohif import build
from ohif_setup.paste.urls import host_of
from ohif_setup.routes import reach

ID = "viewer-served"
SYMPTOM = "the viewer's address shows an error, or another page"


@dataclass(frozen=True)
class ServedViewerObservations:
    """The viewer as it is served, and what explains a page that does not come.

    `certificates` are read only if TLS failed. `pages` has the page at each IP address of the host name if there are several.
    `search` is a search for images, sent only if the page is refused with 403. `by_name` is the page by its file name, asked for
    only if its folder is refused or missing.
    """

    viewer: ServedViewer
    certificates: tuple[Certificate, ...] = ()
    pages: tuple[AtAddress, ...] = ()
    search: Exchange | None = None
    by_name: Exchange | None = None


def look(site: Look) -> ServedViewerObservations:
    """Request the page at each IP address of its host name, the beginning of each part, and the end of the main bundle."""
    viewer = site.viewer()
    certificates = site.certificates() if is_tls(viewer.page) else ()
    server, search = viewer_steps.viewer_server(site.answers), None
    # The web server reads no file for images. If it refuses those too, file permissions are not the reason for the 403.
    if server and viewer.page.status == 403:
        search = site.anonymous(server)
    return ServedViewerObservations(
        viewer, certificates, pages_at(site.http, viewer.page.sent.url), search, spoken_page.look_by_name(site)
    )


def judge(answers: Answers, seen: ServedViewerObservations) -> Sequence[Finding]:
    """One finding if no viewer is served, otherwise one for each kind of fault, or one that passes."""
    viewer, url = seen.viewer, answers.viewer.url
    # A login and a TLS fault come first: neither is a fault of the viewer, and other checks report them.
    login = front_login(viewer.page)
    if login:
        return [behind_login(ID, url, viewer.page, login)]
    if named_by_tls(viewer.page, seen.certificates):
        return [skipped(ID, url, "no secure connection", see=("tls",))]
    received = viewer.page.received
    # This machine may have used the wrong address of the name. Then that fault explains why no viewer came.
    wrong_addresses = [finding_of(ID, url, fault) for fault in viewer_addresses.faults(answers, seen.pages)]
    unreadable = _unreadable_page(answers, viewer)
    if unreadable:
        return wrong_addresses or [finding_of(ID, url, unreadable)]
    if received is None:
        return wrong_addresses or [_unreachable(answers, viewer)]
    not_ohif = spoken_page.finding(ID, answers, viewer.page, seen.by_name, SYMPTOM)
    not_ohif = not_ohif or _not_ohif(answers, viewer, received, seen.search)
    if not_ohif:
        return wrong_addresses or [not_ohif]
    # The viewer is served. Parts behind a login are skipped: its 401 does not mean that they are missing.
    guarded = [(part, login) for part in viewer.parts if (login := front_login(part.exchange))]
    unguarded = replace(
        viewer,
        parts=tuple(part for part in viewer.parts if not front_login(part.exchange)),
        later=tuple(part for part in viewer.later if not front_login(part.exchange)),
    )
    found = [*wrong_addresses, *(finding_of(ID, url, fault) for fault in viewer_parts.faults(answers, unguarded))]
    found += [behind_login(ID, url, part.exchange, login, where=part.url) for part, login in guarded[:1]]
    title = f"{url}, page and {len(viewer.parts)} parts"
    if viewer.later:
        title += f", {len(viewer.later)} files that it loads later"
    return found or [Finding(ID, url, "pass", title, evidence=evidence(viewer.page))]


def _unreadable_page(answers: Answers, viewer: ServedViewer) -> Fault | None:
    """The fault of a page that came, and that browsers cannot show as one."""
    page, received = viewer.page, viewer.page.received
    if received is None or received.status == 200:
        wrong = viewer_parts.unreadable(answers, page, "the page", "an error of the browser, or unreadable characters")
        if wrong:
            return wrong
    if received is None or received.status != 200 or not is_viewer(received):
        return None
    kind = viewer_parts.type_of(page)
    # Without a type browsers look at the bytes themselves (measured).
    if kind and kind not in ("text/html", "application/xhtml+xml"):
        return Fault(
            "FM75",
            f"the page comes as {kind}",
            "the browser shows the page's source, or saves it as a file",
            "Browsers show a page only if it comes as text/html.",
            viewer_steps.web_server_line(answers, lambda lines: lines.types(True)),
            evidence=evidence(page),
        )
    led_away = page_loss.fault(answers, viewer)
    if led_away:
        return led_away
    # A script whose answer names its charset is read in that, whatever the page is in.
    inherits = any(part.kind == "script" and not _names_charset(part.exchange) for part in viewer.parts)
    if inherits and received.body.startswith(MARKS_OF_UTF_16):
        return Fault(
            "wrong-bytes",
            "the page comes in UTF-16",
            "a blank page; the console says Invalid or unexpected token",
            "Browsers then read its scripts as UTF-16 too, and they are in UTF-8. Some editor or PowerShell's > saved it so.",
            (viewer_steps.install(answers),),
            evidence=evidence(page),
        )
    return None


def _names_charset(exchange: Exchange) -> bool:
    return exchange.received is not None and "charset=" in exchange.received.header("Content-Type").lower()


def is_there(answers: Answers, viewer: ServedViewer) -> bool:
    """Whether OHIF's page came, built for the viewer's path, so that its configuration and routes are worth inspecting."""
    return _is_ohif(viewer) and viewer_parts.built_for_another_path(answers, viewer) is None


def _is_ohif(viewer: ServedViewer) -> bool:
    return viewer.page.status == 200 and build.base_of(viewer.html) is not None


def _unreachable(answers: Answers, viewer: ServedViewer) -> Finding:
    """The finding for a viewer address at which nothing answers."""
    title, cause, fix = explain_trouble(viewer.page)
    url = answers.viewer.url
    # A site of Azure alone may run its checks in a pipeline, outside of the network of the people who view.
    if not reach.own_servers(answers):
        kind = viewer.page.trouble.kind if viewer.page.trouble else ""
        reason = f"{url} does not answer this machine ({kind}), so the viewer itself was not checked"
        return skipped(ID, url, reason, evidence=evidence(viewer.page), fix=fix)
    if viewer.page.trouble and viewer.page.trouble.kind == "dns":
        return _unknown_name(url, viewer, cause, fix)
    if viewer.page.trouble and viewer.page.trouble.kind in ("proxy", "proxy-sign-in"):
        return from_trouble(ID, url, viewer.page, "perhaps none: browsers may not use that proxy")
    # Whatever is left usually means that the steps after `init` are not done, so the fixes are those steps.
    server = viewer_steps.viewer_server(answers)
    refused = viewer.page.trouble is not None and viewer.page.trouble.kind == "refused"
    first = (web_server.is_it_running(server),) if server and refused else ()
    return finding_of(
        ID,
        url,
        Fault(
            "",
            f"no viewer is served yet ({title})",
            "the browser says that it cannot connect",
            f"{cause} Right after init that is expected: the files are written, but the web server does not have them yet.",
            # The general advice to start the server is replaced by the command of the site's own web server.
            (*first, *viewer_steps.steps(answers), *(step for step in fix if step.where != "Server")),
        ),
        evidence(viewer.page),
    )


def _unknown_name(url: str, viewer: ServedViewer, cause: str, fix: tuple[Fix, ...]) -> Finding:
    """The finding for a host name that does not resolve, however the web server is configured."""
    host = host_of(url)
    entry = f"give {host} an entry that points to the web server (to try it: a line in /etc/hosts of this machine)"
    typed = f"does viewer.url ({url}) have a typing error? ohif-setup set viewer.url=URL"
    return finding_of(
        ID,
        url,
        Fault(
            "",
            f"{host}: the host name does not resolve, so browsers cannot find the viewer",
            "the browser says ERR_NAME_NOT_RESOLVED",
            cause,
            (Fix("Answers", typed), Fix("DNS", entry), *(step for step in fix if step.where != "Address")),
        ),
        evidence(viewer.page),
    )


def _redirected(answers: Answers, viewer: ServedViewer, received: Received) -> Finding:
    """The finding for an address that redirects.

    Browsers follow, so the viewer may work. It fails all the same, because the origin of the final address is not the one that CORS
    rules and redirect URIs are made for.
    """
    target = resolve(viewer.page.sent.url, received.header("Location"))
    title, cause = (
        f"redirect ({received.status}) to {short(target) or '(no Location)'}",
        "The web server sends browsers to another address.",
    )
    fix: tuple[Fix, ...] = ()
    again = viewer_steps.regenerate(answers)
    # A DICOMweb server redirects to its start page, such as Orthanc's app/explorer.html: viewer.url has its port.
    owns = (kind.own() for kind in KINDS.values())
    own = next((own for own in owns if own.start_page and own.start_page in target), None)
    if own:
        cause = f"{own.called} itself answers there with its own page, not the web server in front of it."
        fix = (Fix("Answers", f"viewer.url must be the web server's address, on another port than {own.called}'s"),)
    elif turn_of(viewer.page) == "loop":
        cause, again = CHANGES["loop"], ()
        fix = (
            Fix("Web server", "redirect to https only where X-Forwarded-Proto is http, or let what is in front do it"),
        )
    # What the answers have already is no advice: then the redirect takes the slash away, or adds one.
    elif has_origin(target) and target.rstrip("/") != answers.viewer.url.rstrip("/"):
        fix = (Fix("Answers", f"if the viewer is there: ohif-setup set {shlex.quote(f'viewer.url={short(target)}')}"),)
        # A redirect from http to https is there on purpose, so nothing here advises to replace the file that has it.
        if target.startswith("https:") and answers.viewer.url.startswith("http:"):
            again = ()
    return finding_of(ID, answers.viewer.url, Fault("", title, SYMPTOM, cause, (*fix, *again)), evidence(viewer.page))


def _not_ohif(answers: Answers, viewer: ServedViewer, received: Received, search: Exchange | None) -> Finding | None:
    """The finding for an answer that is not OHIF's page; None if it is. `search` is a search for images, if one was sent."""
    url = answers.viewer.url
    shown = evidence(viewer.page)
    if 300 <= received.status < 400:
        return _redirected(answers, viewer, received)
    # `viewer_steps.no_page` knows more about 403, 404 and 500, with which web servers answer if files are missing or unreadable.
    if received.status != 200 and received.status not in (403, 404, 500):
        odd = from_status(ID, url, viewer.page, SYMPTOM)
        if odd:
            return odd
    if _is_ohif(viewer):
        return None
    if received.status == 200:
        title = f"another page is served there, not OHIF: {describe(viewer.page)}"
        cause = "Another site has the name and port of the viewer, or the generated file is not in place yet."
        server = viewer_steps.viewer_server(answers)
        sites = web_server.other_sites(server) if server else ()
        return finding_of(ID, url, Fault("", title, SYMPTOM, cause, (*viewer_steps.steps(answers), *sites)), shown)
    title, cause, fix, mode = viewer_steps.no_page(answers, viewer.page, search)
    return finding_of(ID, url, Fault(mode, title, SYMPTOM, cause, fix), shown)


CHECK = Check(
    ID,
    12,
    "Is the viewer served, with all that its page loads?",
    look,
    judge,
    needs=("tls",),
    proves="the viewer's page",
)
