"""Is the viewer there, at its address, with everything that its page loads?"""

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
from ohif_setup.checks.trouble_words import explain_trouble, from_status, from_trouble, is_tls, named_by_tls, short
from ohif_setup.checks.viewer import addresses as viewer_addresses
from ohif_setup.checks.viewer import parts as viewer_parts
from ohif_setup.checks.viewer import steps as viewer_steps
from ohif_setup.checks.viewer.other_page import who
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
    """The viewer as it is served, the certificates where TLS failed, the page at each address of the name where it has several,
    and a search beside a page that is refused."""

    viewer: ServedViewer
    certificates: tuple[Certificate, ...] = ()
    pages: tuple[AtAddress, ...] = ()
    search: Exchange | None = None


def look(site: Look) -> ServedViewerObservations:
    """The page, at each address of the name, the beginning of each part, and the end of the main bundle. GET alone."""
    viewer = site.viewer()
    certificates = site.certificates() if is_tls(viewer.page) else ()
    server, search = viewer_steps.viewer_server(site.answers), None
    if server and viewer.page.status == 403:
        search = site.anonymous(server)
    return ServedViewerObservations(viewer, certificates, pages_at(site.http, viewer.page.sent.url), search)


def judge(answers: Answers, seen: ServedViewerObservations) -> Sequence[Finding]:
    """One finding where there is no viewer; else one for each kind of fault, or one that passes."""
    viewer, url = seen.viewer, answers.viewer.url
    login = front_login(viewer.page)
    if login:
        return [behind_login(ID, url, viewer.page, login)]
    if named_by_tls(viewer.page, seen.certificates):
        return [skipped(ID, url, "no secure connection", see=("tls",))]
    received = viewer.page.received
    elsewhere = [finding_of(ID, url, fault) for fault in viewer_addresses.faults(answers, seen.pages)]
    if received is None:
        return elsewhere or [_silent(answers, viewer)]
    absent = _absent(answers, viewer, received, seen.search)
    if absent:
        return elsewhere or [absent]
    guarded = [(part, login) for part in viewer.parts if (login := front_login(part.exchange))]
    let_in = replace(viewer, parts=tuple(part for part in viewer.parts if not front_login(part.exchange)))
    found = [*elsewhere, *(finding_of(ID, url, fault) for fault in viewer_parts.faults(answers, let_in))]
    found += [behind_login(ID, url, part.exchange, login, where=part.url) for part, login in guarded[:1]]
    title = f"{url}, page and {len(viewer.parts)} parts"
    return found or [Finding(ID, url, "pass", title, evidence=evidence(viewer.page))]


def is_there(answers: Answers, viewer: ServedViewer) -> bool:
    """Whether OHIF's page came, made for the viewer's path, so that there is more to look at."""
    return _is_ohif(viewer) and viewer_parts.for_another_path(answers, viewer) is None


def _is_ohif(viewer: ServedViewer) -> bool:
    return viewer.page.status == 200 and build.base_of(viewer.html) is not None


def _silent(answers: Answers, viewer: ServedViewer) -> Finding:
    title, cause, fix = explain_trouble(viewer.page)
    url = answers.viewer.url
    if not reach.own_servers(answers):
        kind = viewer.page.trouble.kind if viewer.page.trouble else ""
        reason = f"{url} does not answer this machine ({kind}), so the viewer itself was not looked at"
        return skipped(ID, url, reason, evidence=evidence(viewer.page))
    if viewer.page.trouble and viewer.page.trouble.kind == "dns":
        return _unknown_name(url, viewer, cause, fix)
    if viewer.page.trouble and viewer.page.trouble.kind in ("proxy", "proxy-sign-in"):
        return from_trouble(ID, url, viewer.page, "perhaps none: browsers may go another way")
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
            f"{cause} Right after init that is to be expected: the files are written, and the web server does not have them yet.",
            (*first, *viewer_steps.steps(answers), *(step for step in fix if step.where != "Server")),
        ),
        evidence(viewer.page),
    )


def _unknown_name(url: str, viewer: ServedViewer, cause: str, fix: tuple[Fix, ...]) -> Finding:
    """The name of the viewer leads nowhere, whatever the web server has."""
    host = host_of(url)
    entry = f"give {host} an entry that leads to the web server (to try it: a line in /etc/hosts of this machine)"
    typed = f"is viewer.url ({url}) a typing error? ohif-setup set viewer.url=URL"
    return finding_of(
        ID,
        url,
        Fault(
            "",
            f"{host}: the host name does not resolve, so nobody finds the viewer",
            "the browser says ERR_NAME_NOT_RESOLVED",
            cause,
            (Fix("Answers", typed), Fix("DNS", entry), *(step for step in fix if step.where != "Address")),
        ),
        evidence(viewer.page),
    )


def _moved(answers: Answers, viewer: ServedViewer, received: Received) -> Finding:
    """Browsers follow, so the viewer may work; whatever is compared with its address does not fit."""
    target = resolve(viewer.page.sent.url, received.header("Location"))
    title, cause = (
        f"redirect ({received.status}) to {short(target) or '(no Location)'}",
        "The web server sends browsers elsewhere.",
    )
    fix: tuple[Fix, ...] = ()
    again = viewer_steps.regenerate(answers)
    owns = (kind.own() for kind in KINDS.values())
    own = next((own for own in owns if own.start_page and own.start_page in target), None)
    if own:
        cause = f"{own.called} itself answers there, with its own page, and not the web server before it."
        fix = (Fix("Answers", f"viewer.url is the web server's address, at another port than {own.called}'s"),)
    elif has_origin(target):
        fix = (Fix("Answers", f"if the viewer is there: ohif-setup set {shlex.quote(f'viewer.url={short(target)}')}"),)
        if target.startswith("https:") and answers.viewer.url.startswith("http:"):
            # Who sends browsers to https does so on purpose.
            again = ()
    return finding_of(ID, answers.viewer.url, Fault("", title, SYMPTOM, cause, (*fix, *again)), evidence(viewer.page))


def _absent(answers: Answers, viewer: ServedViewer, received: Received, search: Exchange | None) -> Finding | None:
    """Something answers, but not OHIF."""
    url = answers.viewer.url
    shown = evidence(viewer.page)
    if 300 <= received.status < 400:
        return _moved(answers, viewer, received)
    # `viewer_steps.missing` knows more about 403, 404 and 500, which a web server gives where its files are missing or locked.
    if received.status != 200 and received.status not in (403, 404, 500):
        odd = from_status(ID, url, viewer.page, SYMPTOM)
        if odd:
            return odd
    if _is_ohif(viewer):
        return None
    if received.status == 200:
        title = f"another page is served there, not OHIF: {who(viewer.page)}"
        cause = "That site answers at the name and port of the viewer, or the generated file is not in place yet."
        server = viewer_steps.viewer_server(answers)
        sites = web_server.other_sites(server) if server else ()
        return finding_of(ID, url, Fault("", title, SYMPTOM, cause, (*viewer_steps.steps(answers), *sites)), shown)
    title, cause, fix, mode = viewer_steps.missing(answers, viewer.page, search)
    return finding_of(ID, url, Fault(mode, title, SYMPTOM, cause, fix), shown)


CHECK = Check(ID, 12, "Is the viewer served, with all that its page loads?", look, judge, needs=("tls",))
