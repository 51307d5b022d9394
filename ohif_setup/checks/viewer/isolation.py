"""What `Cross-Origin-Embedder-Policy` keeps a browser from. Pure.

`Cross-Origin-Opener-Policy` does no harm: OHIF signs people in without a popup. Nor does `Cross-Origin-Resource-Policy` on images
of another origin: OHIF asks for them by CORS, to which it does not apply (measured).
"""

from __future__ import annotations

from collections.abc import Iterator

from ohif_setup.answers.model import Answers
from ohif_setup.checks.fault import Fault
from ohif_setup.checks.finding import Fix
from ohif_setup.checks.viewer.steps import web_server_line
from ohif_setup.checks.viewer.worker_script import worker_script
from ohif_setup.network.look.served import ServedViewer
from ohif_setup.network.wire.exchange import Exchange, evidence

COEP = "Cross-Origin-Embedder-Policy"
_ISOLATING = ("require-corp", "credentialless")


def faults(answers: Answers, viewer: ServedViewer) -> Iterator[Fault]:
    """The fault of a page that is isolated, with scripts that are not: a browser starts no worker from them."""
    embedder, script = _embedder(viewer.page), worker_script(viewer)
    if not embedder or script is None or _embedder(script):
        return
    lines = web_server_line(answers, lambda lines: lines.header(COEP, embedder))
    yield Fault(
        "isolation",
        f"{COEP} comes with index.html, and not with its scripts",
        "the list shows, every image stays black; the console says ERR_BLOCKED_BY_RESPONSE",
        f"index.html is sent with {COEP}: {embedder}. Then a browser starts a worker only from a script that has this header "
        "too, and OHIF decodes every image in a worker.",
        (
            Fix("Best", f"send {COEP} with no file of the viewer: OHIF has not needed it since 3.9"),
            *(Fix(fix.where, f"or, for *.js too: {fix.text}") for fix in lines if fix.where != "Generated"),
        ),
        evidence=evidence(viewer.page),
    )


def _embedder(exchange: Exchange) -> str:
    """The value of the header where it isolates the page; empty for any other."""
    if exchange.received is None:
        return ""
    value = exchange.received.header(COEP).partition(";")[0].strip()
    return value if value in _ISOLATING else ""
