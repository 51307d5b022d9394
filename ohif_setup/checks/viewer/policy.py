"""Does a browser let the viewer do what it needs, under the headers that come with its page and its scripts?

A policy may refuse what OHIF does, and then the server answers everything and the browser shows nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ohif_setup.answers.model import Answers
from ohif_setup.browser.csp import Policy, policies_of
from ohif_setup.checks.check import Check
from ohif_setup.checks.fault import finding_of
from ohif_setup.checks.finding import Finding, skipped
from ohif_setup.checks.front_login import behind_login, front_login
from ohif_setup.checks.look import Look
from ohif_setup.checks.viewer import framing, isolation, policy_faults
from ohif_setup.checks.viewer.policy_faults import Governed
from ohif_setup.checks.viewer.policy_needs import needs
from ohif_setup.checks.viewer.served import is_there
from ohif_setup.checks.viewer.worker_script import worker_script
from ohif_setup.network.look.discovery import Discovery
from ohif_setup.network.look.served import ServedViewer, text_of
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.routes import reach

ID = "viewer-policy"


@dataclass(frozen=True)
class ViewerPolicyObservations:
    """The viewer as it is served, and what its policies must allow.

    `discovery` is None for a site without a sign-in, `renewal` where no token is renewed in a frame. `bulk` are addresses of bulk
    data that the archives name.
    """

    viewer: ServedViewer
    discovery: Discovery | None = None
    renewal: Exchange | None = None
    bulk: tuple[str, ...] = ()


def look(site: Look) -> ViewerPolicyObservations:
    """The viewer's page and scripts; in the implicit flow also the page that renews the token."""
    viewer, answers = site.viewer(), site.answers
    discovery = site.discovery() if answers.sign_in else None
    renewal = None
    if answers.sign_in and answers.sign_in.flow == "implicit" and viewer.html:
        renewal = site.renewal_page()
    bulk: tuple[str, ...] = ()
    if _governed(viewer) and not answers.sign_in:
        archives = [site.archive(server) for server in reach.shown_without_token(answers)]
        bulk = tuple(dict.fromkeys(url for one in archives for sample in one.samples for url in sample.bulk))
    return ViewerPolicyObservations(viewer, discovery, renewal, bulk)


def judge(answers: Answers, seen: ViewerPolicyObservations) -> Sequence[Finding]:
    """One finding for each fault, or one that passes."""
    viewer, url = seen.viewer, answers.viewer.url
    login = front_login(viewer.page)
    if login:
        return [behind_login(ID, "", viewer.page, login, where=url)]
    if not is_there(answers, viewer):
        return [skipped(ID, "", "no viewer to inspect", see=("viewer-served",))]
    governed = _governed(viewer)
    faults = [
        *policy_faults.faults(answers, governed, needs(answers, seen.discovery, seen.bulk)),
        *isolation.faults(answers, viewer),
        *framing.faults(answers, seen.renewal),
    ]
    if faults:
        return [finding_of(ID, url, fault) for fault in faults]
    title = "no header keeps a browser from what the viewer does"
    if governed:
        title = "the Content-Security-Policy allows what the viewer does"
    return [Finding(ID, url, "pass", title)]


def _governed(viewer: ServedViewer) -> tuple[Governed, ...]:
    """Every policy of the page, of a link to a study where that has others, and of the scripts."""
    pages = [("index.html", viewer.page)]
    if viewer.deep_link:
        pages.append(("/viewer", viewer.deep_link))
    found: list[Governed] = []
    for name, exchange in pages:
        policies = _policies(exchange, page=True)
        if [one.policy for one in found] != list(policies):
            found += [Governed(name, policy, exchange) for policy in policies]
    script = worker_script(viewer)
    if script:
        found += [Governed("*.js", policy, script, page=False) for policy in _policies(script, page=False)]
    return tuple(found)


def _policies(exchange: Exchange, *, page: bool) -> tuple[Policy, ...]:
    received = exchange.received
    if received is None or front_login(exchange) or (page and not received.is_html()):
        return ()
    return policies_of(received.headers, text_of(received) if page else "")


CHECK = Check(
    ID, 17, "Do browsers let the viewer do what it needs?", look, judge, needs=("viewer-served",), proves="its policies"
)
