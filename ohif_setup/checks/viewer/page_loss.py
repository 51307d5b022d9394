"""What keeps browsers from OHIF's page although it comes whole: a header that saves it or leads away, or scripts switched off.

Each verdict was measured in Chromium with OHIF 3.13.2.
"""

from __future__ import annotations

import re

from ohif_setup.answers.model import Answers
from ohif_setup.browser.foreign import resolve, tags_of
from ohif_setup.checks.fault import Fault
from ohif_setup.checks.finding import Fix
from ohif_setup.checks.trouble_words import short
from ohif_setup.checks.viewer.steps import install, regenerate
from ohif_setup.network.look.served import ServedViewer
from ohif_setup.network.wire.exchange import evidence

_REFRESH = re.compile(r"\s*([\d.]*)\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"']+)", re.IGNORECASE)
"""The header Refresh with an address, as browsers read it (WHATWG HTML)."""
_RUN = re.compile(r"(?:|module|(?:text|application)/(?:x-)?(?:java|ecma)script)", re.IGNORECASE)
"""The values of `type` that make browsers run a script."""
_OHIFS = re.compile(r"(?:^|/)(?:app-config|[\w.-]*bundle[\w.-]*)\.js(?:$|[?#])")
"""OHIF's own: a cookie banner may keep another script of the page from running, which does no harm."""
_STARTER = "rocket-loader"
"""The script of Cloudflare that starts the switched-off ones itself."""


def fault(answers: Answers, viewer: ServedViewer) -> Fault | None:
    """The first of them; None where nothing is in the way. The page was received."""
    received = viewer.page.received
    assert received is not None
    disposition = received.header("Content-Disposition")
    if disposition.partition(";")[0].strip().lower() == "attachment":
        return Fault(
            "page-saved",
            "the page comes as a download",
            "the browser saves a file and shows no page",
            f"The header Content-Disposition: {short(disposition, 80)} tells browsers to save it.",
            _without_header(answers, "Content-Disposition"),
            evidence=evidence(viewer.page),
        )
    refresh = _REFRESH.match(received.header("Refresh"))
    if refresh and resolve(viewer.page.sent.url, refresh[2].strip()) != viewer.page.sent.url:
        return Fault(
            "page-leaves",
            f"the page leads browsers on to {short(refresh[2].strip(), 80)}",
            f"another page shows after {refresh[1] or '0'} s",
            f"The header Refresh: {short(received.header('Refresh'), 80)} does it.",
            _without_header(answers, "Refresh"),
            evidence=evidence(viewer.page),
        )
    return _switched_off(answers, viewer)


def _without_header(answers: Answers, name: str) -> tuple[Fix, ...]:
    return (
        Fix("Web server", f"remove the header {name} from the answer for index.html"),
        *regenerate(answers),
    )


def _switched_off(answers: Answers, viewer: ServedViewer) -> Fault | None:
    """The fault of a page that does not load its configuration, or whose scripts have a `type` of which browsers run none."""
    if "app-config" not in viewer.html and "window.config" not in viewer.html:
        return Fault(
            "no-config",
            "the page does not load app-config.js",
            "the page stays blank",
            "OHIF's page has a script of that name, and it was taken out: by an edit of index.html, or by something on the way.",
            (install(answers),),
            evidence=evidence(viewer.page),
        )
    if _STARTER in viewer.html:
        return None
    scripts = [tag.attributes for tag in tags_of(viewer.html) if tag.name == "script"]
    ohifs = [one for one in scripts if _OHIFS.search(one.get("src", ""))]
    off = [one for one in ohifs if not _RUN.fullmatch(one.get("type", "").strip())]
    if not off:
        return None
    kind = short(off[0]["type"], 60)
    return Fault(
        "scripts-off",
        f"browsers do not run {short(off[0]['src'], 60)} (type {kind})",
        "the page stays blank, with nothing in the console",
        f'Its type="{kind}" is none of JavaScript. Something on the way rewrote the page, to start scripts later: an optimizer of '
        "a content delivery network (Cloudflare Rocket Loader, PageSpeed), or a cookie banner.",
        (
            Fix(
                "On the way",
                "switch the rewriting of scripts off for the viewer; Cloudflare: Speed, Rocket Loader, off",
            ),
            *regenerate(answers),
        ),
        evidence=evidence(viewer.page),
    )
