"""The viewer's page where something on the way answers in its place, or where only its file name leads to it."""

from __future__ import annotations

from dataclasses import replace

from ohif_setup.answers.model import Answers
from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.checks.look import Look
from ohif_setup.checks.speakers import fault_spoken_by, marked_by
from ohif_setup.checks.trouble_words import from_speaker
from ohif_setup.checks.viewer.other_page import is_viewer
from ohif_setup.checks.viewer.steps import install, web_server_line
from ohif_setup.network.look.served import ACCEPT_PAGE
from ohif_setup.network.wire.exchange import Exchange, evidence

ENTRY = "index.html"


def look_by_name(site: Look) -> Exchange | None:
    """The page by its file name; None if its folder is answered with something else than 403 or 404."""
    page = site.viewer().page
    if page.status not in (403, 404) or not page.sent.url.endswith("/"):
        return None
    return site.http.send("GET", f"{page.sent.url}{ENTRY}", ACCEPT_PAGE)


def finding(check: str, answers: Answers, page: Exchange, by_name: Exchange | None, symptom: str) -> Finding | None:
    """The finding for such an answer; None for any other."""
    spoken = fault_spoken_by(page)
    if by_name and is_viewer(by_name.received):
        return finding_of(check, answers.viewer.url, _only_by_name(answers, page, symptom), evidence(page))
    found = from_speaker(check, answers.viewer.url, page, symptom)
    if found is None or spoken is None:
        return None
    name = spoken.speaker.name
    if spoken.speaker.role == "store":
        return replace(found, fix=(*found.fix, install(answers)))
    # A firewall may know this tool by its User-Agent, so a browser has to show whether it refuses people too.
    if spoken.speaker.role == "firewall" and not spoken.saying.for_people and (page.status or 0) < 500:
        browser = Fix("Browser", f"open {answers.viewer.url}: if the viewer comes, only programs are refused")
        return replace(found, status="warn", fix=(browser, *found.fix), unseen=f"the viewer: {name} refuses this tool")
    return found


def _only_by_name(answers: Answers, page: Exchange, symptom: str) -> Fault:
    speaker = marked_by(page)
    spoken = fault_spoken_by(page)
    if spoken:
        speaker = spoken.speaker
    fixes = web_server_line(answers, lambda lines: lines.index, host=f"set {ENTRY} as the index document")
    if speaker and speaker.root:
        fixes = (Fix(speaker.name, speaker.root),)
    return Fault(
        "no-index",
        f"{page.sent.url} is answered with {page.status}, and {page.sent.url}{ENTRY} with the viewer",
        symptom,
        f"Nothing says that {ENTRY} answers for the folder itself: the default root object or index document is missing.",
        fixes,
    )
